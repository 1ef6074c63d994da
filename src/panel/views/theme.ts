// Tells canvases to draw again when the editor's theme changes.

import { createContext } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A number that changes with the theme. */
export const ThemeContext = createContext(0);

/** Watches the classes and styles that the editor sets on the page. */
export function useThemeVersion(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const observer = new MutationObserver(() => setVersion((before) => before + 1));
    observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
    return () => observer.disconnect();
  }, []);
  return version;
}

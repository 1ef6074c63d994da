// The user's settings: read from whatever the client sends, with a default for everything that is missing or wrong.

import { type Severity } from "../analyzer/facts";

export interface Settings {
  readonly enable: boolean;
  readonly inlayHints: boolean;
  readonly codeLens: boolean;
  /** When new problems appear; fixed ones vanish at once in either case. */
  readonly when: "onType" | "onSave";
  /** Milliseconds without an edit before a new problem is shown. */
  readonly delay: number;
  /** What the user wants a problem's code to be; absent where the problem's own severity holds. */
  readonly severity: ReadonlyMap<string, Severity | "off">;
}

export const defaultSettings: Settings = {
  enable: true,
  inlayHints: true,
  codeLens: true,
  when: "onType",
  delay: 400,
  severity: new Map(),
};

/** Reads the section `shapelens` of the client's settings. */
export function readSettings(section: unknown): Settings {
  const delay = valueAt(section, "diagnostics", "delay");
  return {
    enable: valueAt(section, "enable") !== false,
    inlayHints: valueAt(section, "inlayHints", "enable") !== false,
    codeLens: valueAt(section, "codeLens", "enable") !== false,
    when: valueAt(section, "diagnostics", "when") === "onSave" ? "onSave" : "onType",
    delay: typeof delay === "number" && delay >= 0 ? Math.min(delay, 10_000) : defaultSettings.delay,
    severity: readSeverities(valueAt(section, "problems", "severity")),
  };
}

function readSeverities(value: unknown): ReadonlyMap<string, Severity | "off"> {
  const severities = new Map<string, Severity | "off">();
  if (typeof value !== "object" || value === null) return severities;
  for (const [code, severity] of Object.entries(value)) if (isSeverity(severity)) severities.set(code, severity);
  return severities;
}

function isSeverity(value: unknown): value is Severity | "off" {
  return value === "error" || value === "warning" || value === "hint" || value === "off";
}

function valueAt(section: unknown, ...path: readonly string[]): unknown {
  let value = section;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

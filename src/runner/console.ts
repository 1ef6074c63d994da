// What the user's program prints goes to the panel.

import { Tensor } from "@shapelens/engine";
import { type Port } from "./port";

const mostLines = 1000;
const longestLine = 4000;

/** Sends `console.log` and its kin to the panel; a program that prints without end is cut off. */
export function captureConsole(port: Port): void {
  let lines = 0;
  const print =
    (level: "log" | "warn" | "error") =>
    (...values: unknown[]): void => {
      if (lines > mostLines) return;
      const isLast = lines++ === mostLines;
      const text = isLast ? `Only the first ${mostLines} lines are shown.` : values.map(textOf).join(" ");
      port.send({ type: "log", level, text: text.slice(0, longestLine) });
    };
  const log = print("log");
  Object.assign(console, { log, info: log, debug: log, table: log, warn: print("warn"), error: print("error") });
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Tensor || value instanceof Error) return String(value);
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (ArrayBuffer.isView(value)) return textOf(Array.from(value as unknown as ArrayLike<number>));
  if (typeof value !== "object" || value === null) return String(value);
  try {
    return (
      JSON.stringify(value, (_, inner: unknown) => (inner instanceof Tensor ? String(inner) : inner)) ?? String(value)
    );
  } catch {
    return String(value);
  }
}

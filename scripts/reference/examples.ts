// Examples of the declarations, run: what they give is written beside them.

import * as engine from "@shapelens/engine";

/** Tensors of more numbers than these are told by their shape. */
const mostNumbers = 8;

/** The code with its result in a comment behind it. Random numbers come from the seed 0. */
export function withResult(code: string): string {
  engine.seed(0);
  const run = new Function(...Object.keys(engine), `return ${code};`) as (...args: unknown[]) => unknown;
  const result = run(...Object.values(engine));
  return result === undefined ? `${code};` : `${code}; // ${inWords(result)}`;
}

function inWords(value: unknown): string {
  if (value instanceof engine.Tensor) {
    return value.size > mostNumbers || value.size === 0 ? `shape [${value.shape.join(", ")}]` : nested(value.toArray());
  }
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return value.map(inWords).join(" and ");
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([name, each]) => `${name}: ${inWords(each)}`);
    return `{ ${entries.join(", ")} }`;
  }
  return typeof value === "number" ? rounded(value) : String(value);
}

function nested(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(nested).join(", ")}]`;
  return typeof value === "number" ? rounded(value) : String(value);
}

function rounded(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

// What is said of wrong arguments, as the files in texts/ have it.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Tensor } from "@shapelens/engine";
import { isOptions } from "../support";
import { type Kind } from "./wrongArguments";

export interface Refusal {
  readonly kind: Kind;
  readonly call: string;
  readonly error: unknown;
}

/** A value as a person would write it, tensors by their type and shape. */
export function written(value: unknown): string {
  if (value instanceof Tensor) return `${value.dtype} [${value.shape.join(", ")}]`;
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (!isOptions(value)) return typeof value === "string" ? JSON.stringify(value) : String(value);
  return `{ ${Object.entries(value)
    .map(([name, item]) => `${name}: ${written(item)}`)
    .join(", ")} }`;
}

/** Each call once, with what is said of it. */
export function textOf(refusals: readonly Refusal[]): string {
  const entries = new Map<string, string>();
  for (const { kind, call, error } of refusals) {
    const said = `${(error as Error).name}: ${(error as Error).message}`;
    if (!entries.has(call)) entries.set(call, `${call}  (${kind})\n${said.replace(/^/gm, "    ")}\n`);
  }
  return [...entries.values()].join("\n");
}

/** `WRITE_TEXTS=1` before the test's command writes the files again; read the difference before it is kept. */
export function assertTexts(family: string, text: string): void {
  const file = join(__dirname, "texts", `${family}.txt`);
  if (process.env["WRITE_TEXTS"]) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, "utf8"));
}

// Calls of the engine's table: the argument lists every op declares for its own tests, as text, some of them spoilt.

import * as engine from "@shapelens/engine";
import { functionTable, opTable } from "@shapelens/engine/tooling";
import { sampleSource } from "../../engine/support";
import { type Random } from "./random";
import { type Scope } from "./scope";

interface Sample {
  readonly name: string;
  readonly args: readonly unknown[];
}

type Samples = readonly ((make: ReturnType<typeof sampleSource>) => readonly unknown[])[];

/** Functions whose result or argument is no matter of shapes. */
const left = new Set(["seed", "assertShape"]);

const samples: readonly Sample[] = [
  ...[...opTable].map(([name, op]) => [name, op.declaration.samples] as const),
  ...[...functionTable].map(([name, { samples: own }]) => [name, own] as const),
].flatMap(([name, own]) =>
  name in engine && !left.has(name)
    ? ((own ?? []) as unknown as Samples).flatMap((sample, i) => {
        const args = sample(sampleSource(i + 1));
        return printed(args) === undefined ? [] : [{ name, args }];
      })
    : [],
);

/** Names of everything that `tableCall` may call. */
export const calledOps: ReadonlySet<string> = new Set(samples.map(({ name }) => name));

export function tableCall(random: Random, scope: Scope): string {
  const { name, args } = random.pick(samples);
  const texts = args.map((arg) => print(arg, random, scope));
  if (random.chance(0.05)) spoil(texts, random);
  const isMethod = args[0] instanceof engine.Tensor && name in engine.Tensor.prototype && random.chance(0.5);
  return isMethod ? `${texts[0]!}.${name}(${texts.slice(1).join(", ")})` : `${name}(${texts.join(", ")})`;
}

/** Changes one whole number somewhere in the arguments. */
function spoil(texts: string[], random: Random): void {
  const at = random.int(0, texts.length - 1);
  const numbers = [...(texts[at] ?? "").matchAll(/\b\d+\b(?!\.)/g)];
  if (numbers.length === 0) return;
  const { index, 0: digits } = random.pick(numbers);
  texts[at] = `${texts[at]!.slice(0, index)}${Number(digits) + 1}${texts[at]!.slice(index + digits.length)}`;
}

function print(value: unknown, random: Random, scope: Scope): string {
  if (value instanceof engine.Tensor) {
    const named = scope
      .tensors()
      .filter(({ value: { shape, dtype } }) => shape.join() === value.shape.join() && dtype === "float32");
    if (value.dtype === "float64" && named.length > 0 && random.chance(0.5)) return random.pick(named).text;
    return tensorText(value);
  }
  if (Array.isArray(value)) return `[${value.map((each) => print(each, random, scope)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, each]) => `${key}: ${print(each, random, scope)}`);
    return `{ ${entries.join(", ")} }`;
  }
  return printed(value)!;
}

/** Numbers matter only where they are positions; anything else may be zeros. */
function tensorText(value: engine.Tensor): string {
  const shape = `[${value.shape.join(", ")}]`;
  if (value.dtype === "float64" || value.dtype === "float32") return `zeros(${shape})`;
  if (value.size === 0 || value.size > 30) return `zeros(${shape}, { dtype: "${value.dtype}" })`;
  return `tensor(${JSON.stringify(value.toArray())}, { dtype: "${value.dtype}" })`;
}

/** A plain value as text; `undefined` for one that cannot be written down. */
function printed(value: unknown): string | undefined {
  if (value instanceof engine.Tensor) return tensorText(value);
  if (Array.isArray(value)) {
    const texts = value.map(printed);
    return texts.includes(undefined) ? undefined : `[${texts.join(", ")}]`;
  }
  switch (typeof value) {
    case "number":
      return Object.is(value, -0) ? "0" : String(value);
    case "string":
      return JSON.stringify(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      if (value === null) return "null";
      if (Object.getPrototypeOf(value) !== Object.prototype) return undefined;
      return Object.values(value).every((each) => printed(each) !== undefined) ? "{}" : undefined;
    default:
      return undefined;
  }
}

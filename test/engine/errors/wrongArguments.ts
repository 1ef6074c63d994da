// Calls with one wrong argument each, made of calls that are right.

import { Tensor } from "@shapelens/engine";
import { isOptions, optionsOf } from "../support";

export type Call = (...args: readonly unknown[]) => unknown;

/** The kinds of wrong argument. */
export const kinds = [
  "no tensor",
  "a list",
  "nothing",
  "another rank",
  "another length",
  "another size",
  "another type",
  "no number",
  "a fraction",
  "NaN",
  "a negative number",
  "a large number",
  "another list",
  "another word",
  "an unknown option",
  "no options",
  "a wrong option",
] as const;

export type Kind = (typeof kinds)[number];

export interface WrongCall {
  readonly kind: Kind;
  readonly args: readonly unknown[];
}

/** Every kind of wrong argument in the place of each argument of a call. */
export function wrongCalls(call: Call, args: readonly unknown[]): WrongCall[] {
  const options = optionsOf(call, args);
  const plain = options ? args.slice(0, options.at) : args;
  const inPlace = plain.flatMap((arg, i) =>
    variants(arg).map(([kind, value]): WrongCall => ({ kind, args: args.with(i, value) })),
  );
  if (!options) return inPlace;
  const skipped = new Array<undefined>(options.at - plain.length).fill(undefined);
  const withOptions = (kind: Kind, value: unknown): WrongCall => ({ kind, args: [...plain, ...skipped, value] });
  return [
    ...inPlace,
    withOptions("an unknown option", { unheardOf: 1 }),
    withOptions("no options", false),
    ...options.names.flatMap((name) =>
      ["text", -1.5].map((value) =>
        withOptions("a wrong option", { ...(args[options.at] as object | undefined), [name]: value }),
      ),
    ),
  ];
}

/** What may stand in the place of an argument, and is wrong there or may be. */
export function variants(arg: unknown): [Kind, unknown][] {
  if (arg instanceof Tensor) return tensorVariants(arg);
  if (typeof arg === "number") return numberVariants();
  if (typeof arg === "string")
    return [
      ["no number", 3],
      ["another word", "nonsense"],
    ];
  if (Array.isArray(arg)) return listVariants(arg);
  if (!isOptions(arg)) return [["nothing", undefined]];
  // Tensors by name, as the recurrent ops take their weights.
  const inside = Object.entries(arg).flatMap(([name, value]) =>
    variants(value).map(([kind, other]): [Kind, unknown] => [kind, { ...arg, [name]: other }]),
  );
  return [["nothing", undefined], ...inside];
}

function tensorVariants({ shape, dtype }: Tensor): [Kind, unknown][] {
  const like = (other: readonly number[], type = dtype): Tensor => filled(other, type);
  const ranks = [[1, ...shape], shape.slice(1)].filter((other) => other.length !== shape.length);
  return [
    ["no tensor", "text"],
    ["a list", [1, 2]],
    ["nothing", undefined],
    ...ranks.map((other): [Kind, unknown] => ["another rank", like(other)]),
    ...shape.map((length, axis): [Kind, unknown] => ["another length", like(shape.with(axis, length + 1))]),
    ["another type", like(shape, dtype === "int32" ? "float64" : "int32")],
    ["another type", like(shape, "bool")],
  ];
}

/** Numbers that are no ids of anything where there are ids of anything. */
function filled(shape: readonly number[], dtype: Tensor["dtype"]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  if (dtype === "int32") return new Tensor(shape, dtype, new Int32Array(size).fill(99));
  if (dtype === "bool") return new Tensor(shape, dtype, new Uint8Array(size).fill(1));
  return new Tensor(shape, dtype, new Float64Array(size).fill(0.5), { requiresGrad: true });
}

const numberVariants = (): [Kind, unknown][] => [
  ["no number", "text"],
  ["nothing", null],
  ["a fraction", 1.5],
  ["NaN", NaN],
  ["a negative number", -7],
  ["a large number", 99],
];

function listVariants(list: readonly unknown[]): [Kind, unknown][] {
  const inside = list.length === 0 ? [] : variants(list[0]);
  return [
    ["no number", "text"],
    ["nothing", null],
    ["another list", []],
    ["another list", [...list, list[0] ?? 1]],
    ...inside.map(([kind, value]): [Kind, unknown] => [kind, [value, ...list.slice(1)]]),
  ];
}

// What a model is exported for: the names, shapes and types of its inputs.

import { checkDim, describe } from "../shape/shape";
import { addDims, type Dim, type DimExpr, exactDivDims, mulDims, subDims, symbol } from "../shape/dim";
import { type AxisPattern, type LengthExpression, parseContract } from "../shape/contract";
import { type DType, isDType } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";

/**
 * The shape of an input, as a text such as "batch 784" or as a list such as ["batch", 784]. A name is an axis of any
 * length, the same wherever the name occurs; `_` is one of any length that has no name; `2*n` and `n+1` are arithmetic.
 */
export type InputShape = string | readonly (string | number)[];

/** An input of a model: its shape, with a type where that is not float32; or a tensor just like it. */
export type OnnxInput = InputShape | Tensor | { readonly shape: InputShape; readonly dtype?: DType };

/** An input without numbers. */
export interface ModelInput {
  readonly name: string;
  readonly tensor: Tensor;
  /** Which axes have a length of their own that is known only when the model runs. */
  readonly symbols: ReadonlyMap<number, DimExpr>;
}

/** @throws TypeError, ShapeError for what cannot be read. */
export function readInputs(inputs: Readonly<Record<string, OnnxInput>>): ModelInput[] {
  if (typeof inputs !== "object" || inputs === null || Array.isArray(inputs) || (inputs as unknown) instanceof Tensor) {
    throw new TypeError(`exportOnnx: inputs must be an object such as { x: "batch 784" }, found ${describe(inputs)}.`);
  }
  const entries = Object.entries(inputs);
  if (entries.length === 0) throw new TypeError("exportOnnx: inputs must name at least one input, found none.");
  const symbols = new Map<string, DimExpr>();
  const patterns = entries.map(([name, input]) => patternsOf(name, input));
  for (const pattern of patterns.flat()) {
    if (pattern.kind !== "length" || pattern.length.kind !== "name") continue;
    const { name } = pattern.length;
    if (!symbols.has(name)) symbols.set(name, symbol(name, 1));
  }
  return entries.map(([name, input], i) => {
    const own = new Map<number, DimExpr>();
    const dims = patterns[i]!.map((pattern, axis) => {
      const dim = dimOf(name, pattern, axis, symbols);
      const isOpen = pattern.kind === "any" || (pattern.kind === "length" && pattern.length.kind === "name");
      if (isOpen) own.set(axis, dim as DimExpr);
      return dim;
    });
    return { name, tensor: new Tensor(dims, dtypeOf(name, input)), symbols: own };
  });
}

/** What is said of an axis: a word of a contract, or a number. */
type Pattern = AxisPattern | { readonly kind: "fixed"; readonly dim: Dim };

function patternsOf(name: string, input: OnnxInput): readonly Pattern[] {
  if (input instanceof Tensor) return input.dims.map((dim) => ({ kind: "fixed", dim }));
  const shape: unknown = typeof input === "object" && input !== null && "shape" in input ? input.shape : input;
  if (typeof shape === "string") return checkAxes(name, parseContract(shape).axes);
  if (!Array.isArray(shape)) {
    throw new TypeError(
      `exportOnnx: input ${name} must be a shape such as "batch 784" or ["batch", 784], a tensor, or { shape, dtype }, found ${describe(input)}.`,
    );
  }
  return (shape as readonly unknown[]).flatMap((length, axis): readonly Pattern[] => {
    if (typeof length !== "string") {
      return [{ kind: "fixed", dim: checkDim("exportOnnx", `axis ${axis} of input ${name}`, length) }];
    }
    const { axes } = parseContract(length);
    if (axes.length === 1) return checkAxes(name, axes);
    throw new TypeError(
      `exportOnnx: axis ${axis} of input ${name} must be a number or a name, found ${describe(length)}.`,
    );
  });
}

function checkAxes(name: string, axes: readonly AxisPattern[]): readonly AxisPattern[] {
  const rest = axes.find(({ kind }) => kind === "rest");
  if (!rest) return axes;
  throw new TypeError(`exportOnnx: input ${name} has "${rest.text}" in its shape: every axis must be written out.`);
}

function dimOf(input: string, pattern: Pattern, axis: number, symbols: ReadonlyMap<string, DimExpr>): Dim {
  if (pattern.kind === "fixed") return pattern.dim;
  if (pattern.kind === "length") return evaluate(input, pattern.length, symbols);
  return symbol(`${input}_${axis}`, 1);
}

function evaluate(input: string, length: LengthExpression, symbols: ReadonlyMap<string, DimExpr>): Dim {
  switch (length.kind) {
    case "number":
      return length.value;
    case "name": {
      const known = symbols.get(length.name);
      if (known !== undefined) return known;
      throw new TypeError(
        `exportOnnx: input ${input} reckons with ${length.name}, which must be the length of an axis of some input.`,
      );
    }
    case "arithmetic": {
      const [left, right] = [evaluate(input, length.left, symbols), evaluate(input, length.right, symbols)];
      const calculate = { "+": addDims, "-": subDims, "*": mulDims, "/": exactDivDims }[length.operator];
      return calculate(left, right);
    }
  }
}

function dtypeOf(name: string, input: OnnxInput): DType {
  const dtype: unknown = typeof input === "object" && "dtype" in input ? (input.dtype ?? "float32") : "float32";
  if (isDType(dtype)) return dtype;
  throw new TypeError(
    `exportOnnx: the dtype of input ${name} must be "float32", "float64", "int32" or "bool", found ${describe(dtype)}.`,
  );
}

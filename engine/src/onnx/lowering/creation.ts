// Tensors that are made of lengths that only a run knows, in ONNX.

import { DimExpr, maxDims, subDims } from "../../shape/dim";
import { type Call, type Lowered, type Lowering } from "../call";
import { lengthsOf, numbersOf, Value } from "../graph";

type Creation = Lowering<readonly unknown[]>;

/** By the names of the functions that make them. */
export const creationLowerings: Readonly<Record<string, Lowering<never>>> = {
  zeros: filled(() => 0),
  ones: filled(() => 1),
  full: filled(([, value]) => Number(value)),
  zerosLike: filled(() => 0),
  onesLike: filled(() => 1),
  eye: (call: Call<readonly unknown[]>) => call.node("EyeLike", [repeated(call, 0)]),
  arange: (call: Call<readonly unknown[]>) => {
    const [first, second, step] = call.params;
    const start = second === undefined ? 0 : first;
    const counted = call.cast(call.lengths.count(call.dims[0]!), call.dtype);
    const scaled = step === undefined || step === 1 ? counted : times(call, counted, Number(step));
    return start === 0 ? scaled : call.elementwise("Add", [scaled, number(call, start)]);
  },
  linspace: (call: Call<readonly unknown[]>) => {
    const [start, stop] = call.params.slice(0, 2).map(Number) as [number, number];
    const places = call.cast(call.lengths.count(call.dims[0]!), call.dtype);
    const gaps = call.cast(call.lengths.scalar(maxDims(subDims(call.dims[0]!, 1), 1)), call.dtype);
    const step = call.elementwise("Div", [call.graph.scalar(stop - start, call.dtype), gaps]);
    return call.elementwise("Add", [call.elementwise("Mul", [places, step]), call.scalar(start, step)]);
  },
  oneHot: (call: Call<readonly unknown[]>) => {
    const classes = call.lengths.length(call.dims.at(-1)!);
    const values = call.graph.constant(numbersOf([0, 1], call.dtype), [2], call.dtype);
    return call.node("OneHot", [call.input(0, "int64"), classes, values], { axis: -1 });
  },
} satisfies Record<string, Creation>;

function filled(valueOf: (args: readonly unknown[]) => number): Creation {
  return (call): Lowered => {
    const value = valueOf(call.params);
    return { whole: () => call.inScope(() => repeated(call, value)), isZero: value === 0 };
  };
}

/** The shape of the result full of one number. */
function repeated(call: Call, value: number): Value {
  const lengths = lengthsOf(call.dims);
  const one = new Value("", [1], call.dtype, numbersOf([value], call.dtype));
  const shape = lengths ? call.graph.ints(lengths) : call.lengths.shape(call.dims);
  return call.node("ConstantOfShape", [shape], { value: one });
}

function times(call: Call, counted: Value, step: number): Value {
  return call.elementwise("Mul", [counted, call.scalar(step, counted)]);
}

/** A number, or a length, as a scalar of the result's type. */
function number(call: Call, value: unknown): Value {
  if (!(value instanceof DimExpr)) return call.graph.scalar(Number(value), call.dtype);
  return call.cast(call.lengths.scalar(value), call.dtype);
}

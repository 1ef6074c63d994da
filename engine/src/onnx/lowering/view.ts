// Other shapes and other orders, in ONNX.

import { axesOf, type Axes, axisOf } from "../../ops/axis";
import { type PadParams, type RepeatParams } from "../../ops/view/extend";
import { type Swap } from "../../ops/view/axes";
import { type RollParams, type TileParams } from "../../ops/view/tile";
import { type TriangleParams } from "../../ops/view/triangle";
import { constantOf, type Dim, maxDims, productOfDims } from "../../shape/dim";
import { normalizeAxes, normalizeAxis } from "../../shape/shape";
import { type DType } from "../../tensor/dtype";
import { type Call, type Lowering } from "../call";
import { numbersOf, type Value } from "../graph";

/** The same numbers under the shape of the result. */
const reshaped: Lowering = (call) => call.reshape(call.input(0, call.dtype), call.dims);

export const view: Readonly<Record<string, Lowering<never>>> = {
  reshape: reshaped,
  flatten: (call: Call<{ readonly startAxis: number }>) => {
    const start =
      call.tensors[0]!.rank === 0 ? 0 : normalizeAxis("flatten", call.params.startAxis, call.tensors[0]!.rank);
    if (start !== 1) return reshaped(call);
    return call.node("Flatten", [call.input(0, call.dtype)], { axis: 1 });
  },
  squeeze: (call: Call<{ readonly axis: Axes | undefined }>) => {
    const [x] = call.tensors;
    const isUnit = (axis: number): boolean => constantOf(x!.dims[axis]!) === 1;
    const axes = axesOf("squeeze", x!, call.params.axis).filter(
      (axis) => call.params.axis !== undefined || isUnit(axis),
    );
    return axes.length === 0 ? call.input(0, call.dtype) : call.squeeze(call.input(0, call.dtype), axes);
  },
  expandDims: (call: Call<{ readonly axis: Axes }>) =>
    call.unsqueeze(call.input(0, call.dtype), normalizeAxes("expandDims", call.params.axis, call.dims.length)),
  transpose: (call: Call<{ readonly axes?: readonly number[] }>) => {
    const x = call.input(0, call.dtype);
    const all = x.dims.map((_, axis) => axis);
    const { axes = [...all].reverse() } = call.params;
    return call.transpose(
      x,
      axes.map((axis) => axisOf("transpose", call.tensors[0]!, axis)),
    );
  },
  swapAxes: (call: Call<Swap>) => {
    const x = call.input(0, call.dtype);
    const [a, b] = [call.params.a, call.params.b].map((axis) => axisOf("swapAxes", call.tensors[0]!, axis)) as [
      number,
      number,
    ];
    const order = x.dims.map((_, axis) => (axis === a ? b : axis === b ? a : axis));
    return call.transpose(x, order);
  },
  broadcastTo: (call: Call) => call.node("Expand", [call.input(0, call.dtype), call.lengths.shape(call.dims)]),
  concat: (call: Call<{ readonly axis: number }>) =>
    call.node("Concat", call.all(call.dtype), { axis: axisOf("concat", call.tensors[0]!, call.params.axis) }),
  stack: (call: Call<{ readonly axis: number }>) => {
    const axis = normalizeAxis("stack", call.params.axis, call.dims.length);
    const parts = call.all(call.dtype).map((part) => call.unsqueeze(part, [axis]));
    return call.node("Concat", parts, { axis });
  },
  pad: (call: Call<PadParams>) => {
    const { widths, value } = call.params;
    if (widths.length === 0) return call.input(0, call.dtype);
    const [before, after] = [widths.map(([width]) => width), widths.map(([, width]) => width)];
    // What the value becomes in a tensor of this type.
    const [edge] = Array.from(numbersOf([value], call.dtype), Number) as [number];
    // ONNX pads numbers only.
    return asNumbers(call, (x) =>
      call.node("Pad", [x, call.lengths.shape([...before, ...after]), call.scalar(edge, x)], {}, call.dims, x.dtype),
    );
  },
  tile: (call: Call<TileParams>) => {
    const x = call.input(0, call.dtype);
    const rank = call.dims.length;
    const lead = rank - x.dims.length;
    const wide =
      lead === 0
        ? x
        : call.unsqueeze(
            x,
            Array.from({ length: lead }, (_, i) => i),
          );
    const missing = new Array<Dim>(rank - call.params.times.length).fill(1);
    return call.node("Tile", [wide, call.lengths.shape([...missing, ...call.params.times])]);
  },
  repeat: (call: Call<RepeatParams>) => {
    const { n, axis } = call.params;
    const given = call.input(0, call.dtype);
    const x = axis === undefined ? call.reshape(given, [productOfDims(given.dims)]) : given;
    const along = axis === undefined ? 0 : axisOf("repeat", call.tensors[0]!, axis);
    const dims = x.dims.toSpliced(along + 1, 0, n);
    const times = dims.map((_, i): Dim => (i === along + 1 ? n : 1));
    const copies = call.node("Tile", [call.unsqueeze(x, [along + 1]), call.lengths.shape(times)], {}, dims);
    return call.reshape(copies, call.dims);
  },
  roll: (call: Call<RollParams>) => {
    const { shift, axis } = call.params;
    const given = call.input(0, call.dtype);
    const x = axis === undefined ? call.reshape(given, [productOfDims(given.dims)]) : given;
    const along = axis === undefined ? 0 : axisOf("roll", call.tensors[0]!, axis);
    const length = x.dims[along]!;
    const moved = call.elementwise("Sub", [call.lengths.count(length), call.graph.scalar(shift, "int64")]);
    // ONNX's remainder of whole numbers has the sign of the divisor.
    const places = call.elementwise("Mod", [moved, call.lengths.length(maxDims(length, 1))]);
    return call.reshape(call.node("Gather", [x, places], { axis: along }, x.dims), call.dims);
  },
  flip: (call: Call<{ readonly axis: Axes | undefined }>) => {
    const axes = axesOf("flip", call.tensors[0]!, call.params.axis);
    const x = call.input(0, call.dtype);
    if (axes.length === 0) return x;
    const list = (value: number): Value => call.graph.ints(axes.map(() => value));
    return call.node("Slice", [x, list(-1), list(Number.MIN_SAFE_INTEGER), call.graph.ints(axes), list(-1)]);
  },
  tril: triangle(0),
  triu: triangle(1),
};

function triangle(upper: number): Lowering<TriangleParams> {
  return (call) =>
    asNumbers(call, (x) =>
      call.node("Trilu", [x, call.graph.scalar(call.params.diagonal, "int64")], { upper }, call.dims, x.dtype),
    );
}

/** For operators that know no int32 and no bools: what they do to int64 instead. */
function asNumbers(call: Call, run: (x: Value) => Value): Value {
  const isWhole = call.dtype === "int32" || call.dtype === "bool";
  return call.cast(run(call.input(0, isWhole ? "int64" : call.dtype)), call.dtype as DType);
}

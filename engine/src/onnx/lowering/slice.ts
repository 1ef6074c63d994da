// Parts of tensors, in ONNX.

import { isSpan, type SliceParams, type Span } from "../../ops/view/slice";
import { addDims, constantOf, type Dim } from "../../shape/dim";
import { type Call, type Lowered, type Lowering } from "../call";
import { Value } from "../graph";

export const slicing: Readonly<Record<string, Lowering<never>>> = {
  slice: (call: Call<SliceParams>) => partOf(call, call.params.ranges),
  at: (call: Call<{ readonly i: Dim }>) => partOf(call, [call.params.i]),
};

type Ranges = SliceParams["ranges"];

function partOf(call: Call, ranges: Ranges): Lowered {
  const lowered = call.lowered(0);
  const part = lowered instanceof Value ? undefined : lowered.part?.(ranges);
  return part ?? picked(call, sliced(call, call.input(0, call.dtype), ranges), ranges);
}

/** Further than any axis reaches. */
const FAR = Number.MAX_SAFE_INTEGER;

/** The spans, all in one node. An axis of which one position is picked is still whole. */
function sliced(call: Call, x: Value, ranges: Ranges): Value {
  const spans = ranges.flatMap((range, axis): [number, Span][] =>
    range !== null && isSpan(range) && !isWhole(range) ? [[axis, range]] : [],
  );
  if (spans.length === 0) return x;
  let kept = 0;
  const dims = x.dims.map((dim, axis) => {
    const range = ranges[axis] ?? null;
    return range === null || isSpan(range) ? call.dims[kept++]! : dim;
  });
  const starts = spans.map(([, { start, step }]) => start ?? (step > 0 ? 0 : FAR));
  const stops = spans.map(([, span]) => stopOf(span));
  const inputs = [
    ...[call.lengths.shape(starts), call.lengths.shape(stops)],
    call.graph.ints(spans.map(([axis]) => axis)),
    call.graph.ints(spans.map(([, { step }]) => step)),
  ];
  return call.node("Slice", [x, ...inputs], {}, dims);
}

function isWhole({ start, stop, step, length }: Span): boolean {
  return step === 1 && (start === null || constantOf(start) === 0) && stop === null && length === undefined;
}

function stopOf({ start, stop, step, length }: Span): Dim {
  if (length !== undefined) return addDims(start ?? 0, length);
  return stop ?? (step > 0 ? FAR : -FAR);
}

/** The positions, one node each, the last axis first so that the others stay where they are. */
function picked(call: Call, x: Value, ranges: Ranges): Value {
  let value = x;
  for (let axis = ranges.length - 1; axis >= 0; axis--) {
    const range = ranges[axis]!;
    if (range === null || isSpan(range)) continue;
    value = call.node("Gather", [value, call.lengths.scalar(range)], { axis }, value.dims.toSpliced(axis, 1));
  }
  return value;
}

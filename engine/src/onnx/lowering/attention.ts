// Attention, in ONNX: spelled out in products and a softmax, which every reader of ONNX knows.

import { type AttentionParams } from "../../ops/attention/attention";
import { constantOf, type Dim, dimsEqual, exactDivDims } from "../../shape/dim";
import { type Shape } from "../../shape/shape";
import { type Call, type Lowering } from "../call";
import { type Value } from "../graph";

export const attention: Readonly<Record<string, Lowering<never>>> = {
  scaledDotProductAttention: (call: Call<AttentionParams>) => {
    if (call.params.dropout > 0) {
      throw call.refuse(
        "its dropout draws random numbers. Leave the dropout out, or call eval() on the layer it is in.",
      );
    }
    const [q, k, v] = [0, 1, 2].map((i) => call.input(i, call.dtype)) as [Value, Value, Value];
    const scores = masked(call, scaled(call, product(call, q, call.swapLast(k)), q.dims.at(-1)!));
    const weights = call.node("Softmax", [scores], { axis: -1 }, scores.dims);
    return product(call, call.tensors.length > 3 ? withoutNone(call, scores, weights) : weights, v);
  },
};

/** a · b for every head. Where b has fewer heads than a, neighbouring heads of a share those of b. */
function product(call: Call, a: Value, b: Value): Value {
  const rank = a.dims.length;
  const dims = [...a.dims.slice(0, -1), b.dims.at(-1)!];
  const [heads, shared] = [a.dims[rank - 3], b.dims[rank - 3]];
  if (rank < 4 || dimsEqual(heads!, shared!) === "yes") return call.node("MatMul", [a, b], {}, dims);
  const inGroups = (shape: Shape): Dim[] => [
    ...shape.slice(0, -3),
    shared!,
    exactDivDims(heads!, shared!),
    ...shape.slice(-2),
  ];
  const grouped = call.reshape(a, inGroups(a.dims));
  const products = call.node("MatMul", [grouped, call.unsqueeze(b, [rank - 2])], {}, inGroups(dims));
  return call.reshape(products, dims);
}

function scaled(call: Call, scores: Value, width: Dim): Value {
  const constant = constantOf(width);
  if (constant !== undefined) return call.elementwise("Mul", [scores, call.scalar(1 / Math.sqrt(constant), scores)]);
  const number = call.cast(call.lengths.scalar(width), scores.dtype);
  return call.elementwise("Div", [scores, call.node("Sqrt", [number], {}, [])]);
}

/** The scores with −∞ where a query may not see a key. */
function masked(call: Call<AttentionParams>, scores: Value): Value {
  const mask = call.tensors[3];
  const isNumbers = mask !== undefined && mask.dtype !== "bool";
  const moved = isNumbers ? call.elementwise("Add", [scores, call.input(3, scores.dtype)]) : scores;
  const conditions = [
    ...(mask?.dtype === "bool" ? [call.input(3)] : []),
    ...(call.params.causal ? [past(call, scores.dims)] : []),
  ];
  if (conditions.length === 0) return moved;
  const isSeen = conditions.reduce((a, b) => call.elementwise("And", [a, b]));
  return call.node("Where", [isSeen, moved, call.scalar(-Infinity, moved)], {}, scores.dims);
}

/** [queries, keys]: where the key does not come after the query. */
function past(call: Call, scores: Shape): Value {
  const query = call.unsqueeze(call.lengths.count(scores.at(-2)!), [1]);
  const key = call.unsqueeze(call.lengths.count(scores.at(-1)!), [0]);
  return call.elementwise("LessOrEqual", [key, query], "bool");
}

/** A query that may see nothing gets zeros, where a softmax of nothing but −∞ is NaN. */
function withoutNone(call: Call, scores: Value, weights: Value): Value {
  const isHidden = call.elementwise("Equal", [scores, call.scalar(-Infinity, scores)], "bool");
  return call.node("Where", [isHidden, call.scalar(0, weights), weights], {}, weights.dims);
}

// Losses, in ONNX.

import { type CrossEntropyParams } from "../../ops/loss/crossEntropy";
import { type LossParams, type Reduction } from "../../ops/loss/pairwise";
import { type Call, type Lowering } from "../call";
import { type Value } from "../graph";

/** What becomes of the losses of the single elements. */
function reduced(call: Call, losses: Value, reduction: Reduction): Value {
  if (reduction === "none") return losses;
  return call.node(reduction === "mean" ? "ReduceMean" : "ReduceSum", [losses], { keepdims: 0 });
}

type Arithmetic = (type: string, ...values: readonly (Value | number)[]) => Value;

/** A loss written as a formula; numbers in it take the type of the result. */
function pairwise(
  formula: (calculate: Arithmetic, pred: Value, target: Value, params: LossParams) => Value,
): Lowering<LossParams> {
  return (call) => {
    const { dtype, params } = call;
    const calculate: Arithmetic = (type, ...values) =>
      call.elementwise(
        type,
        values.map((value) => (typeof value === "number" ? call.graph.scalar(value, dtype) : value)),
      );
    return reduced(call, formula(calculate, call.input(0, dtype), call.input(1, dtype), params), params.reduction);
  };
}

/** Logarithms are cut as in the engine. */
const cappedLog = (calculate: Arithmetic, x: Value): Value => calculate("Max", calculate("Log", x), -100);

export const loss: Readonly<Record<string, Lowering<never>>> = {
  mse: pairwise((calculate, pred, target) => {
    const distance = calculate("Sub", pred, target);
    return calculate("Mul", distance, distance);
  }),
  mae: pairwise((calculate, pred, target) => calculate("Abs", calculate("Sub", pred, target))),
  // With the part c = min(d, δ) of a distance d the loss is c · (d − ½c).
  huber: pairwise((calculate, pred, target, { delta }) => {
    const distance = calculate("Abs", calculate("Sub", pred, target));
    const near = calculate("Min", distance, delta);
    return calculate("Mul", near, calculate("Sub", distance, calculate("Mul", near, 0.5)));
  }),
  binaryCrossEntropy: pairwise((calculate, prob, target) => {
    const yes = calculate("Mul", target, cappedLog(calculate, prob));
    const no = calculate("Mul", calculate("Sub", 1, target), cappedLog(calculate, calculate("Sub", 1, prob)));
    return calculate("Neg", calculate("Add", yes, no));
  }),
  // −log σ(x) is softplus(−x): t · softplus(−x) + (1 − t) · softplus(x) = softplus(x) − t · x.
  binaryCrossEntropyWithLogits: pairwise((calculate, logits, target) =>
    calculate("Sub", calculate("Softplus", logits), calculate("Mul", target, logits)),
  ),
  klDivergence: (call: Call<LossParams>) => {
    const [pred, target] = call.all(call.dtype) as [Value, Value];
    const zero = call.scalar(0, target);
    const distance = call.elementwise("Sub", [call.elementwise("Log", [target]), pred]);
    return reduced(
      call,
      unlessZero(call, target, call.elementwise("Mul", [target, distance]), zero),
      call.params.reduction,
    );
  },
  nll: (call: Call<CrossEntropyParams>) =>
    reduced(call, chosen(call, call.input(0, call.dtype)), call.params.reduction),
  crossEntropy: (call: Call<CrossEntropyParams>) => {
    const { reduction } = call.params;
    const [logits, target] = call.tensors;
    const scores = call.input(0, call.dtype);
    const logs = call.node("LogSoftmax", [scores], { axis: 1 }, scores.dims);
    if (target!.rank !== logits!.rank) return reduced(call, chosen(call, logs), reduction);
    const weights = call.input(1, call.dtype);
    const zero = call.scalar(0, weights);
    const terms = unlessZero(call, weights, call.elementwise("Mul", [weights, logs]), zero);
    const dims = scores.dims.toSpliced(1, 1);
    const sums = call.node("ReduceSum", [terms, call.graph.ints([1])], { keepdims: 0 }, dims);
    return reduced(call, call.elementwise("Neg", [sums]), reduction);
  },
};

/** A class that is impossible costs nothing, rather than 0 · ∞. */
function unlessZero(call: Call, weights: Value, terms: Value, zero: Value): Value {
  const isZero = call.elementwise("Equal", [weights, zero], "bool");
  return call.graph.node("Where", [isZero, zero, terms], terms);
}

/** The negative of what stands at each class id. */
function chosen(call: Call, logs: Value): Value {
  const ids = call.unsqueeze(call.input(1, call.tensors[1]!.dtype === "int32" ? "int32" : "int64"), [1]);
  const picked = call.node("GatherElements", [logs, ids], { axis: 1 }, ids.dims);
  return call.elementwise("Neg", [call.squeeze(picked, [1])]);
}

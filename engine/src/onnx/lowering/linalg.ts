// Products of matrices, in ONNX.

import { type MatmulParams } from "../../ops/linalg";
import { type EinsumParams } from "../../ops/einsum/einsum";
import { resolve } from "../../ops/einsum/spec";
import { constantOf, type Dim } from "../../shape/dim";
import { type Call, type Lowering } from "../call";
import { type Value } from "../graph";

export const linalg: Readonly<Record<string, Lowering<never>>> = {
  matmul: (call: Call<MatmulParams>) => {
    const { transposeA, transposeB } = call.params;
    const [a, b] = call.all(call.dtype) as [Value, Value];
    return call.node("MatMul", [transposeA ? call.swapLast(a) : a, transposeB ? call.swapLast(b) : b]);
  },
  // ONNX's dense layer keeps our layout of the weights, and is for matrices only.
  linear: (call: Call) => {
    const [x, w, b] = call.all(call.dtype) as [Value, Value, Value | undefined];
    if (x.dims.length === 2) return call.node("Gemm", [x, w, b], { transB: 1 });
    const product = call.node("MatMul", [x, call.swapLast(w)]);
    return b ? call.node("Add", [product, b]) : product;
  },
  einsum: (call: Call<EinsumParams>) => {
    const { inputs, output, sizes } = resolve(call.params.spec, call.tensors);
    // ONNX's sum does not broadcast: an axis of length 1 that meets a longer one is left out.
    const isLeftOut = (label: string, dim: Dim): boolean =>
      constantOf(dim) === 1 && constantOf(sizes.get(label)!) !== 1;
    const parts = call.all(call.dtype).map((x, i): [Value, readonly string[]] => {
      const axes = x.dims.flatMap((dim, axis) => (isLeftOut(inputs[i]![axis]!, dim) ? [axis] : []));
      const labels = inputs[i]!.filter((_, axis) => !axes.includes(axis));
      return [axes.length === 0 ? x : call.squeeze(x, axes), labels];
    });
    const letters = lettersFor([...inputs.flat()]);
    const text = (labels: readonly string[]): string => labels.map((label) => letters.get(label)!).join("");
    const equation = `${parts.map(([, labels]) => text(labels)).join(",")}->${text(output)}`;
    return call.node(
      "Einsum",
      parts.map(([x]) => x),
      { equation },
    );
  },
};

/** A letter for each label; axes without a name get what is left of the alphabet. */
function lettersFor(labels: readonly string[]): ReadonlyMap<string, string> {
  const free = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"].filter((letter) => !labels.includes(letter));
  return new Map([...new Set(labels)].map((label) => [label, label.length === 1 ? label : free.shift()!]));
}

// Products and sums over named axes (Einstein's summation convention).

import { contract, type Labelled } from "../../kernels/contract";
import { concrete, sizeOf } from "../../shape/shape";
import { allocate } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { zeroGradient } from "../gradient";
import { engineOp, type Op, resultType, type TensorLike } from "../op";
import { type EinsumSpec, parseSpec, resolve } from "./spec";

export interface EinsumParams {
  readonly spec: EinsumSpec;
}

/**
 * Multiplies tensors along the axes that share a letter, and adds up over those that the result does not name:
 * "ij,jk->ik" is the matrix product, "ii->" the trace, "...ij->...ji" the transpose of matrices. Axes under "..."
 * broadcast. Without "->" the result has the letters that occur once, in the order of the alphabet, as in NumPy.
 * @throws ShapeError `einsum` when the letters do not fit the axes, TypeError for a spec that cannot be read.
 */
export const einsum: Op<[spec: string, ...xs: TensorLike[]], EinsumParams> = engineOp<
  [spec: string, ...xs: TensorLike[]],
  EinsumParams
>({
  name: "einsum",
  doc: "Products along the axes that share a letter, added up over those that the result does not name.",
  example: 'einsum("bij,bjk->bik", ones([2, 3, 4]), ones([2, 4, 5]))',
  args: (spec, ...xs) => ({ inputs: xs, names: xs.map((_, i) => `xs[${i}]`), params: { spec: parseSpec(spec) } }),
  shape: (inputs, { spec }) => {
    const { output, sizes } = resolve(spec, inputs);
    const dtype = resultType(inputs);
    return { dims: output.map((label) => sizes.get(label)!), dtype: dtype === "bool" ? "int32" : dtype };
  },
  forward: (inputs, { spec }, dims, dtype) => {
    const { labelled, labels, sizes } = labelledInputs(inputs, spec);
    const data = allocate(dtype, sizeOf(dims));
    contract(labelled, { labels, shape: dims, data }, sizes);
    return data;
  },
  backward: ({ grad, inputs, params: { spec } }) => {
    const { labelled, labels, sizes } = labelledInputs(inputs, spec);
    const outer = { labels, shape: grad.shape, data: grad.data };
    return inputs.map((x, i) => {
      const gradient = zeroGradient(x);
      const others = labelled.filter((_, other) => other !== i);
      contract([outer, ...others], { ...labelled[i]!, data: gradient.data }, sizes);
      return gradient;
    });
  },
  samples: [
    (make) => ["ij,jk->ik", make.normal([2, 3]), make.normal([3, 4])],
    (make) => ["bij,kj->kbi", make.normal([2, 3, 2]), make.normal([3, 2])],
    (make) => ["ii->i", make.normal([3, 3])],
    (make) => ["ii", make.normal([3, 3])],
    (make) => ["ij,i,j->", make.normal([2, 3]), make.normal([2]), make.normal([3])],
    (make) => ["ij,kl->i", make.normal([2, 3]), make.normal([2, 2])],
    (make) => ["...ij,...j->...i", make.normal([2, 1, 2, 3]), make.normal([3, 3])],
    (make) => ["...", make.normal([2, 2])],
    (make) => ["i,i->", make.normal([0]), make.normal([0])],
    (make) => {
      const lengths = { i: make.dim(), j: make.dim(1), k: make.dim(1), l: make.dim(1) };
      const [spec, ...operands] = make.oneOf(
        ["ij,jk->ki", "ij", "jk"],
        ["kij,lj->ikl", "kij", "lj"],
        ["ijk,k->j", "ijk", "k"],
        ["ij,kj,lj->ilk", "ij", "kj", "lj"],
        ["iji,k->jk", "iji", "k"],
        ["...ij,jk->...ki", "lij", "jk"],
      );
      const shapes = operands.map((letters) =>
        Array.from(letters, (letter) => lengths[letter as keyof typeof lengths]),
      );
      return [spec, ...shapes.map((shape) => make.normal(shape))];
    },
  ],
});

function labelledInputs(
  inputs: readonly Tensor[],
  spec: EinsumSpec,
): { labelled: Labelled[]; labels: readonly string[]; sizes: Map<string, number> } {
  const axes = resolve(spec, inputs);
  const sizes = new Map([...axes.sizes].map(([label, dim]) => [label, Number(dim)]));
  const labelled = inputs.map((x, i) => ({ labels: axes.inputs[i]!, shape: concrete(x.dims), data: x.data }));
  return { labelled, labels: axes.output, sizes };
}

// Scaled dot-product attention (Vaswani et al., 2017).

import { attend, attendBack, type Attention } from "../../kernels/attention";
import { expandKernel, sumToKernel } from "../../kernels/elementwise";
import { sharedGenerator } from "../../random/random";
import { concrete, sizeOf } from "../../shape/shape";
import { allocate, type DataArray } from "../../tensor/dtype";
import { Tensor } from "../../tensor/tensor";
import { checkOptions, flag } from "../axis";
import { checkProbability } from "../dropout";
import { zeroGradient } from "../gradient";
import { engineOp, type Op, type TensorLike } from "../op";
import { attentionShape } from "./shape";

export interface AttentionOptions {
  /** Bools, true where a query may see a key, or numbers added to the scores; broadcasts to [..., queries, keys]. */
  readonly mask?: TensorLike;
  /** Whether query i sees the keys 0 … i only. */
  readonly causal?: boolean;
  /** The probability with which each attention weight is dropped, for training; 0 unless given. */
  readonly dropout?: number;
}

export interface AttentionParams {
  readonly causal: boolean;
  readonly dropout: number;
  /** What was drawn for the dropout, so that the gradient forgets the same. */
  factors: Float64Array | undefined;
}

type AttentionArgs = [q: TensorLike, k: TensorLike, v: TensorLike, options?: AttentionOptions, factors?: Float64Array];

const attention: Op<AttentionArgs, AttentionParams> = engineOp<AttentionArgs, AttentionParams>({
  name: "scaledDotProductAttention",
  doc: "softmax(q · kᵀ / √width + mask) · v: for each query a mean of the values, weighted by how well the keys fit.",
  example:
    "scaledDotProductAttention(randn([2, 4, 5, 8]), randn([2, 4, 7, 8]), randn([2, 4, 7, 8])) // shape [2, 4, 5, 8]",
  args: (q, k, v, options, factors) => {
    const op = "scaledDotProductAttention";
    checkOptions(op, options, ["mask", "causal", "dropout"]);
    const causal = flag(op, "causal", options?.causal);
    const dropout = checkProbability(op, "dropout", options?.dropout ?? 0);
    const mask = options?.mask;
    const inputs = mask === undefined ? [q, k, v] : [q, k, v, mask];
    return { inputs, names: ["q", "k", "v", "mask"], params: { causal, dropout, factors } };
  },
  shape: (inputs) => attentionShape(inputs),
  forward: (inputs, params, dims, dtype) => {
    const sizes = sizeOf(dims.slice(0, -1)) * inputs[1]!.shape.at(-2)!;
    if (params.dropout > 0) params.factors ??= draw(sizes, params.dropout);
    return attend(attentionOf(inputs, params), allocate(dtype, sizeOf(dims)));
  },
  backward: ({ grad, inputs, params }) => {
    const gradients = attendBack(attentionOf(inputs, params), grad.data);
    const [q, k, v, mask] = inputs as [Tensor, Tensor, Tensor, Tensor | undefined];
    const written = ([operand, values]: readonly [Tensor, DataArray]): Tensor => {
      const gradient = zeroGradient(operand);
      gradient.data.set(values);
      return gradient;
    };
    const found = (
      [
        [q, gradients.q],
        [k, gradients.k],
        [v, gradients.v],
      ] as const
    ).map(written);
    if (!mask || mask.dtype === "bool") return [...found, undefined];
    const dMask = zeroGradient(mask);
    sumToKernel(gradients.scores, scoresShape(inputs), dMask.data, concrete(mask.dims));
    return [...found, dMask];
  },
  samples: [
    (make) => [make.normal([2, 3, 4]), make.normal([2, 5, 4]), make.normal([2, 5, 2])],
    (make) => [make.normal([3, 2]), make.normal([3, 2]), make.normal([3, 2]), { causal: true }],
    (make) => [
      make.normal([1, 4, 2, 3]),
      make.normal([1, 2, 3, 3]),
      make.normal([1, 2, 3, 3]),
      { mask: make.normal([2, 3]) },
    ],
    (make) => [
      make.normal([2, 2, 2, 2]),
      make.normal([2, 1, 3, 2]),
      make.normal([2, 1, 3, 2]),
      { mask: make.normal([2, 1, 1, 3]) },
    ],
    (make) => [
      make.normal([2, 2]),
      make.normal([3, 2]),
      make.normal([3, 1]),
      { dropout: 0.5 },
      Float64Array.of(2, 0, 2, 0, 2, 2),
    ],
    (make) => [make.normal([0, 3, 4]), make.normal([0, 3, 4]), make.normal([0, 3, 4])],
    (make) => {
      const [shared, kvHeads] = [make.oneOf(1, 2), make.oneOf(1, 2)];
      const [batch, queries, keys, width] = [make.oneOf([], [1], [2], [0]), make.dim(1), make.dim(1), make.dim(1)];
      const heads = batch.length > 0 ? [shared * kvHeads] : [];
      const lead = batch.length > 0 ? [...batch, kvHeads] : [];
      const isSeen = make.integers(0, 2, [queries, keys]);
      const mask = make.oneOf(
        undefined,
        make.normal(make.broadcast([...batch, ...heads, queries, keys])),
        new Tensor(isSeen.dims, "bool", Uint8Array.from(isSeen.data)),
      );
      return [
        make.normal([...batch, ...heads, queries, width]),
        make.normal([...lead, keys, width]),
        make.normal([...lead, keys, make.dim(1)]),
        { mask, causal: make.oneOf(true, false) },
      ];
    },
  ],
});

/**
 * q [..., queries, width], k [..., keys, width], v [..., keys, valueWidth] → [..., queries, valueWidth]. With four axes
 * or more, the third last is that of the heads, of which k and v may have fewer: neighbouring heads of q share them
 * (Ainslie et al., 2023). A query that may see nothing gets zeros.
 * @throws ShapeError `matmul-inner` for widths or numbers of keys that differ, `broadcast` for other leading axes or a
 * mask that does not fit, `rank`.
 */
export const scaledDotProductAttention = attention as unknown as Op<
  [q: TensorLike, k: TensorLike, v: TensorLike, options?: AttentionOptions],
  AttentionParams
>;

function draw(size: number, p: number): Float64Array {
  const generator = sharedGenerator();
  return Float64Array.from({ length: size }, () => (generator.uniform() >= p ? 1 / (1 - p) : 0));
}

/** The shape of the scores: [..., queries, keys]. */
function scoresShape([q, k]: readonly Tensor[]): number[] {
  return [...q!.shape.slice(0, -1), k!.shape.at(-2)!];
}

function attentionOf(inputs: readonly Tensor[], { causal, factors }: AttentionParams): Attention {
  const [q, k, v, mask] = inputs as [Tensor, Tensor, Tensor, Tensor | undefined];
  const matrices = sizeOf(q.shape.slice(0, -2));
  return {
    ...{ q: q.data, k: k.data, v: v.data, matrices, causal, factors },
    sharing: matrices === 0 ? 1 : matrices / sizeOf(k.shape.slice(0, -2)),
    queries: q.shape.at(-2)!,
    keys: k.shape.at(-2)!,
    width: q.shape.at(-1)!,
    valueWidth: v.shape.at(-1)!,
    mask: mask && expandKernel(mask.data, concrete(mask.dims), scoresShape(inputs)),
  };
}

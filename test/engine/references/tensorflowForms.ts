// The ops that TensorFlow.js has in another form: other arguments, another order of axes, or in two or three steps.

import * as tf from "@tensorflow/tfjs-core";
import {
  type Peer,
  reductionOf,
  same,
  type LossOptions,
  plus,
  toFirst,
  toLast,
  type WindowOptions,
} from "./tensorflow";

interface NormOptions {
  readonly weight?: tf.Tensor;
  readonly bias?: tf.Tensor;
  readonly mean?: tf.Tensor;
  readonly variance?: tf.Tensor;
  readonly eps?: number;
  readonly layout?: "NCHW" | "NHWC";
}

/** The axes with this one last, and the way back. */
const orderToLast = (rank: number, axis: number): number[] => [...without(rank, [axis]), at(rank, axis)];
const orderFromLast = (rank: number, axis: number): number[] => {
  const order = orderToLast(rank, axis);
  return order.map((_, i) => order.indexOf(i));
};
const at = (rank: number, axis: number): number => (axis < 0 ? axis + rank : axis);
const without = (rank: number, axes: readonly number[]): number[] =>
  Array.from({ length: rank }, (_, i) => i).filter((i) => !axes.some((axis) => at(rank, axis) === i));

/** Runs along the last axis, the only one that the peer knows. */
function onLast<T extends tf.Tensor | Readonly<Record<string, tf.Tensor>>>(
  x: tf.Tensor,
  axis: number,
  run: (x: tf.Tensor) => T,
): tf.Tensor[] {
  const result = run(tf.transpose(x, orderToLast(x.rank, axis)));
  const parts = result instanceof tf.Tensor ? [result] : Object.values(result);
  return parts.map((part) => tf.transpose(part, orderFromLast(x.rank, axis)));
}

const normalized = (x: tf.Tensor, axes: number[], { eps = 1e-5, mean, variance }: NormOptions): tf.Tensor => {
  const moments = mean && variance ? { mean, variance } : tf.moments(x, axes, true);
  return tf.div(tf.sub(x, moments.mean), tf.sqrt(tf.add(moments.variance, eps)));
};
const scaled = (x: tf.Tensor, { weight, bias }: NormOptions): tf.Tensor => plus(weight ? tf.mul(x, weight) : x, bias);

/** Runs on channels that come last, where they meet weights of their length. */
const onChannelsLast = (x: tf.Tensor, { layout }: NormOptions, run: (x: tf.Tensor) => tf.Tensor): tf.Tensor =>
  layout === "NHWC" ? run(x) : onLast(x, 1, run)[0]!;

const order = (x: tf.Tensor, axis: number, count: number, sign: 1 | -1): tf.Tensor[] =>
  onLast(x, axis, (values) => {
    const { values: found, indices } = tf.topk(tf.mul(values, sign), count);
    return { values: tf.mul(found, sign), indices };
  });

type Range = number | null | readonly [start?: number | null, stop?: number | null, step?: number | null];

/** A range of Python as the peer takes it: where it begins, ends and steps, with a bit for what is left out. */
function strided(x: tf.Tensor, ranges: readonly Range[]): tf.Tensor | undefined {
  const isPicked = (range: Range | undefined): range is number => typeof range === "number";
  const spans = x.shape.map((_, axis): readonly (number | null | undefined)[] => {
    const range = ranges[axis] ?? [];
    // The end of the last place is left out: −1 + 1 would be the first.
    return isPicked(range) ? [range, range === -1 ? null : range + 1] : range;
  });
  // It knows no range without a place.
  const isEmpty = spans.some(([start, stop, step], axis) => {
    const places = new Array<number>(x.shape[axis]!).fill(0);
    return (step ?? 1) > 0 && places.slice(start ?? 0, stop ?? Infinity).length === 0;
  });
  if (isEmpty) return undefined;
  const bits = (place: 0 | 1): number =>
    spans.reduce((mask, span, axis) => mask + ((span[place] ?? undefined) === undefined ? 1 << axis : 0), 0);
  const begin = spans.map(([start]) => start ?? 0);
  const end = spans.map(([, stop]) => stop ?? 0);
  const steps = spans.map(([, , step]) => step ?? 1);
  const result = tf.stridedSlice(x, begin, end, steps, bits(0), bits(1));
  return tf.reshape(
    result,
    result.shape.filter((_, axis) => !isPicked(ranges[axis])),
  );
}

/** What is on and below this diagonal; the peer's bands begin at the main one. */
function below(x: tf.Tensor, diagonal: number): tf.Tensor {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  if (diagonal >= 0) return tf.linalg.bandPart(x, -1, Math.min(diagonal, columns));
  return tf.sub(x, tf.linalg.bandPart(x, Math.min(-diagonal - 1, rows), -1));
}

interface TransposedOptions extends Omit<WindowOptions, "padding"> {
  readonly padding?: number | [number, number];
  readonly outputPadding?: number | [number, number];
}

const pair = (value: number | [number, number]): [number, number] => (Array.isArray(value) ? value : [value, value]);

function convTransposed(x: tf.Tensor, w: tf.Tensor, options: TransposedOptions = {}): tf.Tensor | undefined {
  const { stride = 1, padding = 0, dilation = 1, groups = 1, outputPadding = 0, layout = "NCHW", bias } = options;
  if (groups !== 1 || pair(dilation).some((step) => step !== 1)) return undefined;
  const [strides, pads, extra] = [pair(stride), pair(padding), pair(outputPadding)];
  const image = layout === "NCHW" ? toLast(x) : (x as tf.Tensor4D);
  const lengths = [0, 1].map(
    (i) => (image.shape[i + 1]! - 1) * strides[i]! - 2 * pads[i]! + w.shape[i + 2]! + extra[i]!,
  ) as [number, number];
  const result = tf.conv2dTranspose(
    image,
    tf.transpose(w, [2, 3, 1, 0]) as tf.Tensor4D,
    [image.shape[0], ...lengths, w.shape[1]!],
    strides,
    [
      [0, 0],
      [pads[0], pads[0]],
      [pads[1], pads[1]],
      [0, 0],
    ],
  );
  return layout === "NCHW" ? toFirst(plus(result, bias)) : plus(result, bias);
}

/** One-hot rows of class ids, or probabilities as they are, with the classes last. */
const classesLast = (scores: tf.Tensor, target: tf.Tensor): [scores: tf.Tensor, rows: tf.Tensor] => {
  const last = tf.transpose(scores, orderToLast(scores.rank, 1));
  if (target.rank === scores.rank) return [last, tf.transpose(target, orderToLast(target.rank, 1))];
  // It wants at least two classes.
  const rows = tf.oneHot(tf.cast(target, "int32"), Math.max(scores.shape[1]!, 2));
  return [last, tf.slice(rows, target.shape.map(() => 0).concat(0), [...target.shape, scores.shape[1]!])];
};

const summed = (losses: tf.Tensor, { reduction = "mean" }: LossOptions = {}): tf.Tensor =>
  reduction === "none" ? losses : reduction === "sum" ? tf.sum(losses) : tf.mean(losses);

export const otherForms: Readonly<Record<string, Peer>> = {
  astype: same((x: tf.Tensor, dtype: string) => tf.cast(x, dtype === "float64" ? "float32" : (dtype as "int32"))),
  gelu: same((x: tf.Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))),
  silu: same((x: tf.Tensor) => tf.mul(x, tf.sigmoid(x))),
  norm: same((x: tf.Tensor, axis?: number | number[], options: { keepDims?: boolean } = {}) =>
    // It means another norm by two axes.
    Array.isArray(axis) ? undefined : tf.norm(x, "euclidean", axis, options.keepDims),
  ),
  at: same((x: tf.Tensor, i: number) => tf.unstack(x)[at(x.shape[0]!, i)]),
  flatten: same((x: tf.Tensor, axis = 0) =>
    tf.reshape(x, x.rank === 0 ? [1] : [...x.shape.slice(0, at(x.rank, axis)), -1]),
  ),
  swapAxes: same((x: tf.Tensor, a: number, b: number) => {
    const axes = x.shape.map((_, axis) => axis);
    const [first, second] = [at(x.rank, a), at(x.rank, b)];
    return tf.transpose(x, axes.with(first, second).with(second, first));
  }),
  slice: same((x: tf.Tensor, ...ranges: readonly Range[]) => strided(x, ranges)),
  tile: same((x: tf.Tensor, counts: number | number[]) => {
    const list = Array.isArray(counts) ? counts : [counts];
    const rank = Math.max(list.length, x.rank);
    const fill = <T>(items: readonly T[], one: T): T[] => [...new Array<T>(rank - items.length).fill(one), ...items];
    return tf.tile(tf.reshape(x, fill(x.shape, 1)), fill(list, 1));
  }),
  repeat: same((x: tf.Tensor, n: number, axis?: number) => {
    const [from, along] = axis === undefined ? [tf.reshape(x, [-1]), 0] : [x, at(x.rank, axis)];
    const ids = Array.from({ length: from.shape[along]! * n }, (_, i) => Math.floor(i / n));
    return tf.gather(from, tf.tensor1d(ids, "int32"), along);
  }),
  tril: same((x: tf.Tensor, diagonal = 0) => below(x, diagonal)),
  triu: same((x: tf.Tensor, diagonal = 0) => tf.sub(x, below(x, diagonal - 1))),
  gather: same((x: tf.Tensor, ids: tf.Tensor, axis: number) =>
    // Along the last axis of rows that belong to each other, the peer has it as a batch.
    at(x.rank, axis) === x.rank - 1 && String(x.shape.slice(0, -1)) === String(ids.shape.slice(0, -1))
      ? tf.gather(x, tf.cast(ids, "int32"), x.rank - 1, x.rank - 1)
      : undefined,
  ),
  topk: same((x: tf.Tensor, k: number, axis = -1) => order(x, axis, k, 1)),
  sort: same((x: tf.Tensor, axis = -1) => order(x, axis, x.shape.at(axis)!, -1)[0]),
  argsort: same(
    (x: tf.Tensor, axis = -1, options: { descending?: boolean; count?: number } = {}) =>
      order(x, axis, options.count ?? x.shape.at(axis)!, options.descending ? 1 : -1)[1],
  ),
  oneHot: {
    call: (ids: tf.Tensor, classes: number) => tf.cast(tf.oneHot(tf.cast(ids, "int32"), classes), "float32"),
    samples: [(make) => [make.integers(0, 4, make.shape()), 4]],
  },
  einsum: same((spec: string, ...operands: tf.Tensor[]) => {
    const [terms, result] = spec.split("->") as [string, string | undefined];
    if (result === undefined || spec.includes(".") || operands.length > 2) return undefined;
    const isRepeated = terms.split(",").some((term) => new Set(term).size < term.length);
    // What only one operand has and the result has not, it does not add up.
    const isDropped = Array.from(terms.replace(",", "")).some(
      (letter, _, all) => !result.includes(letter) && all.filter((other) => other === letter).length === 1,
    );
    return isRepeated || isDropped ? undefined : tf.einsum(spec, ...operands);
  }),
  convTranspose2d: same(convTransposed),
  upsample2d: same(
    (
      x: tf.Tensor,
      factor: number | [number, number],
      { mode = "nearest", layout = "NCHW" }: { mode?: string; layout?: string } = {},
    ) => {
      const image = layout === "NCHW" ? toLast(x) : (x as tf.Tensor4D);
      const [tall, wide] = pair(factor);
      const size: [number, number] = [image.shape[1] * tall, image.shape[2] * wide];
      const result =
        mode === "nearest"
          ? tf.image.resizeNearestNeighbor(image, size)
          : tf.image.resizeBilinear(image, size, false, true);
      return layout === "NCHW" ? toFirst(result) : result;
    },
  ),
  layerNorm: same((x: tf.Tensor, shape: number | number[], options: NormOptions = {}) => {
    const last = Array.isArray(shape) ? shape.length : 1;
    const axes = Array.from({ length: last }, (_, i) => x.rank - last + i);
    return scaled(normalized(x, axes, options), options);
  }),
  batchNorm: same((x: tf.Tensor, options: NormOptions = {}) =>
    onChannelsLast(x, options, (last) => {
      const { mean, variance, weight, bias, eps = 1e-5 } = options;
      const moments = mean && variance ? { mean, variance } : tf.moments(last, without(last.rank, [-1]));
      // The peer takes two to four axes.
      const flat = last.rank > 4 ? tf.reshape(last, [-1, last.shape.at(-1)!]) : last;
      const result = tf.batchNorm(
        flat,
        moments.mean as tf.Tensor1D,
        moments.variance as tf.Tensor1D,
        bias as tf.Tensor1D | undefined,
        weight as tf.Tensor1D | undefined,
        eps,
      );
      return tf.reshape(result, last.shape);
    }),
  ),
  groupNorm: same((x: tf.Tensor, groups: number, options: NormOptions = {}) =>
    onChannelsLast(x, options, (last) => {
      const channels = last.shape.at(-1)!;
      const grouped = tf.reshape(last, [last.shape[0]!, -1, groups, channels / groups]);
      return scaled(tf.reshape(normalized(grouped, [1, 3], options), last.shape), options);
    }),
  ),
  crossEntropy: same((logits: tf.Tensor, target: tf.Tensor, options?: LossOptions) => {
    const [scores, rows] = classesLast(logits, target);
    return tf.losses.softmaxCrossEntropy(rows, scores, undefined, 0, reductionOf(options));
  }),
  nll: same((logProbs: tf.Tensor, ids: tf.Tensor, options?: LossOptions) => {
    const [scores, rows] = classesLast(logProbs, ids);
    return summed(tf.neg(tf.sum(tf.mul(scores, rows), -1)), options);
  }),
  klDivergence: same((pred: tf.Tensor, target: tf.Tensor, options?: LossOptions) =>
    summed(
      tf.sub(tf.mul(target, tf.log(tf.maximum(tf.cast(target, "float32"), 1e-30))), tf.mul(target, pred)),
      options,
    ),
  ),
  scaledDotProductAttention: same(
    (
      q: tf.Tensor,
      k: tf.Tensor,
      v: tf.Tensor,
      options: { mask?: tf.Tensor; causal?: boolean; dropout?: number } = {},
    ) => {
      const isShared = String(q.shape.slice(0, -2)) !== String(k.shape.slice(0, -2));
      if (isShared || options.causal || options.dropout || options.mask?.dtype === "bool") return undefined;
      const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(q.shape.at(-1)!));
      return tf.matMul(tf.softmax(plus(scores, options.mask)), v);
    },
  ),
};

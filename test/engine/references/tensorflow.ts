// Which ops TensorFlow.js has under which name.

import { type SampleSource } from "@shapelens/engine/tooling";
import * as tf from "@tensorflow/tfjs-core";

export interface Peer {
  /** The peer's answer to the engine's arguments; undefined where it does not take these options. */
  readonly call: (...args: never[]) => tf.Tensor | readonly tf.Tensor[] | undefined;
  /** The arguments, where the declaration draws none. */
  readonly samples?: readonly ((make: SampleSource) => readonly unknown[])[];
}

type Operand = tf.Tensor | number;
type Reduce = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

export const same = (call: Peer["call"]): Peer => ({ call });
const truth = (x: Operand): tf.Tensor => tf.cast(x, "bool");
const reduced = (reduce: Reduce): Peer => ({
  call: (x: tf.Tensor, axis?: number | number[], options: { keepDims?: boolean; correction?: number } = {}) =>
    options.correction || (Array.isArray(axis) && axis.length === 0) ? undefined : reduce(x, axis, options.keepDims),
});

/** The peer knows the last axis only. */
const alongLast = (call: (x: tf.Tensor) => tf.Tensor): Peer => ({
  call: (x: tf.Tensor, axis = -1) => (axis === -1 || axis === x.rank - 1 ? call(x) : undefined),
});

/** The peer counts no ties and flattens nothing. */
const place = (find: (x: tf.Tensor, axis: number) => tf.Tensor): Peer => ({
  call: (x: tf.Tensor, axis?: number, options?: object) =>
    options ? undefined : axis === undefined ? find(tf.reshape(x, [-1]), 0) : find(x, axis),
});

export interface LossOptions {
  readonly reduction?: "mean" | "sum" | "none";
  readonly delta?: number;
}

const reductions = { mean: tf.Reduction.MEAN, sum: tf.Reduction.SUM, none: tf.Reduction.NONE };
export const reductionOf = (options: LossOptions = {}): tf.Reduction => reductions[options.reduction ?? "mean"];

export interface WindowOptions {
  readonly bias?: tf.Tensor;
  readonly stride?: number | [number, number];
  readonly padding?: number | [number, number] | "same" | "valid";
  readonly dilation?: number | [number, number];
  readonly groups?: number;
  readonly layout?: "NCHW" | "NHWC";
}

const isPlain = ({ groups = 1, layout = "NCHW" }: WindowOptions): boolean => groups === 1 && layout === "NCHW";
/** Zeros on both sides; a single number would go wrong in the peer where the window is not square. */
const zerosAround = (padding: WindowOptions["padding"]): "same" | "valid" | [number, number][] => {
  if (padding === "same" || padding === "valid") return padding;
  const [rows, columns] = Array.isArray(padding) ? padding : [padding ?? 0, padding ?? 0];
  return [
    [0, 0],
    [rows, rows],
    [columns, columns],
    [0, 0],
  ];
};
export const toLast = (x: tf.Tensor): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]);
export const toFirst = (x: tf.Tensor): tf.Tensor => tf.transpose(x, [0, 3, 1, 2]);
export const plus = (x: tf.Tensor, bias?: tf.Tensor): tf.Tensor => (bias ? tf.add(x, bias) : x);

const pooled = (pool: typeof tf.maxPool, takesZeros: boolean): Peer => ({
  call: (x: tf.Tensor, size: number | [number, number], options: WindowOptions = {}) => {
    const { stride = size, padding = 0, dilation } = options;
    if (!isPlain(options) || dilation !== undefined || (padding !== 0 && !takesZeros)) return undefined;
    return toFirst(pool(toLast(x), size, stride, zerosAround(padding) as "same"));
  },
});

/** What both have alike. */
export const peers: Readonly<Record<string, Peer>> = {
  sigmoid: same(tf.sigmoid),
  tanh: same(tf.tanh),
  relu: same(tf.relu),
  softplus: same(tf.softplus),
  leakyRelu: same((x: tf.Tensor, slope = 0.01) => tf.leakyRelu(x, slope)),
  elu: same((x: tf.Tensor, alpha = 1) => (alpha === 1 ? tf.elu(x) : undefined)),
  neg: same(tf.neg),
  abs: same(tf.abs),
  sign: same(tf.sign),
  exp: same(tf.exp),
  log: same(tf.log),
  log1p: same(tf.log1p),
  expm1: same(tf.expm1),
  sqrt: same(tf.sqrt),
  rsqrt: same(tf.rsqrt),
  square: same(tf.square),
  reciprocal: same(tf.reciprocal),
  sin: same(tf.sin),
  cos: same(tf.cos),
  floor: same(tf.floor),
  ceil: same(tf.ceil),
  round: same(tf.round),
  clip: same(tf.clipByValue),
  add: same(tf.add),
  sub: same(tf.sub),
  mul: same(tf.mul),
  div: same(tf.div),
  pow: same(tf.pow),
  mod: same(tf.mod),
  maximum: same(tf.maximum),
  minimum: same(tf.minimum),
  equal: same(tf.equal),
  notEqual: same(tf.notEqual),
  less: same(tf.less),
  lessEqual: same(tf.lessEqual),
  greater: same(tf.greater),
  greaterEqual: same(tf.greaterEqual),
  logicalAnd: same((a: Operand, b: Operand) => tf.logicalAnd(truth(a), truth(b))),
  logicalOr: same((a: Operand, b: Operand) => tf.logicalOr(truth(a), truth(b))),
  logicalNot: same((x: Operand) => tf.logicalNot(truth(x))),
  where: same((condition: Operand, a: Operand, b: Operand) =>
    tf.where(truth(condition), a as tf.Tensor, b as tf.Tensor),
  ),
  sum: reduced(tf.sum),
  mean: reduced(tf.mean),
  prod: reduced(tf.prod),
  max: reduced(tf.max),
  min: reduced(tf.min),
  variance: reduced((x, axis, keepDims) => tf.moments(x, axis, keepDims).variance),
  std: reduced((x, axis, keepDims) => tf.sqrt(tf.moments(x, axis, keepDims).variance)),
  logSumExp: reduced(tf.logSumExp),
  all: reduced((x, axis, keepDims) => tf.all(truth(x), axis, keepDims)),
  any: reduced((x, axis, keepDims) => tf.any(truth(x), axis, keepDims)),
  argmax: place((x, axis) => tf.argMax(x, axis)),
  argmin: place((x, axis) => tf.argMin(x, axis)),
  softmax: alongLast((x) => tf.softmax(x)),
  logSoftmax: alongLast((x) => tf.logSoftmax(x)),
  // With lengths of 1 on both sides of the batch the peer answers too few numbers.
  matmul: same((a: tf.Tensor, b: tf.Tensor, options?: object) => {
    if (options) return undefined;
    const [left, right] = [a, b].map(({ shape }) => shape.slice(0, -2).join());
    return a.rank < 2 || b.rank < 2 || (left && right && left !== right) ? undefined : tf.matMul(a, b);
  }),
  linear: same((x: tf.Tensor, w: tf.Tensor, b?: tf.Tensor) =>
    x.rank === 2 ? plus(tf.matMul(x, w, false, true), b) : undefined,
  ),
  dot: same((a: tf.Tensor, b: tf.Tensor) => (a.rank === 1 && b.rank === 1 ? tf.dot(a, b) : undefined)),
  outer: same((a: tf.Tensor, b: tf.Tensor) =>
    a.rank === 1 && b.rank === 1 ? tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D) : undefined,
  ),
  transpose: same((x: tf.Tensor, axes?: number[]) =>
    axes?.some((axis) => axis < 0) ? undefined : tf.transpose(x, axes),
  ),
  flip: same((x: tf.Tensor, axis?: number | number[]) => tf.reverse(x, axis)),
  // The peer cannot stretch to no elements at all.
  broadcastTo: same((x: Operand, shape: number[]) =>
    typeof x === "number" || shape.includes(0) ? undefined : tf.broadcastTo(x, shape),
  ),
  reshape: same((x: tf.Tensor, shape: number | number[]) => tf.reshape(x, Array.isArray(shape) ? shape : [shape])),
  expandDims: same((x: tf.Tensor, axis: number) => (typeof axis === "number" ? tf.expandDims(x, axis) : undefined)),
  pad: same((x: tf.Tensor, widths: [number, number][], value = 0) =>
    x.rank === 0 ? undefined : tf.pad(x, widths, value),
  ),
  concat: same((xs: tf.Tensor[], axis = 0) => tf.concat(xs, axis)),
  stack: same((xs: tf.Tensor[], axis = 0) => (axis < 0 ? undefined : tf.stack(xs, axis))),
  split: same((x: tf.Tensor, parts: number | number[], axis = 0) => tf.split(x, parts, axis)),
  squeeze: same((x: tf.Tensor, axis?: number | number[]) => tf.squeeze(x, typeof axis === "number" ? [axis] : axis)),
  cumsum: same((x: tf.Tensor, axis?: number) => (axis === undefined || axis < 0 ? undefined : tf.cumsum(x, axis))),
  unstack: same((x: tf.Tensor, axis = 0) => tf.unstack(x, axis)),
  take: same((x: tf.Tensor, ids: Operand, axis = 0) =>
    typeof ids !== "number" && ids instanceof tf.Tensor && tf.min(ids).dataSync()[0]! >= 0
      ? tf.gather(x, ids, axis)
      : undefined,
  ),
  embedding: same((ids: tf.Tensor, table: tf.Tensor) => tf.gather(table, ids)),
  conv2d: same((x: tf.Tensor, w: tf.Tensor, options: WindowOptions = {}) => {
    const { bias, stride = 1, padding = 0, dilation = 1 } = options;
    if (!isPlain(options)) return undefined;
    const kernel = tf.transpose(w, [2, 3, 1, 0]) as tf.Tensor4D;
    return toFirst(plus(tf.conv2d(toLast(x), kernel, stride, zerosAround(padding) as "same", "NHWC", dilation), bias));
  }),
  conv1d: same((x: tf.Tensor, w: tf.Tensor, options: WindowOptions = {}) => {
    const { bias, stride = 1, padding = "valid" } = options;
    if (!isPlain(options) || options.dilation !== undefined || typeof padding !== "string") return undefined;
    const [last, kernel] = [tf.transpose(x, [0, 2, 1]) as tf.Tensor3D, tf.transpose(w, [2, 1, 0]) as tf.Tensor3D];
    return tf.transpose(plus(tf.conv1d(last, kernel, stride as number, padding as "same"), bias), [0, 2, 1]);
  }),
  maxPool2d: pooled(tf.maxPool, true),
  avgPool2d: pooled(tf.avgPool, false),
  mse: same((x: tf.Tensor, y: tf.Tensor, options?: LossOptions) =>
    tf.losses.meanSquaredError(y, x, undefined, reductionOf(options)),
  ),
  mae: same((x: tf.Tensor, y: tf.Tensor, options?: LossOptions) =>
    tf.losses.absoluteDifference(y, x, undefined, reductionOf(options)),
  ),
  huber: same((x: tf.Tensor, y: tf.Tensor, options?: LossOptions) =>
    tf.losses.huberLoss(y, x, undefined, options?.delta ?? 1, reductionOf(options)),
  ),
  binaryCrossEntropyWithLogits: same((x: tf.Tensor, y: tf.Tensor, options?: LossOptions) =>
    tf.losses.sigmoidCrossEntropy(y, x, undefined, 0, reductionOf(options)),
  ),
  binaryCrossEntropy: same((x: tf.Tensor, y: tf.Tensor, options?: LossOptions) =>
    tf.losses.logLoss(y, x, undefined, 1e-9, reductionOf(options)),
  ),
  zeros: { call: (shape: number[]) => tf.zeros(shape), samples: [(make) => [make.shape()]] },
  ones: { call: (shape: number[]) => tf.ones(shape), samples: [(make) => [make.shape()]] },
  full: { call: (shape: number[], value: number) => tf.fill(shape, value), samples: [(make) => [make.shape(), 2.5]] },
  eye: { call: (n: number) => tf.eye(n), samples: [(make) => [make.dim(1)]] },
  arange: { call: (start: number, stop: number) => tf.range(start, stop), samples: [(make) => [make.dim(), 9]] },
  linspace: {
    call: (a: number, b: number, n: number) => tf.linspace(a, b, n),
    samples: [(make) => [-1, 3, make.dim(2)]],
  },
};

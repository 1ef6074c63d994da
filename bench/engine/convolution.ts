// Convolutions: forwards, and with the gradients of image and weights.

import * as jax from "@jax-js/jax";
import * as tf from "@tensorflow/tfjs-core";
import { conv2d, sum, tensor } from "@shapelens/engine";
import { type Benchmark } from "../benchmark";
import { jaxArray, names, numbers, onJax, onTfjs, tfTensor } from "./peers";

interface Convolution {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  readonly size: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly depthwise?: boolean;
  /** Whether to time the gradients, and whether jax-js is fast enough to be waited for. */
  readonly training?: boolean;
}

const convolutions: readonly Convolution[] = [
  { batch: 32, channels: 32, filters: 32, size: 28, kernel: 3, training: true },
  { batch: 32, channels: 1, filters: 16, size: 28, kernel: 5 },
  { batch: 32, channels: 16, filters: 32, size: 28, kernel: 3, stride: 2 },
  { batch: 32, channels: 64, filters: 64, size: 14, kernel: 1 },
  { batch: 32, channels: 32, filters: 32, size: 28, kernel: 3, depthwise: true },
];

export const convolutionBenchmarks = (): Benchmark[] => convolutions.flatMap(benchmarksOf);

function benchmarksOf(convolution: Convolution): Benchmark[] {
  const { batch, channels, filters, size, kernel, stride = 1, depthwise = false, training = false } = convolution;
  const groups = depthwise ? channels : 1;
  const padding = kernel >> 1;
  const count = Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const depth = channels / groups;
  const [shapeX, shapeW] = [
    [batch, channels, size, size],
    [filters, depth, kernel, kernel],
  ];
  const [dataX, dataW] = [numbers(shapeX), numbers(shapeW)];
  const [x, w] = [tensor(dataX, { shape: shapeX }), tensor(dataW, { shape: shapeW })];
  const operations = 2 * batch * filters * count * count * depth * kernel * kernel;
  const kind = `${kernel}×${kernel}${stride > 1 ? ` stride ${stride}` : ""}${depthwise ? " depthwise" : ""}`;
  const name = `conv2d ${kind}, ${channels}→${filters}, ${size}×${size}, batch ${batch}`;
  const tfImages = tf.transpose(tfTensor(dataX, shapeX) as tf.Tensor4D, [0, 2, 3, 1]);
  const tfWeights = tf.transpose(tfTensor(dataW, shapeW) as tf.Tensor4D, depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]);
  const tfForward = (): tf.Tensor =>
    depthwise
      ? tf.depthwiseConv2d(tfImages, tfWeights, stride, padding)
      : tf.conv2d(tfImages, tfWeights, stride, padding);
  const [jaxX, jaxW] = [jaxArray(dataX, shapeX), jaxArray(dataW, shapeW)];
  const pads: [number, number] = [padding, padding];
  const jaxForward = (images: jax.Array, weights: jax.Array): jax.Array =>
    jax.lax.convGeneralDilated(images, weights, [stride, stride], [pads, pads], { featureGroupCount: groups });
  const jaxJitted = jax.jit(jaxForward);
  const forward: Benchmark = {
    name,
    operations,
    run: () => conv2d(x, w, { padding, stride, groups }),
    peers: {
      [names.wasm]: onTfjs("wasm", tfForward),
      [names.jax]: onJax(() => jaxJitted(jaxX.ref, jaxW.ref)),
    },
  };
  if (!training) return [forward];
  const [leaf, weights] = [
    tensor(dataX, { shape: shapeX, requiresGrad: true }),
    tensor(dataW, { shape: shapeW, requiresGrad: true }),
  ];
  const jaxStep = jax.jit(jax.grad((pair: [jax.Array, jax.Array]) => jaxForward(pair[0], pair[1]).sum()));
  const step: Benchmark = {
    name: `  and its gradients`,
    operations: 3 * operations,
    run: () => {
      leaf.grad = weights.grad = undefined;
      sum(conv2d(leaf, weights, { padding, stride, groups })).backward();
    },
    peers: {
      [names.wasm]: "cannot",
      [names.jax]: {
        run: async () => {
          const gradients = jaxStep([jaxX.ref, jaxW.ref]);
          await jax.blockUntilReady(gradients);
          jax.tree.dispose(gradients);
        },
      },
    },
  };
  return [forward, step];
}

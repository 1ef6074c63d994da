// Training steps of networks of dense layers: forward pass, loss, gradients and a step of gradient descent.

import * as jax from "@jax-js/jax";
import * as tf from "@tensorflow/tfjs-core";
import {
  crossEntropy,
  Linear,
  mse,
  oneHot,
  randint,
  ReLU,
  Sequential,
  SGD,
  Sigmoid,
  type Tensor,
  tensor,
} from "@shapelens/engine";
import { type Benchmark, type Contestant } from "../benchmark";
import { jaxArray, names, numbers, onTfjs, tfTensor } from "./peers";

const LR = 0.01;

/** A network, its data and what all engines do with them. */
interface Task {
  readonly sizes: readonly number[];
  readonly batch: number;
  /** Classes through ReLU and cross-entropy, or numbers through sigmoids and squared errors. */
  readonly kind: "classes" | "numbers";
}

const large = (batch: number): Task => ({ sizes: [784, 128, 64, 10], batch, kind: "classes" });
const tiny: Task = { sizes: [3, 4, 1], batch: 5, kind: "numbers" };

export const trainingBenchmarks = (): Benchmark[] => [withPeers(large(64), "wasm"), withPeers(tiny, "wasm", "cpu")];

/** How the cost grows with the batch and with the parameters: where it is linear, the speed stays the same. */
export const curveBenchmarks = (): Benchmark[] => [
  ...[1, 4, 16, 256, 1024].map((batch) => benchmark(large(batch), dataOf(large(batch)))),
  ...[64, 128, 256, 512, 1024].map((width) => {
    const task: Task = { sizes: [width, width, width], batch: 64, kind: "classes" };
    return benchmark(task, dataOf(task));
  }),
];

interface Data {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

function dataOf({ sizes, batch, kind }: Task): Data {
  const outputs = sizes.at(-1)!;
  const classes = (): Float32Array => Float32Array.from(oneHot(randint(0, outputs, [batch]), outputs).data);
  return { x: numbers([batch, sizes[0]!]), y: kind === "classes" ? classes() : numbers([batch, outputs]) };
}

/** As in every dense layer that begins uniform in ±1/√fan-in. */
const initial = (inFeatures: number, outFeatures: number): Float32Array =>
  numbers([inFeatures, outFeatures]).map((value) => value / Math.sqrt(inFeatures));

const layersOf = ({ sizes }: Task): [inFeatures: number, outFeatures: number][] =>
  sizes.slice(1).map((size, i) => [sizes[i]!, size]);

function benchmark(task: Task, data: Data): Benchmark {
  const { sizes, batch, kind } = task;
  const outputs = sizes.at(-1)!;
  const layers = layersOf(task).flatMap(([inFeatures, outFeatures], i) => {
    const layer = new Linear(inFeatures, outFeatures);
    if (kind === "numbers") return [layer, new Sigmoid()];
    return i + 2 < sizes.length ? [layer, new ReLU()] : [layer];
  });
  const model = new Sequential(...layers);
  const optimizer = new SGD(model.parameters(), { lr: LR });
  const x = tensor(data.x, { shape: [batch, sizes[0]!] });
  const y = tensor(data.y, { shape: [batch, outputs] });
  const loss: (output: Tensor, target: Tensor) => Tensor = kind === "classes" ? crossEntropy : mse;
  const weights = layersOf(task).reduce((sum, [inFeatures, outFeatures]) => sum + inFeatures * outFeatures, 0);
  return {
    name: `train ${sizes.join("-")}, batch ${batch}`,
    // Forwards, and the gradients of inputs and of weights; but none of the data.
    operations: 2 * batch * (3 * weights - sizes[0]! * sizes[1]!),
    run: () => {
      optimizer.zeroGrad();
      loss(model.forward(x), y).backward();
      optimizer.step();
    },
  };
}

function withPeers(task: Task, ...backends: readonly ("wasm" | "cpu")[]): Benchmark {
  const data = dataOf(task);
  const tfjs = backends.map((backend) => [names[backend], tfTraining(task, data, backend)]);
  return {
    ...benchmark(task, data),
    peers: { ...Object.fromEntries(tfjs), [names.jax]: jaxTraining(task, data) },
  };
}

function tfTraining(task: Task, data: Data, backend: "wasm" | "cpu"): Contestant {
  const { sizes, batch, kind } = task;
  void tf.setBackend(backend);
  const layers = layersOf(task).map(([inFeatures, outFeatures]) => ({
    w: tf.variable(tfTensor(initial(inFeatures, outFeatures), [inFeatures, outFeatures]) as tf.Tensor2D),
    b: tf.variable(tf.zeros([outFeatures])),
  }));
  const x = tfTensor(data.x, [batch, sizes[0]!]);
  const y = tfTensor(data.y, [batch, sizes.at(-1)!]);
  const optimizer = tf.train.sgd(LR);
  const loss = (): tf.Scalar => {
    let h = x;
    layers.forEach(({ w, b }, i) => {
      h = tf.add(tf.matMul(h, w), b);
      if (kind === "numbers") h = tf.sigmoid(h);
      else if (i + 1 < layers.length) h = tf.relu(h);
    });
    return kind === "classes" ? tf.losses.softmaxCrossEntropy(y, h) : tf.losses.meanSquaredError(y, h);
  };
  return onTfjs(backend, () => optimizer.minimize(loss, true)!);
}

type Parameters = { w: jax.Array; b: jax.Array }[];

function jaxTraining(task: Task, data: Data): Contestant {
  const { sizes, batch, kind } = task;
  const { numpy: np, nn } = jax;
  const x = jaxArray(data.x, [batch, sizes[0]!]);
  const y = jaxArray(data.y, [batch, sizes.at(-1)!]);
  let parameters: Parameters = layersOf(task).map(([inFeatures, outFeatures]) => ({
    w: jaxArray(initial(inFeatures, outFeatures), [inFeatures, outFeatures]),
    b: np.zeros([outFeatures]),
  }));
  const loss = (layers: Parameters, input: jax.Array, target: jax.Array): jax.Array => {
    let h = input;
    layers.forEach(({ w, b }, i) => {
      h = np.matmul(h, w).add(b);
      if (kind === "numbers") h = nn.sigmoid(h);
      else if (i + 1 < layers.length) h = nn.relu(h);
    });
    if (kind === "numbers") return np.mean(np.square(h.sub(target)));
    return np.sum(nn.logSoftmax(h).mul(target)).mul(-1 / batch);
  };
  const step = jax.jit((layers: Parameters, input: jax.Array, target: jax.Array): Parameters => {
    const gradients = jax.grad(loss)(jax.tree.ref(layers), input, target);
    return layers.map(({ w, b }, i) => ({
      w: w.sub(gradients[i]!.w.mul(LR)),
      b: b.sub(gradients[i]!.b.mul(LR)),
    }));
  });
  return {
    run: async () => {
      parameters = step(parameters, x.ref, y.ref);
      await jax.blockUntilReady(parameters);
    },
  };
}

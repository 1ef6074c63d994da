// Training steps of layers: forward pass and all gradients of the mean square of the output.

import * as jax from "@jax-js/jax";
import * as tf from "@tensorflow/tfjs-core";
import {
  BatchNorm2d,
  LSTM,
  mean,
  type Module,
  MultiHeadAttention,
  square,
  type Tensor,
  tensor,
} from "@shapelens/engine";
import { type Benchmark, type Contestant } from "../benchmark";
import { jaxArray, names, numbers, onTfjs, tfTensor } from "./peers";

export const layerBenchmarks = (): Benchmark[] => [lstm(), attention(), batchNorm()];

/** The gradients of the layer's parameters and of its input. */
function step(layer: Module & { forward(x: Tensor): Tensor }, data: Float32Array, shape: readonly number[]) {
  const x = tensor(data, { shape, requiresGrad: true });
  return (): void => mean(square(layer.forward(x))).backward();
}

/** The same in TensorFlow.js of a function of tensors, the first of which is the input. */
function tfStep(f: (...inputs: tf.Tensor[]) => tf.Tensor, inputs: readonly tf.Tensor[]): Contestant {
  const gradients = tf.grads((...given: tf.Tensor[]) => tf.mean(tf.square(f(...given))));
  return onTfjs("wasm", () => gradients([...inputs]));
}

function jaxStep(f: (...inputs: jax.Array[]) => jax.Array, inputs: readonly jax.Array[]): Contestant {
  const loss = (given: jax.Array[]): jax.Array => jax.numpy.mean(jax.numpy.square(f(...given)));
  const gradients = jax.jit(jax.grad(loss));
  return {
    run: async () => {
      const result = gradients(inputs.map((input) => input.ref));
      await jax.blockUntilReady(result);
      jax.tree.dispose(result);
    },
  };
}

function lstm(): Benchmark {
  const [batch, length, features, hidden] = [32, 20, 64, 128];
  const shape = [batch, length, features];
  const data = numbers(shape);
  const weights = { shape: [features + hidden, 4 * hidden], data: numbers([features + hidden, 4 * hidden]) };
  const forward = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor => {
    let [c, h] = [tf.zeros([batch, hidden]), tf.zeros([batch, hidden])] as [tf.Tensor2D, tf.Tensor2D];
    const outputs = tf.unstack(x, 1).map((now) => {
      [c, h] = tf.basicLSTMCell(0, w as tf.Tensor2D, b as tf.Tensor1D, now as tf.Tensor2D, c, h);
      return h;
    });
    return tf.stack(outputs, 1);
  };
  const { numpy: np, nn } = jax;
  const jaxForward = (x: jax.Array, w: jax.Array, b: jax.Array): jax.Array => {
    let [c, h] = [np.zeros([batch, hidden]), np.zeros([batch, hidden])];
    const outputs = np.split(x, length, 1).map((now) => {
      const joined = np.concatenate([now.reshape([batch, features]), h], 1);
      const [i, g, f, o] = np.split(np.matmul(joined, w.ref).add(b.ref), 4, 1) as [
        ...[jax.Array, jax.Array],
        ...[jax.Array, jax.Array],
      ];
      c = c.mul(nn.sigmoid(f)).add(nn.sigmoid(i).mul(np.tanh(g)));
      h = np.tanh(c.ref).mul(nn.sigmoid(o));
      return h.ref;
    });
    jax.tree.dispose([c, h, w, b]);
    return np.stack(outputs, 1);
  };
  const tfInputs = [tfTensor(data, shape), tfTensor(weights.data, weights.shape), tf.zeros([4 * hidden])];
  return {
    name: `LSTM ${features}→${hidden}, length ${length}, batch ${batch}`,
    run: step(new LSTM(features, hidden), data, shape),
    peers: {
      [names.wasm]: tfStep(forward, tfInputs),
      [names.jax]: jaxStep(jaxForward, [
        jaxArray(data, shape),
        jaxArray(weights.data, weights.shape),
        np.zeros([4 * hidden]),
      ]),
    },
  };
}

function attention(): Benchmark {
  const [batch, length, width, heads] = [16, 64, 128, 4];
  const shape = [batch, length, width];
  const data = numbers(shape);
  const weights = Array.from({ length: 4 }, () => numbers([width, width]).map((value) => value / Math.sqrt(width)));
  const forward = (x: tf.Tensor, ...w: tf.Tensor[]): tf.Tensor => {
    const rows = tf.reshape(x, [batch * length, width]);
    const split = (i: number): tf.Tensor =>
      tf.transpose(tf.reshape(tf.matMul(rows, w[i]!), [batch, length, heads, width / heads]), [0, 2, 1, 3]);
    const scores = tf.mul(tf.matMul(split(0), split(1), false, true), 1 / Math.sqrt(width / heads));
    const mixed = tf.transpose(tf.matMul(tf.softmax(scores), split(2)), [0, 2, 1, 3]);
    return tf.matMul(tf.reshape(mixed, [batch * length, width]), w[3]!);
  };
  const { numpy: np, nn } = jax;
  const jaxForward = (x: jax.Array, ...w: jax.Array[]): jax.Array => {
    const rows = x.reshape([batch * length, width]);
    const split = (i: number): jax.Array =>
      np.transpose(np.matmul(rows.ref, w[i]!).reshape([batch, length, heads, width / heads]), [0, 2, 1, 3]);
    const [q, k, v] = [split(0), split(1), split(2)];
    rows.dispose();
    const scores = np.matmul(q, np.matrixTranspose(k)).mul(1 / Math.sqrt(width / heads));
    const mixed = np.transpose(np.matmul(nn.softmax(scores), v), [0, 2, 1, 3]);
    return np.matmul(mixed.reshape([batch * length, width]), w[3]!);
  };
  return {
    name: `attention ${heads} heads of ${width}, length ${length}, batch ${batch}`,
    run: step(new MultiHeadAttention(width, heads), data, shape),
    peers: {
      [names.wasm]: tfStep(forward, [tfTensor(data, shape), ...weights.map((w) => tfTensor(w, [width, width]))]),
      [names.jax]: jaxStep(jaxForward, [jaxArray(data, shape), ...weights.map((w) => jaxArray(w, [width, width]))]),
    },
  };
}

function batchNorm(): Benchmark {
  const [batch, channels, size] = [32, 32, 28];
  const shape = [batch, channels, size, size];
  const data = numbers(shape);
  const forward = (x: tf.Tensor, offset: tf.Tensor, scale: tf.Tensor): tf.Tensor => {
    const { mean: m, variance } = tf.moments(x, [0, 1, 2]);
    return tf.batchNorm(
      x as tf.Tensor4D,
      m as tf.Tensor1D,
      variance as tf.Tensor1D,
      offset as tf.Tensor1D,
      scale as tf.Tensor1D,
      1e-5,
    );
  };
  const { numpy: np } = jax;
  const jaxForward = (x: jax.Array, offset: jax.Array, scale: jax.Array): jax.Array => {
    const axes = [0, 2, 3];
    const m = np.mean(x.ref, axes, { keepdims: true });
    const centred = x.sub(m);
    const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
    return centred
      .div(np.sqrt(variance.add(1e-5)))
      .mul(scale.reshape([1, channels, 1, 1]))
      .add(offset.reshape([1, channels, 1, 1]));
  };
  const last = [batch, size, size, channels];
  return {
    name: `batchNorm of ${shape.join("×")}`,
    run: step(new BatchNorm2d(channels), data, shape),
    peers: {
      [names.wasm]: tfStep(forward, [tfTensor(data, last), tf.zeros([channels]), tf.ones([channels])]),
      [names.jax]: jaxStep(jaxForward, [jaxArray(data, shape), np.zeros([channels]), np.ones([channels])]),
    },
  };
}

// Ops that go through their numbers once or twice.

import * as tf from "@tensorflow/tfjs-core";
import { add, concat, max, mul, softmax, sum, tensor, transpose } from "@shapelens/engine";
import { type Benchmark, type Contestant } from "../benchmark";
import { names, numbers, onTfjs, tfTensor } from "./peers";

const SHAPE = [512, 512];

export function elementwiseBenchmarks(): Benchmark[] {
  const [dataA, dataRow] = [numbers(SHAPE), numbers([512])];
  const a = tensor(dataA, { shape: SHAPE });
  const row = tensor(dataRow, { shape: [512] });
  const leaf = tensor(dataA, { shape: SHAPE, requiresGrad: true });
  const [tfA, tfRow] = [tfTensor(dataA, SHAPE), tfTensor(dataRow, [512])];
  const operations = a.size;
  const peers = (run: () => tf.TensorContainer): Record<string, Contestant> => ({
    [names.wasm]: onTfjs("wasm", run),
  });
  const weightedSoftmax = tf.grad((x) => tf.sum(tf.mul(tf.softmax(x), tfA)));
  return [
    { name: "add [512, 512] + [512, 512]", run: () => add(a, a), operations, peers: peers(() => tf.add(tfA, tfA)) },
    { name: "mul [512, 512] · [512]", run: () => mul(a, row), operations, peers: peers(() => tf.mul(tfA, tfRow)) },
    { name: "sum of [512, 512]", run: () => sum(a), operations, peers: peers(() => tf.sum(tfA)) },
    { name: "sum along axis 0", run: () => sum(a, 0), operations, peers: peers(() => tf.sum(tfA, 0)) },
    { name: "max along axis 1", run: () => max(a, 1), operations, peers: peers(() => tf.max(tfA, 1)) },
    { name: "softmax along axis 1", run: () => softmax(a), peers: peers(() => tf.softmax(tfA)) },
    {
      name: "softmax forward and backward",
      run: () => sum(mul(softmax(leaf), a)).backward(),
      peers: peers(() => weightedSoftmax(tfA)),
    },
    { name: "transpose [512, 512]", run: () => transpose(a), peers: peers(() => tf.transpose(tfA)) },
    { name: "concat two [512, 512]", run: () => concat([a, a], 1), peers: peers(() => tf.concat([tfA, tfA], 1)) },
  ];
}

// Matrix products: square ones, all transpose forms, thin and small shapes, and a batch.

import * as jax from "@jax-js/jax";
import * as tf from "@tensorflow/tfjs-core";
import { matmul, type Tensor, tensor } from "@shapelens/engine";
import { type Benchmark } from "../benchmark";
import { jaxArray, names, numbers, onJax, onTfjs, tfTensor } from "./peers";

interface Product {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly batch?: number;
}

const square = (size: number, form: Partial<Product> = {}): Product => ({
  rows: size,
  inner: size,
  columns: size,
  ...form,
});

const products: readonly Product[] = [
  ...[128, 256, 512, 1024].map((size) => square(size)),
  square(256, { transposeA: true }),
  square(256, { transposeB: true }),
  square(256, { transposeA: true, transposeB: true }),
  // A dense layer of 784 → 128 at batch 64: forwards, the gradient of its weights, the gradient of its input.
  { rows: 64, inner: 784, columns: 128 },
  { rows: 784, inner: 64, columns: 128, transposeA: true },
  { rows: 64, inner: 128, columns: 784, transposeB: true },
  ...[8, 16, 32, 64].map((size) => square(size)),
  { rows: 1, inner: 1024, columns: 1024 },
  { rows: 1024, inner: 1024, columns: 1 },
  { rows: 1, inner: 1024, columns: 1024, transposeB: true },
  { rows: 64, inner: 64, columns: 10 },
  { rows: 5, inner: 3, columns: 4 },
  { rows: 1000, inner: 3, columns: 1000 },
  { rows: 3, inner: 1000, columns: 3 },
  square(32, { batch: 64 }),
  square(64, { batch: 64, transposeB: true }),
];

export const matmulBenchmarks = (): Benchmark[] => products.map(benchmark);

function benchmark(product: Product): Benchmark {
  const { rows, inner, columns, transposeA = false, transposeB = false, batch = 1 } = product;
  const lead = batch > 1 ? [batch] : [];
  const shapeA = [...lead, ...(transposeA ? [inner, rows] : [rows, inner])];
  const shapeB = [...lead, ...(transposeB ? [columns, inner] : [inner, columns])];
  const [dataA, dataB] = [numbers(shapeA), numbers(shapeB)];
  const turn = (x: Tensor, transposed: boolean): Tensor => (transposed ? x.swapAxes(-1, -2) : x);
  const [a, b] = [tensor(dataA, { shape: shapeA }), tensor(dataB, { shape: shapeB })];
  const [tfA, tfB] = [tfTensor(dataA, shapeA), tfTensor(dataB, shapeB)];
  const [jaxA, jaxB] = [jaxArray(dataA, shapeA), jaxArray(dataB, shapeB)];
  const jaxTurn = (x: jax.Array, transposed: boolean): jax.Array => (transposed ? jax.numpy.matrixTranspose(x) : x);
  const jaxProduct = jax.jit((x: jax.Array, y: jax.Array) =>
    jax.numpy.matmul(jaxTurn(x, transposeA), jaxTurn(y, transposeB)),
  );
  const view = (shape: readonly number[], transposed: boolean): string =>
    transposed ? `(${shape.slice(-2).join("×")})ᵀ` : shape.slice(-2).join("×");
  return {
    name: `matmul ${batch > 1 ? `${batch} of ` : ""}${view(shapeA, transposeA)} · ${view(shapeB, transposeB)}`,
    operations: 2 * batch * rows * inner * columns,
    run: () => matmul(turn(a, transposeA), turn(b, transposeB)),
    peers: {
      [names.wasm]: onTfjs("wasm", () => tf.matMul(tfA, tfB, transposeA, transposeB)),
      [names.jax]: onJax(() => jaxProduct(jaxA.ref, jaxB.ref)),
    },
  };
}

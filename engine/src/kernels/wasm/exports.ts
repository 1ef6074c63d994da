// What the module of source/*.wat exports, family by family; addresses and steps in bytes.

export interface Kernels extends MatmulKernels, ConvolutionKernels, RowKernels, OptimizeKernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
}

interface MatmulKernels {
  matmul(
    ...operands: [
      ...[a: number, b: number],
      ...[c: number, cRow: number, rows: number, inner: number, columns: number, adding: 0 | 1],
    ]
  ): void;
  packRows(...operands: Packing): void;
  packColumns(...operands: Packing): void;
  closeUp(matrix: number, row: number, rows: number, columns: number): void;
  transpose(from: number, fromRow: number, to: number, toRow: number, rows: number, columns: number): void;
  dots(matrix: number, vector: number, out: number, rows: number, inner: number): void;
  addRows(vector: number, matrix: number, out: number, rows: number, columns: number): void;
}

type Packing = [
  ...[from: number, row: number, to: number, panel: number, pair: 0 | 1],
  ...[inner: number, columns: number],
];

interface ConvolutionKernels {
  convolve(
    ...operands: [
      ...[weights: number, table: number, base: number, packed: number],
      ...[c: number, cRow: number, filters: number, depth: number, windows: number, adding: 0 | 1],
    ]
  ): void;
  convolveOne(weights: number, table: number, base: number, c: number, depth: number, windows: number): void;
  convolveWeights(
    ...operands: [
      ...[small: number, aRow: number, packed: number, table: number, base: number],
      ...[sums: number, filters: number, depth: number, windows: number],
    ]
  ): void;
  gather(
    ...grid: [
      ...[image: number, channel: number, to: number, toChannel: number, channels: number],
      ...[rows: number, columns: number, rowStep: number, step: number, toRow: number],
    ]
  ): void;
  scatterAdd(
    ...grid: [
      ...[image: number, matrix: number, rows: number, columns: number],
      ...[rowStep: number, step: number, matrixStep: number],
    ]
  ): void;
}

/** Functions of one number, and of two. */
export type MapKernel = "exp" | "sigmoid" | "tanh" | "relu";
export type ZipKernel = "add" | "sub" | "mul" | "div" | "maximum" | "minimum" | "reluBack";

type RowKernels = MatrixRowKernels &
  Record<MapKernel, (from: number, to: number, vectors: number) => void> &
  Record<ZipKernel, (a: number, b: number, to: number, vectors: number) => void>;

interface MatrixRowKernels {
  scale(from: number, to: number, vectors: number, factor: number): void;
  maxRows(from: number, to: number, rows: number, columns: number): void;
  minRows(from: number, to: number, rows: number, columns: number): void;
  sumRows(from: number, sums: number, rows: number, columns: number): void;
  softmax(from: number, to: number, rows: number, columns: number): void;
  softmaxBack(g: number, y: number, to: number, rows: number, columns: number): void;
}

interface OptimizeKernels {
  adam(
    ...operands: [
      ...[data: number, grad: number, mean: number, square: number, vectors: number],
      ...[beta1: number, rest1: number, beta2: number, rest2: number],
      ...[stepSize: number, correction: number, eps: number, decay: number],
    ]
  ): void;
  descendStraight(data: number, grad: number, vectors: number, lr: number, decay: number): void;
  descend(
    ...operands: [
      ...[data: number, grad: number, velocity: number, vectors: number],
      ...[lr: number, kept: number, ahead: number, nesterov: 0 | 1, decay: number],
    ]
  ): void;
}

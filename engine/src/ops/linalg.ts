// Products of vectors and matrices.

import { type MatrixView, matmulKernel } from "../kernels/matmul";
import { broadcastShapes } from "../shape/broadcast";
import { type Dim, dimsEqual } from "../shape/dim";
import { differ, ShapeError } from "../shape/errors";
import { agree, concrete, formatShape, type Shape, sizeOf } from "../shape/shape";
import { allocateUnset, convert, type DataArray, type DType, floating } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";
import { addRowKernel, broadcastStrides, eachPair, sumRowsKernel } from "../kernels/elementwise";
import { sumTo } from "./elementwise";
import { engineOp, type Op, resultType, type TensorLike } from "./op";

export interface MatmulParams {
  /** Whether the last two axes of an operand are stored the other way round; used by the gradients. */
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

function scalarRefused(op: string, a: Shape, b: Shape): ShapeError {
  const blame = a.length === 0 ? 0 : 1;
  return new ShapeError({
    code: "rank",
    op,
    message: `${formatShape(a)} · ${formatShape(b)}: expected vectors or matrices, found a scalar.`,
    operands: [
      { name: "a", dims: a },
      { name: "b", dims: b },
    ],
    blame,
    suggestion: "use mul to multiply by a number.",
    likely: { dims: blame === 0 ? b : a },
  });
}

function innerMismatch(op: string, a: Shape, b: Shape, axisA: number, axisB: number, likely: Shape): ShapeError {
  const numbers = [a[axisA]!, b[axisB]!] as const;
  return new ShapeError({
    code: "matmul-inner",
    op,
    message: `${formatShape(a)} · ${formatShape(b)}: inner dimensions differ, ${differ(...numbers)}.`,
    operands: [
      { name: "a", dims: a },
      { name: "b", dims: b },
    ],
    axes: [axisA, axisB],
    blame: 1,
    numbers,
    suggestion: innerSuggestion(a, b, axisB),
    likely: { dims: likely },
  });
}

/** The operand that would fit if it were transposed, the commonest cause; the second is looked at first. */
function transposedOperand(a: Shape, b: Shape): "a" | "b" | undefined {
  const same = (x: Dim | undefined, y: Dim | undefined): boolean =>
    x !== undefined && y !== undefined && dimsEqual(x, y) === "yes";
  if (b.length >= 2 && same(a.at(-1), b.at(-1))) return "b";
  return a.length >= 2 && same(a.at(-2), b.at(b.length > 1 ? -2 : -1)) ? "a" : undefined;
}

function innerSuggestion(a: Shape, b: Shape, axisB: number): string {
  const turned = transposedOperand(a, b);
  const axisA = a.length - 1;
  if (turned === "b") return "transpose the second operand: its last axis has the length that is needed.";
  if (turned === "a") return "transpose the first operand: its other axis has the length that is needed.";
  const wanted = b.map((dim, axis) => (axis === axisB ? a[axisA]! : dim));
  return `make the second operand ${formatShape(wanted)}.`;
}

/** NumPy's rule: vectors gain an axis that is dropped again, matrices multiply, leading axes broadcast. */
function matmulShape(op: string, a: Shape, b: Shape): Shape {
  if (a.length === 0 || b.length === 0) throw scalarRefused(op, a, b);
  if (a.length === 2 && b.length === 2 && agree(a[1]!, b[0]!)) return [a[0]!, b[1]!];
  const axisA = a.length - 1;
  const axisB = Math.max(b.length - 2, 0);
  const rows = a.length > 1 ? [a[a.length - 2]!] : [];
  const columns = b.length > 1 ? [b[b.length - 1]!] : [];
  const leadA = a.slice(0, -2);
  const leadB = b.slice(0, -2);
  if (!agree(a[axisA]!, b[axisB]!)) {
    const lead = leadA.length >= leadB.length ? leadA : leadB;
    const turned = transposedOperand(a, b);
    const likelyRows = turned === "a" ? a.slice(-1) : rows;
    const likelyColumns = turned === "b" ? b.slice(-2, -1) : columns;
    throw innerMismatch(op, a, b, axisA, axisB, [...lead, ...likelyRows, ...likelyColumns]);
  }
  if (leadA.length === 0 && leadB.length === 0) return [...rows, ...columns];
  try {
    return [...broadcastShapes(op, [leadA, leadB], ["a", "b"]), ...rows, ...columns];
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw error.with({
      message: `${formatShape(a)} · ${formatShape(b)}: the leading axes do not broadcast, ${differ(...error.numbers!)}.`,
      operands: [
        { name: "a", dims: a },
        { name: "b", dims: b },
      ],
      likely: { dims: [...(error.likely?.dims ?? leadA), ...rows, ...columns] },
    });
  }
}

function swapped(shape: Shape, swap: boolean): Shape {
  if (!swap) return shape;
  return shape.length === 2 ? [shape[1]!, shape[0]!] : [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
}

const asStored: MatmulParams = { transposeA: false, transposeB: false };

const product: Op<[a: TensorLike, b: TensorLike, params?: MatmulParams], MatmulParams> = engineOp({
  name: "matmul",
  doc: "Matrix product, following NumPy for every rank: the last axis of a meets the second last of b.",
  example: "matmul(ones([5, 3]), ones([3, 4]))",
  args: (a: TensorLike, b: TensorLike, params?: MatmulParams) => ({
    inputs: [a, b],
    params: params ?? asStored,
  }),
  shape: (inputs, { transposeA, transposeB }) => {
    const dtype = resultType(inputs);
    return {
      dims: matmulShape("matmul", swapped(inputs[0]!.dims, transposeA), swapped(inputs[1]!.dims, transposeB)),
      dtype: dtype === "bool" ? "int32" : dtype,
    };
  },
  forward: ([a, b], { transposeA, transposeB }, _, dtype) => {
    const aShape = swapped(a!.dims, transposeA) as readonly number[];
    const bShape = swapped(b!.dims, transposeB) as readonly number[];
    return multiply(a!, concrete(aShape), transposeA, b!, concrete(bShape), transposeB, dtype);
  },
  backward: ({ grad, inputs: [a, b], params: { transposeA, transposeB }, wanted }) => {
    // Vectors stand in as one-row and one-column matrices on the way back.
    const x = a!.rank === 1 ? reshaped(a!, [1, a!.shape[0]!]) : a!;
    const y = b!.rank === 1 ? reshaped(b!, [b!.shape[0]!, 1]) : b!;
    const lead = grad.shape.slice(0, grad.rank - (a!.rank > 1 ? 1 : 0) - (b!.rank > 1 ? 1 : 0));
    const rows = a!.rank > 1 ? a!.shape.at(transposeA ? -1 : -2)! : 1;
    const columns = b!.rank > 1 ? b!.shape.at(transposeB ? -2 : -1)! : 1;
    const g = reshaped(grad, [...lead, rows, columns]);
    const dx = (): Tensor =>
      transposeA
        ? product(y, g, { transposeA: transposeB, transposeB: true })
        : product(g, y, { transposeA: false, transposeB: !transposeB });
    const dy = (): Tensor =>
      transposeB
        ? product(g, x, { transposeA: true, transposeB: transposeA })
        : product(x, g, { transposeA: !transposeA, transposeB: false });
    return [
      wanted[0] ? inShapeOf(a!, sumTo(dx(), x)) : undefined,
      wanted[1] ? inShapeOf(b!, sumTo(dy(), y)) : undefined,
    ];
  },
  samples: [
    (make) => [make.normal([2, 3]), make.normal([3, 4])],
    (make) => [make.normal([3]), make.normal([3])],
    (make) => [make.normal([3]), make.normal([3, 2])],
    (make) => [make.normal([2, 3]), make.normal([3])],
    (make) => [make.normal([2, 1, 2, 3]), make.normal([4, 3, 2])],
    (make) => [make.normal([3]), make.normal([2, 3, 2])],
    (make) => {
      const batch = make.shape().slice(0, 2);
      const [rows, inner, columns] = [make.dim(), make.dim(), make.dim()];
      const a = make.normal([...make.broadcast(batch), rows, inner]);
      return [a, make.normal([...make.broadcast(batch), inner, columns])];
    },
    (make) => [make.normal([2, 2, 3]), make.normal([3])],
    (make) => [make.normal([0, 3]), make.normal([3, 2])],
    (make) => [make.normal([2, 0]), make.normal([0, 3])],
    (make) => [make.normal([3, 2]), make.normal([4, 3]), { transposeA: true, transposeB: true }],
    (make) => [make.normal([2, 3]), make.normal([4, 3]), { transposeA: false, transposeB: true }],
    (make) => [make.normal([3, 2]), make.normal([3, 4]), { transposeA: true, transposeB: false }],
  ],
});

function reshaped(x: Tensor, shape: readonly number[]): Tensor {
  return new Tensor(shape, x.dtype, x.data);
}

function inShapeOf(operand: Tensor, grad: Tensor): Tensor {
  const dtype = floating(operand.dtype);
  return new Tensor(operand.dims, dtype, convert(grad.data, grad.dtype, dtype));
}

function multiply(
  a: Tensor,
  aShape: readonly number[],
  transposeA: boolean,
  b: Tensor,
  bShape: readonly number[],
  transposeB: boolean,
  dtype: DType,
): Tensor["data"] {
  const rows = aShape.length > 1 ? aShape.at(-2)! : 1;
  const inner = aShape.at(-1)!;
  const columns = bShape.length > 1 ? bShape.at(-1)! : 1;
  if (aShape.length <= 2 && bShape.length <= 2) {
    const out = allocateUnset(dtype, rows * columns);
    const left = { data: a.data, offset: 0, transposed: transposeA };
    matmulKernel(left, { data: b.data, offset: 0, transposed: transposeB }, out, 0, rows, inner, columns);
    return out;
  }
  const leadA = aShape.slice(0, -2);
  const leadB = bShape.slice(0, -2);
  const lead = concrete(broadcastShapes("matmul", [leadA, leadB]));
  const count = sizeOf(lead);
  const out = allocateUnset(dtype, count * rows * columns);
  const left = (offset: number): MatrixView => ({ data: a.data, offset, transposed: transposeA });
  const right = (offset: number): MatrixView => ({ data: b.data, offset, transposed: transposeB });
  if (sizeOf(leadB) === 1 && !transposeA) {
    // One b for all: the rows of every a make one matrix.
    matmulKernel(left(0), right(0), out, 0, count * rows, inner, columns);
  } else if (sizeOf(leadA) === count && sizeOf(leadB) === count) {
    matmulKernel(left(0), right(0), out, 0, rows, inner, columns, count);
  } else {
    eachPair(lead, broadcastStrides(leadA, lead), broadcastStrides(leadB, lead), (i, p, q) => {
      matmulKernel(left(p * rows * inner), right(q * inner * columns), out, i * rows * columns, rows, inner, columns);
    });
  }
  return out;
}

/**
 * Matrix product with NumPy's semantics for every rank: [n, k] · [k, m] → [n, m]; a vector is a row on the left and
 * a column on the right, and its axis is dropped from the result; axes before the last two broadcast.
 * @throws ShapeError `matmul-inner` when the inner dimensions differ, `rank` for scalars.
 */
export const matmul = product as unknown as Op<[a: TensorLike, b: TensorLike], MatmulParams>;

export const linear: Op<[x: TensorLike, w: TensorLike, b?: TensorLike]> = engineOp({
  name: "linear",
  doc: "A dense layer: x · wᵀ + b, with w of shape [out, in] and b of shape [out].",
  example: "linear(ones([5, 3]), ones([4, 3]), ones([4]))",
  args: (x: TensorLike, w: TensorLike, b?: TensorLike) => ({
    inputs: b === undefined ? [x, w] : [x, w, b],
    params: undefined,
  }),
  shape: (inputs) => linearShape(inputs),
  forward: ([x, w, b], _, dims, dtype) => {
    const [outFeatures, inFeatures] = concrete(w!.dims) as [number, number];
    const rows = sizeOf(dims.slice(0, -1));
    const out = allocateUnset(dtype, rows * outFeatures);
    matmulKernel(plain(x!), { ...plain(w!), transposed: true }, out, 0, rows, inFeatures, outFeatures);
    if (b) addRowKernel(out, b.data);
    return out;
  },
  backward: ({ grad, inputs: [x, w, b], wanted }) => {
    const [outFeatures, inFeatures] = concrete(w!.dims) as [number, number];
    const rows = sizeOf(grad.shape.slice(0, -1));
    const gradient = (operand: Tensor, write: (out: DataArray) => unknown): Tensor => {
      const out = allocateUnset(grad.dtype, operand.size);
      write(out);
      return inShapeOf(operand, new Tensor(operand.dims, grad.dtype, out));
    };
    const [g, turned] = [plain(grad), { ...plain(grad), transposed: true }];
    const dx = (out: DataArray): void => matmulKernel(g, plain(w!), out, 0, rows, outFeatures, inFeatures);
    const dw = (out: DataArray): void => matmulKernel(turned, plain(x!), out, 0, outFeatures, rows, inFeatures);
    return [
      wanted[0] ? gradient(x!, dx) : undefined,
      wanted[1] ? gradient(w!, dw) : undefined,
      b && wanted[2] ? gradient(b, (out) => sumRowsKernel(grad.data, out)) : undefined,
    ];
  },
  samples: [
    (make) => [make.normal([2, 3]), make.normal([4, 3]), make.normal([4])],
    (make) => [make.normal([2, 3]), make.normal([4, 3])],
    (make) => [make.normal([3]), make.normal([4, 3]), make.normal([4])],
    (make) => [make.normal([2, 2, 3]), make.normal([1, 3]), make.normal([1])],
    (make) => [make.normal([0, 3]), make.normal([4, 3]), make.normal([4])],
    (make) => {
      const [inputs, outputs] = [make.dim(), make.dim()];
      const x = make.normal([...make.shape(), inputs]);
      return [x, make.normal([outputs, inputs]), make.oneOf(make.normal([outputs]), undefined)];
    },
  ],
});

const plain = ({ data }: Tensor): MatrixView => ({ data, offset: 0, transposed: false });

function linearShape(inputs: readonly Tensor[]): { dims: Shape; dtype: DType } {
  const [x, w, b] = inputs as [Tensor, Tensor, Tensor | undefined];
  const dtype = floating(resultType(inputs));
  const fail = (details: Omit<ConstructorParameters<typeof ShapeError>[0], "op" | "operands">): never => {
    const operands = inputs.map(({ dims }, i) => ({ name: ["x", "w", "b"][i]!, dims }));
    throw new ShapeError({ op: "linear", operands, ...details });
  };
  if (w.rank !== 2) {
    fail({ code: "rank", blame: 1, message: `w must be [out, in], found ${formatShape(w.dims)}.` });
  }
  const [outFeatures, inFeatures] = w.dims as [Dim, Dim];
  if (x.rank === 0) {
    fail({ code: "rank", blame: 0, message: "x must have at least one axis, found a scalar." });
  }
  const dims = x.rank === 2 ? [x.dims[0]!, outFeatures] : [...x.dims.slice(0, -1), outFeatures];
  const found = x.dims[x.rank - 1]!;
  if (!agree(found, inFeatures)) {
    fail({
      code: "matmul-inner",
      blame: 0,
      message: `x is ${formatShape(x.dims)} and w is ${formatShape(w.dims)}: expected ${String(inFeatures)} features in the last axis of x, found ${String(found)}.`,
      axes: [x.rank - 1, 1],
      numbers: [inFeatures, found],
      suggestion: `give it ${formatShape([...x.dims.slice(0, -1), inFeatures])}, or make w ${formatShape([outFeatures, found])}.`,
      likely: { dims, dtype },
    });
  }
  if (b && (b.rank !== 1 || !agree(b.dims[0]!, outFeatures))) {
    fail({
      code: "broadcast",
      blame: 2,
      message: `b must be ${formatShape([outFeatures])} as w is ${formatShape(w.dims)}, found ${formatShape(b.dims)}.`,
      axes: [undefined, 0, b.rank === 1 ? 0 : undefined],
      numbers: b.rank === 1 ? [outFeatures, b.dims[0]!] : undefined,
      likely: { dims, dtype },
    });
  }
  return { dims, dtype };
}

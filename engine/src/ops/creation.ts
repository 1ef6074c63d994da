// Makes tensors: from numbers, filled, counted. Sizes may be symbolic; the tensor then has a shape and no numbers.

import { ceilDivDims, constantOf, type Dim, DimExpr, maxDims, subDims } from "../shape/dim";
import { ShapeError } from "../shape/errors";
import {
  agree,
  checkDim,
  checkShape,
  describe,
  formatShape,
  plainNumber,
  type Shape,
  sizeOf,
  symbolicSize,
} from "../shape/shape";
import { allocate, type DataArray, type DType } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";
import { checkNumber, checkOptions, checkTensor, create, type ShapeArgument, type TensorOptions } from "./create";
import { dtypeOfNested, fillFromNested, shapeOfNested, type TensorData } from "./nested";
import { engineFunction } from "./op";

export const tensor = engineFunction({
  name: "tensor",
  doc: "Makes a tensor from nested arrays, or from flat data and a shape; float32, booleans give bool.",
  example: "tensor([[1, 2, 3], [4, 5, 6]])",
  call(data: TensorData, options?: TensorOptions & { readonly shape?: ShapeArgument }): Tensor {
    const { shape, requiresGrad, ...rest } = checkOptions("tensor", options, ["shape"]);
    const nested = shapeOfNested("tensor", data);
    const dtype = rest.dtype ?? dtypeOfNested(data);
    const dims = shape === undefined ? nested : shapeForData(nested, checkShape("tensor", shape));
    return create("tensor", dims, dtype, (out) => fillFromNested("tensor", data, out, dtype), requiresGrad);
  },
});

/** Flat data takes any shape of its size; nested data has one already. */
function shapeForData(nested: readonly number[], shape: Dim[]): Dim[] {
  const given = symbolicSize(shape);
  const found = sizeOf(nested);
  const details = { op: "tensor", parameter: "shape", likely: { dims: shape } } as const;
  if (nested.length === 0) {
    throw new TypeError(
      `tensor: data must be a list where a shape is given; to repeat a number use full(${formatShape(shape)}, …).`,
    );
  }
  if (!agree(given, found)) {
    throw new ShapeError({
      ...details,
      code: "reshape-size",
      message: `the shape ${formatShape(shape)} holds ${String(given)} numbers, the data has ${found}.`,
      numbers: [given, found],
    });
  }
  const same = nested.length === shape.length && nested.every((length, axis) => agree(length, shape[axis]!));
  if (nested.length > 1 && !same) {
    throw new ShapeError({
      ...details,
      code: "reshape-size",
      message: `the data is nested as ${formatShape(nested)}, not as the shape ${formatShape(shape)}.`,
      suggestion: "leave the shape out, give flat data, or reshape the tensor.",
    });
  }
  return shape;
}

export const scalar = engineFunction({
  name: "scalar",
  doc: "A tensor of one number and no axes.",
  example: "scalar(3)",
  call(value: number | boolean, options?: TensorOptions): Tensor {
    const { dtype, requiresGrad } = checkOptions("scalar", options);
    return filled("scalar", [], value, dtype, requiresGrad);
  },
});

export const zeros = engineFunction({
  name: "zeros",
  doc: "Zeros of the given shape.",
  example: "zeros([2, 3])",
  call(shape: ShapeArgument, options?: TensorOptions): Tensor {
    const { dtype, requiresGrad } = checkOptions("zeros", options);
    return create("zeros", checkShape("zeros", shape), dtype ?? "float32", undefined, requiresGrad);
  },
});

export const ones = engineFunction({
  name: "ones",
  doc: "Ones of the given shape.",
  example: "ones([2, 3])",
  call(shape: ShapeArgument, options?: TensorOptions): Tensor {
    const { dtype, requiresGrad } = checkOptions("ones", options);
    return filled("ones", checkShape("ones", shape), 1, dtype ?? "float32", requiresGrad);
  },
});

export const full = engineFunction({
  name: "full",
  doc: "One number repeated in the given shape; a boolean gives bool.",
  example: "full([2, 2], 7)",
  call(shape: ShapeArgument, value: number | boolean, options?: TensorOptions): Tensor {
    const { dtype, requiresGrad } = checkOptions("full", options);
    return filled("full", checkShape("full", shape), value, dtype, requiresGrad);
  },
});

function filled(op: string, dims: Shape, value: unknown, dtype?: DType, requiresGrad?: boolean): Tensor {
  const type = dtype ?? dtypeOfNested(value);
  if (shapeOfNested(op, value).length > 0) {
    throw new TypeError(`${op}: value must be a number, found ${describe(value)}. Lists go into tensor(…).`);
  }
  return create(
    op,
    dims,
    type,
    (out) => {
      const one = allocate(type, 1);
      fillFromNested(op, value, one, type);
      out.fill(one[0]!);
    },
    requiresGrad,
  );
}

export const zerosLike = engineFunction({
  name: "zerosLike",
  doc: "Zeros in the shape and type of another tensor.",
  example: "zerosLike(ones([2, 3]))",
  call(x: Tensor, options?: TensorOptions): Tensor {
    const { dims, dtype } = checkTensor("zerosLike", "x", x);
    const { dtype: wanted, requiresGrad } = checkOptions("zerosLike", options);
    return x.isAbstract
      ? new Tensor(dims, wanted ?? dtype, undefined, { requiresGrad })
      : create("zerosLike", dims, wanted ?? dtype, undefined, requiresGrad);
  },
});

export const onesLike = engineFunction({
  name: "onesLike",
  doc: "Ones in the shape and type of another tensor.",
  example: "onesLike(zeros([2, 3]))",
  call(x: Tensor, options?: TensorOptions): Tensor {
    const { dims, dtype } = checkTensor("onesLike", "x", x);
    const { dtype: wanted, requiresGrad } = checkOptions("onesLike", options);
    return x.isAbstract
      ? new Tensor(dims, wanted ?? dtype, undefined, { requiresGrad })
      : filled("onesLike", dims, 1, wanted ?? dtype, requiresGrad);
  },
});

export const eye = engineFunction({
  name: "eye",
  doc: "The identity matrix of n rows; with m, n rows and m columns and ones on the diagonal.",
  example: "eye(2)",
  call(n: number, m: number = n, options?: TensorOptions): Tensor {
    const { dtype, requiresGrad } = checkOptions("eye", options);
    const dims = [checkDim("eye", "n", n), checkDim("eye", "m", m)];
    const diagonal = (out: DataArray, [rows, columns]: readonly number[]): void => {
      for (let i = 0; i < Math.min(rows!, columns!); i++) out[i * columns! + i] = 1;
    };
    return create("eye", dims, dtype ?? "float32", diagonal, requiresGrad);
  },
});

export const arange = engineFunction({
  name: "arange",
  doc: "Numbers from start (0) up to but without stop, in steps; int32 when all are whole, else float32.",
  example: "arange(2, 10, 3)",
  call(start: number, stop?: number, step = 1, options?: TensorOptions): Tensor {
    const { dtype, requiresGrad } = checkOptions("arange", options);
    const from = stop === undefined ? 0 : endOfRange("start", start);
    const to = endOfRange("stop", stop ?? start);
    const stride = plainNumber("arange", "step", step);
    if (stride === 0 || !Number.isFinite(stride)) {
      throw new TypeError(`arange: step must be finite and not 0, found ${stride}.`);
    }
    const isWhole = [from, to, stride].every((value) => Number.isInteger(constantOf(value) ?? 0));
    const count = (out: DataArray): void => {
      for (let i = 0; i < out.length; i++) out[i] = Number(from) + i * stride;
    };
    const length = lengthOfRange(from, to, stride);
    return create("arange", [length], dtype ?? (isWhole ? "int32" : "float32"), count, requiresGrad);
  },
});

/** A finite number, not necessarily whole, or a symbol. */
function endOfRange(name: string, value: unknown): Dim {
  if (value instanceof DimExpr && constantOf(value) === undefined) return value;
  const number = plainNumber("arange", name, value);
  if (!Number.isFinite(number)) throw new TypeError(`arange: ${name} must be finite, found ${number}.`);
  return value as Dim;
}

/** ceil((to − from) / step), at least 0. */
function lengthOfRange(from: Dim, to: Dim, step: number): Dim {
  const isWhole = [from, to, step].every((value) => Number.isInteger(constantOf(value) ?? 0));
  if (!isWhole) return Math.max(0, Math.ceil((Number(to) - Number(from)) / step));
  const distance = step > 0 ? subDims(to, from) : subDims(from, to);
  return maxDims(ceilDivDims(distance, Math.abs(step)), 0);
}

export const linspace = engineFunction({
  name: "linspace",
  doc: "n evenly spaced numbers from start to stop, both included.",
  example: "linspace(0, 1, 5)",
  call(start: number, stop: number, n: number, options?: TensorOptions): Tensor {
    const { dtype, requiresGrad } = checkOptions("linspace", options);
    const from = checkNumber("linspace", "start", start);
    const to = checkNumber("linspace", "stop", stop);
    const space = (out: DataArray): void => {
      const gaps = Math.max(1, out.length - 1);
      for (let i = 0; i < out.length; i++) out[i] = from + ((to - from) / gaps) * i;
      if (out.length > 1) out[out.length - 1] = to;
    };
    return create("linspace", [checkDim("linspace", "n", n)], dtype ?? "float32", space, requiresGrad);
  },
});

export const oneHot = engineFunction({
  name: "oneHot",
  doc: "Class ids as rows of zeros with a single 1: [...] → [..., classes].",
  example: "oneHot(tensor([2, 0]), 3)",
  call(ids: Tensor, classes: number, options?: TensorOptions): Tensor {
    const { dtype, requiresGrad } = checkOptions("oneHot", options);
    const x = checkTensor("oneHot", "ids", ids);
    const dims = [...x.dims, checkDim("oneHot", "classes", classes)];
    if (x.isAbstract) return new Tensor(dims, dtype ?? "float32", undefined, { requiresGrad });
    const mark = (out: DataArray, shape: readonly number[]): void => {
      const width = shape.at(-1)!;
      x.data.forEach((id, row) => {
        if (!(id >= 0 && id < width && Number.isInteger(id))) throw idRefused(x, id, row, width);
        out[row * width + id] = 1;
      });
    };
    return create("oneHot", dims, dtype ?? "float32", mark, requiresGrad);
  },
});

function idRefused(ids: Tensor, id: number, position: number, classes: number): ShapeError {
  return new ShapeError({
    code: "gather-index",
    op: "oneHot",
    message: `id ${id} at position ${position} is no class: expected whole numbers from 0 to ${classes - 1}.`,
    operands: [{ name: "ids", dims: ids.dims }],
    blame: 0,
    numbers: [classes, id],
  });
}

// The engine's public face: tensors, ops, layers, optimizers and data.

import "./tensor/methods";

export { noGrad } from "./autograd/tape";
export { elu, gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from "./ops/activation";
export * from "./ops/arithmetic";
export * from "./ops/comparison";
export * from "./ops/functions";
export { linear, matmul } from "./ops/linalg";
export {
  type BackwardContext,
  defineOp,
  type Op,
  type OpDeclaration,
  type TensorLike,
  type TensorSpec,
} from "./ops/op";
export { ShapeError, type ShapeErrorCode, type ShapeErrorDetails } from "./shape/errors";
export { type DataArray, type DType } from "./tensor/dtype";
export { type NestedArray, Tensor } from "./tensor/tensor";

// The engine's public face: tensors, ops, layers, optimizers and data.

import "./tensor/methods";

export { checkGradients, grad, type GradientCheck, type GradientCheckOptions } from "./autograd/check";
export { noGrad } from "./autograd/tape";
export { elu, gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from "./ops/activation";
export * from "./ops/arithmetic";
export { assertShape } from "./ops/assertShape";
export * from "./ops/comparison";
export * from "./ops/conv";
export { type ShapeArgument, type TensorOptions } from "./ops/create";
export { arange, eye, full, linspace, oneHot, ones, onesLike, scalar, tensor, zeros, zerosLike } from "./ops/creation";
export * from "./ops/attention";
export * from "./ops/einsum";
export * from "./ops/functions";
export * from "./ops/indexing";
export { linear, matmul } from "./ops/linalg";
export * from "./ops/loss";
export * from "./ops/norm";
export * from "./ops/recurrent";
export * from "./ops/reduce";
export { logSoftmax, softmax } from "./ops/softmax";
export * from "./ops/view";
export { dropout } from "./ops/dropout";
export { type TensorData, type TypedArray } from "./ops/nested";
export {
  type BackwardContext,
  defineOp,
  type Op,
  type OpDeclaration,
  type TensorLike,
  type TensorSpec,
} from "./ops/op";
export { type Batch, batches, type Batches, type BatchOptions } from "./data/batches";
export { type DigitOptions, digits } from "./data/digits";
export { type DataOptions, type Labelled } from "./data/labelled";
export { FileError, type FileFormat } from "./io/fileError";
export { loadIdx } from "./io/idx";
export { loadSafetensors, saveSafetensors } from "./io/safetensors";
export { type Bytes } from "./io/bytes";
export { circles, moons, type PointOptions, type SpiralOptions, spirals, xor } from "./data/points";
export { ELU, GELU, LeakyReLU, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh } from "./nn/activations";
export { Dropout, Flatten, Lambda, type Layer, Sequential } from "./nn/containers";
export { MultiHeadAttention, type MultiHeadAttentionOptions } from "./nn/attention";
export { Conv1d, Conv2d, type ConvOptions } from "./nn/convolution";
export { ConvTranspose2d, type ConvTranspose2dOptions } from "./nn/convolution";
export { Embedding } from "./nn/embedding";
export { AdaptiveAvgPool2d, AvgPool2d, MaxPool2d } from "./nn/pooling";
export { Linear } from "./nn/linear";
export { BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm } from "./nn/norm";
export { type BatchNormLayerOptions, type GroupNormLayerOptions, type NormLayerOptions } from "./nn/norm";
export { GRU, LSTM, RNN, type RecurrentLayerOptions, type RecurrentResult, type RecurrentState } from "./nn/recurrent";
export { Module, type StateDict } from "./nn/module";
export { TransformerEncoderLayer, type TransformerEncoderLayerOptions } from "./nn/transformer";
export { Adam, type AdamOptions } from "./optim/adam";
export { AdamW, type AdamWOptions } from "./optim/adamw";
export { clipGradNorm } from "./optim/clip";
export { Optimizer } from "./optim/optimizer";
export { RMSProp, type RMSPropOptions } from "./optim/rmsprop";
export { CosineLR, StepLR } from "./optim/schedule";
export { SGD, type SGDOptions } from "./optim/sgd";
export { permutation, rand, randint, randn, seed } from "./random/random";
export { RandomState } from "./random/randomState";
export { ShapeError, type ShapeErrorCode, type ShapeErrorDetails } from "./shape/errors";
export { type DataArray, type DType } from "./tensor/dtype";
export { type NestedArray, Tensor } from "./tensor/tensor";

// Everything that takes a tensor first is also a method: `matmul(x, w)` = `x.matmul(w)`.

import { batches } from "../data/batches";
import * as activation from "../ops/activation";
import * as arithmetic from "../ops/arithmetic";
import { assertShape } from "../ops/assertShape";
import {
  astype,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  notEqual,
  where,
} from "../ops/comparison";
import * as conv from "../ops/conv";
import { oneHot, onesLike, zerosLike } from "../ops/creation";
import { dropout } from "../ops/dropout";
import { dot, outer } from "../ops/einsum";
import * as functions from "../ops/functions";
import { linear, matmul } from "../ops/linalg";
import * as indexing from "../ops/indexing";
import { scaledDotProductAttention } from "../ops/attention";
import * as loss from "../ops/loss";
import * as norms from "../ops/norm";
import * as reduce from "../ops/reduce";
import { logSoftmax, softmax } from "../ops/softmax";
import { type TensorLike } from "../ops/op";
import * as view from "../ops/view";
import { Tensor } from "./tensor";

const { sigmoid, tanh, relu, silu, softplus, gelu, leakyRelu, elu } = activation;
const { at, broadcastTo, expandDims, flatten, flip, pad, repeat, reshape, slice } = view;
const { roll, split, squeeze, swapAxes, tile, transpose, tril, triu, unstack } = view;

/** `condition.where(a, b)`. PyTorch's `a.where(condition, b)` would run, too, and mean something else: it is refused. */
function whereOf(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  if (condition.dtype === "bool") return where(condition, a, b);
  throw new TypeError(
    `where: condition.where(a, b) is called on a condition, which is bool; found ${condition.dtype}.`,
  );
}

/** The functions that become methods, by name. */
export const methods = {
  ...arithmetic,
  ...functions,
  ...{ equal, notEqual, less, lessEqual, greater, greaterEqual, logicalAnd, logicalOr, logicalNot },
  where: whereOf,
  astype,
  ...{ sigmoid, tanh, relu, silu, softplus, gelu, leakyRelu, elu },
  ...{ matmul, linear, dropout },
  ...{ zerosLike, onesLike, oneHot },
  ...reduce,
  ...{ softmax, logSoftmax },
  ...{ at, broadcastTo, expandDims, flatten, flip, pad, repeat, reshape, slice },
  ...{ roll, split, squeeze, swapAxes, tile, transpose, tril, triu, unstack },
  ...loss,
  ...conv,
  ...norms,
  ...indexing,
  ...{ scaledDotProductAttention, dot, outer },
  ...{ assertShape, batches },
} as const;

/** A function without its first argument, which is the tensor it is called on. */
type Method<F> = F extends (x: never, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;

type TensorMethods = { readonly [Name in keyof typeof methods]: Method<(typeof methods)[Name]> };

declare module "./tensor" {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- merges the methods into the class, whose type parameter it must repeat
  interface Tensor<Contract extends string = string> extends TensorMethods {
    /** The axes in reverse order. */
    readonly T: Tensor;
  }
}

for (const [name, method] of Object.entries(methods)) {
  const call = method as (x: Tensor, ...rest: unknown[]) => unknown;
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: unknown[]): unknown {
      return call(this, ...rest);
    },
    configurable: true,
    writable: true,
  });
}

Object.defineProperty(Tensor.prototype, "T", {
  get(this: Tensor): Tensor {
    return transpose(this);
  },
  configurable: true,
});

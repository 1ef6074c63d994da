// Forgetting at random, so that no unit relies on another (Srivastava et al., 2014).

import { allocateUnset, convert, type DType, floating } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";
import { sharedGenerator } from "../random/random";
import { checkNumber } from "./create";
import { engineOp, type Op, resultType, type TensorLike } from "./op";

export interface DropoutParams {
  readonly p: number;
  /** 1 for what is kept, 0 for what is dropped; absent where nothing is dropped. */
  readonly kept: Uint8Array | undefined;
}

/** Checks a probability. */
export function checkProbability(op: string, name: string, value: unknown): number {
  const p = checkNumber(op, name, value);
  if (p < 0 || p > 1) throw new RangeError(`${op}: ${name} is a probability from 0 to 1, found ${p}.`);
  return p;
}

function draw(size: number, p: number): Uint8Array {
  const generator = sharedGenerator();
  return Uint8Array.from({ length: size }, () => Number(generator.uniform() >= p));
}

function scaled(x: Tensor, { p, kept }: DropoutParams, dtype: DType): Tensor {
  if (kept === undefined) return new Tensor(x.dims, dtype, convert(x.data, x.dtype, dtype));
  const out = allocateUnset(dtype, x.size);
  const scale = 1 / (1 - p);
  for (let i = 0; i < out.length; i++) out[i] = kept[i] === 1 ? x.data[i]! * scale : 0;
  return new Tensor(x.dims, dtype, out);
}

const masked: Op<[x: TensorLike, p?: number, kept?: Uint8Array], DropoutParams> = engineOp({
  name: "dropout",
  doc: "Sets each element to 0 with probability p (0.5) and scales the rest by 1 / (1 − p), so that the mean stays.",
  example: "dropout(ones([2, 3]), 0.5)",
  args: (x: TensorLike, probability?: number, kept?: Uint8Array) => {
    const p = checkProbability("dropout", "p", probability ?? 0.5);
    const size = x instanceof Tensor ? (x.isAbstract ? 0 : x.size) : 1;
    return { inputs: [x], params: { p, kept: p === 0 ? undefined : (kept ?? draw(size, p)) } };
  },
  shape: (inputs) => ({ dims: inputs[0]!.dims, dtype: floating(resultType(inputs)) }),
  forward: ([x], params, _, dtype) => scaled(x!, params, dtype).data,
  backward: ({ grad, inputs: [x], params }) => [scaled(grad, params, floating(x!.dtype))],
  samples: [
    (make) => [make.normal([2, 3]), 0.5, Uint8Array.of(1, 0, 1, 1, 0, 0)],
    (make) => [make.normal([4]), 0],
    (make) => [make.normal([4]), 1],
    (make) => [make.normal([0, 3]), 0.2],
    (make) => {
      const x = make.normal(make.shape());
      return [x, make.oneOf(0.2, 0.7), Uint8Array.from(make.integers(0, 2, x.shape).data)];
    },
  ],
});

/**
 * For training only: the layer `Dropout` switches it off in `eval()`.
 * @throws RangeError when p is not a probability.
 */
export const dropout = masked as unknown as Op<[x: TensorLike, p?: number], DropoutParams>;

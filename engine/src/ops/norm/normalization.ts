// How normalisations are declared: which numbers belong together is all they differ in.

import { type Grouping, normalizeKernel, statisticsBehind, statisticsOf } from "../../kernels/normalize";
import { differ, ShapeError } from "../../shape/errors";
import { agree, formatShape, type Shape } from "../../shape/shape";
import { allocateUnset, type DataArray, floating } from "../../tensor/dtype";
import { Tensor } from "../../tensor/tensor";
import { checkOptions } from "../axis";
import { checkNumber } from "../create";
import { layoutAxes, channelsFirst, firstShape, fromChannelsFirst, type Layout, readLayout } from "../layout";
import { type OpArguments, type OpDeclaration, resultType, type TensorLike } from "../op";
import { normalizationGradients } from "./gradients";

export interface NormOptions {
  /** What each channel is multiplied by afterwards. */
  readonly weight?: TensorLike;
  /** What is added to each channel then. */
  readonly bias?: TensorLike;
  /** Added to the variance, so that nothing is divided by 0; 1e-5 unless given. */
  readonly eps?: number;
}

export interface ChannelNormOptions extends NormOptions {
  /** The order of the axes of x: channels are axis 1 for "NCHW", as unless given, and the last for "NHWC". */
  readonly layout?: Layout;
}

export interface BatchNormOptions extends ChannelNormOptions {
  /** The means and variances to use in place of the batch's own, both or neither: [channels]. */
  readonly mean?: TensorLike;
  readonly variance?: TensorLike;
}

type Role = "weight" | "bias" | "mean" | "variance";

export interface NormParams {
  readonly eps: number;
  /** What the inputs after x are. */
  readonly roles: readonly Role[];
  readonly layout: Layout;
}

/** Sorts the arguments: x, then those of the optional tensors that are given. */
export function readNorm(op: string, x: TensorLike, options: BatchNormOptions | undefined): OpArguments<NormParams> {
  const known: readonly Role[] = op === "batchNorm" ? ["weight", "bias", "mean", "variance"] : ["weight", "bias"];
  checkOptions(op, options, [...known, "eps", ...(op === "layerNorm" ? [] : ["layout"])]);
  const roles = known.filter((role) => options?.[role] !== undefined);
  if (roles.includes("mean") !== roles.includes("variance")) {
    throw new TypeError(
      `${op}: mean and variance go together; only ${roles.includes("mean") ? "mean" : "variance"} is given.`,
    );
  }
  const eps = checkNumber(op, "eps", options?.eps ?? 1e-5);
  if (eps < 0) throw new RangeError(`${op}: eps must not be negative, found ${eps}.`);
  return {
    inputs: [x, ...roles.map((role) => options![role]!)],
    names: ["x", ...roles],
    params: { eps, roles, layout: readLayout(op, options?.layout) },
  };
}

/** The tensors of a call by what they are. */
export type NormTensors = { readonly x: Tensor } & Partial<Readonly<Record<Role, Tensor>>>;

export function tensorsOf(inputs: readonly Tensor[], { roles }: NormParams): NormTensors {
  return { x: inputs[0]!, ...Object.fromEntries(roles.map((role, i) => [role, inputs[i + 1]!])) };
}

/** @throws ShapeError `norm-width` unless weight, bias, mean and variance have this shape. */
export function checkNormTensors(op: string, inputs: readonly Tensor[], { roles }: NormParams, wanted: Shape): void {
  const x = inputs[0]!;
  roles.forEach((role, i) => {
    const { dims } = inputs[i + 1]!;
    const axis = dims.length === wanted.length ? wanted.findIndex((dim, at) => !agree(dim, dims[at]!)) : -1;
    if (dims.length === wanted.length && axis < 0) return;
    const numbers = axis < 0 ? undefined : ([wanted[axis]!, dims[axis]!] as const);
    throw new ShapeError({
      code: "norm-width",
      op,
      message: `${role} must be ${formatShape(wanted)} for x ${formatShape(x.dims)}, found ${formatShape(dims)}${numbers ? `: ${differ(...numbers)}` : ""}.`,
      operands: [{ name: "x", dims: x.dims }, ...roles.map((name, k) => ({ name, dims: inputs[k + 1]!.dims }))],
      axes: inputs.map((_, k) => (k === i + 1 && axis >= 0 ? axis : undefined)),
      blame: i + 1,
      numbers,
      likely: { dims: x.dims, dtype: floating(resultType(inputs)) },
    });
  });
}

/** Forward and gradient of a normalisation; `groupingOf` finds its groups in numbers that have their channels first. */
export function normalizationNumbers<Params extends NormParams>(
  groupingOf: (shape: readonly number[], params: Params) => Grouping,
): Pick<OpDeclaration<never[], Params>, "forward" | "backward"> {
  return {
    forward: (inputs, params, dims, dtype) => {
      const { x, weight, bias, mean, variance } = tensorsOf(inputs, params);
      const { data, shape } = withChannelsFirst(x, params.layout);
      const grouping = groupingOf(shape, params);
      const out = allocateUnset(dtype, x.size);
      const statistics = mean && variance ? { mean: mean.data, variance: variance.data } : statisticsOf(data, grouping);
      normalizeKernel(data, out, grouping, statistics, params.eps, weight?.data, bias?.data);
      // In place, because it is by this array that its statistics are found again.
      if (params.layout === "NHWC") out.set(inLayout(out, dims, params.layout));
      return out;
    },
    backward: ({ grad, inputs, output, params }) => {
      const tensors = tensorsOf(inputs, params);
      const { dims, shape } = tensors.x;
      const x = withChannelsFirst(tensors.x, params.layout);
      const gradients = normalizationGradients(
        withChannelsFirst(grad, params.layout),
        { ...tensors, x },
        groupingOf(x.shape, params),
        statisticsBehind(output.data),
        params.eps,
      );
      const dx = new Tensor(dims, gradients.x.dtype, inLayout(gradients.x.data, shape, params.layout));
      return [dx, ...params.roles.map((role) => gradients[role])];
    },
  };
}

function withChannelsFirst(x: Tensor, layout: Layout): Tensor {
  if (layout === "NCHW") return x;
  const axes = layoutAxes(layout, x.rank - 2);
  return new Tensor(firstShape(x.shape, axes), x.dtype, channelsFirst(x.data, x.shape, axes));
}

/** Numbers with channels first in the layout of a result of this shape. */
function inLayout(data: DataArray, shape: readonly number[], layout: Layout): DataArray {
  return layout === "NCHW" ? data : fromChannelsFirst(data, shape, layoutAxes(layout, shape.length - 2));
}

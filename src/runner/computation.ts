// A pass as the panel gets it: plain data, with gradients when they are wanted.

import { ones, type Tensor } from "@shapelens/engine";
import { functionTable, gradientsOf, opTable, untraced } from "@shapelens/engine/tooling";
import { type Computation, type TracedStep, type TracedValue } from "../protocol/worker";
import { framesOf } from "./tracing/frames";
import { type Pass, type Runnable } from "./runnable";
import { looksLikeImages, sampleOf } from "./sample";
import { type Step } from "./tracing/trace";

/** Describes a pass; `withGradients` differentiates its loss. */
export function describePass(
  pass: Pass,
  { parameters, lossName }: Runnable,
  iteration: number,
  withGradients: boolean,
): Computation {
  const gradients = withGradients && pass.loss !== undefined ? gradientsOf(pass.loss) : new Map<Tensor, Tensor>();
  const learning = new Set(parameters.values());
  const made = new Set(pass.steps.map(({ output }) => output));
  const ids = new Map<Tensor, number>();
  const values: TracedValue[] = [];

  const roleOf = (tensor: Tensor): TracedValue["role"] => {
    if (learning.has(tensor)) return "parameter";
    if (tensor === pass.target) return "target";
    if (pass.inputs.includes(tensor)) return "input";
    return made.has(tensor) ? "activation" : "constant";
  };
  const idOf = (tensor: Tensor): number => {
    const known = ids.get(tensor);
    if (known !== undefined) return known;
    const id = values.length;
    const role = roleOf(tensor);
    const gradient = gradients.get(tensor);
    const asImages = role === "input" && looksLikeImages(tensor.shape);
    ids.set(tensor, id);
    values.push({
      id,
      name: pass.names.get(tensor),
      role,
      value: sampleOf(tensor, asImages),
      gradient: gradient && sampleOf(gradient, asImages),
    });
    return id;
  };
  const steps = pass.steps.map((step): TracedStep => {
    const { op, layer, isLoss, stack } = step;
    return {
      op,
      doc: opTable.get(op)?.declaration.doc ?? functionTable.get(op)?.doc,
      inputs: step.inputs.map(idOf),
      output: idOf(step.output),
      layer,
      derivative: withGradients ? derivativeOf(step) : undefined,
      isLoss,
      frames: framesOf(stack),
    };
  });
  return {
    steps,
    values,
    output: idOf(pass.output),
    loss: pass.loss?.item(),
    lossName,
    hasGradients: gradients.size > 0,
    iteration,
    omitted: pass.omitted,
  };
}

const activations = new Set(["sigmoid", "tanh", "relu", "leakyRelu", "elu", "gelu", "silu", "softplus"]);

/** f′(z): the gradient of an elementwise function for a gradient of ones. */
function derivativeOf({ op, inputs, output, params, declaration }: Step): TracedStep["derivative"] {
  if (!activations.has(op) || declaration.backward === undefined) return undefined;
  const grad = ones(output.shape).astype(output.dtype);
  const derivative = untraced(() => declaration.backward!({ grad, inputs, output, params, wanted: [true] })[0]);
  return derivative && sampleOf(derivative);
}

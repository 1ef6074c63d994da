// Reverse-mode automatic differentiation. Every recorded op leaves a node on its result: what it read, and how a
// gradient of the result becomes gradients of what it read. Backward is one sweep over the nodes, newest first.

import { constantOf } from "../shape/dim";
import { ShapeError } from "../shape/errors";
import { concrete, formatShape, sameShape } from "../shape/shape";
import { allocate, isFloat } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";

/** What an op remembers for the way back. */
export interface TapeNode {
  readonly op: string;
  /** Nodes are numbered as they are made, so a larger number never feeds a smaller one. */
  readonly order: number;
  readonly inputs: readonly Tensor[];
  /** Gradients of the inputs from the gradient of the output; `undefined` where there is none. */
  backward(grad: Tensor): readonly (Tensor | undefined)[];
}

type Recording = "required" | "all" | "off";

let recording: Recording = "required";
let nodeCount = 0;

function withRecording<T>(mode: Recording, run: () => T): T {
  const before = recording;
  recording = mode;
  try {
    return run();
  } finally {
    recording = before;
  }
}

/** Runs without recording: for evaluation, and for updates of the parameters themselves. */
export function noGrad<T>(run: () => T): T {
  return withRecording("off", run);
}

/** Records every op on floats, wanted or not, so that any activation can be differentiated afterwards. */
export function recordAll<T>(run: () => T): T {
  return withRecording("all", run);
}

/** Switches `recordAll` on or off for good, where there is no function to wrap. */
export function setRecordAll(on: boolean): void {
  recording = on ? "all" : "required";
}

/** Whether a result computed from these inputs belongs on the tape. */
export function shouldRecord(inputs: readonly Tensor[]): boolean {
  if (recording === "off") return false;
  for (const input of inputs) if (needsGradient(input)) return true;
  return false;
}

/** Whether anything would be done with a gradient of this input of an op that is being recorded. */
export function needsGradient(input: Tensor): boolean {
  return (recording === "all" || input.requiresGrad || input.node !== undefined) && isFloat(input.dtype);
}

/** Puts `output` on the tape. */
export function record(
  op: string,
  inputs: readonly Tensor[],
  output: Tensor,
  backwardOf: (grad: Tensor) => readonly (Tensor | undefined)[],
): void {
  output.node = { op, order: nodeCount++, inputs, backward: backwardOf };
}

/** Leaves the gradient of every `requiresGrad` tensor below `root` in its `grad`, added to what is there. */
export function backward(root: Tensor, seed?: Tensor): void {
  const start = seedOf(root, seed);
  if (root.isAbstract) return;
  if (root.node === undefined && !root.requiresGrad) {
    throw new Error(
      "backward: this tensor was not computed from anything with requiresGrad, so there is nothing to differentiate.",
    );
  }
  sweep(root, start, (tensor, grad) => {
    if (!tensor.requiresGrad) return;
    tensor.grad = tensor.grad === undefined ? grad : noGrad(() => sumOf(tensor.grad!, grad));
  });
}

/** The gradient of `root` with respect to every tensor on its tape, activations and leaves alike. */
export function gradientsOf(root: Tensor, seed?: Tensor): Map<Tensor, Tensor> {
  const gradients = new Map<Tensor, Tensor>();
  sweep(root, seedOf(root, seed), (tensor, grad) => gradients.set(tensor, grad));
  return gradients;
}

function seedOf(root: Tensor, seed: Tensor | undefined): Tensor {
  if (seed !== undefined) {
    if (formatShape(seed.dims) === formatShape(root.dims)) return seed;
    throw new ShapeError({
      code: "broadcast",
      op: "backward",
      message: `the seed must have the tensor's shape ${formatShape(root.dims)}, found ${formatShape(seed.dims)}.`,
    });
  }
  if (root.dims.some((dim) => (constantOf(dim) ?? 1) !== 1)) {
    throw new ShapeError({
      code: "rank",
      op: "backward",
      message: `expected a scalar loss, found ${formatShape(root.dims)}.`,
      operands: [{ name: "loss", dims: root.dims }],
      blame: 0,
      suggestion: "reduce it first, for example with mean() or sum().",
    });
  }
  if (root.isAbstract) return root;
  return new Tensor(root.dims, root.dtype, allocate(root.dtype, root.size).fill(1));
}

function sweep(root: Tensor, seed: Tensor, visit: (tensor: Tensor, grad: Tensor) => void): void {
  const pending = new Map<Tensor, Tensor>([[root, seed]]);
  noGrad(() => {
    for (const tensor of newestFirst(root)) {
      const grad = pending.get(tensor);
      if (grad === undefined) continue;
      visit(tensor, grad);
      const { node } = tensor;
      if (node === undefined) continue;
      pending.delete(tensor);
      const grads = node.backward(grad);
      for (let i = 0; i < node.inputs.length; i++) {
        const input = node.inputs[i]!;
        const own = grads[i];
        if (own === undefined || !isFloat(input.dtype)) continue;
        checkGradient(node.op, input, own);
        const sum = pending.get(input);
        pending.set(input, sum === undefined ? own : sumOf(sum, own));
      }
    }
  });
}

/** Everything `root` was computed from, each after all that was computed from it. */
function newestFirst(root: Tensor): Tensor[] {
  const seen = new Set<Tensor>();
  const recorded: Tensor[] = [];
  const leaves: Tensor[] = [];
  const find = (tensor: Tensor): void => {
    if (seen.has(tensor)) return;
    seen.add(tensor);
    (tensor.node === undefined ? leaves : recorded).push(tensor);
  };
  find(root);
  for (const tensor of recorded) for (const input of tensor.node!.inputs) find(input);
  recorded.sort((a, b) => b.node!.order - a.node!.order);
  return recorded.concat(leaves);
}

function checkGradient(op: string, input: Tensor, grad: Tensor): void {
  const shape = concrete(input.dims);
  if (sameShape(concrete(grad.dims), shape)) return;
  throw new ShapeError({
    code: "broadcast",
    op,
    message: `its gradient has shape ${formatShape(grad.dims)} for an input of shape ${formatShape(shape)}; they must be equal.`,
  });
}

function sumOf(a: Tensor, b: Tensor): Tensor {
  const data = allocate(a.dtype, a.size);
  const [left, right] = [a.data, b.data];
  for (let i = 0; i < data.length; i++) data[i] = left[i]! + right[i]!;
  return new Tensor(a.dims, a.dtype, data);
}

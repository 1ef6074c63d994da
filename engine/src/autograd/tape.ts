// Reverse-mode automatic differentiation. Every recorded op leaves a node on its result: what it read, and how a
// gradient of the result becomes gradients of what it read. Backward is one sweep over the nodes, newest first.

import { addKernel } from "../kernels/elementwise";
import { constantOf } from "../shape/dim";
import { ShapeError } from "../shape/errors";
import { concrete, formatShape, sameShape } from "../shape/shape";
import { allocate, allocateUnset, isFloat } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";

/** What an op remembers for the way back. */
export interface TapeNode {
  readonly op: string;
  /** Nodes are numbered as they are recorded, so a larger number never feeds a smaller one. */
  order: number;
  readonly inputs: readonly Tensor[];
  /** Gradients of the inputs from the gradient of the output; `undefined` where there is none. */
  backward(grad: Tensor): readonly (Tensor | undefined)[];
}

type Recording = "required" | "all" | "off";

let recording: Recording = "required";
let nodeCount = 0;

/** Records nothing from now on, and answers what `resumeRecording` goes back to: `noGrad` without a function. */
export function pauseRecording(): Recording {
  const before = recording;
  recording = "off";
  return before;
}

export function resumeRecording(before: Recording): void {
  recording = before;
}

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
export function record(output: Tensor, node: TapeNode): void {
  node.order = nodeCount++;
  output.node = node;
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
    if (sameShape(seed.dims, root.dims) || formatShape(seed.dims) === formatShape(root.dims)) return seed;
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

/** Calls `visit` with the gradient of everything `root` was computed from, each after all that was computed from it. */
function sweep(root: Tensor, seed: Tensor, visit: (tensor: Tensor, grad: Tensor) => void): void {
  const before = pauseRecording();
  try {
    const pending = new Pending();
    pending.add(root, seed);
    for (let newest = pending.takeNewest(); newest !== undefined; newest = pending.takeNewest()) {
      const { tensor, node, grad } = newest;
      visit(tensor, grad);
      const grads = node.backward(grad);
      for (let i = 0; i < node.inputs.length; i++) {
        const input = node.inputs[i]!;
        const own = grads[i];
        if (own === undefined || !isFloat(input.dtype)) continue;
        checkGradient(node.op, input, own);
        pending.add(input, own);
      }
    }
    pending.leaves.forEach((grad, leaf) => visit(leaf, grad));
  } finally {
    resumeRecording(before);
  }
}

interface Arrived {
  readonly tensor: Tensor;
  readonly node: TapeNode;
  grad: Tensor;
}

/** What a sweep has still to visit, with the gradients that have arrived there so far. */
class Pending {
  readonly leaves = new Map<Tensor, Tensor>();
  /** What an op recorded, oldest first. */
  readonly #recorded: Arrived[] = [];

  /** The last recorded of those that are left: nothing that is left was computed from it. */
  takeNewest(): Arrived | undefined {
    return this.#recorded.pop();
  }

  add(tensor: Tensor, grad: Tensor): void {
    const { node } = tensor;
    if (node === undefined) {
      const sum = this.leaves.get(tensor);
      this.leaves.set(tensor, sum === undefined ? grad : sumOf(sum, grad));
      return;
    }
    const recorded = this.#recorded;
    let at = recorded.length;
    while (at > 0 && recorded[at - 1]!.node.order > node.order) at--;
    const there = recorded[at - 1];
    if (there?.node === node) there.grad = sumOf(there.grad, grad);
    else recorded.splice(at, 0, { tensor, node, grad });
  }
}

function checkGradient(op: string, input: Tensor, grad: Tensor): void {
  if (sameShape(grad.dims, input.dims)) return;
  const shape = concrete(input.dims);
  if (sameShape(concrete(grad.dims), shape)) return;
  throw new ShapeError({
    code: "broadcast",
    op,
    message: `its gradient has shape ${formatShape(grad.dims)} for an input of shape ${formatShape(shape)}; they must be equal.`,
  });
}

function sumOf(a: Tensor, b: Tensor): Tensor {
  const data = allocateUnset(a.dtype, a.size);
  addKernel(a.data, b.data, data);
  return new Tensor(a.dims, a.dtype, data);
}

// The base of every layer and model: it finds its parameters by looking at its own fields.

import { ShapeError, type ShapeErrorDetails } from "../shape/errors";
import { agree, describe, formatShape } from "../shape/shape";
import { convert } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";

/** The values of a model's tensors by name, such as `layers.0.weight`. */
export type StateDict = Readonly<Record<string, Tensor>>;

/**
 * A layer or model. Subclasses define `forward`; fields that are modules, tensors or arrays of these belong to it, in
 * the order of their definition. (JavaScript's `#private` fields cannot be seen from here and do not.)
 */
export abstract class Module {
  /** True while training: layers such as Dropout behave differently then. */
  training = true;

  abstract forward(...args: never[]): unknown;

  /** What an optimizer gets: every tensor with `requiresGrad` here and below, each once. */
  parameters(): Tensor[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** The same with their names: the path of fields and indices that leads there, `encoder.layers.0.weight`. */
  namedParameters(): [name: string, parameter: Tensor][] {
    return fieldsOf(this).filter((entry): entry is [string, Tensor] => isParameter(entry[1]));
  }

  /** This module, under the name "", and all below it, each once. */
  namedModules(): [name: string, module: Module][] {
    const below = fieldsOf(this).filter((entry): entry is [string, Module] => entry[1] instanceof Module);
    return [["", this], ...below];
  }

  /** Switches to training behaviour, here and below; `train(false)` is `eval()`. */
  train(on = true): this {
    for (const [, module] of this.namedModules()) module.training = on;
    return this;
  }

  /** Switches to the behaviour for using the model: no dropout. */
  eval(): this {
    return this.train(false);
  }

  /** A copy of every tensor here and below by name: parameters, and tensors that are kept without gradient. */
  stateDict(): Record<string, Tensor> {
    return Object.fromEntries(
      stateOf(this).map(([name, tensor]) => [
        name,
        new Tensor(tensor.dims, tensor.dtype, tensor.isAbstract ? undefined : tensor.data.slice()),
      ]),
    );
  }

  /**
   * Copies the values in `state` into the tensors of the same names; numbers of another type are converted, as in
   * PyTorch.
   * @throws ShapeError `state-mismatch` that lists every name that is missing, unexpected or of another shape; nothing
   * is changed then.
   */
  loadStateDict(state: StateDict): void {
    const own = stateOf(this);
    const problems = mismatches(own, state);
    if (problems.length > 0) {
      throw new ShapeError({
        code: "state-mismatch",
        op: `${this.toString()}.loadStateDict`,
        message: `the state does not fit the model:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
        ...firstDifference(own, state),
      });
    }
    for (const [name, tensor] of own) {
      const value = state[name]!;
      if (!tensor.isAbstract && !value.isAbstract) tensor.data.set(convert(value.data, value.dtype, tensor.dtype));
    }
  }

  /** Layers tell their sizes: `Linear(784 → 128)`. */
  toString(): string {
    return this.constructor.name;
  }
}

function isParameter(value: unknown): value is Tensor {
  return value instanceof Tensor && value.requiresGrad && value.node === undefined;
}

/** Tensors that were not computed from others: those only pass through a field. */
export function stateOf(module: Module): [string, Tensor][] {
  return fieldsOf(module).filter(
    (entry): entry is [string, Tensor] => entry[1] instanceof Tensor && entry[1].node === undefined,
  );
}

/** Every tensor and module below `root`, each once under its first name. */
function fieldsOf(root: Module): [string, Tensor | Module][] {
  const found: [string, Tensor | Module][] = [];
  const seen = new Set<unknown>([root]);
  const look = (value: unknown, name: string): void => {
    if (Array.isArray(value)) {
      value.forEach((item, i) => look(item, `${name}.${i}`));
      return;
    }
    if (!(value instanceof Tensor || value instanceof Module) || seen.has(value)) return;
    seen.add(value);
    found.push([name, value]);
    if (value instanceof Module) lookInto(value, `${name}.`);
  };
  const lookInto = (module: Module, prefix: string): void => {
    for (const [name, value] of Object.entries(module)) look(value, prefix + name);
  };
  lookInto(root, "");
  return found;
}

function mismatches(own: readonly [string, Tensor][], state: StateDict): string[] {
  if (typeof state !== "object" || state === null) {
    throw new TypeError(`loadStateDict: expected an object of tensors by name, found ${describe(state)}.`);
  }
  const problems: string[] = [];
  for (const [name, tensor] of own) {
    const value: unknown = Object.hasOwn(state, name) ? state[name] : undefined;
    if (value === undefined) problems.push(`${name}: missing; the model has ${formatShape(tensor.dims)}.`);
    else if (!(value instanceof Tensor)) problems.push(`${name}: expected a tensor, found ${describe(value)}.`);
    else if (!sameShape(tensor, value)) {
      problems.push(`${name}: the model has ${formatShape(tensor.dims)}, the state ${formatShape(value.dims)}.`);
    }
  }
  const names = new Set(own.map(([name]) => name));
  for (const name of Object.keys(state)) {
    if (!names.has(name)) problems.push(`${name}: unexpected; the model has no such tensor.`);
  }
  return problems;
}

/** The first axis of the first tensor whose length differs, so that it can be told where both numbers come from. */
function firstDifference(own: readonly [string, Tensor][], state: StateDict): Partial<ShapeErrorDetails> {
  for (const [name, { dims }] of own) {
    const other = state[name]?.dims;
    const axis = other?.length === dims.length ? dims.findIndex((dim, i) => !agree(dim, other[i]!)) : -1;
    if (other === undefined || axis < 0) continue;
    const operands = [
      { name, dims },
      { name: `the state's ${name}`, dims: other },
    ];
    return { operands, axes: [axis, axis], numbers: [dims[axis]!, other[axis]!] };
  }
  return {};
}

function sameShape(a: Tensor, b: Tensor): boolean {
  if (a.rank !== b.rank) return false;
  return a.dims.every((dim, axis) => agree(dim, b.dims[axis]!));
}

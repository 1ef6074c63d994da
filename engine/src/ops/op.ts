// How an op is declared, and what happens when it is called: arguments to tensors, shape rule, numbers, tape, trace.

import { needsGradient, pauseRecording, record, resumeRecording, shouldRecord, type TapeNode } from "../autograd/tape";
import { constantOf, DimExpr, NeedsValue } from "../shape/dim";
import { concrete, describe, type Shape, sizeOf } from "../shape/shape";
import { allocate, type DataArray, type DType, isFloat, largestTensor, NoRoom, promote } from "../tensor/dtype";
import { isShapeOnly } from "../tensor/mode";
import { Tensor } from "../tensor/tensor";
import { namingResult } from "./room";

/** A tensor, or a plain number in its place. */
export type TensorLike = Tensor | number;

/** What a shape rule answers. */
export interface TensorSpec {
  readonly dims: Shape;
  readonly dtype: DType;
}

/** What a gradient is computed from. `grad` has the shape of `output`. */
export interface BackwardContext<Params> {
  readonly grad: Tensor;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly params: Params;
  /** Whether anything would be done with the gradient of each input; what is not wanted need not be computed. */
  readonly wanted: readonly boolean[];
}

/** Makes arguments for the tests that are generated from the declarations. */
export interface SampleSource {
  /** Normally distributed float64 numbers with `requiresGrad`. */
  normal(shape: readonly number[]): Tensor;
  /** Uniform float64 numbers between `low` and `high`, with `requiresGrad`. */
  uniform(low: number, high: number, shape: readonly number[]): Tensor;
  /** Whole numbers from `low` to `high - 1`, int32. */
  integers(low: number, high: number, shape: readonly number[]): Tensor;
  /** Numbers no two of which are closer than 0.1, so that a maximum does not change hands; `requiresGrad`. */
  distinct(shape: readonly number[]): Tensor;
  /** A length from `least` (0 unless given) to 4. */
  dim(least?: number): number;
  /** A shape of `fewest` (0 unless given) to 4 axes whose lengths are at least `least` (0 unless given). */
  shape(fewest?: number, least?: number): number[];
  /** One of so many axes, counted from the end half of the time. */
  axis(rank: number): number;
  /** A shape that broadcasts to this one: some of its axes are 1, some at its front are missing. */
  broadcast(shape: readonly number[]): number[];
  /** One of these. */
  oneOf<const T>(...choices: readonly [T, ...T[]]): T;
}

/** The arguments of one call, sorted into tensors and everything else. */
export interface OpArguments<Params> {
  readonly inputs: readonly TensorLike[];
  readonly params: Params;
  /** What the inputs are called where their places do not tell, as among options. */
  readonly names?: readonly string[];
}

/** Everything there is to know about an op. The run time, autograd, the editor, the tests and the docs read this. */
export interface OpDeclaration<Args extends readonly unknown[], Params> {
  readonly name: string;
  /** One line: what it computes. */
  readonly doc: string;
  /** An expression that calls it, such as `clip(tensor([-1, 3]), 0, 1)`: the reference runs it. */
  readonly example?: string;
  /** Sorts the arguments of a call; all of them are tensors when absent. */
  args?(...args: Args): OpArguments<Params>;
  /** The shape and type of the result. @throws ShapeError when the inputs do not fit. */
  shape(inputs: readonly Tensor[], params: Params): TensorSpec;
  /** The numbers of the result, row-major: a new array, or an input's own where nothing moves. */
  forward(inputs: readonly Tensor[], params: Params, dims: readonly number[], dtype: DType): DataArray;
  /** The gradient of each input, in order. Absent for what has none, such as argmax. */
  backward?(context: BackwardContext<Params>): readonly (Tensor | undefined)[];
  /** Argument lists to test it with, each with several seeds: at least one for each of its branches. */
  readonly samples?: readonly ((make: SampleSource) => NoInfer<Args>)[];
}

/** A declared op: call it. */
export interface Op<Args extends readonly unknown[], Params = unknown> {
  (...args: Args): Tensor;
  readonly declaration: OpDeclaration<Args, Params>;
}

/** A public function that is made of ops: its documentation and samples. */
export interface FunctionDeclaration<Args extends readonly unknown[], Result> {
  readonly name: string;
  readonly doc: string;
  readonly example: string;
  call(...args: Args): Result;
  /** Argument lists for the gradient test; none for functions without a gradient, such as `zeros`. */
  readonly samples?: readonly ((make: SampleSource) => NoInfer<Args>)[];
}

/** One op that ran, as a tracer sees it. */
export interface OpRecord {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  readonly params: unknown;
  /** The op itself, so that it can be run again on other numbers. */
  readonly declaration: OpDeclaration<never[], unknown>;
}

/** One documented function that ran. */
export interface FunctionRecord {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly result: unknown;
}

const ops = new Map<string, Op<never[], unknown>>();
const functions = new Map<string, FunctionDeclaration<never[], unknown>>();

/** Every op by name. */
export const opTable: ReadonlyMap<string, Op<never[], unknown>> = ops;

/** Every documented function that is not itself an op, by name. */
export const functionTable: ReadonlyMap<string, FunctionDeclaration<never[], unknown>> = functions;

let tracer: ((record: OpRecord) => void) | undefined;
let functionTracer: ((record: FunctionRecord) => void) | undefined;
/** Ops inside an op's own forward or gradient are its private affair. */
let depth = 0;

/** Tells `listener` of every op right after it ran; `undefined` stops that. Answers the listener before. */
export function setTracer(listener: ((record: OpRecord) => void) | undefined): typeof tracer {
  const before = tracer;
  tracer = listener;
  return before;
}

/** Tells `listener` of every documented function that is no op right after it ran, as `setTracer` does of ops. */
export function setFunctionTracer(listener: ((record: FunctionRecord) => void) | undefined): typeof functionTracer {
  const before = functionTracer;
  functionTracer = listener;
  return before;
}

/** Runs without telling the tracer: for updates and gradients, which are no part of the model. */
export function untraced<T>(run: () => T): T {
  depth++;
  try {
    return run();
  } finally {
    depth--;
  }
}

/**
 * Declares an op. The result is an ordinary function of tensors: it checks shapes, computes, and can be
 * differentiated and traced like every op of the engine.
 */
export function defineOp<Args extends readonly unknown[] = TensorLike[], Params = undefined>(
  declaration: OpDeclaration<Args, Params>,
): Op<Args, Params> {
  const call = (...args: Args): Tensor => {
    if (declaration.args === undefined) {
      return apply(declaration, args as readonly unknown[] as readonly TensorLike[], undefined as Params);
    }
    const { inputs, params, names } = declaration.args(...args);
    return apply(declaration, inputs, params, names);
  };
  Object.defineProperty(call, "name", { value: declaration.name });
  return Object.assign(call, { declaration });
}

/** Declares one of the engine's own ops: as `defineOp`, and listed in the table. */
export function engineOp<Args extends readonly unknown[], Params>(
  declaration: OpDeclaration<Args, Params> & {
    example: string;
    samples: readonly ((make: SampleSource) => NoInfer<Args>)[];
  },
): Op<Args, Params> {
  const op = defineOp(declaration);
  ops.set(declaration.name, op as unknown as Op<never[], unknown>);
  return op;
}

/** Declares a public function that is made of ops, so that it is documented and tested like one. */
export function engineFunction<Args extends readonly unknown[], Result>(
  declaration: FunctionDeclaration<Args, Result>,
): ((...args: Args) => Result) & { readonly documentation: FunctionDeclaration<Args, Result> } {
  functions.set(declaration.name, declaration as unknown as FunctionDeclaration<never[], unknown>);
  const call = (...args: Args): Result => {
    const result = declaration.call(...args);
    functionTracer?.({ name: declaration.name, args, result });
    return result;
  };
  Object.defineProperty(call, "name", { value: declaration.name });
  return Object.assign(call, { documentation: declaration });
}

function apply<Args extends readonly unknown[], Params>(
  declaration: OpDeclaration<Args, Params>,
  given: readonly TensorLike[],
  params: Params,
  names?: readonly string[],
): Tensor {
  const inputs = new Array<Tensor>(given.length);
  let isAbstract = isShapeOnly();
  for (let i = 0; i < given.length; i++) {
    const input = toTensor(declaration.name, given[i], i, names?.[i]);
    inputs[i] = input;
    isAbstract ||= input.isAbstract;
  }
  const { dims, dtype } = declaration.shape(inputs, params);
  const output = isAbstract
    ? new Tensor(dims, dtype)
    : new Tensor(dims, dtype, compute(declaration, inputs, params, dims, dtype));
  if (shouldRecord(inputs)) {
    if (isAbstract) output.requiresGrad = inputs.some((input) => input.requiresGrad);
    else if (declaration.backward) record(output, new OpNode(declaration, inputs, params, output));
  }
  if (tracer !== undefined && depth === 0) {
    const traced = declaration as unknown as OpDeclaration<never[], unknown>;
    tracer({ op: declaration.name, inputs, output, params, declaration: traced });
  }
  return output;
}

function compute<Args extends readonly unknown[], Params>(
  declaration: OpDeclaration<Args, Params>,
  inputs: readonly Tensor[],
  params: Params,
  dims: Shape,
  dtype: DType,
): DataArray {
  const shape = concrete(dims);
  const size = sizeOf(shape);
  depth++;
  const before = pauseRecording();
  try {
    // Before the kernel prepares anything of this size itself.
    if (size > largestTensor) throw new NoRoom(size);
    return declaration.forward(inputs, params, shape, dtype);
  } catch (error) {
    throw namingResult(error, declaration.name, dims);
  } finally {
    resumeRecording(before);
    depth--;
  }
}

/** What a call of a declared op leaves on the tape. */
class OpNode<Args extends readonly unknown[], Params> implements TapeNode {
  order = 0;
  readonly wanted: readonly boolean[];

  constructor(
    readonly declaration: OpDeclaration<Args, Params>,
    readonly inputs: readonly Tensor[],
    readonly params: Params,
    readonly output: Tensor,
  ) {
    this.wanted = inputs.map(needsGradient);
  }

  get op(): string {
    return this.declaration.name;
  }

  backward(grad: Tensor): readonly (Tensor | undefined)[] {
    const { inputs, output, params, wanted } = this;
    depth++;
    try {
      return this.declaration.backward!({ grad, inputs, output, params, wanted });
    } finally {
      depth--;
    }
  }
}

/** An op's argument as a tensor. A plain number becomes a scalar that takes the other operand's type. */
export function toTensor(op: string, value: unknown, index: number, name?: string): Tensor {
  if (value instanceof Tensor) return value;
  if (typeof value === "number") return weakScalar(value);
  if (value instanceof DimExpr) {
    const constant = constantOf(value);
    return constant === undefined ? unknownScalar() : weakScalar(constant);
  }
  const hint = Array.isArray(value) || ArrayBuffer.isView(value) ? " Wrap it: tensor(…)." : "";
  throw new TypeError(
    `${op}: ${name ?? `argument ${index + 1}`} must be a tensor or a number, found ${describe(value)}.${hint}`,
  );
}

/** Kept in full precision until it meets a tensor whose type it takes. */
function weakScalar(value: number): Tensor {
  const dtype = Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? "int32" : "float64";
  const data = allocate(dtype, 1);
  data[0] = value;
  return new Tensor([], dtype, data, { isWeak: true });
}

/** A plain number that the editor does not know. It may be whole or not. */
function unknownScalar(): Tensor {
  return new Tensor([], "float64", undefined, { isWeak: true });
}

/**
 * The type in which tensors meet: the largest; a plain number only ever turns whole numbers into floats.
 * @throws NeedsValue where that depends on a number that is not known.
 */
export function resultType(inputs: readonly Tensor[]): DType {
  let strong: DType | undefined;
  let weak: DType = "bool";
  let isWeakKnown = true;
  for (const { dtype, isWeak, isAbstract } of inputs) {
    if (!isWeak) strong = strong === undefined ? dtype : promote(strong, dtype);
    else if (isAbstract) isWeakKnown = false;
    else weak = promote(weak, dtype);
  }
  if (!isWeakKnown && strong !== undefined && !isFloat(strong)) {
    throw new NeedsValue("Whether a number is whole is not known.");
  }
  if (strong === undefined || (weak === "float64" && !isFloat(strong))) return "float32";
  return strong === "bool" ? promote(strong, weak) : strong;
}

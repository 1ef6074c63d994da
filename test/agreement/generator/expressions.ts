// Random expressions over what is in scope: tensors, numbers, conditions.

import { Tensor, zeros } from "@shapelens/engine";
import { layerCall } from "./layers";
import { type Random } from "./random";
import { tableCall } from "./samples";
import { attempt, type Expression, type Scope, type TensorExpression } from "./scope";

/** How often a call that does not fit is kept. */
let faults = 0.02;

export function setFaults(probability: number): void {
  faults = probability;
}

const largest = 600;

/** An expression that gives a tensor, usually one that fits. */
export function tensorExpression(random: Random, scope: Scope, depth = 2): TensorExpression {
  for (let tries = 0; tries < 12; tries++) {
    const text = candidate(random, scope, depth);
    const trial = attempt(text, scope);
    if (trial.kind === "value" && trial.value instanceof Tensor && trial.value.size <= largest)
      return { text, value: trial.value };
    if (trial.kind === "shape-error" && trial.likely && random.chance(faults)) return { text, value: trial.likely };
  }
  return created(random, scope);
}

function candidate(random: Random, scope: Scope, depth: number): string {
  const kind = random.weighted<"new" | "op" | "table" | "layer">([
    [scope.tensors().length === 0 ? 10 : 1, "new"],
    [8, "op"],
    [3, "table"],
    [2, "layer"],
  ]);
  if (kind === "table") return tableCall(random, scope);
  if (kind === "new" || depth === 0) return created(random, scope).text;
  const x = someTensor(random, scope, depth);
  return kind === "layer" ? layerCall(random, scope, x) : operation(random, scope, x, depth);
}

/** A tensor that has a name, or the result of another expression. */
export function someTensor(random: Random, scope: Scope, depth = 0): TensorExpression {
  const named = scope.tensors();
  if (named.length > 0 && (depth === 0 || random.chance(0.75))) {
    // The latest are the likeliest, as in a program that a person writes.
    return named[Math.max(0, named.length - 1 - Math.floor(random.next() ** 2 * named.length))]!;
  }
  return depth === 0 ? created(random, scope) : tensorExpression(random, scope, depth - 1);
}

export function created(random: Random, scope: Scope): TensorExpression {
  const rank = random.weighted([
    [1, 1],
    [6, 2],
    [3, 3],
    [2, 4],
  ]);
  const dims = Array.from({ length: rank }, () => random.int(1, 6));
  const lengths = dims.map((dim) => (random.chance(0.3) ? numberFor(random, scope, dim) : String(dim)));
  return { text: `${random.pick(["zeros", "ones", "randn", "rand"])}([${lengths.join(", ")}])`, value: zeros(dims) };
}

const unary = ["relu", "sigmoid", "tanh", "exp", "abs", "square", "gelu", "softplus", "silu", "neg", "elu"];

function operation(random: Random, scope: Scope, x: TensorExpression, depth: number): string {
  const { text } = x;
  const dims = x.value.shape;
  const rank = dims.length;
  const axis = (): string => {
    const at = random.int(0, Math.max(0, rank - 1));
    return String(random.chance(0.3) ? at - rank : at);
  };
  const number = (value: number): string => numberFor(random, scope, value);
  const last = dims[rank - 1] ?? 1;
  const call = (name: string, ...args: string[]): string =>
    random.chance(0.6) ? `${text}.${name}(${args.join(", ")})` : `${name}(${[text, ...args].join(", ")})`;
  const other = (wanted: readonly number[]): string => tensorOf(random, scope, wanted, depth);
  const makers: readonly (readonly [number, () => string])[] = [
    [3, () => call(random.pick(unary))],
    [3, () => call(random.pick(["add", "sub", "mul", "maximum"]), other(broadcastable(random, dims)))],
    [1, () => call(random.pick(["add", "mul", "div", "pow", "maximum"]), scalarFor(random, scope))],
    [
      4,
      () =>
        call("matmul", other([...(rank > 2 && random.chance(0.5) ? dims.slice(0, -2) : []), last, random.int(1, 5)])),
    ],
    [1, () => `linear(${text}, ${other([random.int(1, 5), last])})`],
    [
      3,
      () =>
        call(
          "reshape",
          `[${refactored(random, dims)
            .map((dim) => (dim < 0 ? "-1" : number(dim)))
            .join(", ")}]`,
        ),
    ],
    [1, () => call("flatten", ...(random.chance(0.6) ? [String(random.int(0, Math.max(0, rank - 1)))] : []))],
    [1, () => call("transpose", ...(random.chance(0.5) ? [`[${shuffled(random, rank).join(", ")}]`] : []))],
    [1, () => call("swapAxes", axis(), axis())],
    [2, () => call(random.pick(["sum", "mean", "max", "prod", "std"]), ...reduction(random, axis))],
    [1, () => call(random.pick(["softmax", "logSoftmax", "cumsum"]), axis())],
    [1, () => call(random.pick(["argmax", "argmin"]), axis())],
    [1, () => call("expandDims", String(random.int(-rank - 1, rank)))],
    [1, () => call("squeeze", ...(dims.includes(1) ? [String(dims.indexOf(1))] : []))],
    [2, () => `concat([${text}, ${other(joined(random, dims))}], ${axis()})`],
    [1, () => `stack([${text}, ${other(dims)}], ${random.int(-1, rank)})`],
    [1, () => `split(${text}, ${splitting(random, last)}, -1)[${random.int(0, 1)}]!`.replace("]!", "]‹!›")],
    [1, () => call("slice", ...dims.slice(0, random.int(1, Math.max(1, rank))).map((dim) => range(random, dim)))],
    [1, () => call("at", random.pick(["0", "-1", number(1)]))],
    [1, () => `${text}.T`],
    [1, () => call("repeat", number(2), axis())],
    [1, () => call("flip", axis())],
    [1, () => `where(greater(${text}, 0), ${text}, ${other(broadcastable(random, dims))})`],
    [1, () => `zerosLike(${text})`],
    [1, () => `layerNorm(${text}, [${number(last)}])`],
    [1, () => `${random.pick(["mse", "mae"])}(${text}, ${other(dims)})`],
    [1, () => `broadcastTo(${text}, [${[random.int(1, 3), ...dims].join(", ")}])`],
    [1, () => `${text}.astype(${random.pick(['"float64"', '"int32"', '"float32"'])})`],
  ];
  return random.weighted(makers)();
}

/** A plain number that no shape depends on, known or not. */
function scalarFor(random: Random, scope: Scope): string {
  if (random.chance(0.1))
    return random.pick(["Math.random()", 'Number(process.env.RATE ?? "0.5")', "ones([3]).mean().item()"]);
  const numbers = scope.numbers();
  return random.pick(["2", "0.5", numberFor(random, scope, 3), numbers.length > 0 ? random.pick(numbers).text : "1.5"]);
}

/** An expression for a tensor of a certain shape: a named one, if there is one, or a new one. */
function tensorOf(random: Random, scope: Scope, dims: readonly number[], depth: number): string {
  const fitting = scope.tensors().filter(({ value }) => value.shape.join() === dims.join());
  if (fitting.length > 0 && random.chance(0.7)) return random.pick(fitting).text;
  if (random.chance(faults)) return someTensor(random, scope, Math.max(0, depth - 1)).text;
  const wrong = random.chance(faults) ? dims.map((dim) => dim + random.int(0, 1)) : dims;
  return `${random.pick(["zeros", "randn", "ones"])}([${wrong.map((dim) => numberFor(random, scope, dim)).join(", ")}])`;
}

function broadcastable(random: Random, dims: readonly number[]): number[] {
  const suffix = dims.slice(random.chance(0.5) ? 0 : random.int(0, dims.length));
  return suffix.map((dim) => (random.chance(0.15) ? 1 : dim));
}

function joined(random: Random, dims: readonly number[]): readonly number[] {
  return random.chance(0.8) ? dims : dims.map((dim, axis) => (axis === dims.length - 1 ? dim + 1 : dim));
}

function refactored(random: Random, dims: readonly number[]): number[] {
  const size = dims.reduce((a, b) => a * b, 1);
  const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((each) => size % each === 0);
  if (divisors.length === 0) return [...dims].reverse();
  const first = random.pick(divisors);
  const shape = random.chance(0.3) ? [size] : [first, size / first];
  if (random.chance(0.4)) shape[random.int(0, shape.length - 1)] = -1;
  if (random.chance(faults)) shape[0]!++;
  return shape;
}

function shuffled(random: Random, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  return order
    .map((each) => ({ each, key: random.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ each }) => each);
}

function reduction(random: Random, axis: () => string): string[] {
  return random.weighted<() => string[]>([
    [1, () => []],
    [3, () => [axis()]],
    [2, () => [axis(), `{ keepDims: ${random.pick(["true", "false", "true"])} }`]],
  ])();
}

function splitting(random: Random, last: number): string {
  if (random.chance(0.3)) return `[1, ${last - 1}]`;
  return last % 2 === 0 && random.chance(0.8) ? "2" : String(random.int(2, 3));
}

function range(random: Random, dim: number): string {
  return random.weighted<() => string>([
    [1, () => "null"],
    [1, () => String(random.int(0, Math.max(0, dim - 1)))],
    [3, () => `[${random.int(0, 1)}, ${random.int(1, dim)}]`],
    [1, () => `[${random.pick(["1", "-2", "null", "0"])}]`],
    [1, () => "[null, null, 2]"],
  ])();
}

/** An expression for a whole number: its digits, a name, or arithmetic. */
export function numberFor(random: Random, scope: Scope, value: number): string {
  if (random.chance(0.55)) return String(value);
  const options: string[] = [];
  for (const each of scope.numbers()) {
    if (each.value === value) options.push(each.text, each.text);
    else if (each.value > 0 && value > each.value) options.push(`${each.text} + ${value - each.value}`);
    else if (each.value % 2 === 0 && each.value / 2 === value) options.push(`${each.text} / 2`, `${each.text} >> 1`);
    if (value > 0 && each.value === value * 2 + 1)
      options.push(`Math.floor(${each.text} / 2)`, `(${each.text} / 2) | 0`);
    if (each.value > 0 && value % each.value === 0) options.push(`${value / each.value} * ${each.text}`);
  }
  for (const { text, value: tensor } of scope.tensors().slice(-4)) {
    const axis = tensor.shape.indexOf(value);
    if (axis >= 0) options.push(`${text}.shape[${axis}]‹!›`);
    if (axis >= 0 && axis === tensor.rank - 1) options.push(`${text}.shape.at(-1)‹!›`);
    if (tensor.rank === value) options.push(`${text}.rank`);
  }
  return options.length > 0 ? random.pick(options) : String(value);
}

/** A condition whose outcome follows from the program alone. */
export function knownCondition(random: Random, scope: Scope): Expression {
  const tensor = someTensor(random, scope);
  const axis = random.int(0, Math.max(0, tensor.value.rank - 1));
  const dim = tensor.value.shape[axis] ?? 0;
  const bound = dim + random.int(-1, 1);
  const text = random.pick([
    `${tensor.text}.shape[${axis}]‹!› ${random.pick(["===", "!==", "<", ">="])} ${bound}`,
    `${tensor.text}.rank ${random.pick(["===", ">", "<="])} ${tensor.value.rank}`,
    `${numberFor(random, scope, bound)} % 2 === 0`,
    `[1, 2, ${bound}].includes(${dim})`,
    `${tensor.text}.shape.length > 1 && ${tensor.text}.shape[1]‹!› > 2`,
  ]);
  const trial = attempt(text, scope);
  return { text, value: trial.kind === "value" && Boolean(trial.value) };
}

/** A condition nobody knows before the program runs. */
export function unknownCondition(random: Random): string {
  return random.pick([
    "Math.random() < 0.5",
    'JSON.parse(process.env.MODE ?? "1") === 1',
    'process.env.DEEP === "1"',
    'Number(process.env.DEPTH ?? "1") > 1',
  ]);
}

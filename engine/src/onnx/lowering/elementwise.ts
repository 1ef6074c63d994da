// Ops on every element, in ONNX.

import { resultType } from "../../ops/op";
import { type DType, floating, isFloat } from "../../tensor/dtype";
import { type Call, type Lowering } from "../call";
import { type Value } from "../graph";

/** The type in which a result is computed: ONNX does arithmetic with numbers, and bools are 0 and 1. */
const numeric = (dtype: DType): DType => (dtype === "bool" ? "int32" : dtype);

/** One operator of two inputs in the type of the result. */
const binary =
  (type: string): Lowering =>
  (call) =>
    call.cast(call.elementwise(type, call.all(numeric(call.dtype))), call.dtype);

/** One operator of one input in the type of the result. */
const unary =
  (type: string): Lowering =>
  (call) =>
    call.node(type, [call.input(0, call.dtype)]);

/** One operator that gives what it gets for whole numbers. */
const rounding =
  (type: string): Lowering =>
  (call) =>
    isFloat(call.dtype) ? unary(type)(call) : call.input(0, call.dtype);

const comparison =
  (type: string): Lowering =>
  (call) =>
    call.elementwise(type, call.all(numeric(resultType(call.tensors))), "bool");

const logic =
  (type: string): Lowering =>
  (call) =>
    call.elementwise(type, call.all("bool"));

export const elementwise: Readonly<Record<string, Lowering<never>>> = {
  add: binary("Add"),
  sub: binary("Sub"),
  mul: binary("Mul"),
  div: binary("Div"),
  pow: binary("Pow"),
  maximum: binary("Max"),
  minimum: binary("Min"),
  mod: (call: Call) => {
    if (!isFloat(call.dtype)) return binary("Mod")(call);
    const [a, b] = call.all(call.dtype) as [Value, Value];
    // For floats ONNX has the remainder with the sign of a: where that is not the sign of b, one more b is added.
    const rest = call.node("Mod", [a, b], { fmod: 1 });
    const zero = call.scalar(0, rest);
    const isNegative = (x: Value): Value => call.elementwise("Less", [x, zero], "bool");
    const isOther = call.elementwise("Xor", [isNegative(rest), isNegative(b)]);
    const isRest = call.elementwise("Not", [call.elementwise("Equal", [rest, zero], "bool")]);
    const turns = call.elementwise("And", [isOther, isRest]);
    return call.node("Where", [turns, call.elementwise("Add", [rest, b]), rest]);
  },
  neg: unary("Neg"),
  abs: (call: Call) => (call.dtype === "bool" ? call.input(0) : unary("Abs")(call)),
  sign: (call: Call) => (call.dtype === "bool" ? call.input(0) : unary("Sign")(call)),
  exp: unary("Exp"),
  log: unary("Log"),
  log1p: (call: Call) => {
    const x = call.input(0, call.dtype);
    return call.node("Log", [call.elementwise("Add", [x, call.scalar(1, x)])]);
  },
  expm1: (call: Call) => {
    const y = unary("Exp")(call) as Value;
    return call.elementwise("Sub", [y, call.scalar(1, y)]);
  },
  sqrt: unary("Sqrt"),
  rsqrt: (call: Call) => call.node("Reciprocal", [unary("Sqrt")(call) as Value]),
  square: (call: Call) => {
    const x = call.input(0, call.dtype);
    return call.node("Mul", [x, x]);
  },
  reciprocal: unary("Reciprocal"),
  sin: unary("Sin"),
  cos: unary("Cos"),
  floor: rounding("Floor"),
  ceil: rounding("Ceil"),
  round: rounding("Round"),
  clip: (call: Call<{ readonly lo: number; readonly hi: number }>) => {
    const { lo, hi } = call.params;
    // Limits between whole numbers are limits of floats.
    const x = call.input(0, isFloat(call.dtype) ? call.dtype : "float64");
    return call.cast(call.node("Clip", [x, call.scalar(lo, x), call.scalar(hi, x)], {}, x.dims, x.dtype), call.dtype);
  },
  equal: comparison("Equal"),
  notEqual: (call: Call) => call.node("Not", [comparison("Equal")(call) as Value]),
  less: comparison("Less"),
  lessEqual: comparison("LessOrEqual"),
  greater: comparison("Greater"),
  greaterEqual: comparison("GreaterOrEqual"),
  logicalAnd: logic("And"),
  logicalOr: logic("Or"),
  logicalNot: (call: Call) => call.node("Not", [call.input(0, "bool")]),
  where: (call: Call) => {
    const dtype = numeric(call.dtype);
    const inputs = [call.input(0, "bool"), call.input(1, dtype), call.input(2, dtype)];
    return call.cast(call.node("Where", inputs, {}, call.dims, dtype), call.dtype);
  },
  astype: (call: Call) => call.cast(call.input(0), call.dtype),
};

export const activation: Readonly<Record<string, Lowering<never>>> = {
  sigmoid: unary("Sigmoid"),
  tanh: unary("Tanh"),
  relu: (call: Call) => (call.dtype === "bool" ? call.input(0) : unary("Relu")(call)),
  softplus: unary("Softplus"),
  gelu: unary("Gelu"),
  silu: (call: Call) => {
    const x = call.input(0, call.dtype);
    return call.node("Mul", [x, call.node("Sigmoid", [x])]);
  },
  leakyRelu: (call: Call<{ readonly slope: number }>) =>
    call.node("LeakyRelu", [call.input(0, call.dtype)], { alpha: { float: call.params.slope } }),
  elu: (call: Call<{ readonly alpha: number }>) =>
    call.node("Elu", [call.input(0, call.dtype)], { alpha: { float: call.params.alpha } }),
  softmax: along("Softmax"),
  logSoftmax: along("LogSoftmax"),
};

function along(type: string): Lowering<{ readonly axis: number }> {
  return (call) => call.node(type, [call.input(0, floating(call.dtype))], { axis: call.params.axis });
}

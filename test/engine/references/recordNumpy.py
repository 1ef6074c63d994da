"""Records what NumPy answers, for test/engine/numpy.test.ts: python3 test/engine/references/recordNumpy.py

Each row is the engine's expression, NumPy's expression for the same, and NumPy's result as shape and numbers, all in
float64 or whole numbers. NaN and the infinities are written as text, because JSON has no words for them.
"""

import json
import math
import os
import warnings

import numpy as np

warnings.simplefilter("ignore")
nan, inf = np.nan, np.inf

# The operands, by the names that both languages use.
operands = {
    "a": [[1.5, -2.0, 0.25], [3.0, -0.5, 4.0]],
    "b": [0.5, -1.25, 2.0],
    "column": [[2.0], [-3.0]],
    "c": [[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [[-1.0, 0.5], [2.5, -3.5], [0.0, 7.0]]],
    "m": [[1.0, 2.0], [-3.0, 4.0], [0.5, -6.0]],
    "halves": [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5],
    "odd": [nan, inf, -inf, -0.0, 0.0, 1.0],
    "pairs": [inf, inf, 1.0, -1.0, nan, -0.0],
    "ties": [[2.0, 7.0, 7.0], [5.0, 1.0, 1.0]],
    "withNan": [[1.0, nan, 3.0], [nan, 0.0, nan]],
    "tail": [-800.0, -40.0, -1e-12, 0.0, 1e-12, 0.5],
}
environment = {name: np.array(values, dtype=np.float64) for name, values in operands.items()}
environment.update(np=np, nan=nan, inf=inf)

# The engine's expression and, where it is spelt differently, NumPy's.
rows = []


def row(engine, numpy):
    result = np.asarray(eval(numpy, environment))
    rows.append(
        {
            "engine": engine,
            "numpy": numpy,
            "shape": list(result.shape),
            "values": [plain(value) for value in result.ravel().tolist()],
        }
    )


def plain(value):
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        if value == 0 and math.copysign(1, value) < 0:
            return "-0"
    return value


for name, ufunc in [
    ("add", "add"), ("sub", "subtract"), ("mul", "multiply"), ("div", "divide"), ("mod", "mod"),
    ("maximum", "maximum"), ("minimum", "minimum"), ("equal", "equal"), ("notEqual", "not_equal"),
    ("less", "less"), ("lessEqual", "less_equal"), ("greater", "greater"), ("greaterEqual", "greater_equal"),
    ("logicalAnd", "logical_and"), ("logicalOr", "logical_or"),
]:  # fmt: skip
    for left, right in [("a", "b"), ("a", "column"), ("column", "b"), ("a", "-2"), ("odd", "pairs"), ("pairs", "odd")]:
        row(f"{name}({left}, {right})", f"np.{ufunc}({left}, {right})")
row("pow(abs(a), b)", "np.power(np.abs(a), b)")
row("pow(a, 2)", "np.power(a, 2)")
row("pow(odd, 2)", "np.power(odd, 2)")
row("pow(odd, 0)", "np.power(odd, 0)")

for name, ufunc in [
    ("neg", "negative"), ("abs", "abs"), ("sign", "sign"), ("exp", "exp"), ("expm1", "expm1"), ("square", "square"),
    ("reciprocal", "reciprocal"), ("sin", "sin"), ("cos", "cos"), ("tanh", "tanh"), ("floor", "floor"),
    ("ceil", "ceil"), ("round", "round"), ("logicalNot", "logical_not"), ("log", "log"), ("log1p", "log1p"),
    ("sqrt", "sqrt"),
]:  # fmt: skip
    for operand in ["a", "halves", "odd", "tail"]:
        row(f"{name}({operand})", f"np.{ufunc}({operand})")
row("clip(odd, -1, 2)", "np.clip(odd, -1, 2)")
row("where(greater(a, 0), a, b)", "np.where(a > 0, a, b)")

for name, reduction in [
    ("sum", "sum"), ("mean", "mean"), ("prod", "prod"), ("max", "max"), ("min", "min"), ("variance", "var"),
    ("std", "std"), ("all", "all"), ("any", "any"),
]:  # fmt: skip
    row(f"{name}(c)", f"np.{reduction}(c)")
    row(f"{name}(odd)", f"np.{reduction}(odd)")
    row(f"{name}(withNan, 1)", f"np.{reduction}(withNan, axis=1)")
    row(f"{name}(c, -1)", f"np.{reduction}(c, axis=-1)")
    row(f"{name}(c, [0, 2])", f"np.{reduction}(c, axis=(0, 2))")
    row(f"{name}(c, 1, {{ keepDims: true }})", f"np.{reduction}(c, axis=1, keepdims=True)")
for name, reduction in [("sum", "sum"), ("prod", "prod"), ("all", "all"), ("any", "any"), ("mean", "mean")]:
    row(f"{name}(zeros([2, 0]), 1)", f"np.{reduction}(np.zeros((2, 0)), axis=1)")
row("variance(c, 0, { correction: 1 })", "np.var(c, axis=0, ddof=1)")
row("norm(a, 1)", "np.linalg.norm(a, axis=1)")
for name in ["argmax", "argmin"]:
    for operand in ["ties", "withNan"]:
        row(f"{name}({operand})", f"np.{name}({operand})")
        row(f"{name}({operand}, 0)", f"np.{name}({operand}, axis=0)")
        row(f"{name}({operand}, -1)", f"np.{name}({operand}, axis=-1)")
row("cumsum(c)", "np.cumsum(c)")
row("cumsum(c, -2)", "np.cumsum(c, axis=-2)")
row("sort(withNan)", "np.sort(withNan)")
row("sort(c, 0)", "np.sort(c, axis=0)")
row("argsort(ties)", "np.argsort(ties, kind='stable')")
row("argsort(withNan, 1)", "np.argsort(withNan, axis=1, kind='stable')")

row("matmul(a, m)", "np.matmul(a, m)")
row("matmul(a, b)", "np.matmul(a, b)")
row("matmul(b, b)", "np.matmul(b, b)")
row("matmul(b, m)", "np.matmul(b, m)")
row("matmul(a, c)", "np.matmul(a, c)")
row("matmul(zeros([2, 0]), zeros([0, 3]))", "np.matmul(np.zeros((2, 0)), np.zeros((0, 3)))")
row("outer(b, b)", "np.outer(b, b)")
row("dot(b, b)", "np.dot(b, b)")
for spec, given in [
    ("ij,jk->ik", "a, m"), ("ij->ji", "a"), ("ij->", "a"), ("ij,j->i", "a, b"), ("bij->bj", "c"),
    ("bij,bik->bjk", "c, c"), ("i,j", "b, b"),
]:  # fmt: skip
    row(f'einsum("{spec}", {given})', f'np.einsum("{spec}", {given})')

row("transpose(c)", "np.transpose(c)")
row("transpose(c, [1, 0, 2])", "np.transpose(c, (1, 0, 2))")
row("swapAxes(c, 0, -1)", "np.swapaxes(c, 0, -1)")
row("expandDims(a, -1)", "np.expand_dims(a, -1)")
row("broadcastTo(b, [2, 3])", "np.broadcast_to(b, (2, 3))")
row("concat([a, a], -1)", "np.concatenate([a, a], axis=-1)")
row("stack([b, b], 1)", "np.stack([b, b], axis=1)")
row("slice(a, null, [null, null, -1])", "a[:, ::-1]")
row("slice(halves, [1, -1, 2])", "halves[1:-1:2]")
row("slice(halves, [-1, 0, -2])", "halves[-1:0:-2]")
row("slice(halves, [4, 2])", "halves[4:2]")
row("slice(halves, [-99, 99])", "halves[-99:99]")
row("slice(c, 1, [0, 2], -1)", "c[1, 0:2, -1]")
row("take(a, tensor([2, 0, -1], { dtype: \"int32\" }), 1)", "np.take(a, [2, 0, -1], axis=1)")
row("pad(a, [[1, 0], [0, 2]], 9)", "np.pad(a, ((1, 0), (0, 2)), constant_values=9)")
row("tile(a, [2, 1])", "np.tile(a, (2, 1))")
row("tile(b, [2, 2])", "np.tile(b, (2, 2))")
row("repeat(a, 2, 0)", "np.repeat(a, 2, axis=0)")
row("flip(c, 1)", "np.flip(c, axis=1)")
row("roll(a, 1, -1)", "np.roll(a, 1, axis=-1)")
row("roll(a, -4)", "np.roll(a, -4)")
row("tril(a, -1)", "np.tril(a, -1)")
row("triu(c, 1)", "np.triu(c, 1)")

row("arange(0, 1, 0.1)", "np.arange(0, 1, 0.1).astype(np.float32)")
row("arange(5, -5, -3)", "np.arange(5, -5, -3)")
row("linspace(-1, 1, 5)", "np.linspace(-1, 1, 5)")
row("linspace(3, 4, 1)", "np.linspace(3, 4, 1)")
row("new RandomState(7).rand(3, 2)", "np.random.RandomState(7).rand(3, 2)")
row("new RandomState(7).randn(5)", "np.random.RandomState(7).randn(5)")

# Whole numbers: division gives floats, the remainder has the sign of the divisor, sums wrap nothing here.
environment["i"] = np.array([7, -7, 8, 0], dtype=np.int32)
row("mod(i, 3)", "np.mod(i, 3)")
row("mod(i, -3)", "np.mod(i, -3)")
row("div(i, 2)", "np.divide(i, 2)")
row("sum(i)", "np.sum(i)")
row("mean(i)", "np.mean(i)")
row("mul(i, i)", "np.multiply(i, i)")

target = os.path.join(os.path.dirname(os.path.abspath(__file__)), "numpy.json")
with open(target, "w") as file:
    # One row a line, so that a change of the recording reads well.
    lines = ",\n".join("    " + json.dumps(one) for one in rows)
    head = json.dumps({name: [plain(v) for v in np.ravel(x)] for name, x in operands.items()})
    shapes = json.dumps({name: list(np.shape(x)) for name, x in operands.items()})
    file.write(f'{{\n  "origin": "NumPy {np.__version__}",\n')
    file.write(f'  "operands": {head},\n  "shapes": {shapes},\n  "rows": [\n{lines}\n  ]\n}}\n')
print(f"{len(rows)} rows from NumPy {np.__version__}")

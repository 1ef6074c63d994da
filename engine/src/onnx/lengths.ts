// Lengths that are known only when the model runs, computed in the graph: B, 3*H, floor((H - 2)/2) + 1 from the shapes
// of the inputs.

import { boundsOf } from "../shape/bounds";
import { constantOf, type Dim, type DimExpr, dimsEqual, polynomialOf } from "../shape/dim";
import { type Atom, constantValue, type Polynomial, type Term } from "../shape/polynomial";
import { type Shape } from "../shape/shape";
import { type Attributes, type Graph, type Value } from "./graph";

const one = { dims: [1], dtype: "int64" } as const;

/** Computes lengths, each once, as int64 lists of one number. */
export class Lengths {
  readonly #sources = new Map<string, { readonly value: Value; readonly axis: number }>();
  readonly #known = new Map<string, Value>();

  constructor(readonly graph: Graph) {}

  /** Says that an axis of an input has the length that a symbol stands for. The first one is read. */
  define(symbol: DimExpr, value: Value, axis: number): void {
    const { key } = symbol.polynomial.terms[0]!.factors[0]!.atom;
    if (!this.#sources.has(key)) this.#sources.set(key, { value, axis });
  }

  /** One length, as a list. */
  length(dim: Dim): Value {
    const constant = constantOf(dim);
    return constant === undefined ? this.#polynomial(polynomialOf(dim)) : this.graph.ints([constant]);
  }

  /** One length, as a number without axes. */
  scalar(dim: Dim): Value {
    const constant = constantOf(dim);
    if (constant !== undefined) return this.graph.scalar(constant, "int64");
    return this.#once(`scalar ${polynomialOf(dim).key}`, () =>
      this.graph.node("Squeeze", [this.length(dim), this.graph.ints([0])], { dims: [], dtype: "int64" }),
    );
  }

  /** 0, 1, 2, … as int64, so many of them. */
  count(dim: Dim): Value {
    const [start, step] = [this.graph.scalar(0, "int64"), this.graph.scalar(1, "int64")];
    return this.#once(`count ${polynomialOf(dim).key}`, () =>
      this.graph.node("Range", [start, this.scalar(dim), step], { dims: [dim], dtype: "int64" }),
    );
  }

  /** A whole shape, as a list. */
  shape(dims: Shape): Value {
    const lengths = dims.map(constantOf);
    if (lengths.every((length) => length !== undefined)) return this.graph.ints(lengths);
    if (dims.length === 1) return this.length(dims[0]!);
    const parts = dims.map((dim) => this.length(dim));
    return this.graph.node("Concat", parts, { dims: [dims.length], dtype: "int64" }, { axis: 0 });
  }

  /** Whether the lengths are certainly the same, one by one. */
  areSame(a: Shape, b: Shape): boolean {
    return a.length === b.length && a.every((dim, axis) => dimsEqual(dim, b[axis]!) === "yes");
  }

  /**
   * What to give the operator Reshape: 0 for a length that stays in its place, −1 for one that follows from the others;
   * computed lengths where that does not say it.
   */
  target(from: Shape, to: Shape): { readonly target: Value; readonly attributes: Attributes } {
    if (to.some((dim) => constantOf(dim) === 0)) return { target: this.shape(to), attributes: { allowzero: 1 } };
    let isInferred = false;
    const short = to.map((dim, axis) => {
      const constant = constantOf(dim);
      if (constant !== undefined) return constant;
      if (from[axis] !== undefined && dimsEqual(from[axis], dim) === "yes") return 0;
      if (isInferred) return undefined;
      isInferred = true;
      return -1;
    });
    if (short.every((length) => length !== undefined)) return { target: this.graph.ints(short), attributes: {} };
    return { target: this.shape(to), attributes: { allowzero: 1 } };
  }

  /** Every term over one denominator: the division is exact, however fractional the terms are. */
  #polynomial(p: Polynomial): Value {
    const constant = constantValue(p);
    if (constant !== undefined) return this.graph.ints([constant]);
    return this.#once(p.key, () => this.#quotient(p));
  }

  #quotient(p: Polynomial): Value {
    const whole = p.terms.reduce(
      (product, { denominator }) => product * (product % denominator === 0 ? 1 : denominator),
      1,
    );
    const below = new Map<string, { readonly atom: Atom; power: number }>();
    for (const { atom, power } of p.terms.flatMap(({ factors }) => factors)) {
      if (power < 0) below.set(atom.key, { atom, power: Math.max(below.get(atom.key)?.power ?? 0, -power) });
    }
    const terms = p.terms.map((term) => this.#term(term, whole, [...below.values()]));
    let value = terms.reduce((a, b) => this.#node("Add", a, b));
    if (whole !== 1) value = this.#node("Div", value, this.graph.ints([whole]));
    for (const { atom, power } of below.values()) {
      for (let i = 0; i < power; i++) value = this.#node("Div", value, this.#atom(atom));
    }
    return value;
  }

  #term(term: Term, whole: number, below: readonly { readonly atom: Atom; readonly power: number }[]): Value {
    const powers = new Map(below.map(({ atom, power }) => [atom.key, { atom, power }]));
    for (const { atom, power } of term.factors) {
      powers.set(atom.key, { atom, power: power + (powers.get(atom.key)?.power ?? 0) });
    }
    const factors = [...powers.values()].flatMap(({ atom, power }) => new Array<Value>(power).fill(this.#atom(atom)));
    const scale = (term.numerator * whole) / term.denominator;
    if (scale !== 1 || factors.length === 0) factors.push(this.graph.ints([scale]));
    return factors.reduce((a, b) => this.#node("Mul", a, b));
  }

  #atom(atom: Atom): Value {
    return this.#once(`atom ${atom.key}`, () => this.#computed(atom));
  }

  #once(key: string, make: () => Value): Value {
    const known = this.#known.get(key);
    if (known) return known;
    const value = make();
    this.#known.set(key, value);
    return value;
  }

  #computed(atom: Atom): Value {
    switch (atom.kind) {
      case "symbol": {
        const source = this.#sources.get(atom.key);
        if (!source) throw new Error(`exportOnnx: the length ${atom.name} is not that of an axis of an input.`);
        return this.graph.node("Shape", [source.value], one, { start: source.axis, end: source.axis + 1 });
      }
      case "floor":
        return this.#floor(atom.numerator, atom.denominator);
      case "sum":
        return this.#polynomial(atom.sum);
      case "min":
      case "max":
        return atom.items
          .map((item) => this.#polynomial(item))
          .reduce((a, b) => this.#node(atom.kind === "min" ? "Min" : "Max", a, b));
    }
  }

  /** ONNX's division cuts toward zero, its remainder has the sign of the divisor. */
  #floor(numerator: Polynomial, denominator: Polynomial): Value {
    const [a, b] = [this.#polynomial(numerator), this.#polynomial(denominator)];
    if (boundsOf(numerator).low >= 0) return this.#node("Div", a, b);
    return this.#node("Div", this.#node("Sub", a, this.#node("Mod", a, b)), b);
  }

  #node(type: string, a: Value, b: Value): Value {
    return this.graph.node(type, [a, b], one);
  }
}

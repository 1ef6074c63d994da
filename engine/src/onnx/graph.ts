// An ONNX graph while it is being built: values, the nodes that compute them, and the constants they begin with.

import { constantOf } from "../shape/dim";
import { type Shape } from "../shape/shape";
import { convert, type DataArray, type DType } from "../tensor/dtype";

/** The number types of a graph: the engine's, and the one ONNX counts in. */
export type ElementType = DType | "int64";

export type Numbers = DataArray | BigInt64Array;

/** Something with a name in a graph. What is known when the graph is made carries its numbers. */
export class Value {
  constructor(
    public name: string,
    readonly dims: Shape,
    readonly dtype: ElementType,
    readonly data?: Numbers,
  ) {}
}

/** What a node gives: a shape and a type. */
export interface ValueSpec {
  readonly dims: Shape;
  readonly dtype: ElementType;
}

/** ONNX tells whole numbers from others; in JavaScript the others are marked. */
export type Attribute =
  number | { readonly float: number } | string | readonly number[] | readonly string[] | Value | Graph;

export type Attributes = Readonly<Record<string, Attribute | undefined>>;

export interface Node {
  readonly type: string;
  readonly name: string;
  /** What is optional and not given is undefined. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: (Value | undefined)[];
  readonly attributes: Attributes;
}

/** Values, nodes and constants have names of their own each; parts of a graph share them. */
interface Names {
  readonly taken: Set<string>;
  readonly constants: Map<string, Value>;
}

export class Graph {
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  readonly nodes: Node[] = [];
  /** The constants that nodes read, in the order of their first use. */
  readonly initializers = new Set<Value>();
  /** Where in the model the next nodes belong: the path of a module, or nothing. */
  scope = "";
  readonly #names: Names;

  constructor(readonly outer?: Graph) {
    this.#names = outer ? outer.#names : { taken: new Set(), constants: new Map() };
  }

  /** A name that nothing else has: this one, or this one with a number. */
  unique(wanted: string): string {
    const { taken } = this.#names;
    let name = wanted;
    for (let count = 1; taken.has(name); count++) name = `${wanted}_${count}`;
    taken.add(name);
    return name;
  }

  /** A name in the module whose nodes come next. */
  scoped(name: string): string {
    return this.scope === "" ? name : `${this.scope}/${name}`;
  }

  /** Adds a node with one result. */
  node(type: string, inputs: readonly (Value | undefined)[], spec: ValueSpec, attributes: Attributes = {}): Value {
    return this.nodeOf(type, inputs, [spec], attributes)[0]!;
  }

  /** Adds a node with several results. */
  nodeOf(
    type: string,
    inputs: readonly (Value | undefined)[],
    specs: readonly ValueSpec[],
    attributes: Attributes = {},
  ): Value[] {
    const name = this.unique(this.scoped(type));
    const outputs = specs.map(({ dims, dtype }, i) => new Value(i === 0 ? name : this.unique(name), dims, dtype));
    this.add({ type, name, inputs, outputs, attributes });
    return outputs;
  }

  add(node: Node): void {
    for (const value of node.inputs) if (value) this.#use(value);
    this.nodes.push(node);
  }

  /** A value that no node of this graph makes. */
  input(name: string, { dims, dtype }: ValueSpec): Value {
    const value = new Value(name, dims, dtype);
    this.inputs.push(value);
    return value;
  }

  /** Numbers that are known. Equal small ones are one value. */
  constant(data: Numbers, dims: readonly number[], dtype: ElementType, name?: string): Value {
    const key = data.length <= 64 ? `${dtype} [${dims.join()}] ${text(data)}` : undefined;
    const known = key === undefined || name !== undefined ? undefined : this.#names.constants.get(key);
    if (known) return known;
    const value = new Value(this.unique(name ?? this.scoped("constant")), dims, dtype, data);
    if (key !== undefined && name === undefined) this.#names.constants.set(key, value);
    return value;
  }

  /** A number. */
  scalar(value: number, dtype: ElementType): Value {
    return this.constant(numbersOf([value], dtype), [], dtype);
  }

  /** A list of whole numbers, such as axes. */
  ints(values: readonly number[]): Value {
    return this.constant(numbersOf(values, "int64"), [values.length], "int64");
  }

  /** Constants lie in the outermost graph, where all parts see them. */
  #use(value: Value): void {
    if (this.outer) this.outer.#use(value);
    else if (value.data) this.initializers.add(value);
  }

  /** Makes a value a result of the graph under this name, which must be its alone. */
  output(value: Value, name: string): void {
    const isOwn = this.nodes.some(({ outputs }) => outputs.includes(value)) && !this.outputs.includes(value);
    const result = isOwn ? value : this.node("Identity", [value], value);
    result.name = name;
    this.outputs.push(result);
  }
}

/** −0 and 0 are different constants. */
function text(data: Numbers): string {
  return Array.from(data as ArrayLike<number | bigint>, (value) =>
    Object.is(value, -0) ? "-0" : String(value),
  ).join();
}

/** These numbers in an array of the type. */
export function numbersOf(values: readonly number[], dtype: ElementType): Numbers {
  if (dtype === "int64") return BigInt64Array.from(values, BigInt);
  return convert(Float64Array.from(values), "float64", dtype);
}

/** The lengths of a shape that has numbers only. */
export function lengthsOf(dims: Shape): number[] | undefined {
  const lengths = dims.map(constantOf);
  return lengths.every((length) => length !== undefined) ? lengths : undefined;
}

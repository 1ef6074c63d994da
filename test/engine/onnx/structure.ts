// What ONNX asks of a file, checked on the file itself.

import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { type GraphProto, type ModelProto, ModelProtoSchema, type ValueInfoProto } from "onnx-buf";

export function readModel(file: Uint8Array): ModelProto & { readonly graph: GraphProto } {
  const model = fromBinary(ModelProtoSchema, file);
  assert.ok(model.graph);
  return model as ModelProto & { readonly graph: GraphProto };
}

/** The shape of a value as a viewer shows it: ["batch", 784]. */
export function shapeOf(info: ValueInfoProto): (string | number)[] {
  assert.equal(info.type?.value.case, "tensorType");
  const dims = info.type.value.value?.shape?.dim ?? [];
  return dims.map(({ value }) => (value.case === "dimValue" ? Number(value.value) : (value.value ?? "?")));
}

/**
 * Asserts that names are unique, that nodes read only what is there before them, that every value has a shape and a type
 * and that every constant is used and holds as many bytes as its shape and type say.
 */
export function assertWellFormed(file: Uint8Array): void {
  const { graph, irVersion, opsetImport } = readModel(file);
  assert.equal(irVersion, 13n);
  assert.deepEqual(
    opsetImport.map(({ domain, version }) => [domain, version]),
    [["", 25n]],
  );
  assert.notEqual(graph.name, "");
  const nodeNames = graph.node.map(({ name }) => name);
  assert.deepEqual(duplicates(nodeNames), []);
  checkOrder(graph, new Set());
  const read = new Set(readIn(graph));
  const initializers = graph.initializer.map(({ name }) => name);
  assert.deepEqual(
    initializers.filter((name) => !read.has(name)),
    [],
    "constants that nothing reads",
  );
  const bytes: Readonly<Record<number, number>> = { 1: 4, 6: 4, 7: 8, 9: 1, 11: 8 };
  for (const { name, dims, dataType, rawData } of graph.initializer) {
    const count = dims.reduce((product, dim) => product * Number(dim), 1);
    assert.equal(rawData.length, count * bytes[dataType]!, `the bytes of ${name}`);
  }
}

function checkOrder(graph: GraphProto, outside: ReadonlySet<string>): void {
  const made = graph.node.flatMap(({ output }) => output.filter((name) => name !== ""));
  const begin = [...graph.input.map(({ name }) => name), ...graph.initializer.map(({ name }) => name)];
  assert.deepEqual(duplicates([...outside, ...begin, ...made]), [], "names of values");
  const known = new Set([...outside, ...begin]);
  for (const { name, input, output, attribute } of graph.node) {
    for (const value of input) assert.ok(value === "" || known.has(value), `${name} reads ${value} before it is there`);
    for (const { g } of attribute) if (g) checkOrder(g, known);
    for (const value of output) known.add(value);
  }
  const described = [...graph.output, ...graph.valueInfo].map(({ name }) => name);
  assert.deepEqual([...described].sort(), made.sort(), "values with a shape and a type");
  for (const info of [...graph.input, ...graph.output, ...graph.valueInfo]) assert.ok(!shapeOf(info).includes("?"));
}

function readIn(graph: GraphProto): string[] {
  return graph.node.flatMap(({ input, attribute }) => [
    ...input,
    ...attribute.flatMap(({ g }) => (g ? readIn(g) : [])),
  ]);
}

function duplicates(names: readonly string[]): string[] {
  return names.filter((name, i) => names.indexOf(name) !== i);
}

/** What a shape says for these lengths: `floor(height/2) - 1` for a height of 9 is 3. */
export function lengthsFor(shape: readonly (string | number)[], lengths: Readonly<Record<string, number>>): number[] {
  const known = { floor: Math.floor, min: Math.min, max: Math.max, ...lengths };
  const evaluate = (text: string): unknown =>
    Function(...Object.keys(known), `return ${text};`)(...Object.values(known));
  return shape.map((length) => (typeof length === "number" ? length : Number(evaluate(length))));
}

// Runs exported files in onnxruntime.

import assert from "node:assert/strict";
import { create, toBinary } from "@bufbuild/protobuf";
import { type DType, Tensor } from "@shapelens/engine";
import { GraphProtoSchema, ModelProtoSchema } from "onnx-buf";
import * as ort from "onnxruntime-web";
import { lengthsFor, readModel, shapeOf } from "./structure";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array } as const;

/** Runs a file on inputs by name; gives the results by name. */
export async function runOnnx(
  file: Uint8Array,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const results = await run(file, inputs);
  return Object.fromEntries(Object.entries(results).map(([name, result]) => [name, fromRuntime(result)]));
}

/** Asserts that every value has in a run the shape that the file gives it. */
export async function assertShapesHold(file: Uint8Array, inputs: Readonly<Record<string, Tensor>>): Promise<void> {
  const model = readModel(file);
  const { graph } = model;
  const lengths: Record<string, number> = {};
  for (const info of graph.input) {
    shapeOf(info).forEach((length, axis) => {
      if (/^[a-z_]\w*$/.test(String(length))) lengths[length] ??= inputs[info.name]!.shape[axis]!;
    });
  }
  const values = [...graph.output, ...graph.valueInfo];
  const open = create(GraphProtoSchema, { ...graph, $typeName: undefined, output: values, valueInfo: [] });
  const opened = create(ModelProtoSchema, { ...model, $typeName: undefined, graph: open });
  const results = await run(toBinary(ModelProtoSchema, opened), inputs);
  for (const info of values) {
    assert.deepEqual(results[info.name]!.dims, lengthsFor(shapeOf(info), lengths), info.name);
  }
}

async function run(
  file: Uint8Array,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Readonly<Record<string, ort.Tensor>>> {
  const session = await ort.InferenceSession.create(file, { graphOptimizationLevel: "basic", logSeverityLevel: 3 });
  try {
    const feeds = Object.entries(inputs).map(([name, { data, dtype, shape }]) => [name, feed(data, dtype, shape)]);
    const results = await session.run(Object.fromEntries(feeds) as Record<string, ort.Tensor>);
    return Object.fromEntries(session.outputNames.map((name) => [name, results[name]!]));
  } finally {
    await session.release();
  }
}

function feed(data: Tensor["data"], dtype: DType, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor(dtype, data as Float32Array, shape);
}

function fromRuntime({ type, data, dims }: ort.Tensor): Tensor {
  assert.ok(type in arrays, `a result of type ${type}`);
  const dtype = type as DType;
  return new Tensor(dims, dtype, arrays[dtype].from(data as Float32Array));
}

/** Asserts the same shape, the same type and numbers within 1e-5, NaN only where NaN is expected. */
export function assertClose(found: Tensor, expected: Tensor, what: string): void {
  assert.equal(found.dtype, expected.dtype, what);
  assert.deepEqual([...found.shape], [...expected.shape], what);
  const [a, b] = [found.data, expected.data];
  for (let i = 0; i < b.length; i++) {
    const isClose = Object.is(a[i]! + 0, b[i]! + 0) || Math.abs(a[i]! - b[i]!) <= 1e-5 * Math.max(1, Math.abs(b[i]!));
    assert.ok(isClose, `${what}: element ${i} is ${a[i]}, expected ${b[i]}`);
  }
}

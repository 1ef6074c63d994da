// A graph in ONNX's file format, through the official schema.

/*! Contains parts of @bufbuild/protobuf (Copyright Buf Technologies, Inc. and Google Inc.; Apache-2.0 AND BSD-3-Clause) and onnx-buf (MIT), the schema of ONNX (Copyright ONNX Project Contributors; Apache-2.0). */

import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type TensorProto,
  TensorProto_DataType as DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
  Version,
} from "onnx-buf";
import { constantOf, formatDim } from "../shape/dim";
import { type Attribute, type ElementType, Graph, type Node, Value } from "./graph";

/** The operator set of ONNX 1.20, the release that the schema is of, and the file version that belongs to it. */
const OPSET = 25n;
const IR_VERSION = BigInt(Version.IR_VERSION);

/** More bytes than this cannot be in one protobuf message. */
const LARGEST_FILE = 2 ** 31 - 1;

const dataTypes: Readonly<Record<ElementType, DataType>> = {
  float32: DataType.FLOAT,
  float64: DataType.DOUBLE,
  int32: DataType.INT32,
  int64: DataType.INT64,
  bool: DataType.BOOL,
};

/**
 * The bytes of a model file.
 * @throws RangeError when the numbers of the model are more than a file can hold.
 */
export function serialize(graph: Graph, name: string): Uint8Array<ArrayBuffer> {
  const bytes = [...graph.initializers].reduce((sum, { data }) => sum + data!.byteLength, 0);
  if (bytes > LARGEST_FILE) {
    throw new RangeError(
      `exportOnnx: the model's numbers take ${bytes} bytes, and an ONNX file holds at most ${LARGEST_FILE}.`,
    );
  }
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: "@shapelens/engine",
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: "", version: OPSET })],
    graph: graphProto(graph, name),
  });
  return toBinary(ModelProtoSchema, model);
}

function graphProto(graph: Graph, name: string): GraphProto {
  const made = graph.nodes.flatMap(({ outputs }) => outputs.filter((value) => value !== undefined));
  return create(GraphProtoSchema, {
    name,
    node: graph.nodes.map(nodeProto),
    initializer: [...graph.initializers].map(tensorProto),
    input: graph.inputs.map(valueProto),
    output: graph.outputs.map(valueProto),
    valueInfo: made.filter((value) => !graph.outputs.includes(value)).map(valueProto),
  });
}

function nodeProto({ type, name, inputs, outputs, attributes }: Node): NodeProto {
  return create(NodeProtoSchema, {
    opType: type,
    name,
    input: namesOf(inputs),
    output: namesOf(outputs),
    attribute: Object.entries(attributes).flatMap(([key, value]) =>
      value === undefined ? [] : [attributeProto(key, value)],
    ),
  });
}

/** What is left out has an empty name, and none at the end. */
function namesOf(values: readonly (Value | undefined)[]): string[] {
  const end = values.findLastIndex((value) => value !== undefined) + 1;
  return values.slice(0, end).map((value) => value?.name ?? "");
}

function attributeProto(name: string, value: Attribute): AttributeProto {
  const make = (type: AttributeType, fields: MessageInitShape<typeof AttributeProtoSchema>): AttributeProto =>
    create(AttributeProtoSchema, { ...fields, name, type });
  if (typeof value === "number") return make(AttributeType.INT, { i: BigInt(value) });
  if (typeof value === "string") return make(AttributeType.STRING, { s: utf8(value) });
  if (value instanceof Value) return make(AttributeType.TENSOR, { t: tensorProto(value) });
  if (value instanceof Graph) return make(AttributeType.GRAPH, { g: graphProto(value, name) });
  if ("float" in value) return make(AttributeType.FLOAT, { f: value.float });
  const words = value.filter((item) => typeof item === "string");
  if (words.length > 0) return make(AttributeType.STRINGS, { strings: words.map(utf8) });
  return make(AttributeType.INTS, { ints: value.map(BigInt) });
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

function tensorProto({ name, dims, dtype, data }: Value): TensorProto {
  const { buffer, byteOffset, byteLength } = data!;
  return create(TensorProtoSchema, {
    name,
    dims: dims.map((dim) => BigInt(constantOf(dim)!)),
    dataType: dataTypes[dtype],
    rawData: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength),
  });
}

/** A length that is not a number is written as its expression: batch, 2*time. */
function valueProto({ name, dims, dtype }: Value): ValueInfoProto {
  const dim = dims.map((length) => {
    const constant = constantOf(length);
    return constant === undefined
      ? { value: { case: "dimParam" as const, value: formatDim(length) } }
      : { value: { case: "dimValue" as const, value: BigInt(constant) } };
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType: dataTypes[dtype], shape: { dim } } } },
  });
}

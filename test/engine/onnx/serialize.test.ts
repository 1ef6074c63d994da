// What a file can hold.

import assert from "node:assert/strict";
import { Graph, Value } from "../../../engine/src/onnx/graph";
import { serialize } from "../../../engine/src/onnx/serialize";

describe("An ONNX file", () => {
  it("holds at most as many bytes as protobuf allows", () => {
    const graph = new Graph();
    // Nobody has to have the numbers for that.
    const large = new Value("w", [2 ** 29], "float32", { byteLength: 2 ** 31 } as Float32Array);
    graph.output(graph.node("Relu", [large], large), "y");
    assert.throws(() => serialize(graph, "large"), {
      name: "RangeError",
      message: "exportOnnx: the model's numbers take 2147483648 bytes, and an ONNX file holds at most 2147483647.",
    });
  });
});

// An LSTM written out step by step, for whoever reads its memory after every step, which ONNX's own operator keeps back.

import { type RecurrentParams } from "../../ops/recurrent/recurrent";
import { type Dim, mulDims } from "../../shape/dim";
import { type Call } from "../call";
import { Graph, type Value } from "../graph";

/** The hidden numbers and then the memory after every step: [batch, length, 2 · hidden]. */
export function scannedStates(call: Call<RecurrentParams>): Value {
  const x = call.transpose(call.input(0, call.dtype), [1, 0, 2]);
  const [steps, batch, features] = x.dims as [Dim, Dim, Dim];
  const hidden = call.tensors[3]!.dims[1]!;
  const { dtype, graph } = call;
  const unit = { dims: [batch, hidden], dtype };
  const state = { dims: [batch, mulDims(2, hidden)], dtype };
  const body = new Graph(graph);
  body.scope = graph.scope;
  const h = body.input(body.unique("h"), unit);
  const c = body.input(body.unique("c"), unit);
  const step = body.input(body.unique("x"), { dims: [batch, features], dtype });
  const [w, r, inputBias, hiddenBias] = [2, 3, 4, 5].map((i) =>
    i < call.tensors.length ? call.input(i, dtype) : undefined,
  );
  const gates = { dims: [batch, mulDims(4, hidden)], dtype };
  const fromInput = body.node("Gemm", [step, w, inputBias], gates, { transB: 1 });
  const fromHidden = body.node("Gemm", [h, r, hiddenBias], gates, { transB: 1 });
  const sums = body.node("Add", [fromInput, fromHidden], gates);
  const specs = [unit, unit, unit, unit];
  const [input, forget, fresh, output] = body.nodeOf("Split", [sums], specs, { axis: 1, num_outputs: 4 });
  const apply = (type: string, ...values: Value[]): Value => body.node(type, values, unit);
  const kept = apply("Mul", apply("Sigmoid", forget!), c);
  const memory = apply("Add", kept, apply("Mul", apply("Sigmoid", input!), apply("Tanh", fresh!)));
  const seen = apply("Mul", apply("Sigmoid", output!), apply("Tanh", memory));
  body.outputs.push(seen, memory, body.node("Concat", [seen, memory], state, { axis: 1 }));
  const direction = [call.params.reverse ? 1 : 0];
  const every = { dims: [steps, ...state.dims], dtype };
  const [, , states] = graph.nodeOf("Scan", [stateOf(call, 0), stateOf(call, 1), x], [unit, unit, every], {
    body,
    num_scan_inputs: 1,
    scan_input_directions: direction,
    scan_output_directions: direction,
  });
  return call.transpose(states!, [1, 0, 2]);
}

/** The hidden numbers (0) or the memory (1) that a layer begins with, [batch, hidden]. */
export function stateOf(call: Call<RecurrentParams>, index: 0 | 1): Value {
  const state = call.input(1, call.dtype);
  if (call.params.cell.states === 1) return state;
  const hidden = call.tensors[3]!.dims[1]!;
  const dims = [state.dims[0]!, hidden];
  const [from, to] = [mulDims(index, hidden), mulDims(index + 1, hidden)].map((dim) => call.lengths.length(dim));
  return call.node("Slice", [state, from, to, call.graph.ints([1])], {}, dims);
}

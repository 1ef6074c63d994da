// Recurrent layers, in ONNX. Its operators give the hidden numbers after every step, and the whole state at the end.

import { reluCell } from "../../kernels/cells";
import { type RecurrentParams } from "../../ops/recurrent/recurrent";
import { isSpan, type SliceParams, type Span } from "../../ops/view/slice";
import { constantOf, type Dim, dimsEqual, mulDims } from "../../shape/dim";
import { type Shape } from "../../shape/shape";
import { allocate, type DataArray, type DType } from "../../tensor/dtype";
import { type Call, type Deferred, type Lowered, type Lowering } from "../call";
import { type Node, type Numbers, Value } from "../graph";
import { scannedStates, stateOf } from "./scan";

type Recurrent = Call<RecurrentParams>;
type Ranges = SliceParams["ranges"];

export const recurrent: Readonly<Record<string, Lowering<never>>> = {
  rnn: (call: Recurrent) => deferred(call, "RNN", [0]),
  // The engine has the gates input, forget, new, output; ONNX input, output, forget, new.
  lstm: (call: Recurrent) => deferred(call, "LSTM", [0, 3, 1, 2]),
  // The engine has the gates reset, update, new; ONNX update, reset, new.
  gru: (call: Recurrent) => deferred(call, "GRU", [1, 0, 2]),
};

/** What the operator is asked for comes into the graph when it is read: which it is decides what the node gives. */
function deferred(call: Recurrent, type: string, order: readonly number[]): Deferred {
  const { reverse, cell } = call.params;
  const hidden = call.tensors[3]!.dims[1]!;
  let operator: Operator | undefined;
  const read = (part: (operator: Operator) => Value): Value =>
    call.inScope(() => part((operator ??= new Operator(call, type, order))));
  const isMemory = (range: Ranges[number] | undefined): boolean => covers(range, hidden, mulDims(2, hidden));
  const isHidden = (range: Ranges[number] | undefined): boolean =>
    cell.states === 1 ? (range ?? null) === null : covers(range, 0, hidden);
  const atEnd: Deferred = {
    whole: () =>
      read((state) => {
        if (cell.states === 1) return state.lastHidden();
        const dims = [state.batch, mulDims(2, hidden)];
        return call.node("Concat", [state.lastHidden(), state.lastMemory()], { axis: 1 }, dims);
      }),
    part: ([batch, numbers, ...rest]) => {
      if (batch !== null || rest.length > 0) return undefined;
      if (isHidden(numbers as Ranges[number])) return read((state) => state.lastHidden());
      const isRead = cell.states === 2 && isMemory(numbers as Ranges[number]);
      return isRead ? read((state) => state.lastMemory()) : undefined;
    },
  };
  return {
    whole: () => (cell.states === 1 ? read((state) => state.everyHidden()) : call.inScope(() => scannedStates(call))),
    part: (ranges): Lowered | undefined => {
      const [batch, step, numbers, ...rest] = ranges as Ranges;
      if (batch !== null || rest.length > 0 || step === undefined) return undefined;
      if (step === null) return isHidden(numbers) ? read((state) => state.everyHidden()) : undefined;
      const isLast = !isSpan(step) && constantOf(step) === (reverse ? 0 : -1);
      return isLast && numbers === undefined ? atEnd : undefined;
    },
  };
}

/** Whether a range reads exactly the positions from `start` to `stop`. */
function covers(range: Ranges[number] | undefined, start: Dim, stop: Dim): boolean {
  if (range === undefined || range === null || !isSpan(range)) return false;
  const same = (a: Span["start"], b: Dim): boolean => a !== null && dimsEqual(a, b) === "yes";
  return range.step === 1 && range.length === undefined && same(range.start ?? 0, start) && same(range.stop, stop);
}

/** One node of the operator. */
class Operator {
  readonly batch: Dim;
  readonly #steps: Dim;
  readonly #hidden: number;
  readonly #node: Node;

  constructor(
    readonly call: Recurrent,
    type: string,
    order: readonly number[],
  ) {
    const { cell, reverse } = call.params;
    const [x, w, r, inputBias, hiddenBias] = [0, 2, 3, 4, 5].map((i) =>
      i < call.tensors.length ? call.input(i, call.dtype) : undefined,
    );
    const hidden = constantOf(call.tensors[3]!.dims[1]!);
    if (hidden === undefined) throw call.refuse("its hidden size must be a number.");
    [this.batch, this.#steps, this.#hidden] = [x!.dims[0]!, x!.dims[1]!, hidden];
    const bias = inputBias && hiddenBias ? [inputBias, hiddenBias] : [];
    const inputs = [
      call.transpose(x!, [1, 0, 2]),
      ...[this.#parameter("W", [w!], order), this.#parameter("R", [r!], order), this.#parameter("B", bias, order)],
      ...[undefined, this.#state(0), cell.states === 2 ? this.#state(1) : undefined],
    ];
    this.#node = {
      type,
      name: call.graph.unique(call.graph.scoped(type)),
      inputs,
      outputs: [undefined, undefined, undefined],
      attributes: {
        hidden_size: hidden,
        direction: reverse ? "reverse" : "forward",
        activations: cell === reluCell ? ["Relu"] : undefined,
        linear_before_reset: type === "GRU" ? 1 : undefined,
      },
    };
    call.graph.add(this.#node);
  }

  /** [batch, length, hidden]. */
  everyHidden(): Value {
    const every = this.#output(0, [this.#steps, 1, this.batch, this.#hidden]);
    return this.call.transpose(this.call.squeeze(every, [1]), [1, 0, 2]);
  }

  /** [batch, hidden]. */
  lastHidden(): Value {
    return this.call.squeeze(this.#output(1, [1, this.batch, this.#hidden]), [0]);
  }

  lastMemory(): Value {
    return this.call.squeeze(this.#output(2, [1, this.batch, this.#hidden]), [0]);
  }

  #output(index: number, dims: Shape): Value {
    const { outputs, name } = this.#node;
    return (outputs[index] ??= new Value(
      this.call.graph.unique(`${name}/${["Y", "Y_h", "Y_c"][index]!}`),
      dims,
      this.call.dtype,
    ));
  }

  /** The hidden numbers (0) or the memory (1) to begin with, [1, batch, hidden]; zeros are taken for granted. */
  #state(index: 0 | 1): Value | undefined {
    const { call } = this;
    const lowered = call.lowered(1);
    if (!(lowered instanceof Value) && lowered.isZero) return undefined;
    return call.unsqueeze(stateOf(call, index), [0]);
  }

  /**
   * Weights or biases, several one after another, with their gates in ONNX's order and an axis for the direction in
   * front; nothing for none.
   */
  #parameter(name: string, values: readonly Value[], order: readonly number[]): Value | undefined {
    const { graph, dtype } = this.call;
    const [first] = values;
    if (first === undefined) return undefined;
    const dims = [mulDims(values.length, first.dims[0]!), ...first.dims.slice(1)];
    if (values.every(({ data }) => data !== undefined)) {
      const known = inOrder.get(first);
      if (known) return known;
      const parts = values.flatMap(({ data }) => order.map((gate) => partOf(data!, gate, order.length)));
      const made = graph.constant(joined(parts, dtype), [1, ...dims.map(Number)], dtype, graph.scoped(name));
      inOrder.set(first, made);
      return made;
    }
    const rows = constantOf(first.dims[0]!)! / order.length;
    const specs = order.map(() => ({ dims: [rows, ...first.dims.slice(1)], dtype }));
    const gates = values.flatMap((value) => {
      const parts = graph.nodeOf("Split", [value], specs, { axis: 0, num_outputs: order.length });
      return order.map((gate) => parts[gate]!);
    });
    const turned = gates.length === 1 ? first : graph.node("Concat", gates, { dims, dtype }, { axis: 0 });
    return this.call.unsqueeze(turned, [0]);
  }
}

/** What parameters have become, so that a layer that is used twice has them once. */
const inOrder = new WeakMap<Value, Value>();

/** The numbers of one of so many gates. */
function partOf(data: Numbers, gate: number, gates: number): Numbers {
  const size = data.length / gates;
  return data.slice(gate * size, (gate + 1) * size);
}

/** Numbers of floats one after another. */
function joined(parts: readonly Numbers[], dtype: DType): Numbers {
  const all = allocate(
    dtype,
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let start = 0;
  for (const part of parts) {
    all.set(part as DataArray, start);
    start += part.length;
  }
  return all;
}

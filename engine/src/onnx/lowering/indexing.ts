// Elements picked by their positions, in ONNX.

import { axisOf } from "../../ops/axis";
import { type OrderParams } from "../../ops/indexing/sort";
import { type Call, type Lowering } from "../call";
import { type ElementType } from "../graph";

type AxisCall = Call<{ readonly axis: number }>;

export const indexing: Readonly<Record<string, Lowering<never>>> = {
  take: (call: AxisCall) =>
    call.node("Gather", [call.input(0, call.dtype), positions(call)], {
      axis: axisOf("take", call.tensors[0]!, call.params.axis),
    }),
  embedding: (call: Call) =>
    call.node("Gather", [call.input(1, call.dtype), call.input(0, positionType(call, 0))], { axis: 0 }),
  gather: (call: AxisCall) =>
    call.node("GatherElements", [call.input(0, call.dtype), positions(call)], {
      axis: axisOf("gather", call.tensors[0]!, call.params.axis),
    }),
  scatterAdd: (call: AxisCall) =>
    call.node("ScatterElements", [call.input(0, call.dtype), positions(call), call.input(2, call.dtype)], {
      axis: axisOf("scatterAdd", call.tensors[0]!, call.params.axis),
      reduction: "add",
    }),
  // Of equal elements ONNX takes the first first, as the engine does.
  argsort: (call: Call<OrderParams>) => {
    const [tensor] = call.tensors;
    const axis = axisOf("argsort", tensor!, call.params.axis);
    const x = call.input(0, tensor!.dtype === "bool" ? "int32" : tensor!.dtype);
    const count = call.lengths.length(call.dims[axis]!);
    const specs = [x.dtype, "int64" as const].map((dtype) => ({ dims: call.dims, dtype }));
    const attributes = { axis, largest: call.params.descending ? 1 : 0, sorted: 1 };
    const [, places] = call.graph.nodeOf("TopK", [x, count], specs, attributes);
    return call.cast(places!, "int32");
  },
};

const positions = (call: Call): ReturnType<Call["input"]> => call.input(1, positionType(call, 1));

/** Positions are whole numbers, which floats may hold, too. */
function positionType(call: Call, index: number): ElementType {
  return call.tensors[index]!.dtype === "int32" ? "int32" : "int64";
}

// A value in a few words, for messages.

import { formatDim, formatShape } from "@shapelens/engine/tooling";
import { type Value } from "../values";

export function describeValue(value: Value): string {
  switch (value.kind) {
    case "tensor":
      return value.tensor ? formatShape(value.tensor.dims) : "a tensor";
    case "number":
      return value.dim ? formatDim(value.dim) : String(value.value ?? "a number");
    case "string":
    case "boolean":
    case "bigint":
      return value.value === undefined ? `a ${value.kind}` : JSON.stringify(String(value.value));
    case "undefined":
    case "null":
      return value.kind;
    case "engine":
      return value.name;
    default:
      return `a ${value.kind}`;
  }
}

// Where a dimension came from, in words: "784 is axis 1 of x, from flatten(…) of [64, 1, 28, 28]", with the line.

import { type Tensor } from "@shapelens/engine";
import { type Dim, DimExpr, formatDim, formatShape } from "@shapelens/engine/tooling";
import { type Origin, type Related } from "../facts";
import { type TensorRecord, type TensorValue, type ValueOrigin, nameOf } from "../values";

/** The origin of one axis of a tensor. */
export function axisOrigin(value: TensorValue, axis: number, name = nameOf(value)): Origin {
  const dim = value.tensor!.dims[axis]!;
  const maker = makerOf(value, dim);
  const own = ownOrigin(dim);
  const place = own?.place ?? maker?.place;
  const from = maker
    ? fromWhere(describeRecord(maker, dim), name)
    : own
      ? `, ${wordsOf(own).replace(/^parameter/, "from parameter")}`
      : "";
  return { dim: formatDim(dim), text: `axis ${axis} of ${name ?? "it"}${from}`, place };
}

/** The origin of a whole shape. */
export function shapeOrigin(value: TensorValue, name = nameOf(value)): Origin {
  const { record } = value;
  const from = record && name !== undefined ? fromWhere(record.text, name) : "";
  return {
    dim: formatShape(value.tensor!.dims),
    text: `the shape of ${name ?? record?.text ?? "it"}${from}`,
    place: value.record?.place,
  };
}

/** Nothing where the name says it already. */
function fromWhere(from: string, name: string | undefined): string {
  return from === name ? "" : `, from ${from}`;
}

/** The tensor's own record, or that of the oldest tensor this very dimension was handed down from. */
function makerOf(value: TensorValue, dim: Dim): TensorRecord | undefined {
  let record = value.record;
  if (!(dim instanceof DimExpr)) return record;
  for (let rounds = 0; record && rounds < 50; rounds++) {
    const older: TensorValue | undefined = record.inputs.find((input) => input.tensor?.dims.includes(dim));
    if (!older?.record) return older ? undefined : record;
    record = older.record;
  }
  return record;
}

function describeRecord(record: TensorRecord, dim: Dim): string {
  const [input] = record.inputs;
  const isComputed = dim instanceof DimExpr && dim.derivation !== undefined && input?.tensor !== undefined;
  return isComputed ? `${record.text} of ${formatShape(input.tensor!.dims)}` : record.text;
}

/** The place and words a dimension carries itself: its literal, its parameter. */
export function ownOrigin(dim: Dim): ValueOrigin | undefined {
  return dim instanceof DimExpr ? (dim.origin as ValueOrigin | undefined) : undefined;
}

/** A literal is its own text, which tells nothing: that it stands there is what matters. A call is where it is from. */
export function wordsOf({ text }: ValueOrigin): string {
  if (/^[\d_.]+$/.test(text)) return "written here";
  return text.endsWith(")") ? `from ${text}` : text;
}

/** The literals and parameters a dimension was computed from, as further information on a problem. */
export function derivationOf(dim: Dim, depth = 4): Related[] {
  if (!(dim instanceof DimExpr) || depth === 0) return [];
  const operands = dim.derivation?.operands ?? [];
  return operands.flatMap((operand) => {
    const own = ownOrigin(operand);
    const here: Related[] = own?.place
      ? [{ place: own.place, message: `${formatDim(operand)} is ${wordsOf(own)}` }]
      : [];
    return [...here, ...derivationOf(operand, depth - 1)];
  });
}

/** Gives every dimension that a call computed the call as its origin, so that what comes later can name it. */
export function withCallOrigins(tensor: Tensor, inputs: readonly Tensor[], origin: ValueOrigin): Tensor["dims"] {
  const isNew = (dim: Dim): dim is DimExpr =>
    dim instanceof DimExpr && dim.origin === undefined && !inputs.some((input) => input.dims.includes(dim));
  if (!tensor.dims.some(isNew)) return tensor.dims;
  return tensor.dims.map((dim) => (isNew(dim) ? dim.withOrigin(origin) : dim));
}

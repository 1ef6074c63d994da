// Tensors as text, in the manner of NumPy: nested brackets, long axes shortened to their ends.

import { concrete, stridesOf } from "../shape/shape";
import { type Tensor } from "./tensor";

const EDGE = 3;
const LONGEST = 1000;

/** All numbers up to 1,000 of them; beyond that three at each end of every axis. */
export function formatTensor(tensor: Tensor): string {
  const shape = concrete(tensor.dims);
  const strides = stridesOf(shape);
  const shorten = tensor.size > LONGEST;
  const texts: string[] = [];
  const walk = (axis: number, offset: number): string => {
    if (axis === shape.length) {
      texts.push(formatNumber(tensor.data[offset]!, tensor.dtype));
      return `<${texts.length - 1}>`;
    }
    const length = shape[axis]!;
    const parts: string[] = [];
    for (let i = 0; i < length; i++) {
      if (shorten && length > 2 * EDGE && i === EDGE) {
        parts.push("…");
        i = length - EDGE;
      }
      parts.push(walk(axis + 1, offset + i * strides[axis]!));
    }
    const gap = axis === shape.length - 1 ? ", " : `,${"\n".repeat(shape.length - 1 - axis)}${" ".repeat(axis + 1)}`;
    return `[${parts.join(gap)}]`;
  };
  const skeleton = walk(0, 0);
  const width = Math.max(0, ...texts.map((t) => t.length));
  return skeleton.replace(/<(\d+)>/g, (_, index: string) => texts[Number(index)]!.padStart(width));
}

function formatNumber(value: number, dtype: string): string {
  if (dtype === "bool") return value === 0 ? "false" : "true";
  if (dtype === "int32" || !Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(dtype === "float64" ? 8 : 6));
  return Number.isInteger(rounded) && Math.abs(rounded) < 1e15 ? `${rounded}.` : String(rounded);
}

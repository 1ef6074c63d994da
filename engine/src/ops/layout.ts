// Which axis of an image is which, and numbers brought from one order of the axes into another.

import { gatherStrided } from "../kernels/strided";
import { describe, stridesOf } from "../shape/shape";
import { type DataArray } from "../tensor/dtype";

/**
 * The order of the axes: channels right after the batch ("NCHW"), or last ("NHWC"). The names are those of images, and
 * mean the same for sequences, [batch, length, channels], and volumes.
 */
export type Layout = "NCHW" | "NHWC";

/** Which axis is which. */
export interface Axes {
  readonly channel: number;
  /** Height and width, or the length of a sequence. */
  readonly spatial: readonly number[];
}

/** @throws TypeError for anything that is no layout. */
export function readLayout(op: string, layout: unknown): Layout {
  if (layout === undefined || layout === "NCHW") return "NCHW";
  if (layout === "NHWC") return layout;
  throw new TypeError(`${op}: layout must be "NCHW" or "NHWC", found ${describe(layout)}.`);
}

/** The axes of a batch with so many axes beside the batch and the channels. */
export function layoutAxes(layout: Layout, spatial: number): Axes {
  const first = layout === "NCHW" ? 2 : 1;
  return {
    channel: layout === "NCHW" ? 1 : spatial + 1,
    spatial: Array.from({ length: spatial }, (_, i) => i + first),
  };
}

/** The axes that an option asks for. */
export function axesOfLayout(op: string, layout: unknown, spatial = 2): Axes {
  return layoutAxes(readLayout(op, layout), spatial);
}

/** The order in which the axes are to be read so that they come out as `to`. */
export function reordered(from: Axes, to: Axes): number[] {
  const order = new Array<number>(from.spatial.length + 2).fill(0);
  order[to.channel] = from.channel;
  to.spatial.forEach((axis, i) => (order[axis] = from.spatial[i]!));
  return order;
}

/** The order that takes these axes to channels first. */
export function orderToFirst(axes: Axes): number[] {
  return reordered(axes, firstLike(axes));
}

/** The order that takes channels first back to these axes. */
export function orderFromFirst(axes: Axes): number[] {
  return reordered(firstLike(axes), axes);
}

const firstLike = ({ spatial }: Axes): Axes => layoutAxes("NCHW", spatial.length);

/** The numbers of this shape with channels first, whatever their layout. */
export function channelsFirst(data: DataArray, shape: readonly number[], axes: Axes): DataArray {
  return moved(data, shape, orderToFirst(axes));
}

/** The way back: numbers with channels first, in the layout and shape of the result. */
export function fromChannelsFirst(data: DataArray, shape: readonly number[], axes: Axes): DataArray {
  return moved(data, firstShape(shape, axes), orderFromFirst(axes));
}

/** The same shape with channels first. */
export function firstShape(shape: readonly number[], axes: Axes): number[] {
  return orderToFirst(axes).map((axis) => shape[axis]!);
}

function moved(data: DataArray, shape: readonly number[], order: readonly number[]): DataArray {
  if (order.every((axis, i) => axis === i)) return data;
  const strides = stridesOf(shape);
  const view = { offset: 0, steps: order.map((axis) => strides[axis]!), shape: order.map((axis) => shape[axis]!) };
  return gatherStrided(data, view, data.slice());
}

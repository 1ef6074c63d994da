// The check that a tensor is a batch of images with the right channels.

import { constantOf, type Dim, formatDim } from "../../shape/dim";
import { type Operand, ShapeError } from "../../shape/errors";
import { agree, formatShape, type Shape } from "../../shape/shape";
import { type DType } from "../../tensor/dtype";
import { type Tensor } from "../../tensor/tensor";
import { type Axes, layoutAxes, reordered } from "../layout";

/** The shape of a batch of images. */
export function imageShape({ channel, spatial }: Axes, batch: Dim, channels: Dim, lengths: Shape): Dim[] {
  const dims = new Array<Dim>(spatial.length + 2).fill(batch);
  dims[channel] = channels;
  spatial.forEach((axis, i) => (dims[axis] = lengths[i]!));
  return dims;
}

export interface ImageCheck {
  /** How many channels there must be; any number when absent. */
  readonly channels?: Dim;
  /** The weights that ask for so many, and in which of their axes. */
  readonly weights?: Operand & { readonly axis: number };
  /** What would come out of an image of this shape. */
  readonly likely?: (dims: Shape) => Shape | undefined;
  readonly dtype?: DType;
}

/** @throws ShapeError `rank` unless x is a batch of images, `channels` unless it has these channels. */
export function checkImage(op: string, x: Tensor, axes: Axes, check: ImageCheck = {}): void {
  const { channels, weights } = check;
  const rank = axes.spatial.length + 2;
  if (x.rank !== rank) throw wrongRank(op, x, axes, check);
  const found = x.dims[axes.channel]!;
  if (channels === undefined || agree(channels, found)) return;
  const [fixed, suggestion] = channelsFix(x, axes, channels, check);
  throw new ShapeError({
    code: "channels",
    op,
    message: `expected ${wanted(axes, channels)}${weights ? `, as ${weights.name} is ${formatShape(weights.dims)}` : ""}, found ${formatShape(x.dims)}: ${formatDim(channels)} channels ≠ ${formatDim(found)} in axis ${axes.channel}.`,
    operands: [{ name: "x", dims: x.dims }, ...(weights ? [{ name: weights.name, dims: weights.dims }] : [])],
    axes: [axes.channel, ...(weights ? [weights.axis] : [])],
    blame: 0,
    numbers: [channels, found],
    suggestion,
    likely: likelyOf(check, fixed ?? x.dims),
  });
}

/** Nothing is likely where what was found is wrong in another way too. */
function likelyOf({ likely, dtype }: ImageCheck, dims: Shape): ShapeError["likely"] {
  try {
    const result = likely?.(dims);
    return result && { dims: result, dtype };
  } catch (error) {
    if (error instanceof ShapeError) return undefined;
    throw error;
  }
}

/** `[batch, 3, height, width]`. */
function wanted(axes: Axes, channels: Dim | undefined): string {
  const names = new Array<string>(axes.spatial.length + 2).fill("batch");
  names[axes.channel] = channels === undefined ? "channels" : formatDim(channels);
  const lengths = axes.spatial.length === 1 ? ["length"] : ["height", "width"];
  axes.spatial.forEach((axis, i) => (names[axis] = lengths[i]!));
  return `[${names.join(", ")}]`;
}

function channelsFix(
  x: Tensor,
  axes: Axes,
  channels: Dim,
  { weights }: ImageCheck,
): [fixed?: Shape, suggestion?: string] {
  const isLast = axes.channel === x.rank - 1;
  const other = isLast ? 1 : x.rank - 1;
  const isElsewhere = constantOf(channels) !== undefined && constantOf(x.dims[other]!) === constantOf(channels);
  if (!isElsewhere || isSquare(x, axes)) {
    return [
      undefined,
      `give it ${formatDim(channels)} channels, or make the ${weights ? "weights" : "layer"} for ${formatDim(x.dims[axes.channel]!)}.`,
    ];
  }
  const layout = isLast ? "NCHW" : "NHWC";
  const order = reordered(layoutAxes(layout, axes.spatial.length), axes);
  const fixed = order.map((axis) => x.dims[axis]!);
  const place = isLast ? "axis 1" : "the last axis";
  return [
    fixed,
    `the channels seem to be in ${place}: transpose(x, ${formatShape(order)}) is ${formatShape(fixed)}, or give { layout: "${layout}" }.`,
  ];
}

/** Height and width are alike where they are expected: the axes are hardly in another order. */
function isSquare(x: Tensor, { spatial: [height, width] }: Axes): boolean {
  if (height === undefined || width === undefined) return false;
  return constantOf(x.dims[height]!) !== undefined && constantOf(x.dims[height]!) === constantOf(x.dims[width]!);
}

function wrongRank(op: string, x: Tensor, axes: Axes, check: ImageCheck): ShapeError {
  const { channels } = check;
  const rank = axes.spatial.length + 2;
  const [fixed, suggestion] = rankFix(x, axes, channels);
  return new ShapeError({
    code: "rank",
    op,
    message: `expected ${wanted(axes, channels)}, found ${formatShape(x.dims)}: ${rank} axes ≠ ${x.rank}.`,
    operands: [{ name: "x", dims: x.dims }],
    blame: 0,
    numbers: [rank, x.rank],
    suggestion,
    likely: fixed && likelyOf(check, fixed),
  });
}

/** A missing batch axis or channel axis, the commonest causes. */
function rankFix(x: Tensor, axes: Axes, channels: Dim | undefined): [fixed?: Shape, suggestion?: string] {
  const rank = axes.spatial.length + 2;
  const one = channels !== undefined && constantOf(channels) === 1;
  if (x.rank === rank - 1) {
    const unbatched = [1, ...x.dims];
    const isImage = channels === undefined || constantOf(unbatched[axes.channel]!) === constantOf(channels);
    if (one && !isImage) {
      const fixed = x.dims.toSpliced(axes.channel, 0, 1);
      return [fixed, `add the channel axis: expandDims(x, ${axes.channel}) is ${formatShape(fixed)}.`];
    }
    return [unbatched, `add the batch axis: expandDims(x, 0) is ${formatShape(unbatched)}.`];
  }
  if (x.rank === rank - 2 && (one || channels === undefined)) {
    const fixed = [1, ...x.dims].toSpliced(axes.channel, 0, 1);
    return [fixed, `add the batch and channel axes: expandDims(x, [0, ${axes.channel}]) is ${formatShape(fixed)}.`];
  }
  if (x.rank === rank + 1 && constantOf(x.dims[0]!) === 1) {
    return [x.dims.slice(1), `drop the first axis: squeeze(x, 0) is ${formatShape(x.dims.slice(1))}.`];
  }
  return [];
}

// The float32 convolutions in WebAssembly: image by image, everything between the copies in and out stays in its memory.

import { eachElement, eachGroup, type Seen, sizesOf, type Windows } from "../windows";
import { kernelsWith, memoryOf } from "./load";
import { EIGHTS, FOURS } from "./pack";
import { Places, roundUp } from "./places";
import { unfoldingOf } from "./unfold";

/** Sums go over so many products before they are put down: the numbers that are used again and again stay close. */
const DEPTH = 512;

/** As `convolve`, summing in single precision. False, and nothing done, where there is no WebAssembly; so are the others. */
export function wasmConvolve(big: Float32Array, w: Float32Array, small: Float32Array, windows: Windows): boolean {
  return slide(big, w, small, windows);
}

/**
 * As `convolveBack`. Where windows lie on every row and column, it is a convolution itself, by the mirrored kernel; unless
 * that would multiply the zeros beyond the border by an infinite weight.
 */
export function wasmConvolveBack(small: Float32Array, w: Float32Array, big: Float32Array, windows: Windows): boolean {
  const { stride, kernel, dilation, before, image, count, channels, filters } = windows;
  if (stride[0] > 1 || stride[1] > 1 || !areFinite(w)) return spread(small, w, big, windows);
  const margin = (axis: 0 | 1): number => dilation[axis] * (kernel[axis] - 1) - before[axis];
  const mirrored: Windows = {
    ...windows,
    ...{ channels: filters, filters: channels, image: count, count: image, before: [margin(0), margin(1)] },
  };
  return slide(small, mirror(w, windows), big, mirrored);
}

/** The weights [channels, filters, element] of each group, elements in reverse order, of [filters, channels, element]. */
function mirror(w: Float32Array, windows: Windows): Float32Array {
  const { groups, kernel } = windows;
  const { filters, depth } = sizesOf(windows);
  const area = kernel[0] * kernel[1];
  const mirrored = new Float32Array(w.length);
  let at = 0;
  for (let g = 0; g < groups; g++) {
    for (let end = area; end <= depth; end += area) {
      for (let f = g * filters; f < (g + 1) * filters; f++) {
        for (let i = 0, p = f * depth + end - 1; i < area; i++, p--) mirrored[at++] = w[p]!;
      }
    }
  }
  return mirrored;
}

function areFinite(numbers: Float32Array): boolean {
  let sum = 0;
  for (const number of numbers) sum += 0 * number;
  return sum === 0;
}

/** out[n, filter] = the sums of what the windows of each image hold, weighted. */
function slide(images: Float32Array, w: Float32Array, out: Float32Array, whole: Windows): boolean {
  const { filters, depth, positions } = sizesOf(whole);
  const single = filters === 1;
  const windows = inPieces(whole, single);
  const { batch, groups, channels, count } = windows;
  const unfolding = unfoldingOf(windows, single);
  const { stripe, width } = unfolding;
  const area = channels * windows.image[0] * windows.image[1];
  // Sums that are added to need room for whole tiles in each row.
  const adding = !single && depth > DEPTH;
  const block = roundUp(depth / Math.ceil(depth / DEPTH), 4);
  const places = new Places();
  const image = places.take(area);
  const sheets = places.take(unfolding.size);
  const original = places.take((whole.filters + 3) * depth);
  const groupSize = (single ? 1 : roundUp(filters, 4)) * depth;
  const weights = single ? original : places.take(whole.groups * groupSize);
  const table = places.take(unfolding.table.length);
  const panel = places.take(8 * Math.min(block, depth));
  const result = places.take((groups * filters + 3) * roundUp(stripe * width, 8));
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;

  const memory = memoryOf(kernels);
  memory.fill(0, sheets / 4, sheets / 4 + unfolding.size);
  new Int32Array(memory.buffer).set(unfolding.table, table / 4);
  memory.set(w, original / 4);
  for (let g = 0; g < whole.groups && !single; g++) {
    for (let k = 0; k < depth; k += block) {
      const from = original + 4 * (g * filters * depth + k);
      const to = weights + 4 * (g * groupSize + k * roundUp(filters, 4));
      const length = Math.min(block, depth - k);
      kernels.packColumns(from, 4 * depth, to, 16 * length, FOURS, length, filters);
    }
  }
  for (let n = 0; n < batch; n++) {
    const firstGroup = (n * groups) % whole.groups;
    memory.set(images.subarray(n * area, (n + 1) * area), image / 4);
    for (let first = 0; first < count[0]; first += stripe) {
      unfolding.fill(kernels, memory, image, sheets, first);
      const lines = Math.min(stripe, count[0] - first);
      const row = 4 * (adding ? roundUp(lines * width, 8) : lines * width);
      for (let g = 0; g < groups; g++) {
        const from = weights + 4 * (firstGroup + g) * groupSize;
        const [base, to] = [sheets + g * unfolding.group, result + g * filters * row];
        if (single) kernels.convolveOne(from, table, base, to, depth, lines * width);
        else {
          for (let k = 0; k < depth; k += block) {
            const sums = [to, row, filters, Math.min(block, depth - k), lines * width, k === 0 ? 0 : 1] as const;
            kernels.convolve(from + 4 * k * roundUp(filters, 4), table + 4 * k, base, panel, ...sums);
          }
        }
      }
      const seen = lines * count[1];
      if (width > count[1]) kernels.closeUp(result, 4 * width, groups * filters * lines, count[1]);
      else if (row > 4 * seen) kernels.closeUp(result, row, groups * filters, seen);
      // The rows of one stripe lie apart in the result as a whole.
      const runs = seen === positions ? 1 : groups * filters;
      const run = (groups * filters * seen) / runs;
      for (let i = 0; i < runs; i++) {
        const at = (n * groups * filters + i) * positions + first * count[1];
        out.set(memory.subarray(result / 4 + i * run, result / 4 + (i + 1) * run), at);
      }
    }
  }
  return true;
}

/** The same with fewer groups in each of more images, so that an image fits into the cache as a whole. */
function inPieces(windows: Windows, single: boolean): Windows {
  const { batch, groups, channels, filters, count } = windows;
  for (let pieces = 1; pieces < groups; pieces++) {
    if (groups % pieces !== 0) continue;
    const sizes = { groups: groups / pieces, channels: channels / pieces, filters: filters / pieces };
    const piece = { ...windows, batch: batch * pieces, ...sizes };
    if (unfoldingOf(piece, single).stripe === count[0]) return piece;
  }
  return { ...windows, batch: batch * groups, groups: 1, channels: channels / groups, filters: filters / groups };
}

/** `convolveBack` where windows do not lie on every row and column. */
function spread(small: Float32Array, w: Float32Array, big: Float32Array, windows: Windows): boolean {
  const { channels, groups, image } = windows;
  const { filters, depth, positions } = sizesOf(windows);
  const area = (channels / groups) * image[0] * image[1];
  const places = new Places();
  const sums = places.take(area);
  const weights = places.take(filters * depth);
  const packedWeights = places.take(filters * roundUp(depth, 4));
  const raw = places.take(filters * positions);
  const packed = places.take(filters * roundUp(positions, 8));
  const matrix = places.take(roundUp(depth, 4) * positions);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = memoryOf(kernels);
  const grids: Seen[] = [];
  eachElement(windows, positions, (seen) => grids.push(seen));
  eachGroup(windows, (bigAt, smallAt, weightAt) => {
    memory.fill(0, sums / 4, sums / 4 + area);
    memory.set(w.subarray(weightAt, weightAt + filters * depth), weights / 4);
    memory.set(small.subarray(smallAt, smallAt + filters * positions), raw / 4);
    kernels.packRows(weights, 4 * depth, packedWeights, 16 * filters, FOURS, filters, depth);
    kernels.packRows(raw, 4 * positions, packed, 32 * filters, EIGHTS, filters, positions);
    kernels.matmul(packedWeights, packed, matrix, 4 * positions, depth, filters, positions, 0);
    for (const { from, to, rows, columns, rowStep, step, toRowStep } of grids) {
      const steps = [4 * rowStep, 4 * step, 4 * toRowStep] as const;
      kernels.scatterAdd(sums + 4 * from, matrix + 4 * to, rows, columns, ...steps);
    }
    big.set(memory.subarray(sums / 4, sums / 4 + area), bigAt);
  });
  return true;
}

/** As `convolveWeights`: each image's sums, of every fourth product, are added to those of the images before. */
export function wasmConvolveWeights(
  big: Float32Array,
  small: Float32Array,
  dw: Float32Array,
  windows: Windows,
): boolean {
  const { batch, groups, channels, image, count } = windows;
  const { filters, depth, positions } = sizesOf(windows);
  const unfolding = unfoldingOf(windows, false);
  const { stripe } = unfolding;
  const [area, smallArea] = [channels * image[0] * image[1], groups * filters * positions];
  const even = roundUp(depth, 2);
  const size = roundUp(filters, 4) * even;
  const places = new Places();
  const original = places.take(area);
  const sheets = places.take(unfolding.size);
  const factors = places.take(smallArea + 3 * positions);
  const packed = places.take(4 * stripe * count[1]);
  const table = places.take(unfolding.table.length);
  const sums = places.take(groups * size);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;

  const memory = memoryOf(kernels);
  memory.fill(0, sheets / 4, sheets / 4 + unfolding.size);
  memory.fill(0, sums / 4, sums / 4 + groups * size);
  new Int32Array(memory.buffer).set(unfolding.table, table / 4);
  for (let n = 0; n < batch; n++) {
    memory.set(big.subarray(n * area, (n + 1) * area), original / 4);
    memory.set(small.subarray(n * smallArea, (n + 1) * smallArea), factors / 4);
    for (let first = 0; first < count[0]; first += stripe) {
      unfolding.fill(kernels, memory, original, sheets, first);
      const seen = Math.min(stripe, count[0] - first) * count[1];
      for (let g = 0; g < groups; g++) {
        const from = factors + 4 * (g * filters * positions + first * count[1]);
        const [base, to] = [sheets + g * unfolding.group, sums + 4 * g * size];
        kernels.convolveWeights(from, 4 * positions, packed, table, base, to, filters, even, seen);
      }
    }
  }
  for (let g = 0; g < groups; g++) {
    for (let row = 0; row < filters; row++) {
      const start = sums / 4 + g * size + (row - (row % 4)) * even + (row % 4);
      const at = (g * filters + row) * depth;
      for (let k = 0; k < depth; k++) dw[at + k] = memory[start + 4 * k]!;
    }
  }
  return true;
}

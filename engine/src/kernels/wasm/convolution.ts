// The float32 convolutions in WebAssembly: image by image, everything between the copies in and out stays in its memory.

import { eachElement, eachGroup, type Seen, sizesOf, type Windows } from "../windows";
import { kernelsWith } from "./load";
import { Places, roundUp } from "./places";

/** As `convolve`. False, and nothing done, where there is no WebAssembly; so are the others. */
export function wasmConvolve(big: Float32Array, w: Float32Array, small: Float32Array, windows: Windows): boolean {
  const { filters, depth, positions } = sizesOf(windows);
  // Rows whose distance is a power of two would fall into the same lines of the cache.
  const pitch = roundUp(positions, 16) + 16;
  const places = new Places();
  const area = areaOf(windows);
  const image = places.take(area);
  const weights = places.take(roundUp(filters, 4) * depth);
  const matrix = places.take(depth * pitch);
  const result = places.take(roundUp(filters, 4) * positions);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = new Float32Array(kernels.memory.buffer);
  // The padding stays 0 from image to image.
  memory.fill(0, matrix / 4, matrix / 4 + depth * pitch);
  const grids = gridsOf(windows, pitch);
  eachGroup(windows, (bigAt, smallAt, weightAt) => {
    memory.set(big.subarray(bigAt, bigAt + area), image / 4);
    memory.set(w.subarray(weightAt, weightAt + filters * depth), weights / 4);
    for (const seen of grids) kernels.gather(...inMemory(seen, image, matrix));
    const a = [weights, 16 * depth, 4 * depth, 4] as const;
    kernels.matmul(...a, matrix, 32, 4 * pitch, result, 4 * positions, filters, depth, positions, 0);
    small.set(memory.subarray(result / 4, result / 4 + filters * positions), smallAt);
  });
  return true;
}

/** As `convolveBack`. */
export function wasmConvolveBack(small: Float32Array, w: Float32Array, big: Float32Array, windows: Windows): boolean {
  const { filters, depth, positions } = sizesOf(windows);
  const places = new Places();
  const area = areaOf(windows);
  const image = places.take(area);
  const weights = places.take(filters * depth);
  const raw = places.take(filters * positions);
  const packed = places.take(filters * roundUp(positions, 8));
  const matrix = places.take(roundUp(depth, 4) * positions);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = new Float32Array(kernels.memory.buffer);
  const grids = gridsOf(windows, positions);
  eachGroup(windows, (bigAt, smallAt, weightAt) => {
    memory.set(big.subarray(bigAt, bigAt + area), image / 4);
    memory.set(w.subarray(weightAt, weightAt + filters * depth), weights / 4);
    memory.set(small.subarray(smallAt, smallAt + filters * positions), raw / 4);
    kernels.packRows(raw, packed, 32 * filters, filters, positions, 2);
    const a = [weights, 16, 4, 4 * depth] as const;
    kernels.matmul(...a, packed, 32 * filters, 32, matrix, 4 * positions, depth, filters, positions, 0);
    for (const seen of grids) kernels.scatterAdd(...inMemory(seen, image, matrix));
    big.set(memory.subarray(image / 4, image / 4 + area), bigAt);
  });
  return true;
}

/** As `convolveWeights`; the batch is added up in double precision. */
export function wasmConvolveWeights(
  big: Float32Array,
  small: Float32Array,
  dw: Float32Array,
  windows: Windows,
): boolean {
  const { filters, depth, positions } = sizesOf(windows);
  const places = new Places();
  const area = areaOf(windows);
  const image = places.take(area);
  const raw = places.take(roundUp(filters, 4) * positions);
  const matrix = places.take(roundUp(depth, 4) * positions);
  const packed = places.take(roundUp(depth, 8) * positions);
  const part = places.take(roundUp(filters, 4) * depth);
  const kernels = kernelsWith(places.bytes);
  if (kernels === undefined) return false;
  const memory = new Float32Array(kernels.memory.buffer);
  memory.fill(0, matrix / 4, matrix / 4 + depth * positions);
  const grids = gridsOf(windows, positions);
  const sums = new Float64Array(dw.length);
  eachGroup(windows, (bigAt, smallAt, weightAt) => {
    memory.set(big.subarray(bigAt, bigAt + area), image / 4);
    memory.set(small.subarray(smallAt, smallAt + filters * positions), raw / 4);
    for (const seen of grids) kernels.gather(...inMemory(seen, image, matrix));
    kernels.packColumns(matrix, 4 * positions, packed, 32 * positions, positions, depth);
    const a = [raw, 16 * positions, 4 * positions, 4] as const;
    kernels.matmul(...a, packed, 32 * positions, 32, part, 4 * depth, filters, positions, depth, 0);
    for (let i = 0; i < filters * depth; i++) sums[weightAt + i]! += memory[part / 4 + i]!;
  });
  dw.set(sums);
  return true;
}

function areaOf({ channels, groups, image }: Windows): number {
  return (channels / groups) * image[0] * image[1];
}

function gridsOf(windows: Windows, pitch: number): Seen[] {
  const grids: Seen[] = [];
  eachElement(windows, pitch, (seen) => grids.push(seen));
  return grids;
}

function inMemory(seen: Seen, image: number, matrix: number) {
  const { from, to, rows, columns, rowStep, step, toRowStep } = seen;
  return [image + 4 * from, matrix + 4 * to, rows, columns, 4 * rowStep, 4 * step, 4 * toRowStep] as const;
}

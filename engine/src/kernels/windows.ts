// The windows of a convolution: which numbers of an image each element of the kernel sees.

/** Where the windows lie: a big image [channels, height, width] and a small one [filters, rows, columns]. */
export interface Windows {
  readonly batch: number;
  readonly groups: number;
  /** Channels of the big image and of the small one, all groups together. */
  readonly channels: number;
  readonly filters: number;
  readonly image: readonly [height: number, width: number];
  /** How many windows there are along each axis: the size of the small image. */
  readonly count: readonly [rows: number, columns: number];
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [number, number];
  readonly before: readonly [top: number, left: number];
  readonly dilation: readonly [number, number];
}

/** The sizes of one group's matrices: weights [filters, depth] · columns [depth, positions]. */
export function sizesOf({ channels, filters, groups, kernel, count }: Windows): {
  readonly filters: number;
  readonly depth: number;
  readonly positions: number;
  readonly columns: number;
} {
  const depth = (channels / groups) * kernel[0] * kernel[1];
  const positions = count[0] * count[1];
  return { filters: filters / groups, depth, positions, columns: depth * positions };
}

/** Visits each group of each image with where it begins in the big image, the small one and the weights. */
export function eachGroup(windows: Windows, visit: (bigAt: number, smallAt: number, weightAt: number) => void): void {
  const { batch, groups, channels, image } = windows;
  const { filters, depth, positions } = sizesOf(windows);
  const area = (channels / groups) * image[0] * image[1];
  for (let n = 0; n < batch; n++) {
    for (let g = 0; g < groups; g++) {
      const index = n * groups + g;
      visit(index * area, index * filters * positions, g * filters * depth);
    }
  }
}

/** What one element of the kernel sees: a grid of numbers in the image, and where it lies in the matrix. */
export interface Seen {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly columns: number;
  /** From one row of windows to the next, and from one window to the next, in the image. */
  readonly rowStep: number;
  readonly step: number;
  /** From one row of windows to the next in the matrix. */
  readonly toRowStep: number;
}

/** Visits what each element of the kernel sees in the image, the padding left out; rows of the matrix are `pitch` apart. */
export function eachElement(
  { channels, groups, image, count, kernel, stride, before, dilation }: Windows,
  pitch: number,
  visit: (seen: Seen) => void,
): void {
  const [height, width] = image;
  const [rows, columns] = count;
  let start = 0;
  for (let c = 0; c < channels / groups; c++) {
    for (let i = 0; i < kernel[0]; i++) {
      const top = i * dilation[0] - before[0];
      const [firstRow, endRow] = inside(top, stride[0], rows, height);
      for (let j = 0; j < kernel[1]; j++, start += pitch) {
        const left = j * dilation[1] - before[1];
        const [first, end] = inside(left, stride[1], columns, width);
        if (end <= first || endRow <= firstRow) continue;
        visit({
          from: (c * height + firstRow * stride[0] + top) * width + first * stride[1] + left,
          to: start + firstRow * columns + first,
          rows: endRow - firstRow,
          columns: end - first,
          rowStep: stride[0] * width,
          step: stride[1],
          toRowStep: columns,
        });
      }
    }
  }
}

/** The first window whose element lies inside the image, and the first after the last; windows start at `offset`. */
export function inside(offset: number, stride: number, count: number, length: number): [first: number, end: number] {
  return [Math.max(0, Math.ceil(-offset / stride)), Math.min(count, Math.floor((length - 1 - offset) / stride) + 1)];
}

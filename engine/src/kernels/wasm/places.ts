// Where a kernel's operands lie in the memory of WebAssembly.

/** The kernels read and write whole tiles, and so a little beyond each matrix. */
const MARGIN = 64;

/** Hands out memory from its beginning. */
export class Places {
  bytes = 0;

  /** The address of room for so many numbers. */
  take(numbers: number): number {
    const place = this.bytes;
    this.bytes += 4 * roundUp(numbers + MARGIN, 16);
    return place;
  }
}

export const roundUp = (number: number, step: number): number => Math.ceil(number / step) * step;

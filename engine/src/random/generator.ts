// Random numbers one at a time, drawn as NumPy's legacy generator draws them.

import { logarithm } from "./logarithm";
import { MersenneTwister } from "./mersenneTwister";

/** The stream of numbers behind `RandomState`: same seed, same digits as `numpy.random.RandomState`. */
export class Generator {
  readonly #bits: MersenneTwister;
  /** Normal numbers come in pairs; the second waits here. */
  #spareNormal: number | undefined;

  /** @param seed 0 … 2³² − 1 */
  constructor(seed: number) {
    this.#bits = new MersenneTwister(seed);
  }

  /** Uniform in [0, 1), all 53 bits random. */
  uniform(): number {
    const high = this.#bits.nextInt32() >>> 5;
    const low = this.#bits.nextInt32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Standard normal, by Marsaglia's polar method. */
  normal(): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * logarithm(square)) / square);
      this.#spareNormal = scale * x;
      return scale * y;
    }
  }

  /** A whole number from 0 to `max` (at most 2³² − 1), by masking bits and rejecting what is larger. */
  upTo(max: number): number {
    if (max === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(max);
    for (;;) {
      const value = (this.#bits.nextInt32() & mask) >>> 0;
      if (value <= max) return value;
    }
  }

  /** 0 … n − 1 in random order. */
  order(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    this.shuffle(n, (i, j) => {
      [order[i], order[j]] = [order[j]!, order[i]!];
    });
    return order;
  }

  /** Tells which pairs to swap so that n things end up in random order (Fisher and Yates, from the end). */
  shuffle(n: number, swap: (i: number, j: number) => void): void {
    for (let i = n - 1; i > 0; i--) swap(i, this.upTo(i));
  }
}

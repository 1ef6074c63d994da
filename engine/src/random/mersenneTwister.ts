// MT19937, the Mersenne Twister of Matsumoto and Nishimura (1998): 32 random bits at a time.

const LENGTH = 624;
const MIDDLE = 397;

/** The first row of the matrix, applied where the lowest bit is set. */
const mix = (high: number, low: number): number => {
  const y = (high & 0x80000000) | (low & 0x7fffffff);
  return (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
};

export class MersenneTwister {
  /** Signed, because that is the integer that JavaScript computes with fast; the bits are the same. */
  readonly #state = new Int32Array(LENGTH);
  #position = LENGTH;

  /** @param seed 0 … 2³² − 1 */
  constructor(seed: number) {
    this.#state[0] = seed;
    for (let i = 1; i < LENGTH; i++) {
      const before = this.#state[i - 1]!;
      this.#state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
  }

  /** The next 32 bits, as a whole number from −2³¹ to 2³¹ − 1. */
  nextInt32(): number {
    if (this.#position === LENGTH) this.#twist();
    let y = this.#state[this.#position++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  #twist(): void {
    const state = this.#state;
    const turn = LENGTH - MIDDLE;
    for (let i = 0; i < turn; i++) state[i] = state[i + MIDDLE]! ^ mix(state[i]!, state[i + 1]!);
    for (let i = turn; i < LENGTH - 1; i++) state[i] = state[i - turn]! ^ mix(state[i]!, state[i + 1]!);
    state[LENGTH - 1] = state[MIDDLE - 1]! ^ mix(state[LENGTH - 1]!, state[0]!);
    this.#position = 0;
  }
}

// MT19937, the Mersenne Twister of Matsumoto and Nishimura (1998): 32 random bits at a time.

const LENGTH = 624;
const MIDDLE = 397;

export class MersenneTwister {
  readonly #state = new Uint32Array(LENGTH);
  #position = LENGTH;

  /** @param seed 0 … 2³² − 1 */
  constructor(seed: number) {
    this.#state[0] = seed;
    for (let i = 1; i < LENGTH; i++) {
      const before = this.#state[i - 1]!;
      this.#state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
  }

  /** The next 32 bits, as a whole number from 0 to 2³² − 1. */
  nextUint32(): number {
    if (this.#position === LENGTH) this.#twist();
    let y = this.#state[this.#position++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < LENGTH; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % LENGTH]! & 0x7fffffff);
      state[i] = state[(i + MIDDLE) % LENGTH]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#position = 0;
  }
}

// Powers of e in WebAssembly against those of the host in double precision, over the whole range of float32.

import assert from "node:assert/strict";
import { logistic } from "../../../engine/src/kernels/exponential";
import { kernelsWith } from "../../../engine/src/kernels/wasm/load";
import { wasmMap } from "../../../engine/src/kernels/wasm/rows";

/** Every so many-th bit pattern: 1.3 million numbers of both signs and all exponents, denormal, infinite and NaN ones. */
const STEP = 3299;

const FUNCTIONS = [
  { name: "exp", exact: Math.exp, units: 2 },
  { name: "sigmoid", exact: logistic, units: 3 },
  { name: "tanh", exact: Math.tanh, units: 2 },
] as const;

function everyKindOfNumber(): Float32Array {
  const bits = Uint32Array.from({ length: Math.floor(2 ** 32 / STEP) }, (_, i) => i * STEP);
  const edges = [0, -0, 1, -1, 88.72, 88.73, -87.33, -87.34, -103.97, -103.98, 0.625, -0.625, 2 ** -149, -(2 ** -149)];
  return Float32Array.from([...edges, Infinity, -Infinity, NaN, ...new Float32Array(bits.buffer)]);
}

/** The distance to the next float32 at this magnitude. */
function unitOf(value: number): number {
  return 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -126) - 23);
}

describe("kernels: exponential", () => {
  const x = everyKindOfNumber();
  for (const { name, exact, units } of FUNCTIONS) {
    it(`gives ${name} to ${units} units in the last place for every kind of number`, () => {
      const out = new Float32Array(x.length);
      new Float32Array(kernelsWith(2 ** 20)!.memory.buffer).fill(NaN);
      assert.equal(wasmMap(name, x, out), true);
      x.forEach((value, i) => {
        const expected = exact(value);
        const rounded = Math.fround(expected);
        if (Object.is(out[i], rounded)) return;
        const error = Math.abs(out[i]! - expected);
        assert.ok(error <= units * unitOf(rounded), `${name}(${value}): ${expected} expected, ${out[i]} found`);
      });
    });

    it(`gives ${name} of any number of numbers, and touches no others`, () => {
      for (const size of [0, 1, 2, 3, 4, 5, 31, 4095, 4096, 4097, 9001]) {
        const given = x.slice(0, size);
        const whole = new Float32Array(size + 2).fill(7);
        wasmMap(name, given, whole.subarray(1, size + 1));
        assert.deepEqual([whole[0], whole[size + 1]], [7, 7]);
        for (let i = 0; i < size; i += 97) {
          const alone = new Float32Array(1);
          wasmMap(name, given.subarray(i, i + 1), alone);
          assert.ok(Object.is(whole[i + 1], alone[0]));
        }
      }
    });
  }
});

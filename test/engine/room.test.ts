// What is too large for a tensor is refused by name and shape, before any memory is asked for.

import assert from "node:assert/strict";
import * as engine from "@shapelens/engine";
import { ones, tensor, zeros } from "@shapelens/engine";

const side = 2 ** 16;
const long = ones([side]);
const row = ones([1, side]);
const column = ones([side, 1]);

/** Each makes more than 2³⁰ numbers. */
const tooLarge: Readonly<Record<string, () => unknown>> = {
  "zeros: there is no room for [65536, 65536], 4294967296 numbers.": () => zeros([side, side]),
  "ones: there is no room for [65536, 65536]": () => ones([side, side]),
  "full: there is no room for [2147483648]": () => engine.full([2 ** 31], 1),
  "eye: there is no room for [65536, 65536]": () => engine.eye(side),
  "arange: there is no room for [2147483648]": () => engine.arange(2 ** 31),
  "linspace: there is no room for [2147483648]": () => engine.linspace(0, 1, 2 ** 31),
  "rand: there is no room for [65536, 65536]": () => engine.rand([side, side]),
  "randn: there is no room for [65536, 65536]": () => engine.randn([side, side]),
  "oneHot: there is no room for [3, 1073741824]": () => engine.oneHot(tensor([0, 1, 2], { dtype: "int32" }), 2 ** 30),
  "broadcastTo: there is no room for [65536, 65536]": () => row.broadcastTo([side, side]),
  "add: there is no room for [65536, 65536]": () => row.add(column),
  "where: there is no room for [65536, 65536]": () => engine.where(row, column, 0),
  "matmul: there is no room for [65536, 65536]": () => column.matmul(row),
  "tile: there is no room for [4294967296]": () => long.tile([side]),
  "repeat: there is no room for [4294967296]": () => engine.repeat(long, side, 0),
  "pad: there is no room for [4295032832]": () => engine.pad(long, [[0, 2 ** 32]]),
  "outer: there is no room for [65536, 65536]": () => engine.outer(long, long),
  "dot: there is no room for [65536, 65536]": () => engine.dot(column, row),
  "einsum: there is no room for [65536, 65536]": () => engine.einsum("i,j->ij", long, long),
  "there is no room for [65536, 65536]": () => new engine.Linear(side, side),
};

describe("A tensor of more than 2³⁰ numbers", () => {
  for (const [message, make] of Object.entries(tooLarge)) {
    it(`is refused: ${message}`, () => {
      assert.throws(make, (error) => error instanceof RangeError && error.message.includes(message));
    });
  }
});

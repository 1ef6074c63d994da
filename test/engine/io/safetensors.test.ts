// Safetensors: files made by hand read right, what is written is what the format says, and spoilt files are refused.

import assert from "node:assert/strict";
import {
  BatchNorm2d,
  Conv2d,
  FileError,
  Flatten,
  Linear,
  loadSafetensors,
  randn,
  saveSafetensors,
  Sequential,
  tensor,
  type Tensor,
  zeros,
} from "@shapelens/engine";
import * as fc from "fast-check";
import { safetensorsFile, spoilt } from "./files";

const entry = (dtype: string, shape: readonly number[], start: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

function refuses(file: Uint8Array, reason: RegExp): void {
  assert.throws(
    () => loadSafetensors(file),
    (error) => error instanceof FileError && error.format === "safetensors" && reason.test(error.reason),
    String(reason),
  );
}

describe("loadSafetensors", () => {
  /** Numbers and their bytes, smallest first: from IEEE 754 and the definition of bfloat16 (the upper half of a float32). */
  const types: [dtype: string, bytes: number[], value: unknown, ours: string][] = [
    ["F32", [0x00, 0x00, 0xc0, 0x3f, 0x00, 0x00, 0x00, 0xc0], [1.5, -2], "float32"],
    ["F64", [0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f], [0.1], "float64"],
    [
      "F16",
      [0x00, 0x3c, 0x00, 0xc0, 0x01, 0x00, 0x00, 0x7c, 0xff, 0x7b],
      [1, -2, 2 ** -24, Infinity, 65504],
      "float32",
    ],
    ["BF16", [0x80, 0x3f, 0x00, 0xc0, 0x80, 0xff], [1, -2, -Infinity], "float32"],
    ["I64", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [-1], "int32"],
    ["U64", [7, 0, 0, 0, 0, 0, 0, 0], [7], "int32"],
    ["I32", [0xfe, 0xff, 0xff, 0xff], [-2], "int32"],
    ["U32", [0xff, 0xff, 0xff, 0x7f], [2147483647], "int32"],
    ["I16", [0x00, 0x80], [-32768], "int32"],
    ["U16", [0xff, 0xff], [65535], "int32"],
    ["I8", [0x80, 0x7f], [-128, 127], "int32"],
    ["U8", [0, 255], [0, 255], "int32"],
    ["BOOL", [1, 0], [true, false], "bool"],
  ];
  for (const [dtype, bytes, value, ours] of types) {
    it(`reads ${dtype} as ${ours}`, () => {
      const length = (value as unknown[]).length;
      const { x } = loadSafetensors(safetensorsFile({ x: entry(dtype, [length], 0, bytes.length) }, bytes));
      assert.deepEqual(x!.toArray(), value);
      assert.equal(x!.dtype, ours);
    });
  }

  it("reads scalars, empty tensors, metadata, and tensors in any order", () => {
    const header = {
      __metadata__: { format: "pt" },
      last: entry("U8", [2], 5, 7),
      none: entry("F32", [0, 3], 4, 4),
      one: entry("F32", [], 0, 4),
      flag: entry("BOOL", [1, 1], 4, 5),
    };
    const state = loadSafetensors(safetensorsFile(header, [0, 0, 0x80, 0x3f, 1, 8, 9]));
    assert.deepEqual(Object.keys(state).sort(), ["flag", "last", "none", "one"]);
    assert.deepEqual([state["one"]!.item(), state["none"]!.shape], [1, [0, 3]]);
    assert.deepEqual([state["flag"]!.toArray(), state["last"]!.toArray()], [[[true]], [8, 9]]);
  });

  it("takes a view into a larger buffer, and an ArrayBuffer", () => {
    const file = safetensorsFile({ x: entry("U8", [1], 0, 1) }, [5]);
    const larger = new Uint8Array(file.length + 3);
    larger.set(file, 3);
    assert.equal(loadSafetensors(larger.subarray(3))["x"]!.item(), 5);
    assert.equal(loadSafetensors(new DataView(larger.buffer, 3))["x"]!.item(), 5);
    assert.equal(loadSafetensors(larger.slice(3).buffer)["x"]!.item(), 5);
    assert.throws(() => loadSafetensors("file" as never), /TypeError: loadSafetensors: expected the bytes of a file/);
  });

  it("does not share its numbers with the file", () => {
    const file = safetensorsFile({ x: entry("U8", [1], 0, 1) }, [5]);
    const { x } = loadSafetensors(file);
    file.fill(0);
    assert.equal(x!.item(), 5);
  });

  it("reads names that mean something to JavaScript", () => {
    const header = `{"__proto__":${JSON.stringify(entry("U8", [1], 0, 1))},"a\\"b":${JSON.stringify(entry("U8", [1], 1, 2))}}`;
    const state = loadSafetensors(safetensorsFile(header, [5, 6]));
    assert.deepEqual(
      Object.entries(state).map(([name, x]) => [name, x.item()]),
      [
        ["__proto__", 5],
        ['a"b', 6],
      ],
    );
  });

  it("refuses what is no safetensors file, and says why", () => {
    const x = entry("U8", [2], 0, 2);
    refuses(Uint8Array.of(1, 2), /begins with the 8 bytes of a length and has only 2/);
    refuses(Uint8Array.from([255, 255, 255, 255, 0, 0, 0, 0, 123]), /4294967295 bytes; more than 100000000/);
    refuses(Uint8Array.from([255, 255, 255, 255, 255, 255, 255, 255]), /more than 100000000/);
    refuses(safetensorsFile({ x }, [1, 2]).subarray(0, 20), /and the file only 12 after its first 8: it was cut off/);
    refuses(safetensorsFile("[]"), /must begin with \{/);
    refuses(safetensorsFile("{"), /not JSON/);
    refuses(safetensorsFile(`{"x":${JSON.stringify(x)},"x":${JSON.stringify(x)}}`, [1, 2]), /"x" stands twice/);
    refuses(safetensorsFile({ __metadata__: { a: 1 } }), /__metadata__ must hold strings/);
    refuses(safetensorsFile({ x: 5 }), /"x" is no description of a tensor/);
    refuses(safetensorsFile({ x: entry("F8_E4M3", [2], 0, 2) }, [1, 2]), /"x" has the type "F8_E4M3"; those that can/);
    refuses(safetensorsFile({ x: entry("U8", [-2], 0, 2) }, [1, 2]), /"x" has the shape \[-2\]/);
    refuses(safetensorsFile({ x: entry("U8", [1.5], 0, 2) }, [1, 2]), /"x" has the shape \[1.5\]/);
    refuses(safetensorsFile({ x: entry("U8", [2], 2, 0) }, [1, 2]), /"x" lies at \[2,0\]/);
    refuses(safetensorsFile({ x: { ...x, data_offsets: [0] } }, [1, 2]), /"x" lies at \[0\]/);
    refuses(safetensorsFile({ x: entry("F32", [2], 0, 2) }, [1, 2]), /F32 \[2\], which takes 8 bytes, and has 2/);
    refuses(safetensorsFile({ x: entry("U8", [65536, 65536], 0, 4294967296) }), /too large for a tensor/);
    refuses(safetensorsFile({ x }, [1]), /"x" ends at byte \d+, the file at \d+: it was cut off/);
    refuses(safetensorsFile({ x }, [1, 2, 3]), /1 bytes at the end belong to no tensor/);
    refuses(safetensorsFile({ x, y: entry("U8", [2], 1, 3) }, [1, 2, 3]), /"y" begins at byte \d+, inside the tensor/);
    refuses(safetensorsFile({ x, y: entry("U8", [1], 3, 4) }, [1, 2, 3, 4]), /1 bytes before "y" belong to no tensor/);
    refuses(safetensorsFile({ x: entry("BOOL", [2], 0, 2) }, [1, 2]), /"x" is BOOL and holds 2/);
    refuses(safetensorsFile({ x: entry("U32", [1], 0, 4) }, [0, 0, 0, 128]), /"x" is U32 and holds 2147483648/);
    refuses(safetensorsFile({ x: entry("I64", [1], 0, 8) }, [0, 0, 0, 0, 1, 0, 0, 0]), /holds 4294967296, too large/);
  });

  it("reads or refuses 10,000 spoilt files, and never does anything else", function () {
    this.timeout(60_000);
    const state = { "layer.weight": randn([3, 2]), "layer.bias": zeros([3]), ids: tensor([1, 2], { dtype: "int32" }) };
    const file = saveSafetensors(state);
    let read = 0;
    const readable = fc.property(spoilt(file), (bytes) => {
      let tensors: Tensor[];
      try {
        tensors = Object.values(loadSafetensors(bytes));
      } catch (error) {
        return error instanceof FileError;
      }
      read++;
      // What was read is all that is behind the header.
      const header = Number(new DataView(bytes.buffer, 0, 8).getBigUint64(0, true));
      const widths = tensors.map(({ data }) => data.byteLength);
      return widths.reduce((sum, width) => sum + width, 0) >= bytes.length - 8 - header;
    });
    fc.assert(readable, { numRuns: 10_000 });
    assert.ok(read > 100, `only ${read} files could be read`);
  });
});

describe("saveSafetensors", () => {
  it("writes what the format says, byte for byte", () => {
    const state = { b: tensor([true, false]), w: tensor([[1.5, -2]]) };
    const header =
      '{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"BOOL","shape":[2],"data_offsets":[8,10]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8, " ");
    const expected = safetensorsFile(padded, [0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0, 1, 0]);
    assert.deepEqual(saveSafetensors(state), expected);
  });

  it("keeps every number, NaN and infinities included", () => {
    const state = {
      floats: tensor([0.1, -0, NaN, Infinity, 1e-45]),
      doubles: tensor([0.1, 5e-324, -Infinity], { dtype: "float64" }),
      ids: tensor([-2147483648, 2147483647], { dtype: "int32" }),
      flags: tensor([[true], [false]]),
      none: zeros([2, 0]),
      one: tensor(3),
    };
    const back = loadSafetensors(saveSafetensors(state));
    for (const [name, x] of Object.entries(state)) {
      assert.deepEqual([back[name]!.shape, back[name]!.dtype, back[name]!.data], [x.shape, x.dtype, x.data], name);
    }
  });

  it("carries a model from one instance to another, running statistics included", () => {
    const make = () => new Sequential(new Conv2d(1, 2, 3), new BatchNorm2d(2), new Flatten(), new Linear(2 * 4 * 4, 3));
    const [trained, fresh] = [make(), make()];
    for (let i = 0; i < 3; i++) trained.forward(randn([5, 1, 6, 6]).mul(3).add(2));
    const x = randn([4, 1, 6, 6]);
    fresh.loadStateDict(loadSafetensors(saveSafetensors(trained.stateDict())));
    assert.deepEqual(fresh.eval().forward(x).toArray(), trained.eval().forward(x).toArray());
  });

  it("refuses what is no tensor", () => {
    assert.throws(() => saveSafetensors({ w: [1, 2] } as never), /TypeError: saveSafetensors: w must be a tensor/);
    assert.throws(() => saveSafetensors(zeros([2]) as never), /expected an object of tensors by name/);
    assert.throws(() => saveSafetensors({ __metadata__: zeros([2]) }), /no tensor can be called __metadata__/);
  });
});

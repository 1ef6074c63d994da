// Safetensors, the format in which models are exchanged: tensors by name, and nothing that could be run.

import { type StateDict } from "../nn/module";
import { engineFunction } from "../ops/op";
import { describe } from "../shape/shape";
import { type DataArray, type DType } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";
import { type Bytes, bytesOf, inOwnOrder } from "./bytes";
import { FileError } from "./fileError";
import { brainToFloat, halfToFloat } from "./halves";
import { type Entry, entriesOf, metadataKey, widths } from "./safetensorsHeader";

const namesOfTypes: Readonly<Record<DType, string>> = { float32: "F32", float64: "F64", int32: "I32", bool: "BOOL" };

/**
 * Tensors by name as the bytes of a safetensors file. float32 is written as F32, float64 as F64, int32 as I32, bool as
 * BOOL. The widest numbers come first, so that each tensor lies at a multiple of its width, as the reference
 * implementation orders them.
 * @throws TypeError for anything but tensors.
 */
export const saveSafetensors = engineFunction({
  name: "saveSafetensors",
  doc: "Tensors by name, such as a model's stateDict(), as the bytes of a safetensors file.",
  example: "saveSafetensors({ w: ones([2, 3]) }).length",
  call(state: StateDict): Uint8Array {
    const tensors = checkedEntries(state);
    const header: Record<string, unknown> = {};
    let at = 0;
    for (const [name, { shape, dtype, data }] of tensors) {
      const place = { dtype: namesOfTypes[dtype], shape, data_offsets: [at, at + data.byteLength] };
      Object.defineProperty(header, name, { value: place, enumerable: true });
      at += data.byteLength;
    }
    const json = new TextEncoder().encode(JSON.stringify(header));
    const body = 8 + Math.ceil(json.length / 8) * 8;
    const file = new Uint8Array(body + at).fill(0x20, 8, body);
    new DataView(file.buffer).setBigUint64(0, BigInt(body - 8), true);
    file.set(json, 8);
    at = body;
    for (const [, { data }] of tensors) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      file.set(new Uint8Array(inOwnOrder(bytes, data.BYTES_PER_ELEMENT, "little")), at);
      at += data.byteLength;
    }
    return file;
  },
});

function checkedEntries(state: unknown): [string, Tensor][] {
  if (typeof state !== "object" || state === null || state instanceof Tensor) {
    throw new TypeError(`saveSafetensors: expected an object of tensors by name, found ${describe(state)}.`);
  }
  const entries = Object.entries(state).map(([name, value]: [string, unknown]): [string, Tensor] => {
    if (!(value instanceof Tensor)) {
      throw new TypeError(`saveSafetensors: ${name} must be a tensor, found ${describe(value)}.`);
    }
    if (name === metadataKey) throw new TypeError(`saveSafetensors: no tensor can be called ${metadataKey}.`);
    return [name, value];
  });
  const width = ([, { data }]: [string, Tensor]): number => data.BYTES_PER_ELEMENT;
  return entries.sort((a, b) => width(b) - width(a) || (a[0] < b[0] ? -1 : 1));
}

/**
 * The tensors in the bytes of a safetensors file, by name. F16 and BF16 become float32, which holds them exactly; integers
 * of every width become int32 where all of them fit. The whole file is checked before the first tensor is made.
 * @throws FileError for anything but one complete, consistent file, naming the tensor that is wrong.
 */
export const loadSafetensors = engineFunction({
  name: "loadSafetensors",
  doc: "The tensors in the bytes of a safetensors file, by name: what loadStateDict takes.",
  example: "loadSafetensors(saveSafetensors({ w: ones([2, 3]) }))",
  call(bytes: Bytes): Record<string, Tensor> {
    const file = bytesOf("loadSafetensors", bytes);
    return Object.fromEntries(entriesOf(file).map((entry) => [entry.name, tensorOf(entry, file)]));
  },
});

function tensorOf(entry: Entry, file: Uint8Array): Tensor {
  const { dtype, shape, start, end } = entry;
  const [type, data] = numbersOf(entry, inOwnOrder(file.subarray(start, end), widths[dtype]!, "little"));
  return new Tensor(shape, type, data);
}

function numbersOf(entry: Entry, buffer: ArrayBuffer): [DType, DataArray] {
  switch (entry.dtype) {
    case "F32":
      return ["float32", new Float32Array(buffer)];
    case "F64":
      return ["float64", new Float64Array(buffer)];
    case "F16":
      return ["float32", Float32Array.from(new Uint16Array(buffer), halfToFloat)];
    case "BF16":
      return ["float32", Float32Array.from(new Uint16Array(buffer), brainToFloat)];
    case "BOOL":
      return ["bool", checkedBools(entry, new Uint8Array(buffer))];
    case "I32":
      return ["int32", new Int32Array(buffer)];
    case "U8":
      return ["int32", Int32Array.from(new Uint8Array(buffer))];
    case "I8":
      return ["int32", Int32Array.from(new Int8Array(buffer))];
    case "U16":
      return ["int32", Int32Array.from(new Uint16Array(buffer))];
    case "I16":
      return ["int32", Int32Array.from(new Int16Array(buffer))];
    case "U32":
      return ["int32", checkedIntegers(entry, new Uint32Array(buffer))];
    case "U64":
      return ["int32", checkedIntegers(entry, new BigUint64Array(buffer))];
    default:
      return ["int32", checkedIntegers(entry, new BigInt64Array(buffer))];
  }
}

function checkedBools({ name }: Entry, data: Uint8Array): Uint8Array {
  const wrong = data.find((byte) => byte > 1);
  if (wrong === undefined) return data;
  throw new FileError("safetensors", `${JSON.stringify(name)} is BOOL and holds ${wrong}; expected 0 and 1 only.`);
}

function checkedIntegers({ name, dtype }: Entry, data: Uint32Array | BigInt64Array | BigUint64Array): Int32Array {
  const result = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    result[i] = Number(data[i]!);
    if (BigInt(data[i]!) === BigInt(result[i]!)) continue;
    throw new FileError(
      "safetensors",
      `${JSON.stringify(name)} is ${dtype} and holds ${data[i]!}, too large for int32.`,
    );
  }
  return result;
}

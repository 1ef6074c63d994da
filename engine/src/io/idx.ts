// IDX, the format of the MNIST files (Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits"):
// two bytes 0, one for the type of number, one for the number of axes; the lengths of the axes; the numbers, row-major.
// All of it with the largest byte first.

import { engineFunction } from "../ops/op";
import { largestTensor } from "../tensor/dtype";
import { Tensor } from "../tensor/tensor";
import { type Bytes, bytesOf, inOwnOrder } from "./bytes";
import { FileError } from "./fileError";

interface Kind {
  readonly name: string;
  readonly width: number;
  read(buffer: ArrayBuffer): Int32Array | Float32Array | Float64Array;
}

const kinds: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [0x08, { name: "unsigned bytes", width: 1, read: (buffer) => Int32Array.from(new Uint8Array(buffer)) }],
  [0x09, { name: "signed bytes", width: 1, read: (buffer) => Int32Array.from(new Int8Array(buffer)) }],
  [0x0b, { name: "16-bit integers", width: 2, read: (buffer) => Int32Array.from(new Int16Array(buffer)) }],
  [0x0c, { name: "32-bit integers", width: 4, read: (buffer) => new Int32Array(buffer) }],
  [0x0d, { name: "floats", width: 4, read: (buffer) => new Float32Array(buffer) }],
  [0x0e, { name: "doubles", width: 8, read: (buffer) => new Float64Array(buffer) }],
]);

const listed = [...kinds].map(([code, { name }]) => `${hex(code)} ${name}`).join(", ");

/**
 * Reads an IDX file such as MNIST's `train-images-idx3-ubyte` ([60000, 28, 28]) or `train-labels-idx1-ubyte`
 * ([60000]). Integers of every width become int32, floats float32, doubles float64; the values are not scaled.
 * @throws FileError for anything but one complete IDX file.
 */
export const loadIdx = engineFunction({
  name: "loadIdx",
  doc: "The tensor in an IDX file, the format of MNIST: bytes and other integers become int32.",
  example: "loadIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4]))",
  call(bytes: Bytes): Tensor {
    const file = bytesOf("loadIdx", bytes);
    const { kind, shape, start } = headerOf(file);
    const size = shape.reduce((product, length) => product * length, 1);
    const needed = size * kind.width;
    const found = file.length - start;
    if (needed !== found) {
      const what = `[${shape.join(", ")}] ${kind.name} need ${needed} bytes`;
      throw new FileError(
        "IDX",
        `${what}, the file has ${found} after its header${found < needed ? ": it was cut off" : ""}.`,
      );
    }
    if (size > largestTensor)
      throw new FileError("IDX", `[${shape.join(", ")}] is ${size} numbers, too large for a tensor.`);
    const data = kind.read(inOwnOrder(file.subarray(start), kind.width, "big"));
    return new Tensor(shape, dtypeOf(data), data);
  },
});

function headerOf(file: Uint8Array): { kind: Kind; shape: number[]; start: number } {
  if (file.length < 4) throw new FileError("IDX", `a header needs 4 bytes at least, the file has ${file.length}.`);
  if (file[0] === 0x1f && file[1] === 0x8b) {
    throw new FileError("IDX", "the file is compressed with gzip; decompress it first, in Node with zlib.gunzipSync.");
  }
  if (file[0] !== 0 || file[1] !== 0) {
    throw new FileError("IDX", `the first two bytes must be 0, found ${hex(file[0]!)} and ${hex(file[1]!)}.`);
  }
  const kind = kinds.get(file[2]!);
  if (kind === undefined) throw new FileError("IDX", `there is no number type ${hex(file[2]!)}; there are ${listed}.`);
  const rank = file[3]!;
  const start = 4 + 4 * rank;
  if (file.length < start) {
    throw new FileError("IDX", `the lengths of ${rank} axes end at byte ${start}, the file at ${file.length}.`);
  }
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  return { kind, shape, start };
}

function dtypeOf(data: Int32Array | Float32Array | Float64Array): "int32" | "float32" | "float64" {
  return data instanceof Int32Array ? "int32" : data instanceof Float32Array ? "float32" : "float64";
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}

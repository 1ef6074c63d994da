// The number types of tensors and how they meet.

/** float32 is the default; comparisons give bool; ids and counts are int32. */
export type DType = "float32" | "float64" | "int32" | "bool";

/** What holds a tensor's numbers: bools are bytes 0 and 1. */
export type DataArray = Float32Array | Float64Array | Int32Array | Uint8Array;

const order: readonly DType[] = ["bool", "int32", "float32", "float64"];

export function isDType(value: unknown): value is DType {
  return order.includes(value as DType);
}

export function isFloat(dtype: DType): boolean {
  return dtype === "float32" || dtype === "float64";
}

/** The smallest type that holds both. */
export function promote(a: DType, b: DType): DType {
  if (a === b) return a;
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

/** The float type an op with fractional results computes in: float64 stays, everything else is float32. */
export function floating(dtype: DType): DType {
  return dtype === "float64" ? "float64" : "float32";
}

/** A tensor holds at most so many numbers: 4 GiB of float32. */
export const largestTensor = 2 ** 30;

/** Thrown when there is no room for so many numbers; whoever knows the op and the shape says it in their words. */
export class NoRoom extends RangeError {
  constructor(
    readonly size: number,
    cause?: unknown,
  ) {
    super(`${size} numbers are more than a tensor can hold.`, { cause });
  }
}

/**
 * Zeros for the numbers of a tensor.
 * @throws NoRoom beyond `largestTensor`, and where the machine has no memory left.
 */
export function allocate(dtype: DType, size: number): DataArray {
  if (size > largestTensor) throw new NoRoom(size);
  if (size >= LARGE) keepMemoryAtHand();
  try {
    return newArray(dtype, size);
  } catch (error) {
    throw error instanceof RangeError ? new NoRoom(size, error) : error;
  }
}

/**
 * Room for the numbers of a tensor that are all about to be written: what they are before is anyone's. Zeros are written as
 * well where they cost little, and where the host, which is not Node then, gives nothing else.
 * @throws NoRoom as `allocate`.
 */
export function allocateUnset(dtype: DType, size: number): DataArray {
  if (dtype !== "float32" || size < LARGE || size > LARGEST_UNSET || !buffers?.allocUnsafeSlow) {
    return allocate(dtype, size);
  }
  keepMemoryAtHand();
  try {
    return new Float32Array(buffers.allocUnsafeSlow(4 * size).buffer);
  } catch (error) {
    throw error instanceof RangeError ? new NoRoom(size, error) : error;
  }
}

/** Node's buffers: those from `allocUnsafeSlow` have memory of their own, which is not cleared. */
interface Buffers {
  allocUnsafeSlow(bytes: number): { readonly buffer: ArrayBuffer };
}

const buffers = (globalThis as { readonly Buffer?: Partial<Buffers> }).Buffer;

/** From so many numbers on an array may come straight from the system, page by page, and zeros cost more than a call. */
const LARGE = 2 ** 13;
/** Larger ones than Node's buffers may be. */
const LARGEST_UNSET = 2 ** 28;
const MOST_KEPT = 31 * 2 ** 20;
let isAtHand = false;

/**
 * Lets a large array come and go, once: its pages are never touched. From then on the C library of most Linux systems keeps
 * the memory of arrays of up to this size for the next ones, instead of giving it back and taking it anew, page by page,
 * which costs more than adding two arrays up (glibc's dynamic mmap threshold, mallopt(3)). Elsewhere it does nothing.
 */
function keepMemoryAtHand(): void {
  if (isAtHand) return;
  isAtHand = true;
  try {
    new ArrayBuffer(MOST_KEPT);
  } catch {
    // Where there is no room for it, none is kept.
  }
}

function newArray(dtype: DType, size: number): DataArray {
  switch (dtype) {
    case "float32":
      return size > 16 && size <= 128 ? smallFloats(size) : new Float32Array(size);
    case "float64":
      return new Float64Array(size);
    case "int32":
      return new Int32Array(size);
    case "bool":
      return new Uint8Array(size);
  }
}

let shelf = new ArrayBuffer(4096);
let used = 0;

/** A buffer of its own costs a small array more than all that is computed with it: such arrays share one. */
function smallFloats(size: number): Float32Array {
  const bytes = 4 * size;
  if (used + bytes > shelf.byteLength) {
    shelf = new ArrayBuffer(4096);
    used = 0;
  }
  const array = new Float32Array(shelf, used, size);
  used += bytes;
  return array;
}

/** The same numbers in another type; bool takes 0 and not 0, int32 cuts the fraction. */
export function convert(data: DataArray, from: DType, to: DType): DataArray {
  if (from === to) return data;
  const result = allocate(to, data.length);
  if (to === "bool") for (let i = 0; i < data.length; i++) result[i] = data[i] === 0 ? 0 : 1;
  else result.set(data);
  return result;
}

// The header of a safetensors file, read with suspicion: it comes from outside and says where everything lies.
// Format: the length of the header (8 bytes, smallest first), the header (JSON: a name gives type, shape and the place in
// what follows), then the numbers without gaps (https://github.com/huggingface/safetensors, "Format").

import { largestTensor } from "../tensor/dtype";
import { FileError } from "./fileError";

/** As the reference implementation has it: a longer header is refused before it is read. */
const longestHeader = 100_000_000;

/** The key under which the header holds strings for people in place of a tensor. */
export const metadataKey = "__metadata__";

/** One tensor as the header announces it; checked against the others and the length of the file. */
export interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Where its bytes lie in the file. */
  readonly start: number;
  readonly end: number;
}

/** How many bytes a number of each type takes. */
export const widths: Readonly<Record<string, number>> = {
  ...{ BOOL: 1, U8: 1, I8: 1, U16: 2, I16: 2, U32: 4, I32: 4, U64: 8, I64: 8 },
  ...{ F16: 2, BF16: 2, F32: 4, F64: 8 },
};

/** @throws FileError where the header contradicts itself or the file. */
export function entriesOf(file: Uint8Array): Entry[] {
  const length = headerLength(file);
  const body = 8 + length;
  const header = parse(file.subarray(8, body));
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => entryOf(name, value, body));
  checkMetadata(header[metadataKey]);
  checkPlaces(entries, body, file.length);
  return entries;
}

function headerLength(file: Uint8Array): number {
  if (file.length < 8) refuse(`the file begins with the 8 bytes of a length and has only ${file.length}.`);
  const length = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true));
  if (length > longestHeader) refuse(`the header would have ${length} bytes; more than ${longestHeader} are not read.`);
  if (length > file.length - 8) {
    refuse(`the header has ${length} bytes and the file only ${file.length - 8} after its first 8: it was cut off.`);
  }
  return length;
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  let text = "";
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    refuse("the header is not UTF-8.");
  }
  if (!text.startsWith("{")) refuse("the header must begin with {.");
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    refuse(`the header is not JSON: ${(error as Error).message}`);
  }
  checkNames(text);
  return header as Record<string, unknown>;
}

/** A string of JSON, with the colon that makes it a name; or a bracket. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/gs;

/** `JSON.parse` lets the last of two equal names win. */
function checkNames(json: string): void {
  const names = new Set<string>();
  let depth = 0;
  for (const [token, colon] of json.matchAll(tokens)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (colon !== undefined && depth === 1) {
      const name = JSON.parse(token.slice(0, -colon.length)) as string;
      if (names.has(name)) refuse(`the name ${JSON.stringify(name)} stands twice in the header.`);
      names.add(name);
    }
  }
}

function entryOf(name: string, value: unknown, body: number): Entry {
  const wrong = (what: string): never => refuse(`${JSON.stringify(name)} ${what}`);
  if (typeof value !== "object" || value === null) return wrong("is no description of a tensor.");
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (typeof dtype !== "string" || !Object.hasOwn(widths, dtype)) {
    return wrong(
      `has the type ${JSON.stringify(dtype)}; those that can be read are ${Object.keys(widths).join(", ")}.`,
    );
  }
  if (!isListOfLengths(shape))
    return wrong(`has the shape ${JSON.stringify(shape)}; expected a list of whole numbers.`);
  if (!isListOfLengths(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    return wrong(`lies at ${JSON.stringify(offsets)}; expected two whole numbers, the beginning and the end.`);
  }
  const size = shape.reduce((product, length) => product * length, 1);
  if (size > largestTensor) return wrong(`is [${shape.join(", ")}], ${size} numbers, too large for a tensor.`);
  const [start, end] = offsets as [number, number];
  const needed = size * widths[dtype]!;
  if (end - start !== needed) {
    return wrong(`is ${dtype} [${shape.join(", ")}], which takes ${needed} bytes, and has ${end - start}.`);
  }
  return { name, dtype, shape, start: body + start, end: body + end };
}

function isListOfLengths(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

function checkMetadata(metadata: unknown): void {
  if (metadata === undefined) return;
  const isText =
    typeof metadata === "object" &&
    metadata !== null &&
    !Array.isArray(metadata) &&
    Object.values(metadata).every((value) => typeof value === "string");
  if (!isText) refuse(`${metadataKey} must hold strings by name.`);
}

/** Tensors lie one after another from the header to the end of the file: none shares a byte, and none is left over. */
function checkPlaces(entries: readonly Entry[], body: number, length: number): void {
  let at = body;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (end > length) refuse(`${JSON.stringify(name)} ends at byte ${end}, the file at ${length}: it was cut off.`);
    if (start < at) refuse(`${JSON.stringify(name)} begins at byte ${start}, inside the tensor before it.`);
    if (start > at) refuse(`${start - at} bytes before ${JSON.stringify(name)} belong to no tensor.`);
    at = end;
  }
  if (at < length) refuse(`${length - at} bytes at the end belong to no tensor.`);
}

function refuse(reason: string): never {
  throw new FileError("safetensors", reason);
}

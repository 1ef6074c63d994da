// The one error for files that are not what they should be.

/** The formats that the engine reads. */
export type FileFormat = "safetensors" | "IDX";

/** A file that cannot be read, and why. Nothing of it was taken over. */
export class FileError extends Error {
  override readonly name = "FileError";

  constructor(
    readonly format: FileFormat,
    /** What is wrong, without the format's name. */
    readonly reason: string,
  ) {
    super(`${format}: ${reason}`);
  }
}

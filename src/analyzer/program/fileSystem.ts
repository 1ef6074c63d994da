// What the analyzer reads of the disk; tests give it one in memory.

import { readFileSync, statSync } from "node:fs";

export interface FileSystem {
  /** The text of a file; `undefined` when it cannot be read. */
  read(file: string): string | undefined;
  isFile(file: string): boolean;
}

/** The disk. */
export const diskFileSystem: FileSystem = {
  read(file) {
    try {
      return readFileSync(file, "utf8");
    } catch {
      return undefined;
    }
  },
  isFile(file) {
    try {
      return statSync(file).isFile();
    } catch {
      return false;
    }
  },
};

/** Files in memory, by absolute path. */
export function memoryFileSystem(files: ReadonlyMap<string, string>): FileSystem {
  return { read: (file) => files.get(file), isFile: (file) => files.has(file) };
}

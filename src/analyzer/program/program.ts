// The files under analysis: texts of open editors over what is on disk, parsed once per version, and where imports lead.

import { type FileSystem } from "./fileSystem";
import { type Module, parseModule } from "./module";
import { resolveFile } from "./resolution";

/** Where an import leads. */
export type Target =
  | { readonly kind: "engine" }
  | { readonly kind: "file"; readonly file: string }
  /** A package or a file that is not there. */
  | { readonly kind: "unknown" };

const engine: Target = { kind: "engine" };
const unknownTarget: Target = { kind: "unknown" };

export class Program {
  readonly #open = new Map<string, string>();
  readonly #modules = new Map<string, Module | undefined>();
  /** The last tree of a file that changed since: what an incremental parse starts from. */
  readonly #stale = new Map<string, Module>();
  readonly #resolved = new Map<string, Target>();

  constructor(readonly fileSystem: FileSystem) {}

  update(file: string, text: string): void {
    const isNew = !this.#open.has(file);
    if (this.#open.get(file) === text) return;
    this.#open.set(file, text);
    this.#forget(file);
    if (isNew) this.#resolved.clear();
  }

  close(file: string): void {
    if (!this.#open.delete(file)) return;
    this.#forget(file);
    this.#resolved.clear();
  }

  changedOnDisk(file: string): void {
    if (!this.#open.has(file)) this.#forget(file);
    this.#resolved.clear();
  }

  #forget(file: string): void {
    const module = this.#modules.get(file);
    if (module) this.#stale.set(file, module);
    this.#modules.delete(file);
  }

  isOpen(file: string): boolean {
    return this.#open.has(file);
  }

  get openFiles(): Iterable<string> {
    return this.#open.keys();
  }

  /** The parsed file; `undefined` when it cannot be read. */
  module(file: string): Module | undefined {
    if (this.#modules.has(file)) return this.#modules.get(file);
    const text = this.#open.get(file) ?? this.fileSystem.read(file);
    const module = text === undefined ? undefined : parseModule(file, text, this.#stale.get(file));
    if (module) this.#stale.delete(file);
    this.#modules.set(file, module);
    return module;
  }

  resolve(from: string, specifier: string): Target {
    if (specifier === "@shapelens/engine") return engine;
    const key = `${from}\n${specifier}`;
    let target = this.#resolved.get(key);
    if (!target) {
      const exists = (file: string): boolean => this.#open.has(file) || this.fileSystem.isFile(file);
      const file = resolveFile(from, specifier, exists, (path) => this.fileSystem.read(path));
      this.#resolved.set(key, (target = file === undefined ? unknownTarget : { kind: "file", file }));
    }
    return target;
  }
}

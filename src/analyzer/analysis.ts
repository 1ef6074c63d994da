// The files of a program, analysed one by one and kept until they, or what they import, change.

import { type Cancellation } from "./analyzer";
import { type Facts, type Problem } from "./facts";
import { type Instance } from "./interpreter/modules";
import { type Session, startSession } from "./interpreter/session";
import { type Program } from "./program/program";
import { modelsOf } from "./report/models";
import { problemsIn } from "./report/problems";
import { draftShapes, factOf, mergeDrafts, type ShapeDraft } from "./report/shapes";
import { type ReportedProblem } from "./values";
import { exploreUncalled, type Exploration } from "./symbolic/explore";

/** A file's session with what it was built on. */
interface Loaded {
  readonly session: Session;
  readonly serial: number;
  /** What each import led to, and which state of it. */
  readonly imports: ReadonlyMap<string, string>;
  /** What the file says about every file it reaches; made when first asked for. */
  report: Report | undefined;
}

interface Report {
  readonly concrete: ReadonlyMap<string, ShapeDraft>;
  readonly exploration: Exploration;
  readonly problems: readonly ReportedProblem[];
  readonly isComplete: boolean;
}

const defaultBudget = 2_000_000;

export class Analysis {
  readonly #loaded = new Map<string, Loaded>();
  readonly #running = new Map<string, Instance>();
  #serial = 0;

  constructor(
    readonly program: Program,
    readonly budget = defaultBudget,
  ) {}

  /** The facts of a file: what it says itself and what the open files that import it say about it. */
  facts(file: string, cancellation?: Cancellation): Facts | undefined {
    const loaded = this.#load(file, cancellation);
    if (!loaded) return { file, shapes: [], problems: [], models: [], signatures: [], complete: true };
    const own = this.#report(loaded);
    const others: Report[] = [];
    for (const open of this.program.openFiles) {
      if (open === file) continue;
      const other = this.#load(open, cancellation);
      if (other && this.#reaches(other, file, new Set())) others.push(this.#report(other));
    }
    return assemble(file, loaded.session, own, others);
  }

  /** Open files whose facts may differ after the given file changed. */
  dependents(file: string): string[] {
    const found = [file];
    for (const open of this.program.openFiles) {
      if (open === file) continue;
      const loaded = this.#loaded.get(open);
      const own = this.#loaded.get(file);
      const isLinked =
        (loaded && this.#reaches(loaded, file, new Set())) || (own && this.#reaches(own, open, new Set()));
      if (isLinked) found.push(open);
    }
    return found;
  }

  #reaches(from: Loaded, file: string, seen: Set<string>): boolean {
    for (const specifier of from.imports.keys()) {
      const target = this.program.resolve(from.session.module.file, specifier);
      if (target.kind !== "file" || seen.has(target.file)) continue;
      seen.add(target.file);
      if (target.file === file) return true;
      const next = this.#loaded.get(target.file);
      if (next && this.#reaches(next, file, seen)) return true;
    }
    return false;
  }

  #load(file: string, cancellation: Cancellation | undefined): Loaded | undefined {
    const module = this.program.module(file);
    if (!module) return undefined;
    const before = this.#loaded.get(file);
    if (before && this.#isFresh(before, new Set())) return before;
    this.#loaded.delete(file);
    const load = (_machine: unknown, target: string): Instance | undefined =>
      this.#running.get(target) ?? this.#load(target, cancellation)?.session.instance;
    try {
      const session = startSession(this.program, module, load, this.budget, cancellation, (instance) =>
        this.#running.set(file, instance),
      );
      const imports = new Map<string, string>();
      for (const specifier of session.machine.imported) imports.set(specifier, this.#stateOf(file, specifier));
      const loaded: Loaded = { session, serial: ++this.#serial, imports, report: undefined };
      this.#loaded.set(file, loaded);
      return loaded;
    } finally {
      this.#running.delete(file);
    }
  }

  #isFresh(loaded: Loaded, seen: Set<Loaded>): boolean {
    if (seen.has(loaded)) return true;
    seen.add(loaded);
    const { file, version } = loaded.session.module;
    if (this.program.module(file)?.version !== version) return false;
    for (const [specifier, state] of loaded.imports) {
      const target = this.program.resolve(file, specifier);
      const next = target.kind === "file" ? this.#loaded.get(target.file) : undefined;
      if (target.kind === "file" && (!next || !this.#isFresh(next, seen))) return false;
      if (this.#stateOf(file, specifier) !== state && !seen.has(next!)) return false;
    }
    return true;
  }

  /** Which version of which file an import leads to. */
  #stateOf(file: string, specifier: string): string {
    const target = this.program.resolve(file, specifier);
    if (target.kind !== "file") return target.kind;
    // In a circle of imports a file is built on one that is still running; its text stands for it.
    return `${target.file} ${this.program.module(target.file)?.version} ${this.#loaded.get(target.file)?.serial}`;
  }

  #report(loaded: Loaded): Report {
    if (loaded.report) return loaded.report;
    const { session } = loaded;
    const concrete = draftShapes(session.sightings, session.facts);
    const exploration = exploreUncalled(session);
    const problems = [...session.problems, ...exploration.problems];
    const isComplete = session.isComplete && exploration.isComplete;
    return (loaded.report = { concrete, exploration, problems, isComplete });
  }
}

function assemble(file: string, session: Session, own: Report, others: readonly Report[]): Facts {
  const concrete = new Map<string, ShapeDraft>();
  for (const report of [own, ...others]) {
    for (const [key, draft] of report.concrete) {
      if (draft.file !== file) continue;
      const before = concrete.get(key);
      concrete.set(key, before ? mergeDrafts(before, draft) : draft);
    }
  }
  const shapes = [...concrete.values()].map((draft) => factOf(draft, false));
  for (const [key, draft] of own.exploration.drafts) {
    if (draft.file === file && !concrete.has(key)) shapes.push(factOf(draft, true));
  }
  const problems: Problem[] = problemsIn(
    file,
    [own, ...others].flatMap((report) => report.problems),
  );
  return {
    file,
    shapes: shapes.filter((fact) => fact !== undefined).sort((a, b) => a.start - b.start || a.end - b.end),
    problems,
    models: modelsOf(session, own.exploration),
    signatures: own.exploration.signatures,
    complete: own.isComplete && others.every((report) => report.isComplete),
  };
}

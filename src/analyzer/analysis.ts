// The files of a program, analysed one by one and kept until they, or what they import, change.

import { type Cancellation } from "./analyzer";
import { type Facts, type Model, type Problem, type Signature } from "./facts";
import { type Instance } from "./interpreter/modules";
import { type Imported, Session, withEffects } from "./interpreter/session";
import { type Module } from "./program/module";
import { type Program } from "./program/program";
import { modelsOf } from "./report/models";
import { problemsIn } from "./report/problems";
import { draftShapes, factOf, mergeDrafts, type ShapeDraft } from "./report/shapes";
import { type ReportedProblem } from "./values";
import { blameCaller } from "./symbolic/needs/blame";
import { exploreUncalled, type Exploration, signaturesOfCalled } from "./symbolic/explore";

/** A file's session with what it was built on. */
interface Loaded {
  readonly session: Session;
  /** Every file it reaches, itself included, with the version it was built on. */
  readonly versions: Map<string, number>;
  /** Where each import on the way led. */
  readonly targets: Map<string, string>;
  /** What the file says about every file it reaches; made when first asked for. */
  report: Report | undefined;
}

interface Report {
  readonly concrete: ReadonlyMap<string, ShapeDraft>;
  readonly exploration: Exploration;
  readonly models: readonly Model[];
  readonly problems: readonly ReportedProblem[];
  readonly isComplete: boolean;
  /** Made when first asked for. */
  called?: readonly Signature[];
}

const defaultBudget = 2_000_000;

export class Analysis {
  readonly #loaded = new Map<string, Loaded>();
  readonly #running = new Map<string, Instance>();
  /** Files in a circle of imports, as the one that is being loaded sees them. */
  readonly #partial = new Map<string, Loaded>();

  constructor(
    readonly program: Program,
    readonly budget = defaultBudget,
  ) {}

  /** The facts of a file: what it says itself and what the open files that import it say about it. */
  facts(file: string, cancellation?: Cancellation): Facts | undefined {
    const reports = this.#reportsOn(file, cancellation);
    if (!reports) return { file, shapes: [], problems: [], models: [], signatures: [], complete: true };
    const [own, ...others] = reports;
    return assemble(file, own, others);
  }

  /** What functions need and give that the file calls itself. It takes a while, and few ask. */
  signaturesOfCalled(file: string, cancellation?: Cancellation): readonly Signature[] {
    const loaded = this.#load(file, cancellation);
    if (!loaded) return [];
    const report = this.#report(loaded);
    return (report.called ??= withEffects(loaded.session, () =>
      signaturesOfCalled(loaded.session, report.exploration),
    ));
  }

  /** The problems that are known of a file, as they were found. */
  problems(file: string, cancellation?: Cancellation): ReportedProblem[] {
    const reports = this.#reportsOn(file, cancellation) ?? [];
    return reports.flatMap(({ problems }) => problems).filter(({ place }) => place.file === file);
  }

  /** The report of a file, and those of the open files that import it. */
  #reportsOn(file: string, cancellation: Cancellation | undefined): [Report, ...Report[]] | undefined {
    const loaded = this.#load(file, cancellation);
    if (!loaded) return undefined;
    const own = this.#report(loaded);
    const others: Report[] = [];
    for (const open of this.program.openFiles) {
      if (open === file) continue;
      const other = this.#load(open, cancellation);
      if (other?.versions.has(file)) others.push(this.#report(other));
    }
    return [own, ...others];
  }

  /** Open files whose facts may differ after the given file changed. */
  dependents(file: string): string[] {
    const found = [file];
    for (const open of this.program.openFiles) {
      if (open === file) continue;
      const loaded = this.#loaded.get(open);
      const own = this.#loaded.get(file);
      const isLinked = loaded?.versions.has(file) === true || own?.versions.has(open) === true;
      if (isLinked) found.push(open);
    }
    return found;
  }

  #load(file: string, cancellation: Cancellation | undefined): Loaded | undefined {
    const module = this.program.module(file);
    return module && (this.#loadedBefore(file, cancellation) ?? this.#start(file, module, cancellation));
  }

  /** What is known of a file, where it is still true or can go on. */
  #loadedBefore(file: string, cancellation: Cancellation | undefined): Loaded | undefined {
    const before = this.#loaded.get(file);
    if (!before) return undefined;
    if (this.#isFresh(before)) {
      // One that imports a file that is running saw another beginning of it.
      return [...this.#running.keys()].some((running) => before.versions.has(running)) ? undefined : before;
    }
    this.#loaded.delete(file);
    return this.#isEdited(file, before) && this.#resume(file, before, cancellation) ? before : undefined;
  }

  /**
   * Interprets a file from the beginning. The session holds on to all that is in sight here for as long as it lives: what
   * it replaces must not be.
   */
  #start(file: string, module: Module, cancellation: Cancellation | undefined): Loaded {
    const versions = new Map([[file, module.version]]);
    const targets = new Map<string, string>();
    let isPartial = false;
    const load = (target: string): Imported | undefined => {
      const running = this.#running.get(target);
      if (running) {
        isPartial ||= target !== file;
        versions.set(target, running.module.version);
        return { instance: running, effects: undefined };
      }
      const loaded = this.#partial.get(target) ?? this.#load(target, cancellation);
      if (!loaded) return undefined;
      for (const [name, version] of loaded.versions) versions.set(name, version);
      for (const [key, found] of loaded.targets) targets.set(key, found);
      isPartial ||= this.#partial.has(target) && this.#running.size > 1;
      return { instance: loaded.session.instance, effects: loaded.session.effects };
    };
    try {
      const onStart = (instance: Instance): void => void this.#running.set(file, instance);
      const session = new Session(this.program, module, load, this.budget, cancellation, onStart, blameCaller);
      const loaded: Loaded = { session, versions, targets, report: undefined };
      this.#noteTargets(file, loaded);
      // In a circle of imports what a file sees of the others depends on which one came first: it is kept for that one.
      (isPartial ? this.#partial : this.#loaded).set(file, loaded);
      return loaded;
    } finally {
      this.#running.delete(file);
      if (this.#running.size === 0) this.#partial.clear();
    }
  }

  /** Whether nothing but the file itself has changed, and no other file looks back at it. */
  #isEdited(file: string, loaded: Loaded): boolean {
    for (const other of loaded.versions.keys()) {
      if (other !== file && this.#loaded.get(other)?.versions.has(file) !== false) return false;
    }
    return this.#isFresh(loaded, file);
  }

  /** Goes on from what an edit left as it was; answers false when the file has to be interpreted from the beginning. */
  #resume(file: string, loaded: Loaded, cancellation: Cancellation | undefined): boolean {
    const { session, versions } = loaded;
    this.#running.set(file, session.instance);
    try {
      if (!session.resume(cancellation)) return false;
    } finally {
      this.#running.delete(file);
      if (this.#running.size === 0) this.#partial.clear();
    }
    versions.set(file, session.module.version);
    loaded.report = undefined;
    this.#noteTargets(file, loaded);
    this.#loaded.set(file, loaded);
    return true;
  }

  /** Notes where the imports of a file led. */
  #noteTargets(file: string, { session, targets }: Loaded): void {
    for (const specifier of session.machine.imported) {
      targets.set(`${file}\n${specifier}`, this.#targetOf(file, specifier));
    }
  }

  #isFresh({ versions, targets }: Loaded, except?: string): boolean {
    for (const [file, version] of versions) {
      if (file !== except && this.program.module(file)?.version !== version) return false;
    }
    for (const [key, target] of targets) {
      const [from = "", specifier = ""] = key.split("\n");
      if (this.#targetOf(from, specifier) !== target) return false;
    }
    return true;
  }

  #targetOf(from: string, specifier: string): string {
    const target = this.program.resolve(from, specifier);
    return target.kind === "file" ? target.file : target.kind;
  }

  #report(loaded: Loaded): Report {
    if (loaded.report) return loaded.report;
    const { session } = loaded;
    const concrete = draftShapes(session.sightings, session.facts);
    const exploration = withEffects(session, () => exploreUncalled(session));
    const problems = [...session.problems, ...exploration.problems];
    const models = withEffects(session, () => modelsOf(session, exploration));
    const isComplete = session.isComplete && exploration.isComplete;
    return (loaded.report = { concrete, exploration, models, problems, isComplete });
  }
}

function assemble(file: string, own: Report, others: readonly Report[]): Facts {
  const concrete = new Map<string, ShapeDraft>();
  for (const report of [own, ...others]) {
    for (const [key, draft] of report.concrete) {
      if (draft.place.file !== file) continue;
      const before = concrete.get(key);
      concrete.set(key, before ? mergeDrafts(before, draft) : draft);
    }
  }
  const shapes = Array.from(concrete.values(), (draft) => factOf(draft, false));
  for (const [key, draft] of own.exploration.drafts) {
    if (draft.place.file === file && !concrete.has(key)) shapes.push(factOf(draft, true));
  }
  const problems: Problem[] = problemsIn(
    file,
    [own, ...others].flatMap((report) => report.problems),
  );
  return {
    file,
    shapes: shapes.filter((fact) => fact !== undefined).sort((a, b) => a.start - b.start || a.end - b.end),
    problems,
    models: own.models,
    signatures: own.exploration.signatures,
    complete: own.isComplete && others.every((report) => report.isComplete),
  };
}

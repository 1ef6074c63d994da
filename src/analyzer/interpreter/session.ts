// One file interpreted on its own: its top level with the imports it needs, ready for its functions to be tried. After
// an edit of the file it goes on from what the edit left as it was.

import { ts } from "ts-morph";
import { type Cancellation } from "../analyzer";
import { globals } from "../builtins";
import { type Module } from "../program/module";
import { type Program } from "../program/program";
import { mergeSightings, Recorder, type Sightings } from "../report/recorder";
import { DimFacts, enterFacts, nextId, type ObjectValue, type RecordedLayer, type ReportedProblem } from "../values";
import { mostInstances } from "./classes";
import { Stopped, Thrown } from "./completions";
import { type Change } from "./journal";
import { Machine } from "./machine";
import { Memo } from "./memo";
import {
  createInstance,
  declaredNames,
  declareModule,
  importedNames,
  type Instance,
  linksModules,
  type Modules,
  redeclareModule,
} from "./modules";
import { type Changeable, restoreVersion, type State } from "./states";
import {
  interpretPiece,
  interpretUnit,
  isStillTrue,
  type Piece,
  redoUnit,
  type Situation,
  takeNames,
  undoUnit,
  type Unit,
} from "./units";

/** What a file did to the objects of files it imports. */
export type Effects = ReadonlyMap<Changeable, State>;

/** A file that another one imports: one that already ran with its effects, or one that is running. */
export interface Imported {
  readonly instance: Instance;
  readonly effects: Effects | undefined;
}

interface Kept<T> {
  readonly key: readonly unknown[];
  readonly piece: Piece;
  readonly result: T;
}

/** A file after its top level ran. */
export class Session {
  readonly instance: Instance;
  readonly machine: Machine;
  /** How the objects of other files are after this one; they are left as they were before it. */
  effects: Effects = new Map();
  isComplete = true;
  readonly #budget: number;
  /** What the effects of the imports changed. */
  readonly #adopted: readonly Change[];
  /** Ids between these belong to the file itself, and so does everything younger than the second pair's end. */
  readonly #own: { readonly from: number; readonly to: number; readonly since: number };
  #statements: readonly ts.Statement[] = [];
  #layers: readonly RecordedLayer[] | undefined;
  /** The text of everything that links other files. */
  #links = "";
  #specifiers: readonly string[];
  #units: readonly Unit[] = [];
  #kept: ReadonlyMap<object, Kept<unknown>> = new Map();
  #keeping = new Map<object, Kept<unknown>>();
  /** A trial did something that cannot be undone. */
  #isLasting = false;

  constructor(
    program: Program,
    readonly module: Module,
    load: (file: string) => Imported | undefined,
    budget: number,
    cancellation: Cancellation | undefined,
    onStart: (instance: Instance) => void,
    blame?: Machine["blame"],
  ) {
    const from = nextId();
    this.instance = createInstance(module);
    const to = nextId();
    onStart(this.instance);
    // Imports come first, so that everything in them is older than what this file makes.
    this.#specifiers = specifiersIn(module);
    const imports = new Map<string, Imported | undefined>();
    for (const specifier of this.#specifiers) {
      const target = program.resolve(module.file, specifier);
      if (target.kind === "file") imports.set(target.file, load(target.file));
    }
    const modules: Modules = {
      program,
      instances: new Map([[module.file, this.instance]]),
      load: (_machine, file) => (imports.has(file) ? imports.get(file) : load(file))?.instance,
    };
    this.#own = { from, to, since: nextId() };
    this.#budget = budget;
    this.machine = new Machine(module.file, modules, new Recorder(), globals(), new Memo(), budget, cancellation);
    this.machine.blame = blame;
    const { journal } = this.machine;
    journal.onTouch = (target) => {
      this.machine.memo.wrote(target);
    };
    const scope = journal.open();
    for (const imported of imports.values()) if (imported?.effects) journal.adopt(scope, imported.effects);
    this.#adopted = journal.changesSince(scope);
    journal.commit(scope);
    declareModule(this.machine, this.instance);
    this.#run([], new Map());
    this.instance.isDone = true;
  }

  /**
   * Goes on after an edit of the file. Answers false when there is nothing to go on from; the file has to be interpreted
   * from the beginning then.
   */
  resume(cancellation: Cancellation | undefined): boolean {
    const { machine, instance, module } = this;
    const { statements } = module.source;
    const kept = this.#firstChange(statements);
    if (!this.isComplete || this.#isLasting || !this.#hasSameLinks(statements)) return false;
    if (this.#units.slice(kept).some(({ isIrreversible }) => isIrreversible)) return false;
    machine.cancellation = cancellation;
    machine.stepsLeft = this.#budget;
    for (const [target, state] of this.effects) restoreVersion(target, state);
    this.#undo(kept, this.#units.length);
    redeclareModule(instance, this.#statements);
    // A function may be called above the place where it is declared.
    const calling = this.#units.slice(0, kept).findIndex(({ reads }) => !reads.areNamesValid);
    const first = calling < 0 ? kept : calling;
    if (this.#units.slice(first, kept).some(({ isIrreversible }) => isIrreversible)) {
      this.#takeBack();
      return false;
    }
    this.#undo(first, kept);
    this.#run(this.#units.slice(0, first), new Map(this.#units.slice(first).map((unit) => [unit.node, unit])));
    return this.isComplete;
  }

  /** Whether so much of the budget is left that something may be tried that is not needed. */
  get isAtEase(): boolean {
    return this.machine.stepsLeft > this.#budget / 2;
  }

  get units(): readonly Unit[] {
    return this.#units;
  }

  /** What is known about symbolic dimensions at the end of the file. */
  get facts(): DimFacts {
    return (this.#units.at(-1)?.after ?? beginning).facts;
  }

  get sightings(): Sightings {
    return mergeSightings(this.#units.map(({ sightings }) => sightings));
  }

  get problems(): readonly ReportedProblem[] {
    return this.#units.flatMap(({ problems }) => problems);
  }

  get layers(): readonly RecordedLayer[] {
    return (this.#layers ??= this.layersOfUnits.flat());
  }

  /** The first statement that computes something. */
  get computing(): ts.Statement | undefined {
    return this.#units.find(({ layers }) => layers.length > 0)?.node;
  }

  /** The layers of each statement: those of one that stays as it was are the same list. */
  get layersOfUnits(): readonly (readonly RecordedLayer[])[] {
    return this.#units.map(({ layers }) => layers);
  }

  /**
   * What `run` gives when it tries something out, or gave before, where all that it looked at is as it was. `id` is what
   * it is about, `key` what it was told besides.
   */
  keep<T>(id: object, key: readonly unknown[], run: () => T): T {
    const { machine } = this;
    let kept = this.#kept.get(id) as Kept<T> | undefined;
    const isSame = kept?.key.length === key.length && kept.key.every((item, i) => item === key[i]);
    if (kept && isSame && kept.piece.steps < machine.stepsLeft && isStillTrue(kept.piece))
      machine.spend(kept.piece.steps);
    else {
      const { result, piece } = interpretPiece(machine, run);
      kept = { key, piece, result };
      this.#isLasting ||= piece.isIrreversible;
    }
    this.#keeping.set(id, kept);
    this.#take(kept.piece);
    return kept.result;
  }

  /** Begins to try things out anew: what is not asked for again by the next time is forgotten. */
  beginTrials(): void {
    this.#kept = this.#keeping;
    this.#keeping = new Map();
    for (const { piece } of this.#kept.values()) takeNames(piece.named);
  }

  /** Takes over whom a piece called and what it made, for those that come after it. */
  #take({ called, instances }: Piece): void {
    const { machine } = this;
    for (const node of called) machine.called.add(node);
    for (const [node, made] of instances) {
      const known: ObjectValue[] = machine.instances.get(node) ?? [];
      machine.instances.set(node, [...known, ...made].slice(0, mostInstances));
    }
  }

  #undo(from: number, to: number): void {
    for (const unit of this.#units.slice(from, to).reverse()) undoUnit(unit);
  }

  /** Interprets the statements behind the kept units; those of the known ones that would do the same are not again. */
  #run(kept: readonly Unit[], known: ReadonlyMap<ts.Statement, Unit>): void {
    const { machine, instance } = this;
    const { statements } = this.module.source;
    const units = [...kept];
    let situation: Situation = units.at(-1)?.after ?? beginning;
    try {
      this.isComplete = within(machine, situation.facts, () => {
        for (const { steps } of kept) machine.spend(steps);
        for (const statement of statements.slice(kept.length)) {
          if (situation.isOver) break;
          const before = known.get(statement);
          if (before && redoUnit(before, situation)) {
            units.push(before);
            machine.spend(before.steps);
          } else units.push(interpretUnit(machine, instance, statement, situation));
          const { after, stoppedBy } = units.at(-1)!;
          if (stoppedBy !== undefined) throw stoppedBy;
          situation = after;
        }
      });
    } finally {
      // Whatever ended it: the objects of other files are left as they were.
      this.#units = units;
      this.effects = this.#takeBack();
    }
    this.#statements = statements;
    this.#layers = undefined;
    this.#links = linksIn(this.module);
    machine.called = new Set();
    machine.instances = new Map();
    for (const unit of units) this.#take(unit);
  }

  /** The number of statements at the beginning that are the very same as before. */
  #firstChange(statements: readonly ts.Statement[]): number {
    let i = 0;
    while (i < this.#units.length && this.#units[i]!.node === statements[i]) i++;
    return i;
  }

  /** Whether the file imports what it imported before, under the same names. */
  #hasSameLinks(statements: readonly ts.Statement[]): boolean {
    if (linksIn(this.module) !== this.#links) return false;
    const specifiers = specifiersIn(this.module);
    if (specifiers.join("\n") !== this.#specifiers.join("\n")) return false;
    // A declaration that takes the name of an import, or of what CommonJS declares, is too rare to be clever about.
    const linked = importedNames(statements);
    const isTaken = (name: string): boolean => linked.has(name) || name === "module" || name === "exports";
    return ![...declaredNames(this.#statements), ...declaredNames(statements)].some(isTaken);
  }

  /** Other files that import the same ones have their own view of them. */
  #takeBack(): Effects {
    const effects = new Map<Changeable, State>();
    const before = new Map<Changeable, State>();
    for (const change of [...this.#adopted, ...this.#units.flatMap(({ changes }) => changes)]) {
      const { from, to, since } = this.#own;
      const { id } = change.target;
      if (id > since || (id >= from && id <= to)) continue;
      if (!before.has(change.target)) before.set(change.target, change.before);
      effects.set(change.target, change.after);
    }
    for (const [target, state] of before) restoreVersion(target, state);
    return effects;
  }
}

const beginning: Situation = { facts: new DimFacts(), bindings: new Map(), hasThrown: false, isOver: false };

const specifiersOf = new WeakMap<ts.Statement, readonly string[]>();

/** The files and packages that a file names: imports, re-exports, `require`, `import()`. */
function specifiersIn({ source }: Module): string[] {
  return source.statements.flatMap((statement) => {
    let specifiers = specifiersOf.get(statement);
    if (!specifiers) {
      const { importedFiles } = ts.preProcessFile(statement.getFullText(source), true, true);
      specifiersOf.set(statement, (specifiers = importedFiles.map(({ fileName }) => fileName)));
    }
    return specifiers;
  });
}

/** The imports and re-exports of a file as they are written. */
function linksIn({ source }: Module): string {
  const links = source.statements.filter(linksModules);
  return links.map((statement) => statement.getText(source)).join("\n");
}

/** Runs with what the file did to the objects of others in force. */
export function withEffects<T>({ machine: { journal }, effects }: Session, run: () => T): T {
  const scope = journal.open();
  try {
    journal.apply(effects);
    return run();
  } finally {
    journal.undo(scope);
  }
}

/**
 * Runs with these facts in force. Answers false when the budget ran out or the program is nested too deeply for this
 * machine; cancellation passes through.
 */
export function within(machine: Machine, facts: DimFacts, run: () => void): boolean {
  const before = enterFacts(facts);
  const { depth } = machine;
  try {
    run();
    return true;
  } catch (error) {
    machine.resetDepth(depth);
    machine.boundaries.length = 0;
    if (error instanceof Thrown) return true;
    if (error instanceof Stopped && error.reason === "budget") return false;
    if (error instanceof RangeError) return false;
    throw error;
  } finally {
    enterFacts(before);
  }
}

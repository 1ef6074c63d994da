// Loops. Known lists and counts run round by round as long as rounds still change something; the rest of a loop, and
// loops nobody can count, run to a fixpoint in which what goes on changing is given up.

import { ts } from "ts-morph";
import { keyOf, stringValue, truthiness, unknown, unknownNumber, unknownString, type Value } from "../../values";
import { explore } from "../branches";
import { type Completion, dead } from "../completions";
import { type Cell, type Environment } from "../environment";
import { assignTo } from "../expressions/assignment";
import { awaited, evaluate } from "../expressions/expressions";
import { refine } from "../guards";
import { boundNames, isBlockScoped } from "../hoisting";
import { iterate } from "../iteration";
import { type Changeable } from "../journal";
import { type Boundary, catches, type Machine } from "../machine";
import { assignPattern, bindName } from "../patterns";
import { recordBinding } from "../recording";
import { withBoundary } from "./boundary";
import { declareVariables } from "./declarations";
import { execute } from "./statements";

/** A loop stops unrolling when it has cost this many steps, or run this many rounds. */
const mostSteps = 150_000;
const mostRounds = 4_000;
/** Rounds that change nothing but the counter before the rest is taken to be like them. */
const settledRounds = 3;
/** Rounds of a fixpoint before whatever still changes is widened, and before giving up. */
const widenAfter = 2;
const mostFixpointRounds = 6;

/** One loop, whatever it is written as. */
interface Loop {
  /** Whether another round is certain (true), certain not to come (false), or nobody knows. */
  readonly hasNext: (round: number) => boolean | undefined;
  /** Prepares a round on the assumption that it comes. Answers false when that is impossible. */
  readonly begin: (round: number | undefined) => boolean;
  readonly body: () => Completion | undefined;
  /** What runs between rounds. */
  readonly advance: () => void;
  /** Cells that count rounds: their change alone does not make a round different. */
  readonly counters: ReadonlySet<Changeable>;
  /** Whether all rounds from this one on are alike as far as what they are given goes. */
  readonly isUniform: (round: number) => boolean;
  /** Forgets the counters: from here on a round stands for any. */
  readonly forget: () => void;
}

function runLoop(machine: Machine, loop: Loop, label: string | undefined): Completion | undefined {
  return withBoundary(machine, "switch", label === undefined ? undefined : `break ${label}`, () =>
    runRounds(machine, loop, label),
  );
}

function runRounds(machine: Machine, loop: Loop, label: string | undefined): Completion | undefined {
  const { journal } = machine;
  const steps = machine.stepsLeft;
  let settled = 0;
  for (let round = 0; ; round++) {
    const next = loop.hasNext(round);
    if (next === false) return undefined;
    if (next === undefined) break;
    const isCostly = steps - machine.stepsLeft > mostSteps || round > mostRounds;
    if (settled >= settledRounds || isCostly) {
      loop.forget();
      break;
    }
    const scope = journal.open();
    let completion: Completion | undefined;
    let hasChanged: boolean;
    try {
      completion = oneRound(machine, loop, label, round);
      if (!completion) loop.advance();
      hasChanged = journal.hasChanged(scope, loop.counters);
    } finally {
      journal.commit(scope);
    }
    if (completion) return ending(completion, label);
    settled = hasChanged || !loop.isUniform(round) ? 0 : settled + 1;
  }
  return fixpoint(machine, loop, label);
}

/** Runs the body once; a path that says `continue` goes on after it. */
function oneRound(
  machine: Machine,
  loop: Loop,
  label: string | undefined,
  round: number | undefined,
): Completion | undefined {
  machine.step();
  const boundary: Boundary = { kind: "loop", label, scope: machine.journal.open(), exits: [] };
  const level = machine.boundaries.push(boundary) - 1;
  let completion: Completion | undefined;
  try {
    completion = loop.begin(round) ? loop.body() : dead;
  } finally {
    machine.boundaries.length = level;
  }
  return leaveRound(machine, boundary, completion);
}

/** `continue` paths join the end of the round; `break` paths are handed on to the loop as a whole. */
function leaveRound(machine: Machine, boundary: Boundary, completion: Completion | undefined): Completion | undefined {
  const { journal } = machine;
  const going = boundary.exits.filter((exit) => exit.completion.type === "continue");
  const leaving = boundary.exits.filter((exit) => exit.completion.type === "break");
  for (const exit of leaving) handOn(machine, boundary, exit.delta);
  let result = completion;
  if (result && result.type === "continue" && catches(boundary, result)) result = undefined;
  if (going.length > 0) {
    const deltas = going.map((exit) => exit.delta);
    if (result) {
      if (result.type === "break" && catches(boundary, result))
        handOn(machine, boundary, journal.capture(boundary.scope));
      else machine.leave(result);
      journal.replaceWith(boundary.scope, deltas);
      result = undefined;
    } else journal.joinWith(boundary.scope, deltas);
  }
  journal.commit(boundary.scope);
  return result;
}

type Delta = ReturnType<Machine["journal"]["capture"]>;

/** Makes a `break` out of a round an exit of the loop: its changes are counted from the loop's beginning. */
function handOn(machine: Machine, boundary: Boundary, delta: Delta): void {
  const outer = machine.boundaries[machine.boundaries.length - 1]!;
  const { journal } = machine;
  const scope = journal.open();
  journal.replaceWith(boundary.scope, [delta]);
  const whole = journal.capture(outer.scope);
  journal.undo(scope);
  outer.exits.push({ completion: { type: "break", label: undefined }, delta: whole });
}

/** What a round's ending means for the loop: a `break` of this loop ends it and goes on. */
function ending(completion: Completion, label: string | undefined): Completion | undefined {
  if (completion.type === "break" && (completion.label === undefined || completion.label === label)) {
    return { type: "break", label: undefined };
  }
  return completion;
}

/** Nobody knows how many rounds come: zero or more, until nothing new happens. */
function fixpoint(machine: Machine, loop: Loop, label: string | undefined): Completion | undefined {
  const { journal } = machine;
  for (let round = 0; round < mostFixpointRounds; round++) {
    const scope = journal.open();
    let isSettled: boolean;
    try {
      explore<Completion | undefined>(
        machine,
        [
          () => undefined,
          () => {
            const completion = oneRound(machine, loop, label, undefined);
            if (!completion) loop.advance();
            return completion && ending(completion, label);
          },
        ],
        (result) => result !== undefined,
      );
      loop.forget();
      isSettled = !journal.hasChanged(scope, loop.counters);
      if (!isSettled && round >= widenAfter) journal.widenSince(scope);
    } finally {
      journal.commit(scope);
    }
    if (isSettled) return undefined;
  }
  return undefined;
}

export function executeFor(
  machine: Machine,
  environment: Environment,
  node: ts.ForStatement,
  label: string | undefined,
): Completion | undefined {
  const inner = environment.child();
  const { initializer, condition, incrementor, statement } = node;
  const counters = new Set<Cell>();
  if (initializer && ts.isVariableDeclarationList(initializer)) {
    if (isBlockScoped(initializer)) {
      for (const { name } of initializer.declarations)
        for (const bound of boundNames(name)) counters.add(inner.declare(bound, undefined));
    }
    declareVariables(machine, inner, initializer);
  } else if (initializer) evaluate(machine, inner, initializer);
  // Closures made in a round keep that round's variables.
  let current = inner;
  const names = [...counters].map((cell) => cell.name);
  const perRound = (): Environment => {
    if (names.length === 0) return inner;
    const copy = inner.child();
    for (const name of names) copy.declare(name, inner.own(name)?.value);
    return copy;
  };
  const takeBack = (): void => {
    for (const name of names) {
      const cell = inner.own(name)!;
      const value = current.own(name)?.value;
      if (value === cell.value) continue;
      machine.journal.touch(cell);
      cell.value = value;
    }
  };
  const isUniform = countsOnly(statement, names);
  return runLoop(
    machine,
    {
      isUniform: () => isUniform,
      hasNext: () => (condition ? truthiness(evaluate(machine, inner, condition)) : true),
      begin: (round) => {
        if (!condition) return true;
        if (round === undefined) evaluate(machine, inner, condition);
        return refine(machine, inner, condition, true);
      },
      body: () => {
        current = perRound();
        const completion = execute(machine, current, statement);
        takeBack();
        return completion;
      },
      advance: () => {
        if (incrementor) evaluate(machine, inner, incrementor);
      },
      counters,
      forget: () => {
        forgetCells(machine, counters);
      },
    },
    label,
  );
}

/** Whether the body looks at its counter only to print it or to ask which round it is. */
function countsOnly(body: ts.Node, names: readonly string[]): boolean {
  if (names.length === 0) return true;
  const check = (node: ts.Node): boolean => {
    if (ts.isIdentifier(node)) return !names.includes(node.text);
    if (ts.isTemplateExpression(node)) return true;
    if (ts.isCallExpression(node) && node.expression.getText().startsWith("console.")) return true;
    if (ts.isIfStatement(node)) return check(node.thenStatement) && (!node.elseStatement || check(node.elseStatement));
    return !ts.forEachChild(node, (child) => (check(child) ? undefined : true));
  };
  return check(body);
}

/** From which index on all items are alike. */
function uniformIndex(items: readonly Value[]): number {
  let from = Math.max(items.length - 1, 0);
  while (from > 0 && keyOf(items[from - 1]!) === keyOf(items[from]!)) from--;
  return from;
}

function forgetCells(machine: Machine, cells: ReadonlySet<Cell>): void {
  for (const cell of cells) {
    const forgotten =
      cell.value?.kind === "number" ? unknownNumber : cell.value?.kind === "string" ? unknownString : cell.value;
    if (forgotten === cell.value) continue;
    machine.journal.touch(cell);
    cell.value = forgotten;
  }
}

const noCells: ReadonlySet<Cell> = new Set();

export function executeWhile(
  machine: Machine,
  environment: Environment,
  node: ts.WhileStatement | ts.DoStatement,
  label: string | undefined,
): Completion | undefined {
  const isDo = ts.isDoStatement(node);
  return runLoop(
    machine,
    {
      isUniform: () => true,
      hasNext: (round) => (isDo && round === 0 ? true : truthiness(evaluate(machine, environment, node.expression))),
      begin: (round) => {
        if (isDo && round === 0) return true;
        if (round === undefined) evaluate(machine, environment, node.expression);
        return isDo || refine(machine, environment, node.expression, true);
      },
      body: () => execute(machine, environment, node.statement),
      advance: () => undefined,
      counters: noCells,
      forget: () => undefined,
    },
    label,
  );
}

export function executeForOf(
  machine: Machine,
  environment: Environment,
  node: ts.ForOfStatement,
  label: string | undefined,
): Completion | undefined {
  const source = evaluate(machine, environment, node.expression);
  const iteration = iterate(machine, awaited(source), machine.site(environment, node.expression));
  // An array may grow while it is looped over: its items are asked for round by round.
  const items = iteration.items;
  const summary = iteration.summary;
  const itemOf = (round: number): Value | undefined => {
    if (!items) return summary ?? unknown;
    const item = items[round];
    return item && (node.awaitModifier ? awaited(item) : item);
  };
  return loopOver(machine, environment, node, label, itemOf, items);
}

export function executeForIn(
  machine: Machine,
  environment: Environment,
  node: ts.ForInStatement,
  label: string | undefined,
): Completion | undefined {
  const keys = keysOf(evaluate(machine, environment, node.expression));
  return loopOver(machine, environment, node, label, (round) => (keys ? keys[round] : unknownString), keys);
}

function keysOf(value: Value): Value[] | undefined {
  if (value.kind === "object" && !value.open) return [...value.properties.keys()].map((key) => stringValue(key));
  if (value.kind === "array" && value.elements) return value.elements.map((_element, i) => stringValue(String(i)));
  return undefined;
}

function loopOver(
  machine: Machine,
  environment: Environment,
  node: ts.ForOfStatement | ts.ForInStatement,
  label: string | undefined,
  itemOf: (round: number) => Value | undefined,
  items: readonly Value[] | undefined,
): Completion | undefined {
  const { initializer, statement } = node;
  const isKnown = items !== undefined;
  let uniformFrom: number | undefined;
  let inner = environment;
  let given: Value = unknown;
  return runLoop(
    machine,
    {
      isUniform: (round) => round >= (uniformFrom ??= uniformIndex(items ?? [])),
      hasNext: (round) => {
        if (!isKnown) return undefined;
        const item = itemOf(round);
        if (item) given = item;
        return item !== undefined;
      },
      begin: () => {
        const item = isKnown ? given : itemOf(0)!;
        inner = environment.child();
        if (ts.isVariableDeclarationList(initializer)) {
          const isScoped = isBlockScoped(initializer);
          for (const { name } of initializer.declarations) {
            bindName(machine, environment, name, item, (identifier, value) => {
              if (isScoped) inner.declare(identifier.text, value);
              else assignTo(machine, environment, identifier, value);
              recordBinding(machine, inner, identifier, value, "variable");
            });
          }
        } else assignPattern(machine, environment, initializer, item);
        return true;
      },
      body: () => execute(machine, inner, statement),
      advance: () => undefined,
      counters: noCells,
      forget: () => undefined,
    },
    label,
  );
}

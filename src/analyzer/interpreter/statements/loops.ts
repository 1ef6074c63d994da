// The kinds of loops: what each takes a round to be.

import { ts } from "ts-morph";
import { keyOf, stringValue, truthiness, unknown, unknownNumber, unknownString, type Value } from "../../values";
import { type Completion } from "../completions";
import { type Cell, type Environment } from "../environment";
import { assignTo } from "../expressions/assignment";
import { awaited, evaluate } from "../expressions/expressions";
import { refine } from "../guards";
import { boundNames, isBlockScoped } from "../hoisting";
import { iterate } from "../iteration";
import { type Machine } from "../machine";
import { assignPattern, bindName } from "../patterns";
import { recordBinding } from "../recording";
import { type Count, countOfFor } from "./counting";
import { declareVariables } from "./declarations";
import { runLoop } from "./rounds";
import { execute } from "./statements";

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
  const isUniform = useOfCounter(statement, names);
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
      repeats: () => false,
      count: () => countOfFor(machine, inner, node),
      forget: () => {
        forgetCells(machine, counters);
      },
    },
    label,
  );
}

/** What the body does with its counter: nothing but print it ("yes"), ask in conditions which it is, or more. */
function useOfCounter(body: ts.Node, names: readonly string[]): "yes" | "perhaps" | "no" {
  if (names.length === 0) return "yes";
  let use: "yes" | "perhaps" | "no" = "yes";
  const visit = (node: ts.Node, isCondition: boolean): void => {
    if (ts.isIdentifier(node) && names.includes(node.text)) {
      if (use !== "no") use = isCondition ? "perhaps" : "no";
    } else if (ts.isCallExpression(node) && node.expression.getText().startsWith("console.")) return;
    else if (ts.isIfStatement(node)) {
      visit(node.expression, true);
      visit(node.thenStatement, isCondition);
      if (node.elseStatement) visit(node.elseStatement, isCondition);
    } else {
      ts.forEachChild(node, (child) => {
        visit(child, isCondition);
      });
    }
  };
  visit(body, false);
  return use;
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
      isUniform: () => "perhaps",
      hasNext: (round) => (isDo && round === 0 ? true : truthiness(evaluate(machine, environment, node.expression))),
      begin: (round) => {
        if (isDo && round === 0) return true;
        if (round === undefined) evaluate(machine, environment, node.expression);
        return isDo || refine(machine, environment, node.expression, true);
      },
      body: () => execute(machine, environment, node.statement),
      advance: () => undefined,
      counters: noCells,
      repeats: () => false,
      count: () => undefined,
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
  const rounds = iteration.items ? undefined : iteration.rounds;
  const items = iteration.items ?? rounds?.items;
  const summary = iteration.summary;
  const repeated = rounds?.repeated;
  const itemOf = (round: number): Value | undefined => {
    if (!items) return summary ?? unknown;
    const item = items[round];
    return item && (node.awaitModifier ? awaited(item) : item);
  };
  const length = iteration.items || rounds || iteration.length?.kind !== "number" ? undefined : iteration.length;
  // A list that grows while it is looped over has more rounds than it had items.
  const holds = (): boolean => source.kind !== "array" || source.length === length;
  const count = length?.dim && { rounds: length.dim, holds };
  return loopOver(machine, environment, node, label, itemOf, items, { repeated, count });
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
  { repeated, count }: { readonly repeated?: number | undefined; readonly count?: Count | undefined } = {},
): Completion | undefined {
  const { initializer, statement } = node;
  const isKnown = items !== undefined;
  let uniformFrom: number | undefined;
  let inner = environment;
  let given: Value = unknown;
  return runLoop(
    machine,
    {
      isUniform: (round) => (round >= (uniformFrom ??= uniformIndex(items ?? [])) ? "yes" : "no"),
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
      repeats: (round) => round === repeated,
      count: () => count,
      forget: () => undefined,
    },
    label,
  );
}

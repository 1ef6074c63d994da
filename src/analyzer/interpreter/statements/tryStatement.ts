// `try`: problems found under a `catch` are silent, because the program expects them.

import { type ts } from "ts-morph";
import { currentFacts, enterFacts, unknown, type Value } from "../../values";
import { explore } from "../branches";
import { type Completion, Thrown } from "../completions";
import { type Environment } from "../environment";
import { type Machine } from "../machine";
import { bindName } from "../patterns";
import { executeBlock, executeList } from "./statements";

export function executeTry(machine: Machine, environment: Environment, node: ts.TryStatement): Completion | undefined {
  let completion: Completion | undefined;
  let rethrown: Thrown | undefined;
  try {
    completion = node.catchClause
      ? guarded(machine, environment, node, node.catchClause)
      : executeBlock(machine, environment, node.tryBlock);
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    rethrown = error;
  }
  const last = node.finallyBlock && executeBlock(machine, environment, node.finallyBlock);
  if (last) return last;
  if (rethrown) throw rethrown;
  return completion;
}

function guarded(
  machine: Machine,
  environment: Environment,
  node: ts.TryStatement,
  clause: ts.CatchClause,
): Completion | undefined {
  const { depth, problems, mayHaveThrown, expectsThrow } = machine;
  const boundaries = machine.boundaries.length;
  machine.problems = [];
  machine.mayHaveThrown = false;
  machine.caught++;
  machine.expectsThrow = true;
  const { journal } = machine;
  const scope = journal.open();
  const facts = currentFacts();
  enterFacts(facts.copy());
  let completion: Completion | undefined;
  let thrown: Thrown | undefined;
  let isDone = false;
  let learned = facts;
  try {
    completion = executeBlock(machine, environment, node.tryBlock);
    isDone = true;
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    isDone = true;
    thrown = error;
    machine.resetDepth(depth);
    machine.boundaries.length = boundaries;
  } finally {
    learned = currentFacts();
    enterFacts(facts);
    machine.caught--;
    machine.expectsThrow = expectsThrow;
    // Warnings are about code that runs: they stay.
    problems.push(...machine.problems.filter(({ severity }) => severity !== "error"));
    machine.problems = problems;
    if (!isDone) journal.commit(scope);
  }
  // What the block needs of its inputs need not hold: where it does not, the block throws.
  const mayCatch = machine.mayHaveThrown || learned.assumptions.length > facts.assumptions.length;
  machine.mayHaveThrown = mayHaveThrown;
  try {
    if (!thrown && !mayCatch) {
      enterFacts(learned);
      return completion;
    }
    // Nobody knows how far the block came: nothing is known in the catch of what it changed.
    const caught = (): Completion | undefined => {
      journal.widenSince(scope);
      return handle(machine, environment, clause, thrown?.value ?? unknown);
    };
    if (thrown) return mayCatch ? caught() : handle(machine, environment, clause, thrown.value);
    const results = explore<Completion | undefined>(
      machine,
      [
        () => {
          enterFacts(learned);
          return completion;
        },
        caught,
      ],
      (result) => result !== undefined,
    );
    return results.length === 0 ? { type: "dead" } : undefined;
  } finally {
    journal.commit(scope);
  }
}

function handle(
  machine: Machine,
  environment: Environment,
  clause: ts.CatchClause,
  error: Value,
): Completion | undefined {
  const inner = environment.child();
  if (clause.variableDeclaration) {
    bindName(machine, inner, clause.variableDeclaration.name, error, (name, value) => {
      inner.declare(name.text, value);
    });
  }
  return executeList(machine, inner, clause.block, clause.block.statements);
}

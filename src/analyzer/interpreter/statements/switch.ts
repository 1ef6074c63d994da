// `switch`: cases compared in order, with fall-through.

import { ts } from "ts-morph";
import { strictEquals, type Value } from "../../values";
import { exploreStatements } from "../branches";
import { type Completion } from "../completions";
import { type Environment } from "../environment";
import { evaluate } from "../expressions/expressions";
import { type Machine } from "../machine";
import { withBoundary } from "./boundary";
import { declareBlock, execute } from "./statements";

export function executeSwitch(
  machine: Machine,
  environment: Environment,
  node: ts.SwitchStatement,
  label: string | undefined,
): Completion | undefined {
  const subject = evaluate(machine, environment, node.expression);
  const inner = environment.child();
  const { clauses } = node.caseBlock;
  declareBlock(
    inner,
    node.caseBlock,
    clauses.flatMap((clause) => [...clause.statements]),
  );
  return withBoundary(machine, "switch", label, () => {
    const entries = possibleEntries(machine, inner, clauses, subject);
    const run = (from: number): Completion | undefined => {
      for (let i = from; i < clauses.length; i++) {
        for (const statement of clauses[i]!.statements) {
          const completion = execute(machine, inner, statement);
          if (completion) return completion;
        }
      }
      return undefined;
    };
    const [only] = entries;
    if (entries.length === 1 && only !== undefined) return run(only);
    return exploreStatements(
      machine,
      entries.map((entry) => () => run(entry)),
    );
  });
}

/** The clauses at which the switch may begin; the number of clauses when it may begin at none. */
function possibleEntries(
  machine: Machine,
  environment: Environment,
  clauses: readonly ts.CaseOrDefaultClause[],
  subject: Value,
): number[] {
  const entries: number[] = [];
  for (let i = 0; i < clauses.length; i++) {
    const clause = clauses[i]!;
    if (ts.isDefaultClause(clause)) continue;
    const isEqual = strictEquals(subject, evaluate(machine, environment, clause.expression));
    if (isEqual !== false) entries.push(i);
    if (isEqual === true) return entries;
  }
  const otherwise = clauses.findIndex(ts.isDefaultClause);
  entries.push(otherwise < 0 ? clauses.length : otherwise);
  return entries;
}

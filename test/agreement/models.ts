// Whole models as people write them, and the mistakes of people who change something in them.

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ts } from "ts-morph";
import { type Random } from "./generator/random";

export interface Model {
  readonly name: string;
  readonly text: string;
}

/** The models of the folder `models`, by name. */
export function readModels(root: string): readonly Model[] {
  const folder = resolve(root, "test/agreement/models");
  return readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));
}

/** The text with one thing in it changed: a number, a step of a chain, the order of two arguments. */
export function changed(random: Random, { name, text }: Model): string {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  const changes: Change[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isNumericLiteral(node)) changes.push(...otherNumbers(node));
    else if (ts.isCallExpression(node)) changes.push(...otherCalls(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  const { node, instead } = random.pick(changes);
  return text.slice(0, node.getStart()) + instead + text.slice(node.end);
}

interface Change {
  readonly node: ts.Node;
  readonly instead: string;
}

function otherNumbers(node: ts.NumericLiteral): Change[] {
  const value = Number(node.text);
  const others = new Set([value + 1, value * 2, Math.max(0, value - 1)]);
  others.delete(value);
  return [...others].map((other) => ({ node, instead: String(other) }));
}

function otherCalls(node: ts.CallExpression): Change[] {
  const [first, second] = node.arguments;
  const changes: Change[] = [];
  // Not of calls that are there for what they do.
  if (ts.isPropertyAccessExpression(node.expression) && !ts.isExpressionStatement(node.parent))
    changes.push({ node, instead: node.expression.expression.getText() });
  if (first && second) {
    const [a, b] = [first.getText(), second.getText()];
    const rest = node.arguments.slice(2).map((each) => `, ${each.getText()}`);
    changes.push({ node, instead: `${node.expression.getText()}(${b}, ${a}${rest.join("")})` });
  }
  return changes;
}

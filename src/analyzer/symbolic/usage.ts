// Where nothing is annotated, as in plain JavaScript: does the body use a parameter as one uses a tensor?

import * as engine from "@shapelens/engine";
import { ts } from "ts-morph";

const members = new Set([...Object.getOwnPropertyNames(engine.Tensor.prototype), "shape", "rank", "dtype"]);
/** Arrays and strings have these, too. */
for (const common of [
  "constructor",
  "toString",
  "slice",
  "concat",
  "flat",
  "split",
  "size",
  "data",
  "clone",
  "at",
  "min",
  "max",
  "sum",
  "item",
]) {
  members.delete(common);
}

const exported: ReadonlySet<string> = new Set(Object.keys(engine).filter((name) => /^[a-z]/.test(name)));

export function isUsedAsTensor(fn: ts.Node, name: string): boolean {
  const isIt = (node: ts.Node | undefined): boolean =>
    node !== undefined && ts.isIdentifier(node) && node.text === name;
  const visit = (node: ts.Node): boolean => {
    if (ts.isPropertyAccessExpression(node) && isIt(node.expression) && members.has(node.name.text)) return true;
    if (ts.isCallExpression(node) && isIt(node.arguments[0])) {
      const callee = node.expression;
      if (ts.isIdentifier(callee) && exported.has(callee.text)) return true;
      if (ts.isPropertyAccessExpression(callee)) {
        if (callee.name.text === "forward" || members.has(callee.name.text)) return true;
      }
    }
    return ts.forEachChild(node, visit) ?? false;
  };
  return ts.forEachChild(fn, visit) ?? false;
}

// Where nothing is annotated, as in plain JavaScript: does the body use a parameter as one uses a tensor, and of which
// rank?

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

/** Fewer names than these may be only the first axes: `const [batch, time] = x.shape` says nothing of a third. */
const fewestNames = 3;

/**
 * The rank that a function says the tensor of a parameter has: by `const [n, c, h, w] = x.shape`, or by a tuple type:
 * `x.shape as [number, number]`.
 */
export function claimedRank(parameter: ts.Node, name: string): number | undefined {
  if (!ts.isParameter(parameter)) return undefined;
  const isIt = (node: ts.Node): boolean => ts.isIdentifier(node) && node.text === name;
  const visit = (node: ts.Node): number | undefined => {
    if (ts.isAsExpression(node) && isShapeOf(node.expression) && ts.isTupleTypeNode(node.type)) {
      if (!node.type.elements.some((each) => ts.isRestTypeNode(each))) return node.type.elements.length;
    }
    if (ts.isVariableDeclaration(node) && node.initializer) {
      if (isShapeOf(node.initializer)) return namesIn(node.name);
      if (isIt(node.initializer) && ts.isObjectBindingPattern(node.name)) {
        const shape = node.name.elements.find((each) => each.propertyName?.getText() === "shape");
        if (shape) return namesIn(shape.name);
      }
    }
    return ts.forEachChild(node, visit);
  };
  const isShapeOf = (node: ts.Expression): boolean =>
    ts.isNonNullExpression(node)
      ? isShapeOf(node.expression)
      : ts.isPropertyAccessExpression(node) && node.name.text === "shape" && isIt(node.expression);
  return ts.forEachChild(parameter.parent, visit);
}

function namesIn(pattern: ts.BindingName): number | undefined {
  if (!ts.isArrayBindingPattern(pattern) || pattern.elements.length < fewestNames) return undefined;
  const isRest = pattern.elements.some((each) => ts.isBindingElement(each) && each.dotDotDotToken);
  return isRest ? undefined : pattern.elements.length;
}

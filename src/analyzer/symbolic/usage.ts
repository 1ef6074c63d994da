// Where nothing is annotated, as in plain JavaScript: does the body use a parameter as one uses a tensor, and of which
// rank? Or as one uses a number?

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

/** Functions that make a tensor of a shape. */
const shaped: ReadonlySet<string> = new Set(["zeros", "ones", "rand", "randn", "full", "eye"]);

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

const makers: ReadonlySet<string> = new Set(
  Object.entries(engine).flatMap(([name, value]) =>
    typeof value === "function" && value.prototype instanceof engine.Module ? [name] : [],
  ),
);
/** Operators that only numbers have. */
const numeric: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.MinusToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.AsteriskAsteriskToken,
  ts.SyntaxKind.SlashToken,
  ts.SyntaxKind.PercentToken,
  ts.SyntaxKind.LessThanLessThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanToken,
]);

/** Whether a function computes with a parameter, or makes layers or shapes of it: `new Linear(width, 2 * width)`. */
export function isUsedAsNumber(fn: ts.Node, name: string): boolean {
  const isIt = (node: ts.Node): boolean => ts.isIdentifier(node) && node.text === name;
  const visit = (node: ts.Node): boolean => {
    if (ts.isBinaryExpression(node) && numeric.has(node.operatorToken.kind)) {
      if (isIt(node.left) || isIt(node.right)) return true;
    }
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && makers.has(node.expression.text)) {
      if (node.arguments?.some(isIt)) return true;
    }
    if (ts.isArrayLiteralExpression(node) && ts.isCallExpression(node.parent) && node.elements.some(isIt)) {
      const callee = node.parent.expression;
      if (ts.isIdentifier(callee) && shaped.has(callee.text)) return true;
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

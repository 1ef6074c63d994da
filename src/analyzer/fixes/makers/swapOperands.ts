// Exchanges the two operands of a call.

import { ts } from "ts-morph";
import { type Candidate, type Scene, short } from "../candidate";

const codes = new Set(["matmul-inner", "loss-target", "rank"]);

export function swapOperands(scene: Scene): Candidate[] {
  const { call } = scene;
  if (!codes.has(scene.code) || !call) return [];
  const [first, second] = operandsOf(call) ?? [];
  const isTensor = (node: ts.Node): boolean => scene.operands.some(({ place }) => place?.start === node.getStart());
  if (!first || !second || !isTensor(first) || !isTensor(second)) return [];
  const { fileName: file } = call.getSourceFile();
  const put = (at: ts.Node, other: ts.Node): Candidate["edits"][number] => {
    const needsParentheses = at.parent !== call && !ts.isLeftHandSideExpression(other as ts.Expression);
    const text = other.getText();
    return { file, start: at.getStart(), end: at.end, text: needsParentheses ? `(${text})` : text };
  };
  const title = `Swap ${short(first.getText())} and ${short(second.getText())}`;
  return [{ title, rank: scene.code === "loss-target" ? 0.1 : 0.9, edits: [put(first, second), put(second, first)] }];
}

/** `a` and `b` of `f(a, b)` and of `a.f(b)`. */
function operandsOf(call: ts.CallExpression | ts.NewExpression): [ts.Expression, ts.Expression] | undefined {
  const [first, second] = call.arguments ?? [];
  if (first && second && ts.isIdentifier(call.expression)) return [first, second];
  if (!first || !ts.isPropertyAccessExpression(call.expression)) return undefined;
  return [call.expression.expression, first];
}

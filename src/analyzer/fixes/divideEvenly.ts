// Changes the divisor, or the number of parts, to the nearest one that divides.

import { ts } from "ts-morph";
import { constantOf } from "../values";
import { type Candidate, placeOf, type Scene, short } from "./candidate";

export function divideEvenly(scene: Scene): Candidate[] {
  if (scene.code === "split-size") return parts(scene);
  if (scene.code !== "whole-number") return [];
  return quotientsIn(scene).flatMap(({ left, right }) => {
    const [total, divisor] = [Number(left.getText()), Number(right.getText())];
    return nearestDivisors(total, divisor).map((number, order) => ({
      title: `Divide by ${number}: ${total} / ${number} = ${total / number}`,
      rank: order / 10,
      edits: [{ ...placeOf(right), text: String(number) }],
    }));
  });
}

/** Divisions of two written numbers in what is underlined. */
function quotientsIn(scene: Scene): ts.BinaryExpression[] {
  const root = scene.nodeAt(scene.place) ?? scene.call;
  const found: ts.BinaryExpression[] = [];
  const visit = (node: ts.Node): void => {
    const isQuotient = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.SlashToken;
    if (isQuotient && ts.isNumericLiteral(node.left) && ts.isNumericLiteral(node.right)) found.push(node);
    else ts.forEachChild(node, visit);
  };
  if (root) visit(root);
  return found;
}

/** `split(x, 3)` of 100 rows into 4 or 2. */
function parts({ call, operands: [x] }: Scene): Candidate[] {
  const length = x?.axis === undefined ? undefined : constantOf(x.dims[x.axis]!);
  const count = call?.arguments?.find(ts.isNumericLiteral);
  if (length === undefined || !count) return [];
  return nearestDivisors(length, Number(count.text)).map((number, order) => ({
    title: `Split ${length} into ${number} parts of ${length / number} in ${short(call!.getText())}`,
    rank: order / 10,
    edits: [{ ...placeOf(count), text: String(number) }],
  }));
}

function nearestDivisors(total: number, near: number): number[] {
  const divisors: number[] = [];
  for (let number = 2; number <= total && number <= near * 4; number++) if (total % number === 0) divisors.push(number);
  return divisors.sort((a, b) => Math.abs(a - near) - Math.abs(b - near) || b - a).slice(0, 2);
}

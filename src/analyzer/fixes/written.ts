// Where in the text a dimension is written.

import { ts } from "ts-morph";
import { type Place } from "../facts";
import { type Dim, DimExpr } from "../values";
import { placeOf, type Scene } from "./candidate";

export interface Written {
  readonly place: Place;
  readonly isInLayer: boolean;
  /** The call it is an argument of. */
  readonly context: string | undefined;
}

/** The literal, or the arithmetic on literals, that a dimension is. */
export function writtenPlace(scene: Scene, dim: Dim): Written | undefined {
  if (!(dim instanceof DimExpr)) return undefined;
  const node = literalOf(scene, dim) ?? expressionOf(scene, dim);
  if (!node) return undefined;
  const call = ts.findAncestor(node, (each) => ts.isCallExpression(each) || ts.isNewExpression(each));
  const isArgument = call && (call as ts.CallExpression).arguments.some((each) => each.pos <= node.pos);
  return {
    place: placeOf(node),
    isInLayer: call !== undefined && ts.isNewExpression(call),
    context: isArgument ? call.getText() : undefined,
  };
}

function literalOf(scene: Scene, dim: DimExpr): ts.Expression | undefined {
  const { place } = (dim.origin ?? {}) as { readonly place?: Place };
  const node = place && scene.nodeAt(place);
  return node && ts.isNumericLiteral(node) ? node : undefined;
}

/** `16 * 5 * 5`: the smallest arithmetic that holds all the numbers the dimension was computed from. */
function expressionOf(scene: Scene, dim: DimExpr): ts.Expression | undefined {
  const literals = leavesOf(dim).map((leaf) => literalOf(scene, leaf));
  const [first] = literals;
  if (!first || dim.derivation === undefined || literals.includes(undefined)) return undefined;
  let node: ts.Node = first;
  while (ts.isBinaryExpression(node.parent) || ts.isParenthesizedExpression(node.parent)) node = node.parent;
  const isAll = literals.every((each) => each!.getSourceFile() === node.getSourceFile() && isWithin(each!, node));
  return isAll && node !== first ? (node as ts.Expression) : undefined;
}

function leavesOf(dim: DimExpr, depth = 8): DimExpr[] {
  if (dim.origin !== undefined || !dim.derivation || depth === 0) return [dim];
  return dim.derivation.operands.flatMap((operand) => (operand instanceof DimExpr ? leavesOf(operand, depth - 1) : []));
}

function isWithin(inner: ts.Node, outer: ts.Node): boolean {
  return outer.pos <= inner.pos && inner.end <= outer.end;
}

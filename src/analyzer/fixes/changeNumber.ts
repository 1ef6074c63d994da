// Changes the number that a wrong dimension came from, wherever it is written: in a layer, a shape, another file.

import { basename } from "node:path";
import { ts } from "ts-morph";
import { type Place } from "../facts";
import { constantOf, type Dim, DimExpr } from "../values";
import { type Candidate, placeOf, type Scene, short } from "./candidate";

export function changeNumber(scene: Scene): Candidate[] {
  return pairsOf(scene).flatMap(([wrong, right], order) => {
    const number = constantOf(right);
    const written = writtenPlace(scene, wrong);
    if (number === undefined || number < 1 || !written || scene.textAt(written.place) === String(number)) return [];
    const { place, isInLayer, context } = written;
    const where = context === undefined ? "" : ` in ${short(context)}`;
    const elsewhere = place.file === scene.module.file ? "" : ` (${basename(place.file)})`;
    return [
      {
        title: `Change ${short(scene.textAt(place))} to ${number}${where}${elsewhere}`,
        // A layer follows the data that it is given.
        rank: (isInLayer ? 1 : 2) + order / 10,
        edits: [{ ...place, text: String(number) }],
      },
    ];
  });
}

/** Codes whose first number is the layer's own: it is the one to follow the data. */
const ofLayers = new Set(["layer-input", "channels", "norm-width", "kernel-too-large"]);

/** Which number to change, and into which: the blamed one first. */
function pairsOf({ clues, operands, code }: Scene): [wrong: Dim, right: Dim][] {
  if (code === "split-size") return [];
  const pairs: [Dim, Dim][] = [];
  const add = (a: Dim | undefined, b: Dim | undefined): void => {
    if (a === undefined || b === undefined) return;
    if (ofLayers.has(code)) pairs.push([a, b], [b, a]);
    else pairs.push([b, a], [a, b]);
  };
  const [expected, found] = clues?.numbers ?? [];
  add(expected, found);
  const dims = operands.flatMap(({ dims: all, axis }) => (axis === undefined ? [] : [all[axis]]));
  add(dims[0], dims[1]);
  return pairs;
}

interface Written {
  readonly place: Place;
  readonly isInLayer: boolean;
  /** The call it is an argument of. */
  readonly context: string | undefined;
}

/** The literal, or the arithmetic on literals, that a dimension is. */
function writtenPlace(scene: Scene, dim: Dim): Written | undefined {
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

// Tells a layer that its channels come last.

import { ts } from "ts-morph";
import { type Place } from "../../facts";
import { DimExpr } from "../../values";
import { type Candidate, type Scene, short } from "../candidate";
import { isSquareImage } from "./transposeOperand";

export function channelsLast(scene: Scene): Candidate[] {
  if (scene.code !== "channels") return [];
  const rank = scene.operands.some(({ dims }) => isSquareImage(dims)) ? 3.5 : 0.5;
  return creationsOf(scene).flatMap((creation): Candidate[] => {
    const last = creation.arguments?.at(-1);
    if (!last) return [];
    const { fileName: file } = creation.getSourceFile();
    const option = 'layout: "NHWC"';
    const isOptions = ts.isObjectLiteralExpression(last);
    const at = isOptions ? last.getStart() + 1 : last.end;
    const text = isOptions ? ` ${option}${last.properties.length > 0 ? "," : ""}` : `, { ${option} }`;
    const title = `Tell ${short(creation.getText())} that channels come last`;
    return [{ title, rank, edits: [{ file, start: at, end: at, text }] }];
  });
}

/** The `new Conv2d(…)` whose numbers the failing weights are made of, or the call of a function that takes the option. */
function creationsOf(scene: Scene): (ts.CallExpression | ts.NewExpression)[] {
  const places = [...(scene.clues?.numbers ?? []), ...scene.operands.flatMap(({ dims }) => dims)].flatMap((dim) => {
    const place = dim instanceof DimExpr ? (dim.origin as { readonly place?: Place } | undefined)?.place : undefined;
    const node = place && scene.nodeAt(place);
    const creation = node && ts.findAncestor(node, ts.isNewExpression);
    return creation ? [creation] : [];
  });
  const { call } = scene;
  return [...new Set(places), ...(call && ts.isIdentifier(call.expression) ? [call] : [])];
}

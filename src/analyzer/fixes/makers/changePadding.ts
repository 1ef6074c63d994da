// Gives a convolution the padding that keeps the size of the image, or takes it away: the two are often mixed up.

import { ts } from "ts-morph";
import { type Candidate, placeOf, type Scene, short } from "../candidate";

const codes = new Set(["layer-input", "reshape-size", "broadcast", "concat-axis", "one-size", "kernel-too-large"]);
const mostLayers = 6;

export function changePadding(scene: Scene): Candidate[] {
  if (!codes.has(scene.code)) return [];
  return convolutionsIn(scene.module.source)
    .slice(0, mostLayers)
    .flatMap((layer, order): Candidate[] => {
      const rank = 1.2 + order / 100;
      const last = layer.arguments?.at(-1);
      if (!last) return [];
      if (!ts.isObjectLiteralExpression(last)) {
        const title = `Keep the size in ${short(layer.getText())}: padding "same"`;
        return [{ title, rank, edits: [{ ...placeOf(last), start: last.end, text: ', { padding: "same" }' }] }];
      }
      const padding = last.properties.find((each) => each.name?.getText() === "padding");
      if (!padding || !ts.isPropertyAssignment(padding)) return [];
      const title = `Leave out the padding in ${short(layer.getText())}`;
      return [{ title, rank, edits: [{ ...placeOf(padding.initializer), text: "0" }] }];
    });
}

function convolutionsIn(source: ts.SourceFile): ts.NewExpression[] {
  const found: ts.NewExpression[] = [];
  const visit = (node: ts.Node): void => {
    const isLayer = ts.isNewExpression(node) && /^Conv[12]d$/.test(node.expression.getText());
    if (isLayer && (node.arguments?.length ?? 0) >= 3) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

// Lets a reshape work out the length that is wrong, or keeps the batch axis and joins the others.

import { ts } from "ts-morph";
import { constantOf } from "../../values";
import { type Candidate, placeOf, type Scene, short } from "../candidate";

export function inferLength(scene: Scene): Candidate[] {
  const { call } = scene;
  if (!call || (scene.code !== "reshape-size" && scene.code !== "batch-reshape")) return [];
  const list = call.arguments?.find(ts.isArrayLiteralExpression);
  if (!list) return [];
  const flat = flattened(scene, call, list);
  if (scene.code === "batch-reshape") return flat;
  const elements = list.elements.map((element) => element.getText());
  if (elements.includes("-1")) return flat;
  const candidates = list.elements.flatMap((element, i): Candidate[] => {
    const shape = elements.map((each, j) => (j === i ? "-1" : each));
    const length = lengthFor(scene, list, i);
    // A length that the tensor has itself was meant; otherwise the last is the likeliest to be wrong.
    const isOwn = scene.operands[0]?.dims.some((dim) => constantOf(dim) === length);
    const rank = (elements.length - i) / 10 + (isOwn && length !== undefined ? 0 : 1);
    const inferred = {
      title: `Let reshape work it out: [${short(shape.join(", "))}]`,
      rank,
      edits: [{ ...placeOf(element), text: "-1" }],
    };
    if (length === undefined) return [inferred];
    const edits = [{ ...placeOf(element), text: String(length) }];
    return [inferred, { title: `Change ${short(element.getText())} to ${length}`, rank: rank - 0.01, edits }];
  });
  return [...candidates, ...flat];
}

/** The length that fits beside all the others. */
function lengthFor({ operands: [x] }: Scene, list: ts.ArrayLiteralExpression, index: number): number | undefined {
  const lengths = list.elements.map((element) => (ts.isNumericLiteral(element) ? Number(element.text) : NaN));
  if (Number.isNaN(lengths[index])) return undefined;
  const size = (x?.dims ?? []).reduce<number>((product, dim) => product * (constantOf(dim) ?? NaN), 1);
  const others = lengths.reduce((product, length, i) => (i === index ? product : product * length), 1);
  const length = size / others;
  return Number.isInteger(length) && length > 0 ? length : undefined;
}

/** `x.reshape([-1, 1024])` as `x.flatten(1)`. */
function flattened(scene: Scene, call: ts.Node, list: ts.ArrayLiteralExpression): Candidate[] {
  const [x] = scene.operands;
  const node = x?.place && scene.nodeAt(x.place);
  if (!node || x.dims.length < 3 || list.elements.length !== 2) return [];
  const text = `${ts.isLeftHandSideExpression(node) ? node.getText() : `(${node.getText()})`}.flatten(1)`;
  return [
    { title: `Use ${short(text)}`, rank: scene.code === "batch-reshape" ? 0 : 2, edits: [{ ...placeOf(call), text }] },
  ];
}

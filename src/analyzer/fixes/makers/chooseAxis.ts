// Names another axis: one that exists, or the one that was meant.

import { ts } from "ts-morph";
import { constantOf } from "../../values";
import { type Candidate, placeOf, type Scene, short } from "../candidate";

const codes = new Set(["axis-range", "concat-axis", "single-element", "squeeze-batch"]);

export function chooseAxis(scene: Scene): Candidate[] {
  const { call, operands, code } = scene;
  const rank = operands[0]?.dims.length;
  if (!codes.has(code) || !call || rank === undefined) return [];
  const isMethod = ts.isPropertyAccessExpression(call.expression) && !isTensorArgument(scene, call);
  const index = isMethod ? 0 : 1;
  const before = call.arguments?.[index];
  if (before && !isNumber(before)) return [];
  return axesFor(
    code,
    operands[0]!.dims.map((dim) => constantOf(dim)),
  ).flatMap((axis, order): Candidate[] => {
    if (before) {
      if (before.getText() === String(axis)) return [];
      return [{ title: `Use axis ${axis}`, rank: order / 10, edits: [{ ...placeOf(before), text: String(axis) }] }];
    }
    const last = call.arguments?.at(-1);
    if (call.arguments?.length !== index) return [];
    const at = call.end - 1;
    const text = last ? `, ${axis}` : String(axis);
    const title = `Name the axis: ${short(`${call.getText().slice(0, -1)}${text})`)}`;
    return [{ title, rank: order / 10, edits: [{ file: call.getSourceFile().fileName, start: at, end: at, text }] }];
  });
}

/** Whether the tensor is the first argument, as in `softmax(x, 1)` and `engine.softmax(x, 1)`. */
function isTensorArgument({ operands: [tensor] }: Scene, call: ts.CallExpression | ts.NewExpression): boolean {
  const [first] = call.arguments ?? [];
  return first !== undefined && tensor?.place?.start === first.getStart();
}

function isNumber(node: ts.Node): boolean {
  return ts.isNumericLiteral(node) || (ts.isPrefixUnaryExpression(node) && ts.isNumericLiteral(node.operand));
}

/** The axes worth trying, likeliest first. */
function axesFor(code: string, dims: readonly (number | undefined)[]): number[] {
  const all = dims.map((_, axis) => axis).reverse();
  if (code === "squeeze-batch") return all.filter((axis) => axis > 0 && dims[axis] === 1);
  if (code === "single-element" && dims.length > 3) return [];
  if (code === "single-element") return all.filter((axis) => axis > 0 && dims[axis] !== 1);
  return all;
}

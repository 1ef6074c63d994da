// The rows of the shape table: each op of the source once, with every shape it was seen with.

import { ts } from "ts-morph";
import { type Layer } from "../facts";
import { type Session } from "../interpreter/session";
import { type CallSite, type RecordedLayer } from "../values";

/** More shapes than these are not listed. */
const mostShapes = 3;

interface Row {
  readonly layer: Omit<Layer, "input" | "output" | "parameters">;
  readonly inputs: Set<string>;
  readonly outputs: Set<string>;
  /** The layers that ran here, one after another in a loop, with their numbers of parameters. */
  readonly owners: Map<object | undefined, number | undefined>;
}

/** What a loop does again and again is one row. */
export function rowsOf({ module }: Session, layers: readonly RecordedLayer[]): Layer[] {
  const rows = new Map<string, Row>();
  for (const layer of layers) {
    const { op, site, index } = layer;
    const { start, end } = placeIn(module.file, site);
    const name = nameOf(layer);
    const key = `${start} ${end} ${site.file} ${site.node.pos} ${site.node.end} ${index} ${name} ${op}`;
    let row = rows.get(key);
    if (!row) {
      row = { layer: { start, end, name, op }, inputs: new Set(), outputs: new Set(), owners: new Map() };
      rows.set(key, row);
    }
    row.inputs.add(layer.input);
    row.outputs.add(layer.output);
    if (!row.owners.has(layer.owner)) row.owners.set(layer.owner, layer.parameters);
  }
  return [...rows.values()].map(({ layer, inputs, outputs, owners }) => ({
    ...layer,
    input: alternatives(inputs),
    output: alternatives(outputs),
    parameters: total(owners.values()),
  }));
}

function alternatives(shapes: ReadonlySet<string>): string {
  const listed = [...shapes].slice(0, mostShapes);
  return (shapes.size > mostShapes ? [...listed, "…"] : listed).join(" | ");
}

function total(counts: Iterable<number | undefined>): number | undefined {
  let sum = 0;
  for (const count of counts) {
    if (count === undefined) return undefined;
    sum += count;
  }
  return sum;
}

/** The call in this file that led to the op. */
function placeIn(file: string, layer: CallSite): { readonly start: number; readonly end: number } {
  let site: CallSite | undefined = layer;
  while (site && site.file !== file) site = site.frame?.site;
  return site?.place ?? { start: 0, end: 0 };
}

/** A layer goes by its field and the path from there, anything else by the variable or field that receives it. */
function nameOf({ site, name }: RecordedLayer): string {
  const receiver = layerName(site);
  if (receiver === "") return name === "" ? targetName(site) : name;
  return name === "" ? receiver : `${receiver}.${name}`;
}

/** `this.fc1.forward(x)` is the layer `fc1`. */
function layerName(site: CallSite): string {
  const { node, receiverNode } = site;
  const isForward =
    receiverNode !== undefined &&
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === "forward";
  return isForward ? withoutThis(site.textOf(receiverNode)) : "";
}

function targetName(site: CallSite): string {
  let { node } = site;
  let parent = parentOf(node);
  while (parent && passesOn(parent)) {
    node = parent;
    parent = parentOf(node);
  }
  if (!parent) return "";
  if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)) {
    return ts.isIdentifier(parent.name) ? parent.name.text : "";
  }
  if (!ts.isBinaryExpression(parent) || parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return "";
  const { left, right } = parent;
  const isTarget = right === node && (ts.isIdentifier(left) || ts.isPropertyAccessExpression(left));
  return isTarget ? withoutThis(site.textOf(left)) : "";
}

/** A file has none, although the type says that every node has one; what an engine model does as a whole is a file's. */
function parentOf(node: ts.Node): ts.Node | undefined {
  return node.parent as ts.Node | undefined;
}

/** Whether the value of a node is that of what stands in it. */
function passesOn(node: ts.Node): boolean {
  return (
    ts.isParenthesizedExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isAwaitExpression(node)
  );
}

function withoutThis(text: string): string {
  return text.replace(/^this\./, "");
}

// The rows of the shape table: each op of the source once, with every shape it was seen with.

import { ts } from "ts-morph";
import { type Layer, type Place } from "../facts";
import { type Session } from "../interpreter/session";
import { type CallSite, type RecordedLayer } from "../values";
import { nodeId } from "./recorder";

/** More shapes than these are not listed. */
const mostShapes = 3;

/** What a loop does again and again is one row. `parts`: the layers of statements or trials, one after another. */
export function rowsOf({ module }: Session, parts: readonly (readonly RecordedLayer[])[]): Layer[] {
  const groups = parts.map((layers) => groupsIn(module.file, layers));
  return together(groups).map(rowOf);
}

interface Group {
  readonly place: Place;
  readonly name: string;
  readonly op: string;
  readonly inputs: Set<string>;
  readonly outputs: Set<string>;
  /** The layers that ran here, one after another in a loop, with their numbers of parameters. */
  readonly owners: Map<object | undefined, number | undefined>;
}

type Groups = ReadonlyMap<string, Group>;

const known = new WeakMap<readonly RecordedLayer[], Groups>();

/** The same layers are put into words once. */
function groupsIn(file: string, layers: readonly RecordedLayer[]): Groups {
  const before = known.get(layers);
  if (before) return before;
  const groups = new Map<string, Group>();
  known.set(layers, groups);
  for (const layer of layers) {
    const { op, site, index } = layer;
    const at = siteIn(file, site);
    const name = nameOf(layer);
    const key = `${at ? nodeId(at.node) : ""} ${nodeId(site.node)} ${index} ${name} ${op}`;
    let group = groups.get(key);
    if (!group) {
      const place = at?.place ?? { file, start: 0, end: 0 };
      group = { place, name, op, inputs: new Set(), outputs: new Set(), owners: new Map() };
      groups.set(key, group);
    }
    group.inputs.add(layer.input);
    group.outputs.add(layer.output);
    if (!group.owners.has(layer.owner)) group.owners.set(layer.owner, layer.parameters);
  }
  return groups;
}

/** What several parts did at one place is one group. */
function together(parts: readonly Groups[]): Group[] {
  const all = new Map<string, Group>();
  for (const groups of parts) {
    for (const [key, group] of groups) {
      const before = all.get(key);
      all.set(key, before ? joined(before, group) : group);
    }
  }
  return [...all.values()];
}

function joined(a: Group, b: Group): Group {
  return {
    ...a,
    inputs: new Set([...a.inputs, ...b.inputs]),
    outputs: new Set([...a.outputs, ...b.outputs]),
    owners: new Map([...b.owners, ...a.owners]),
  };
}

function rowOf({ place: { start, end }, name, op, inputs, outputs, owners }: Group): Layer {
  const [input, output] = [alternatives(inputs), alternatives(outputs)];
  return { start, end, name, op, input, output, parameters: total(owners.values()) };
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
function siteIn(file: string, layer: CallSite): CallSite | undefined {
  let site: CallSite | undefined = layer;
  while (site && site.file !== file) site = site.frame?.site;
  return site;
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

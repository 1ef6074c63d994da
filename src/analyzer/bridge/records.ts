// What the engine did during one call, in words: the op rule for hover, the rows of the shape table.

import { Module, Tensor } from "@shapelens/engine";
import {
  constantOf,
  formatShape,
  functionTable,
  type OpRecord,
  opTable,
  productOfDims,
} from "@shapelens/engine/tooling";
import { type CallSite, type Context, type TensorRecord, type TensorValue } from "../values";
import { liftedTensor } from "./lift";

/** `[5, 3] · [3, 4] → [5, 4]`, with a dot between factors and commas elsewhere. */
function formatFlow(op: string, inputs: readonly Tensor[], output: Tensor): string {
  const between = op === "matmul" ? " · " : ", ";
  const shown = inputs.filter((input) => !(input.isWeak && input.rank === 0));
  const from = (shown.length > 0 ? shown : inputs).map((input) => formatShape(input.dims)).join(between);
  return `${from}${from ? " → " : ""}${formatShape(output.dims)}`;
}

/** How a tensor that a call gave was made. */
export function recordOf(
  name: string,
  receiver: unknown,
  tensors: readonly Tensor[],
  output: Tensor | undefined,
  site: CallSite,
): TensorRecord {
  const isLayer = receiver instanceof Module && name === "forward";
  const op = isLayer ? String(receiver) : name;
  const inputs = tensors.map(liftedTensor).filter((value): value is TensorValue => value?.kind === "tensor");
  return {
    op,
    rule: output && `${op}: ${formatFlow(name, tensors, output)}`,
    doc: docOf(isLayer ? receiver.constructor.name : name),
    text: shorten(site.textOf(site.node)),
    place: site.place,
    inputs,
  };
}

/** The one-line documentation of an op or function. */
export function docOf(name: string): string | undefined {
  return opTable.get(name)?.declaration.doc ?? functionTable.get(name)?.doc;
}

/** Source text short enough for a message: long argument lists become `…`. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  if (line.length <= 32) return line;
  const open = line.indexOf("(");
  return open > 0 && open < 28 ? `${line.slice(0, open)}(…)` : `${line.slice(0, 31)}…`;
}

/** Notes each op of a call as a row of the shape table; a layer's op bears the layer's name and its parameters. */
export function recordLayers(context: Context, records: readonly OpRecord[], receiver: unknown, site: CallSite): void {
  const owners = receiver instanceof Module ? parameterOwners(receiver) : undefined;
  for (const { op, inputs, output } of records) {
    const owner = inputs.map((input) => owners?.get(input)).find((found) => found !== undefined);
    const parameters = owner ? [...owner.module.parameters()] : [];
    const count = parameters.length === 0 ? 0 : countOf(parameters);
    const data = inputs.filter((input) => !parameters.includes(input) && !(input.isWeak && input.rank === 0));
    context.recordLayer({
      name: owner?.path ?? "",
      op: owner ? String(owner.module) : op,
      input: data.map((input) => formatShape(input.dims)).join(op === "matmul" ? " · " : ", "),
      output: formatShape(output.dims),
      parameters: count,
      site,
    });
  }
}

function countOf(parameters: readonly Tensor[]): number | undefined {
  let count = 0;
  for (const parameter of parameters) {
    const size = constantOf(productOfDims(parameter.dims));
    if (size === undefined) return undefined;
    count += size;
  }
  return count;
}

interface Owner {
  readonly path: string;
  readonly module: Module;
}

/** For every tensor below a module, the layer that holds it and the path there. */
function parameterOwners(root: Module): Map<Tensor, Owner> {
  const owners = new Map<Tensor, Owner>();
  for (const [path, module] of root.namedModules()) {
    for (const field of Object.values(module)) {
      if (field instanceof Tensor && !owners.has(field)) owners.set(field, { path, module });
    }
  }
  return owners;
}

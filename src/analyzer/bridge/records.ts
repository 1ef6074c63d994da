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
import { type Place } from "../facts";
import { type CallSite, type Context, type RecordedLayer, type TensorRecord, type TensorValue } from "../values";
import { layerDocs } from "./layerDocs";
import { liftedTensor } from "./lift";

/** `[5, 3] · [3, 4] → [5, 4]`. */
function formatFlow(op: string, inputs: readonly Tensor[], output: Tensor): string {
  const shown = inputs.filter((input) => !(input.isWeak && input.rank === 0));
  const from = formatInputs(op, shown.length > 0 ? shown : inputs);
  return `${from}${from ? " → " : ""}${formatShape(output.dims)}`;
}

/** `[5, 3] · [3, 4]` for factors, `[5, 4], [4]` elsewhere, and `45 × [16]` for a list of tensors that are alike. */
function formatInputs(op: string, inputs: readonly Tensor[]): string {
  const runs: { readonly shape: string; count: number }[] = [];
  for (const { dims } of inputs) {
    const shape = formatShape(dims);
    const last = runs.at(-1);
    if (last?.shape === shape) last.count++;
    else runs.push({ shape, count: 1 });
  }
  const listed = runs.flatMap(({ shape, count }) =>
    count > 2 ? [`${count} × ${shape}`] : Array<string>(count).fill(shape),
  );
  return listed.join(op === "matmul" ? " · " : ", ");
}

/** How a tensor that a call gave was made. It is put into words only when somebody reads it. */
export class CallRecord implements TensorRecord {
  #text: string | undefined;

  constructor(
    readonly name: string,
    readonly receiver: unknown,
    readonly tensors: readonly Tensor[],
    /** What the call gave, when that is one tensor. */
    readonly output: Tensor | undefined,
    readonly site: CallSite,
  ) {}

  get op(): string {
    return this.#layer ? String(this.#layer) : this.name;
  }

  get rule(): string | undefined {
    return this.output && `${this.op}: ${formatFlow(this.name, this.tensors, this.output)}`;
  }

  get doc(): string | undefined {
    return docOf(this.#layer ? this.#layer.constructor.name : this.name);
  }

  get text(): string {
    return (this.#text ??= shorten(this.site.textOf(this.site.node)));
  }

  get place(): Place {
    return this.site.place;
  }

  get inputs(): readonly TensorValue[] {
    return this.tensors.map(liftedTensor).filter((value): value is TensorValue => value?.kind === "tensor");
  }

  get #layer(): Module | undefined {
    return this.receiver instanceof Module && this.name === "forward" ? this.receiver : undefined;
  }
}

/** The one-line documentation of an op, function or layer. */
export function docOf(name: string): string | undefined {
  return opTable.get(name)?.declaration.doc ?? functionTable.get(name)?.doc ?? layerDocs[name];
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
  records.forEach((record, index) => {
    context.recordLayer(new LayerRow(record, index, receiver, site));
  });
}

/** One row of the shape table, put into words once, when a table is made. */
class LayerRow implements RecordedLayer {
  #words: Omit<RecordedLayer, "index" | "site"> | undefined;

  constructor(
    readonly record: OpRecord,
    readonly index: number,
    readonly receiver: unknown,
    readonly site: CallSite,
  ) {}

  get name(): string {
    return this.#inWords.name;
  }

  get op(): string {
    return this.#inWords.op;
  }

  get input(): string {
    return this.#inWords.input;
  }

  get output(): string {
    return this.#inWords.output;
  }

  get owner(): object | undefined {
    return this.#inWords.owner;
  }

  get parameters(): number | undefined {
    return this.#inWords.parameters;
  }

  get #inWords(): Omit<RecordedLayer, "index" | "site"> {
    return (this.#words ??= this.#putIntoWords());
  }

  #putIntoWords(): Omit<RecordedLayer, "index" | "site"> {
    const { op, inputs, output } = this.record;
    const owner = this.#owner();
    const parameters = owner?.module.parameters() ?? [];
    const data = inputs.filter((input) => !parameters.includes(input) && !(input.isWeak && input.rank === 0));
    return {
      name: owner?.path ?? "",
      op: owner ? String(owner.module) : op,
      input: formatInputs(op, data),
      output: formatShape(output.dims),
      owner: owner?.module,
      parameters: countOf(parameters),
    };
  }

  #owner(): Owner | undefined {
    const { receiver } = this;
    if (!(receiver instanceof Module)) return undefined;
    const owners = parameterOwners(receiver);
    return this.record.inputs.map((input) => owners.get(input)).find((found) => found !== undefined);
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

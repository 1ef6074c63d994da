// The shape table: each model layer by layer with its parameters, as Markdown that is readable as it stands.

import { basename } from "node:path";
import { type TextDocument } from "vscode-languageserver-textdocument";
import { type Facts, type Model, type ShapeFact } from "../../analyzer/facts";

type Row = readonly string[];

/** The models of a file; where there is none, the tensors it names. */
export function shapeTable(facts: Facts, document: TextDocument): string {
  const title = `# Shapes of ${basename(facts.file)}`;
  const models = facts.models.filter(({ layers }) => layers.length > 0);
  if (models.length > 0) return `${[title, ...models.map((model) => modelTable(model, document))].join("\n\n")}\n`;
  const named = tensorTable(facts.shapes, document);
  return `${title}\n\n${named ?? "There is no tensor in this file whose shape is known."}\n`;
}

/** Every tensor that has a name, by line; `undefined` when there is none. */
export function tensorTable(shapes: readonly ShapeFact[], document: TextDocument): string | undefined {
  const rows = shapes
    .filter(({ kind }) => kind !== "call" && kind !== "use")
    .sort((a, b) => a.start - b.start)
    .map(({ name, shape, dtype, start }) => [String(document.positionAt(start).line + 1), name, shape, dtype]);
  return rows.length > 0 ? table(["line", "tensor", "shape", "dtype"], rows, [0]) : undefined;
}

function modelTable({ name, inputs, output, layers }: Model, document: TextDocument): string {
  // A script of plain tensors has no layers with parameters: a column of zeros would only mislead.
  const hasParameters = layers.some(({ parameters }) => parameters !== 0);
  const rows = layers.map((layer) => [
    layer.name,
    layer.op,
    layer.input,
    layer.output,
    String(document.positionAt(layer.start).line + 1),
    ...(hasParameters ? [layer.parameters === undefined ? "?" : formatCount(layer.parameters)] : []),
  ]);
  const takes = inputs.map((input) => `${input.name}: [${input.shape.join(", ")}] ${input.dtype}`).join(", ");
  const flow = takes && `Takes \`${takes}\`${output === undefined ? "" : `, gives \`${output}\``}.`;
  const heads = ["layer", "op", "input", "output", "line", ...(hasParameters ? ["parameters"] : [])];
  const parts = [`## ${name}`, flow, table(heads, rows, [4, 5]), hasParameters && totalOf(layers)];
  return parts.filter(Boolean).join("\n\n");
}

/** A layer that is called twice has its parameters once. */
function totalOf(layers: Model["layers"]): string {
  const counted = new Set<string>();
  let total = 0;
  let isKnown = true;
  for (const { name, parameters } of layers) {
    if (name !== "" && counted.has(name)) continue;
    counted.add(name);
    if (parameters === undefined) isKnown = false;
    else total += parameters;
  }
  return isKnown
    ? `Trainable parameters: **${formatCount(total)}**`
    : `Trainable parameters: at least **${formatCount(total)}**; some depend on a dimension that is not known`;
}

function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** A Markdown table with its columns aligned; those in `right` to the right. */
function table(heads: Row, rows: readonly Row[], right: readonly number[]): string {
  const all = [heads, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|").replace(/\s+/g, " ")));
  const widths = heads.map((_, column) => Math.max(3, ...all.map((row) => [...row[column]!].length)));
  const line = (row: Row): string =>
    `| ${row.map((cell, column) => pad(cell, widths[column]!, right.includes(column))).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    right.includes(column) ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  return [line(all[0]!), line(rule), ...all.slice(1).map(line)].join("\n");
}

function pad(cell: string, width: number, toTheRight: boolean): string {
  const space = " ".repeat(width - [...cell].length);
  return toTheRight ? space + cell : cell + space;
}

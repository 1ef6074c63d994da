// What to call each value of a computation: the user's own names first, then what the value is.

import { type ProgramInfo, type SourcePosition } from "../protocol/panel";
import { type Computation, type TracedStep } from "../protocol/worker";

/** A name for every value, by id. */
export function valueNames(
  { steps, values, output }: Computation,
  positions: readonly (SourcePosition | undefined)[],
  info: ProgramInfo | undefined,
): readonly string[] {
  const names = values.map(({ name }) => name);
  const byLine = namesByLine(steps, positions, info);
  const counts = new Map<string, number>();
  steps.forEach((step, index) => {
    names[step.output] ??=
      byLine[index] ?? layerCall(steps, index, names) ?? shortFormula(step, names) ?? numbered(step.op, counts);
  });
  return names.map((name, id) => name ?? (id === output ? "output" : roleName(values[id]!.role, counts)));
}

/** The operations of one expression run one after the other; the variable gets the value of the last. */
function namesByLine(
  steps: readonly TracedStep[],
  positions: readonly (SourcePosition | undefined)[],
  info: ProgramInfo | undefined,
): readonly (string | undefined)[] {
  const variables = steps.map((step, index) => {
    const position = positions[index];
    if (step.isLoss || position === undefined || position.file !== info?.file) return undefined;
    return info.names.findLast(({ startLine, endLine }) => startLine <= position.line && position.line <= endLine);
  });
  return variables.map((variable, index) => (variable !== variables[index + 1] ? variable?.name : undefined));
}

const signs: Readonly<Record<string, string>> = { matmul: " · ", add: " + ", sub: " − ", mul: " × ", div: " / " };

/** `fc1(x)` for what a layer answers. */
function layerCall(
  steps: readonly TracedStep[],
  index: number,
  names: readonly (string | undefined)[],
): string | undefined {
  const { layer } = steps[index]!;
  if (layer === undefined) return undefined;
  const isSameCall = (other: TracedStep | undefined): boolean =>
    other?.layer?.path === layer.path && other.layer.call === layer.call;
  if (isSameCall(steps[index + 1])) return undefined;
  let first = index;
  while (isSameCall(steps[first - 1])) first--;
  const title = layerTitle(layer.path);
  const text = `${title}(${names[steps[first]!.inputs[0]!] ?? ""})`;
  return text.length <= 16 && !/[()].*[()].*[()]/.test(text) ? text : `${title}(…)`;
}

/** Layers of a `Sequential` have only numbers for names. */
export function layerTitle(path: string): string {
  const number = /^(?:layers\.)?(\d+)$/.exec(path)?.[1];
  return number === undefined ? path : `layer ${number}`;
}

/** `X · W1`, as long as it is short. */
function shortFormula({ op, inputs }: TracedStep, names: readonly (string | undefined)[]): string | undefined {
  const sign = signs[op];
  const [a, b] = inputs.map((id) => names[id]);
  if (sign === undefined || a === undefined || b === undefined || inputs.length !== 2) return undefined;
  const text = a + sign + b;
  return text.length <= 16 ? text : undefined;
}

function numbered(op: string, counts: Map<string, number>): string {
  const count = (counts.get(op) ?? 0) + 1;
  counts.set(op, count);
  return `${op} ${count}`;
}

function roleName(role: string, counts: Map<string, number>): string {
  const count = (counts.get(role) ?? 0) + 1;
  counts.set(role, count);
  return count === 1 ? role : `${role} ${count}`;
}

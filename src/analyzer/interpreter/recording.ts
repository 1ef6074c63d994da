// Telling the recorder what a name, field or call turned out to be.

import { ts } from "ts-morph";
import { type Value } from "../values";
import { type Environment } from "./environment";
import { type Machine } from "./machine";

export function recordBinding(
  machine: Machine,
  environment: Environment,
  name: ts.Identifier,
  value: Value,
  kind: "variable" | "parameter",
): void {
  if (value.kind === "number" && value.symbolic && machine.lengthNames && isOfStatement(name))
    machine.lengthNames.see(name.text, value.symbolic, environment.activation.frame?.depth ?? 0);
  if (!isTensorLike(value)) return;
  nameTensor(machine, value, name.text);
  machine.recorder.record(environment.activation.module, name, name.text, kind, value);
}

/** Whether a name is declared by a statement of its own: what a loop counts with is no word for where it begins. */
function isOfStatement(name: ts.Identifier): boolean {
  let node: ts.Node = name.parent;
  while (ts.isBindingElement(node) || ts.isBindingName(node)) node = node.parent;
  return ts.isVariableDeclaration(node) && ts.isVariableStatement(node.parent.parent);
}

export function recordField(machine: Machine, environment: Environment, name: ts.Node, value: Value): void {
  if (!isTensorLike(value)) return;
  nameTensor(machine, value, `this.${name.getText(environment.activation.module.source)}`);
  const { module } = environment.activation;
  machine.recorder.record(module, name, name.getText(module.source), "field", value);
}

/** A name or member that is read: what it is at this place, whatever it was or will be elsewhere. */
export function recordUse(machine: Machine, environment: Environment, name: ts.Node, text: string, value: Value): void {
  if (isTensorLike(value)) machine.recorder.record(environment.activation.module, name, text, "use", value);
}

export function recordCall(
  machine: Machine,
  environment: Environment,
  node: ts.CallExpression | ts.NewExpression,
  value: Value,
): void {
  if (isTensorLike(value)) machine.recorder.record(environment.activation.module, node, "", "call", value);
}

/** A tensor goes by the first name it was given. */
function nameTensor(machine: Machine, value: Value, name: string): void {
  if (value.kind !== "tensor" || value.name !== undefined) return;
  value.name = name;
  machine.named.push(value);
}

function isTensorLike(value: Value): boolean {
  return (
    value.kind === "tensor" ||
    value.kind === "unknown" ||
    (value.kind === "oneOf" && value.alternatives.some((each) => each.kind === "tensor"))
  );
}

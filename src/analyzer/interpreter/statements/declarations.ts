// Variable, enum and namespace declarations.

import { ts } from "ts-morph";
import { type Cell, type Environment } from "../environment";
import {
  numberValue,
  objectValue,
  type Property,
  stringValue,
  undefinedValue,
  unknownNumber,
  unknown,
  type Value,
} from "../../values";
import { checkContract } from "../contracts";
import { type Completion } from "../completions";
import { evaluate } from "../expressions/expressions";
import { boundNames, isBlockScoped } from "../hoisting";
import { type Machine } from "../machine";
import { bindName } from "../patterns";
import { recordBinding } from "../recording";
import { executeList, initialiseCell } from "./statements";

export function declareVariables(machine: Machine, environment: Environment, list: ts.VariableDeclarationList): void {
  const isScoped = isBlockScoped(list);
  for (const declaration of list.declarations) {
    const { name, initializer } = declaration;
    // `declare const x` and `let x!: Tensor` are given their values by somebody else.
    if (!initializer && (!isScoped || declaration.exclamationToken || isAmbient(list))) continue;
    const hint = ts.isIdentifier(name) ? name.text : undefined;
    let value = initializer ? evaluate(machine, environment, initializer, hint) : undefinedValue;
    if (declaration.type && initializer) {
      const { bindings } = environment.activation;
      value = checkContract(
        machine,
        declaration.type,
        value,
        bindings,
        hint ?? "the declaration",
        hint ?? "it",
        () => machine.site(environment, initializer).place,
      );
    }
    bindName(machine, environment, name, value, (identifier, bound) => {
      if (isScoped) initialiseCell(machine, environment, identifier.text, bound);
      else {
        const cell: Cell = environment.find(identifier.text) ?? environment.declare(identifier.text, undefined);
        machine.journal.touch(cell);
        cell.value = bound;
      }
      recordBinding(machine, environment, identifier, bound, "variable");
    });
  }
}

function isAmbient({ parent }: ts.VariableDeclarationList): boolean {
  return (
    ts.isVariableStatement(parent) && Boolean(parent.modifiers?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword))
  );
}

export function declareEnum(machine: Machine, environment: Environment, node: ts.EnumDeclaration): void {
  const members = new Map<string, Property>();
  const inner = environment.child();
  let next: number | undefined = 0;
  for (const member of node.members) {
    const name = ts.isIdentifier(member.name) || ts.isStringLiteral(member.name) ? member.name.text : undefined;
    if (name === undefined) continue;
    const value: Value = member.initializer
      ? evaluate(machine, inner, member.initializer)
      : next === undefined
        ? unknownNumber
        : numberValue(next);
    next = value.kind === "number" && value.value !== undefined ? value.value + 1 : undefined;
    members.set(name, value);
    inner.declare(name, value, true);
    if (value.kind === "number" && value.value !== undefined) members.set(String(value.value), stringValue(name));
  }
  initialiseCell(machine, environment, node.name.text, objectValue(members));
}

export function declareNamespace(
  machine: Machine,
  environment: Environment,
  node: ts.ModuleDeclaration,
): Completion | undefined {
  const { body, name } = node;
  if (!body || !ts.isIdentifier(name) || !ts.isModuleBlock(body)) return undefined;
  const inner = environment.child();
  executeList(machine, inner, body, body.statements);
  const members = new Map<string, Property>();
  for (const statement of body.statements) {
    for (const exported of exportedNames(statement)) members.set(exported, inner.own(exported)?.value ?? unknown);
  }
  initialiseCell(machine, environment, name.text, objectValue(members));
  return undefined;
}

/** The names a statement with `export` in front of it declares. */
export function exportedNames(statement: ts.Statement): readonly string[] {
  const isExported =
    ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.ExportKeyword);
  if (!isExported) return [];
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  }
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
    return [statement.name?.text ?? "default"];
  if (ts.isEnumDeclaration(statement)) return [statement.name.text];
  return ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name) ? [statement.name.text] : [];
}

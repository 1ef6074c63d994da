// Running statements: one case per kind of syntax. Answers how a statement ends when it does not just go on.

import { ts } from "ts-morph";
import { noteName, truthiness, undefinedValue, type Value } from "../../values";
import { exploreStatements } from "../branches";
import { makeClass } from "../classes";
import { type Completion } from "../completions";
import { type Environment } from "../environment";
import { evaluate } from "../expressions/expressions";
import { makeFunction } from "../functions";
import { refine } from "../guards";
import { blockDeclarations } from "../hoisting";
import { type Machine } from "../machine";
import { exportAssignment } from "../modules";
import { declareEnum, declareNamespace, declareVariables } from "./declarations";
import { executeFor, executeForIn, executeForOf, executeWhile } from "./loops";
import { executeSwitch } from "./switch";
import { executeTry } from "./tryStatement";
import { withBoundary } from "./boundary";

export function executeBody(machine: Machine, environment: Environment, body: ts.Block): Completion | undefined {
  return executeList(machine, environment, body, body.statements);
}

export function executeBlock(machine: Machine, environment: Environment, block: ts.Block): Completion | undefined {
  return executeList(machine, environment.child(), block, block.statements);
}

/** Declares what the statements declare and runs them in order in the given environment. */
export function executeList(
  machine: Machine,
  environment: Environment,
  owner: ts.Node,
  statements: readonly ts.Statement[],
): Completion | undefined {
  declareBlock(environment, owner, statements);
  for (const statement of statements) {
    const completion = execute(machine, environment, statement);
    if (completion) return completion;
  }
  return undefined;
}

export function declareBlock(environment: Environment, owner: ts.Node, statements: readonly ts.Statement[]): void {
  const { variables, functions } = blockDeclarations(owner, statements);
  for (const { name, isConstant } of variables) environment.declare(name, undefined, isConstant);
  for (const fn of functions) {
    const name = fn.name?.text ?? "default";
    environment.declare(name, makeFunction(environment, fn, name));
  }
}

export function execute(machine: Machine, environment: Environment, node: ts.Statement): Completion | undefined {
  machine.step();
  if (!machine.enter()) return undefined;
  const completion = executeNode(machine, environment, node, undefined);
  machine.exit();
  return completion;
}

export function executeNode(
  machine: Machine,
  environment: Environment,
  node: ts.Statement,
  label: string | undefined,
): Completion | undefined {
  switch (node.kind) {
    case ts.SyntaxKind.ExpressionStatement:
      evaluate(machine, environment, (node as ts.ExpressionStatement).expression);
      return undefined;
    case ts.SyntaxKind.VariableStatement:
      declareVariables(machine, environment, (node as ts.VariableStatement).declarationList);
      return undefined;
    case ts.SyntaxKind.ReturnStatement: {
      const { expression } = node as ts.ReturnStatement;
      return { type: "return", value: expression ? evaluate(machine, environment, expression) : undefinedValue };
    }
    case ts.SyntaxKind.IfStatement:
      return executeIf(machine, environment, node as ts.IfStatement);
    case ts.SyntaxKind.Block:
      if (label !== undefined) {
        return withBoundary(machine, "block", label, () => executeBlock(machine, environment, node as ts.Block));
      }
      return executeBlock(machine, environment, node as ts.Block);
    case ts.SyntaxKind.ForStatement:
      return executeFor(machine, environment, node as ts.ForStatement, label);
    case ts.SyntaxKind.ForOfStatement:
      return executeForOf(machine, environment, node as ts.ForOfStatement, label);
    case ts.SyntaxKind.ForInStatement:
      return executeForIn(machine, environment, node as ts.ForInStatement, label);
    case ts.SyntaxKind.WhileStatement:
    case ts.SyntaxKind.DoStatement:
      return executeWhile(machine, environment, node as ts.WhileStatement | ts.DoStatement, label);
    case ts.SyntaxKind.SwitchStatement:
      return executeSwitch(machine, environment, node as ts.SwitchStatement, label);
    case ts.SyntaxKind.TryStatement:
      return executeTry(machine, environment, node as ts.TryStatement);
    case ts.SyntaxKind.ThrowStatement:
      return machine.throwValue(evaluate(machine, environment, (node as ts.ThrowStatement).expression));
    case ts.SyntaxKind.BreakStatement:
      return { type: "break", label: (node as ts.BreakStatement).label?.text };
    case ts.SyntaxKind.ContinueStatement:
      return { type: "continue", label: (node as ts.ContinueStatement).label?.text };
    case ts.SyntaxKind.LabeledStatement: {
      const { label: name, statement } = node as ts.LabeledStatement;
      return executeNode(machine, environment, statement, name.text);
    }
    case ts.SyntaxKind.ClassDeclaration: {
      const declaration = node as ts.ClassDeclaration;
      const name = declaration.name?.text ?? "default";
      const value = makeClass(machine, environment, declaration, name);
      initialiseCell(machine, environment, name, value);
      return undefined;
    }
    case ts.SyntaxKind.EnumDeclaration:
      declareEnum(machine, environment, node as ts.EnumDeclaration);
      return undefined;
    case ts.SyntaxKind.ModuleDeclaration:
      return declareNamespace(machine, environment, node as ts.ModuleDeclaration);
    case ts.SyntaxKind.ExportAssignment:
      exportAssignment(machine, environment, node as ts.ExportAssignment);
      return undefined;
    default:
      return undefined;
  }
}

/** Gives a declared name its first value. */
export function initialiseCell(machine: Machine, environment: Environment, name: string, value: Value): void {
  const cell = environment.own(name) ?? environment.declare(name, undefined);
  if (!environment.parent) noteName(environment, name, cell);
  machine.journal.touch(cell);
  cell.value = value;
}

function executeIf(machine: Machine, environment: Environment, node: ts.IfStatement): Completion | undefined {
  const { expression, thenStatement, elseStatement } = node;
  const condition = truthiness(evaluate(machine, environment, expression));
  if (condition === true) return execute(machine, environment, thenStatement);
  if (condition === false) return elseStatement && execute(machine, environment, elseStatement);
  return exploreStatements(machine, [
    () => {
      if (!refine(machine, environment, expression, true)) return { type: "dead" };
      return execute(machine, environment, thenStatement);
    },
    () => {
      if (!refine(machine, environment, expression, false)) return { type: "dead" };
      return elseStatement && execute(machine, environment, elseStatement);
    },
  ]);
}

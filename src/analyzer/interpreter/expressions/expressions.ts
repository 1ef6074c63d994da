// The value of an expression: one case per kind of syntax.

import { ts } from "ts-morph";
import {
  NodePlace,
  bigintValue,
  nullValue,
  numberValue,
  objectValue,
  opaqueValue,
  promiseValue,
  type Property,
  stringValue,
  trueValue,
  falseValue,
  undefinedValue,
  unknown,
  unknownString,
  type Value,
  type ValueOrigin,
  joinAll,
  arrayValue,
  type ArrayValue,
} from "../../values";
import { type Environment } from "../environment";
import { makeClass, superMember } from "../classes";
import { makeFunction } from "../functions";
import { type Machine } from "../machine";
import { recordUse } from "../recording";
import { importModule } from "../modules";
import { iterate } from "../iteration";
import { assign, isAssignment } from "./assignment";
import { evaluateCall, evaluateNew, taggedTemplate } from "./call";
import { conditional, logical } from "./conditional";
import { arrayLiteral, objectLiteral, templateLiteral } from "./literals";
import { elementAccess, propertyAccess } from "./members";
import { binary, unary } from "./operators";

/** `name` is what a function, class or tensor made here will be called. */
export function evaluate(machine: Machine, environment: Environment, node: ts.Expression, name?: string): Value {
  machine.step();
  if (!machine.enter()) return unknown;
  const value = evaluateNode(machine, environment, node, name);
  machine.exit();
  return value;
}

function evaluateNode(
  machine: Machine,
  environment: Environment,
  node: ts.Expression,
  name: string | undefined,
): Value {
  switch (node.kind) {
    case ts.SyntaxKind.Identifier:
      return variable(machine, environment, node as ts.Identifier);
    case ts.SyntaxKind.NumericLiteral: {
      const { text } = node as ts.NumericLiteral;
      return numberValue(Number(text), literalOrigin(environment, node, text));
    }
    case ts.SyntaxKind.BigIntLiteral:
      return bigintLiteral((node as ts.BigIntLiteral).text);
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
      return stringValue((node as ts.StringLiteral).text);
    case ts.SyntaxKind.TemplateExpression:
      return templateLiteral(machine, environment, node as ts.TemplateExpression);
    case ts.SyntaxKind.TaggedTemplateExpression:
      return taggedTemplate(machine, environment, node as ts.TaggedTemplateExpression);
    case ts.SyntaxKind.RegularExpressionLiteral:
      return opaqueValue("RegExp");
    case ts.SyntaxKind.TrueKeyword:
      return trueValue;
    case ts.SyntaxKind.FalseKeyword:
      return falseValue;
    case ts.SyntaxKind.NullKeyword:
      return nullValue;
    case ts.SyntaxKind.ThisKeyword:
      return environment.activation.thisValue ?? unknown;
    case ts.SyntaxKind.SuperKeyword:
      return superMember(environment);
    case ts.SyntaxKind.ParenthesizedExpression:
    case ts.SyntaxKind.AsExpression:
    case ts.SyntaxKind.SatisfiesExpression:
    case ts.SyntaxKind.NonNullExpression:
    case ts.SyntaxKind.TypeAssertionExpression: {
      const inner = evaluate(machine, environment, (node as ts.ParenthesizedExpression).expression, name);
      if (ts.isAsExpression(node) && contradicts(node.type, inner)) machine.contradictions++;
      return node.kind === ts.SyntaxKind.NonNullExpression ? withoutNullish(inner) : inner;
    }
    case ts.SyntaxKind.PropertyAccessExpression:
      return propertyAccess(machine, environment, node as ts.PropertyAccessExpression);
    case ts.SyntaxKind.ElementAccessExpression:
      return elementAccess(machine, environment, node as ts.ElementAccessExpression);
    case ts.SyntaxKind.CallExpression:
      return evaluateCall(machine, environment, node as ts.CallExpression);
    case ts.SyntaxKind.NewExpression:
      return evaluateNew(machine, environment, node as ts.NewExpression);
    case ts.SyntaxKind.BinaryExpression:
      return binaryExpression(machine, environment, node as ts.BinaryExpression);
    case ts.SyntaxKind.PrefixUnaryExpression:
    case ts.SyntaxKind.PostfixUnaryExpression:
      return unary(machine, environment, node as ts.PrefixUnaryExpression | ts.PostfixUnaryExpression);
    case ts.SyntaxKind.ConditionalExpression:
      return conditional(machine, environment, node as ts.ConditionalExpression, name);
    case ts.SyntaxKind.ArrayLiteralExpression:
      return arrayLiteral(machine, environment, node as ts.ArrayLiteralExpression);
    case ts.SyntaxKind.ObjectLiteralExpression:
      return objectLiteral(machine, environment, node as ts.ObjectLiteralExpression);
    case ts.SyntaxKind.ArrowFunction:
    case ts.SyntaxKind.FunctionExpression: {
      const fn = node as ts.ArrowFunction | ts.FunctionExpression;
      const own = ts.isFunctionExpression(fn) ? fn.name?.text : undefined;
      const inner = own === undefined ? environment : environment.child();
      const value = makeFunction(inner, fn, own ?? name ?? "the function");
      if (own !== undefined) inner.declare(own, value, true);
      return value;
    }
    case ts.SyntaxKind.ClassExpression: {
      const cls = node as ts.ClassExpression;
      return makeClass(machine, environment, cls, cls.name?.text ?? name ?? "the class");
    }
    case ts.SyntaxKind.AwaitExpression:
      return awaited(evaluate(machine, environment, (node as ts.AwaitExpression).expression, name));
    case ts.SyntaxKind.YieldExpression:
      return yielded(machine, environment, node as ts.YieldExpression);
    case ts.SyntaxKind.TypeOfExpression:
      return unary(machine, environment, node as ts.TypeOfExpression);
    case ts.SyntaxKind.VoidExpression:
      evaluate(machine, environment, (node as ts.VoidExpression).expression);
      return undefinedValue;
    case ts.SyntaxKind.DeleteExpression:
      return unary(machine, environment, node as ts.DeleteExpression);
    case ts.SyntaxKind.SpreadElement:
      return evaluate(machine, environment, (node as ts.SpreadElement).expression);
    case ts.SyntaxKind.MetaProperty:
      return objectValue(new Map<string, Property>([["url", unknownString]]), undefined, true);
    default:
      return unknown;
  }
}

function binaryExpression(machine: Machine, environment: Environment, node: ts.BinaryExpression): Value {
  const operator = node.operatorToken.kind;
  switch (operator) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
      return logical(machine, environment, node);
    case ts.SyntaxKind.CommaToken:
      evaluate(machine, environment, node.left);
      return evaluate(machine, environment, node.right);
    default:
      if (isAssignment(operator)) return assign(machine, environment, node);
      return binary(machine, environment, node);
  }
}

export function variable(machine: Machine, environment: Environment, node: ts.Identifier): Value {
  const name = node.text;
  const cell = environment.find(name);
  if (cell) {
    if (!cell.isConstant) machine.memo.read(cell);
    const value = cell.value ?? unknown;
    recordUse(machine, environment, node, name, value);
    return value;
  }
  if (name === "undefined") return undefinedValue;
  if (name === "arguments") return arrayValue([...environment.activation.args]);
  return machine.globals.get(name) ?? unknown;
}

function literalOrigin(environment: Environment, node: ts.Node, text: string): ValueOrigin {
  return { text, place: new NodePlace(environment.activation.module, node) };
}

function bigintLiteral(text: string): Value {
  try {
    return bigintValue(BigInt(text.replace(/n$/, "")));
  } catch {
    return bigintValue(undefined);
  }
}

export function awaited(value: Value): Value {
  if (value.kind === "promise") return value.value;
  return value.kind === "oneOf" ? joinAll(value.alternatives.map(awaited)) : value;
}

/** Whether a value is a list of another length than its type says. */
function contradicts(type: ts.TypeNode, value: Value): boolean {
  if (!ts.isTupleTypeNode(type) || value.kind !== "array" || !value.elements) return false;
  return !type.elements.some(ts.isRestTypeNode) && type.elements.length !== value.elements.length;
}

export function withoutNullish(value: Value): Value {
  if (value.kind !== "oneOf") return value;
  const others = value.alternatives.filter((each) => each.kind !== "undefined" && each.kind !== "null");
  return others.length > 0 ? joinAll(others) : value;
}

/** Generators run to their end when they are called; more values than this become one summary. */
const mostYields = 2000;

function yielded(machine: Machine, environment: Environment, node: ts.YieldExpression): Value {
  const { yields } = environment.activation;
  const value = node.expression ? evaluate(machine, environment, node.expression) : undefinedValue;
  if (!yields) return unknown;
  if (node.asteriskToken) {
    const { items, summary } = iterate(machine, value, machine.site(environment, node));
    addYields(machine, yields, items, summary);
  } else addYields(machine, yields, [awaited(value)], undefined);
  return undefinedValue;
}

function addYields(
  machine: Machine,
  yields: ArrayValue,
  items: readonly Value[] | undefined,
  summary: Value | undefined,
): void {
  machine.touch(yields);
  if (yields.elements && items) yields.elements.push(...items);
  else {
    const all = [...(yields.elements ?? [yields.summary]), ...(items ?? [summary ?? unknown])];
    yields.elements = undefined;
    yields.summary = joinAll(all);
  }
  if (yields.elements && yields.elements.length > mostYields) machine.throwValue(unknown);
}

/** The name a property key stands for; `undefined` when it is computed and not known. */
export function propertyNameOf(machine: Machine, environment: Environment, node: ts.PropertyName): string | undefined {
  if (ts.isComputedPropertyName(node)) return propertyKey(evaluate(machine, environment, node.expression));
  if (ts.isNumericLiteral(node)) return String(Number(node.text));
  return node.text;
}

/** The text under which a value works as a property key. */
export function propertyKey(value: Value): string | undefined {
  switch (value.kind) {
    case "string":
      return value.value;
    case "number":
      return value.value === undefined ? undefined : String(value.value);
    case "boolean":
    case "bigint":
      return value.value === undefined ? undefined : String(value.value);
    case "undefined":
    case "null":
      return value.kind;
    case "symbol":
      return `@@${value.name}`;
    default:
      return undefined;
  }
}

/** `import("./file")` and `require("./file")`. */
export function importCall(machine: Machine, environment: Environment, specifier: Value, isPromise: boolean): Value {
  if (specifier.kind !== "string" || specifier.value === undefined) return unknown;
  const value = importModule(machine, environment.activation.module, specifier.value, !isPromise);
  return isPromise ? promiseValue(value) : value;
}

// Binary and unary operators.

import { ts } from "ts-morph";
import {
  agreed,
  bigintValue,
  booleanValue,
  isNullish,
  isPrimitive,
  type NumberValue,
  numberValue,
  strictEquals,
  stringValue,
  trueValue,
  truthiness,
  typeOf,
  unknown,
  unknownBoolean,
  unknownNumber,
  unknownString,
  type Value,
  joinAll,
} from "../../values";
import { type Environment } from "../environment";
import { type Machine } from "../machine";
import { arithmetic, compareNumbers, negated } from "./arithmetic";
import { assignTo } from "./assignment";
import { evaluate, propertyKey } from "./expressions";
import { textOf } from "./literals";

export function binary(machine: Machine, environment: Environment, node: ts.BinaryExpression): Value {
  const operator = node.operatorToken.kind;
  if (ts.isPrivateIdentifier(node.left)) return unknownBoolean;
  const left = evaluate(machine, environment, node.left);
  const right = evaluate(machine, environment, node.right);
  return operate(operator, left, right);
}

const mostPairs = 8;

export function operate(operator: ts.SyntaxKind, left: Value, right: Value): Value {
  switch (operator) {
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
      return booleanValue(strictEquals(left, right));
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return booleanValue(not(strictEquals(left, right)));
    case ts.SyntaxKind.EqualsEqualsToken:
      return booleanValue(looseEquals(left, right));
    case ts.SyntaxKind.ExclamationEqualsToken:
      return booleanValue(not(looseEquals(left, right)));
    case ts.SyntaxKind.InstanceOfKeyword:
      return booleanValue(isInstance(left, right));
    case ts.SyntaxKind.InKeyword:
      return booleanValue(hasProperty(right, left));
    default:
      break;
  }
  if (left.kind === "oneOf" || right.kind === "oneOf") {
    const lefts = left.kind === "oneOf" ? left.alternatives : [left];
    const rights = right.kind === "oneOf" ? right.alternatives : [right];
    if (lefts.length * rights.length > mostPairs) return unknown;
    return joinAll(lefts.flatMap((a) => rights.map((b) => operate(operator, a, b))));
  }
  switch (operator) {
    case ts.SyntaxKind.PlusToken:
      return plus(left, right);
    case ts.SyntaxKind.LessThanToken:
    case ts.SyntaxKind.GreaterThanToken:
    case ts.SyntaxKind.LessThanEqualsToken:
    case ts.SyntaxKind.GreaterThanEqualsToken:
      return booleanValue(compare(operator, left, right));
    default:
      return numeric(operator, left, right);
  }
}

function not(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

function looseEquals(a: Value, b: Value): boolean | undefined {
  const isEmpty = (value: Value): boolean => value.kind === "undefined" || value.kind === "null";
  if (isEmpty(a)) return isNullish(b);
  if (isEmpty(b)) return isNullish(a);
  if (a.kind === b.kind) return strictEquals(a, b);
  const [left, right] = [toNumber(a), toNumber(b)];
  return left?.value !== undefined && right?.value !== undefined ? left.value === right.value : undefined;
}

function plus(left: Value, right: Value): Value {
  if (left.kind === "number" && right.kind === "number") return arithmetic(ts.SyntaxKind.PlusToken, left, right);
  if (left.kind === "string" || right.kind === "string") {
    const [a, b] = [textOf(left), textOf(right)];
    return a === undefined || b === undefined ? unknownString : stringValue(a + b);
  }
  if (left.kind === "bigint" && right.kind === "bigint") return numeric(ts.SyntaxKind.PlusToken, left, right);
  const [a, b] = [toNumber(left), toNumber(right)];
  return a && b ? arithmetic(ts.SyntaxKind.PlusToken, a, b) : unknown;
}

function numeric(operator: ts.SyntaxKind, left: Value, right: Value): Value {
  if (left.kind === "bigint" || right.kind === "bigint") return bigintValue(undefined);
  const [a, b] = [toNumber(left), toNumber(right)];
  return a && b ? arithmetic(operator, a, b) : unknownNumber;
}

/** What `Number(value)` gives for a primitive value; `undefined` when that is not known. */
export function toNumber(value: Value): NumberValue | undefined {
  switch (value.kind) {
    case "number":
      return value;
    case "undefined":
      return numberValue(NaN);
    case "null":
      return numberValue(0);
    case "boolean":
      return value.value === undefined ? undefined : numberValue(Number(value.value));
    case "string":
      return value.value === undefined ? undefined : numberValue(Number(value.value));
    default:
      return undefined;
  }
}

function compare(operator: ts.SyntaxKind, left: Value, right: Value): boolean | undefined {
  if (left.kind === "string" && right.kind === "string") {
    if (left.value === undefined || right.value === undefined) return undefined;
    const [a, b] = [left.value, right.value];
    if (operator === ts.SyntaxKind.LessThanToken) return a < b;
    if (operator === ts.SyntaxKind.GreaterThanToken) return a > b;
    return operator === ts.SyntaxKind.LessThanEqualsToken ? a <= b : a >= b;
  }
  const [a, b] = [toNumber(left), toNumber(right)];
  return a && b ? compareNumbers(operator, a, b) : undefined;
}

function isInstance(value: Value, cls: Value): boolean | undefined {
  if (value.kind === "oneOf") return agreed(value.alternatives, (each) => isInstance(each, cls));
  if (isPrimitive(value)) return false;
  if (value.kind === "object") {
    for (let at = value.class; at; at = at.kind === "class" ? at.parent : undefined) {
      if (at === cls || (at.kind === "engine" && cls.kind === "engine" && at.object === cls.object)) return true;
      if (at.kind === "engine" && cls.kind === "engine" && isEngineSubclass(at.object, cls.object)) return true;
      if (at.kind === "unknown") return undefined;
    }
    return cls.kind === "unknown" || cls.kind === "oneOf" || cls.kind === "native" ? undefined : false;
  }
  if (cls.kind === "engine" && typeof cls.object === "function") {
    const object = value.kind === "engine" ? value.object : value.kind === "tensor" ? value.tensor : undefined;
    if (object !== undefined) return object instanceof (cls.object as new () => object);
    return value.kind === "tensor" && cls.name === "Tensor" ? true : undefined;
  }
  if (cls.kind === "native") {
    const own: Partial<Record<Value["kind"], string>> = { array: "Array", map: "Map", set: "Set", promise: "Promise" };
    const name = own[value.kind];
    return name === undefined || cls.name === "Object" ? undefined : name === cls.name;
  }
  return cls.kind === "class" ? (value.kind === "unknown" ? undefined : false) : undefined;
}

function isEngineSubclass(object: unknown, cls: unknown): boolean {
  return typeof object === "function" && typeof cls === "function" && object.prototype instanceof cls;
}

function hasProperty(target: Value, key: Value): boolean | undefined {
  const name = propertyKey(key);
  if (name === undefined) return undefined;
  if (target.kind === "object") {
    if (target.properties.has(name)) return true;
    return target.open || target.class ? undefined : false;
  }
  if (target.kind === "array" && target.elements && /^\d+$/.test(name)) return Number(name) < target.elements.length;
  return undefined;
}

export function unary(
  machine: Machine,
  environment: Environment,
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression | ts.TypeOfExpression | ts.DeleteExpression,
): Value {
  if (ts.isTypeOfExpression(node)) {
    if (ts.isIdentifier(node.expression) && !isKnownName(machine, environment, node.expression.text))
      return unknownString;
    return stringValue(typeOf(evaluate(machine, environment, node.expression)));
  }
  if (ts.isDeleteExpression(node)) return deleteProperty(machine, environment, node.expression);
  const value = evaluate(machine, environment, node.operand);
  switch (node.operator) {
    case ts.SyntaxKind.ExclamationToken:
      return booleanValue(not(truthiness(value)));
    case ts.SyntaxKind.PlusToken:
      return toNumber(value) ?? unknownNumber;
    case ts.SyntaxKind.MinusToken:
      return value.kind === "oneOf" ? unknownNumber : negated(toNumber(value) ?? unknownNumber);
    case ts.SyntaxKind.TildeToken: {
      const number = toNumber(value);
      if (number?.value !== undefined) return numberValue(~number.value);
      // ~~x is floor(x), written by people who count cycles.
      return number ? negated(arithmetic(ts.SyntaxKind.PlusToken, truncated(number), numberValue(1))) : unknownNumber;
    }
    default: {
      const step = node.operator === ts.SyntaxKind.PlusPlusToken ? ts.SyntaxKind.PlusToken : ts.SyntaxKind.MinusToken;
      const before = value.kind === "oneOf" ? unknownNumber : (toNumber(value) ?? unknownNumber);
      const after =
        before.value === undefined
          ? arithmetic(step, before, numberValue(1))
          : numberValue(before.value + (step === ts.SyntaxKind.PlusToken ? 1 : -1));
      assignTo(machine, environment, node.operand, after);
      return ts.isPrefixUnaryExpression(node) ? after : before;
    }
  }
}

function truncated(number: NumberValue): NumberValue {
  return arithmetic(ts.SyntaxKind.BarToken, number, numberValue(0));
}

function isKnownName(machine: Machine, environment: Environment, name: string): boolean {
  return environment.find(name) !== undefined || name === "undefined" || machine.globals.has(name);
}

function deleteProperty(machine: Machine, environment: Environment, node: ts.Expression): Value {
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
    const target = evaluate(machine, environment, node.expression);
    const name = ts.isPropertyAccessExpression(node)
      ? node.name.text
      : propertyKey(evaluate(machine, environment, node.argumentExpression));
    if (target.kind === "object") {
      machine.journal.touch(target);
      if (name === undefined) target.open = true;
      else target.properties.delete(name);
    }
  }
  return trueValue;
}

// Giving values to names: parameters, destructuring declarations and destructuring assignments.

import { ts } from "ts-morph";
import {
  arrayValue,
  type CallSite,
  type Iteration,
  joinAll,
  leftOut,
  objectValue,
  summaryArray,
  undefinedValue,
  unknown,
  type Value,
} from "../values";
import { exploreValues } from "./branches";
import { checkContract } from "./contracts";
import { type Environment } from "./environment";
import { assignTo } from "./expressions/assignment";
import { evaluate, propertyNameOf } from "./expressions/expressions";
import { itemAt, iterate } from "./iteration";
import { type Machine } from "./machine";
import { getProperty, unknownElement } from "./properties";
import { recordBinding } from "./recording";

/** What to do with one name and its value. */
type Bind = (name: ts.Identifier, value: Value) => void;

export function bindParameters(
  machine: Machine,
  environment: Environment,
  parameters: readonly ts.ParameterDeclaration[],
  args: readonly Value[],
): void {
  parameters.forEach((parameter, i) => {
    let value: Value = parameter.dotDotDotToken ? arrayValue(args.slice(i)) : (args[i] ?? undefinedValue);
    if (parameter.initializer) value = withDefault(machine, environment, value, parameter.initializer);
    const { bindings, frame } = environment.activation;
    if (parameter.type && frame) {
      const name = ts.isIdentifier(parameter.name) ? parameter.name.text : "argument";
      value = checkContract(machine, parameter.type, value, bindings, frame.name, name, () => frame.site.argument(i));
    }
    bindName(machine, environment, parameter.name, value, (name, bound) => {
      environment.declare(name.text, bound);
      recordBinding(machine, environment, name, bound, "parameter");
    });
  });
}

export function withDefault(
  machine: Machine,
  environment: Environment,
  value: Value,
  initializer: ts.Expression,
): Value {
  if (value.kind === "undefined" || value === leftOut)
    return evaluate(machine, environment, initializer, nameHint(initializer));
  if (value.kind === "oneOf" && value.alternatives.some((each) => each.kind === "undefined")) {
    const others = value.alternatives.filter((each) => each.kind !== "undefined");
    const rest = joinAll(others);
    return exploreValues(machine, [() => rest, () => evaluate(machine, environment, initializer)]);
  }
  return value;
}

function nameHint(initializer: ts.Expression): string | undefined {
  const { parent } = initializer;
  return (ts.isParameter(parent) || ts.isBindingElement(parent)) && ts.isIdentifier(parent.name)
    ? parent.name.text
    : undefined;
}

/** Takes a value apart along a declaration's pattern. */
export function bindName(
  machine: Machine,
  environment: Environment,
  target: ts.BindingName,
  value: Value,
  bind: Bind,
): void {
  if (ts.isIdentifier(target)) {
    bind(target, value);
  } else if (ts.isArrayBindingPattern(target)) {
    const iteration = iterate(machine, value, machine.site(environment, target));
    target.elements.forEach((element, i) => {
      if (ts.isOmittedExpression(element)) return;
      bindElement(
        machine,
        environment,
        element,
        element.dotDotDotToken ? restOf(iteration, i) : itemAt(iteration, i, element.initializer !== undefined),
        bind,
      );
    });
  } else {
    const taken: string[] = [];
    for (const element of target.elements) {
      if (element.dotDotDotToken) {
        bindElement(machine, environment, element, restOfObject(value, taken), bind);
        continue;
      }
      const key = element.propertyName ?? element.name;
      const name = ts.isIdentifier(key) ? key.text : propertyNameOf(machine, environment, key as ts.PropertyName);
      if (name !== undefined) taken.push(name);
      const site = machine.site(environment, element);
      const part = name === undefined ? unknownElement(value) : getProperty(machine, value, name, site);
      bindElement(machine, environment, element, part, bind);
    }
  }
}

function bindElement(
  machine: Machine,
  environment: Environment,
  element: ts.BindingElement,
  value: Value,
  bind: Bind,
): void {
  const given = element.initializer ? withDefault(machine, environment, value, element.initializer) : value;
  bindName(machine, environment, element.name, given, bind);
}

export function restOf(iteration: Iteration, from: number): Value {
  return iteration.items ? arrayValue(iteration.items.slice(from)) : summaryArray(iteration.summary);
}

export function restOfObject(value: Value, taken: readonly string[]): Value {
  if (value.kind !== "object") return unknown;
  const rest = new Map(value.properties);
  for (const name of taken) rest.delete(name);
  return objectValue(rest, undefined, value.open);
}

/** `a = 1` inside a pattern. */
function isWithDefault(target: ts.Expression): target is ts.BinaryExpression {
  return ts.isBinaryExpression(target) && target.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}

/** Takes a value apart along an assignment's pattern: `[a, this.b] = …`, `({ x: y = 1 } = …)`. */
export function assignPattern(machine: Machine, environment: Environment, target: ts.Expression, value: Value): void {
  const site: CallSite = machine.site(environment, target);
  if (ts.isArrayLiteralExpression(target)) {
    const iteration = iterate(machine, value, site);
    target.elements.forEach((element, i) => {
      if (ts.isOmittedExpression(element)) return;
      if (ts.isSpreadElement(element)) assignPattern(machine, environment, element.expression, restOf(iteration, i));
      else assignPattern(machine, environment, element, itemAt(iteration, i, isWithDefault(element)));
    });
  } else if (ts.isObjectLiteralExpression(target)) {
    const taken: string[] = [];
    for (const property of target.properties) {
      if (ts.isSpreadAssignment(property)) {
        assignPattern(machine, environment, property.expression, restOfObject(value, taken));
        continue;
      }
      if (!property.name) continue;
      const name = propertyNameOf(machine, environment, property.name);
      if (name !== undefined) taken.push(name);
      let part = name === undefined ? unknownElement(value) : getProperty(machine, value, name, site);
      if (ts.isShorthandPropertyAssignment(property)) {
        const initializer = property.objectAssignmentInitializer;
        if (initializer) part = withDefault(machine, environment, part, initializer);
        assignTo(machine, environment, property.name, part);
      } else if (ts.isPropertyAssignment(property)) {
        assignPattern(machine, environment, property.initializer, part);
      }
    }
  } else if (isWithDefault(target)) {
    assignPattern(machine, environment, target.left, withDefault(machine, environment, value, target.right));
  } else {
    assignTo(machine, environment, target, value);
  }
}

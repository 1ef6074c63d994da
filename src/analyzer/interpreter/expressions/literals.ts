// Array, object and template literals.

import { ts } from "ts-morph";
import { accessorWith } from "../classes";
import {
  addDims,
  arrayValue,
  type Dim,
  join,
  numberOfDim,
  type NumberValue,
  objectValue,
  type ObjectValue,
  type Property,
  stringValue,
  subDims,
  summaryArray,
  undefinedValue,
  unknownNumber,
  unknownString,
  type Value,
} from "../../values";
import { type Environment } from "../environment";
import { makeFunction } from "../functions";
import { iterate } from "../iteration";
import { type Machine } from "../machine";
import { readProperty } from "../properties";
import { setUnknownElement } from "../propertyWrites";
import { evaluate, propertyNameOf, variable } from "./expressions";

export function arrayLiteral(machine: Machine, environment: Environment, node: ts.ArrayLiteralExpression): Value {
  const { items, summary, length } = list(machine, environment, node.elements);
  return items ? arrayValue(items) : summaryArray(summary, length);
}

/** What expressions in a row give. Where something unknown is spread, `parts` is all that may be among them. */
type Listed =
  | { readonly items: Value[]; readonly summary?: undefined; readonly parts?: undefined; readonly length?: undefined }
  | { readonly items?: undefined; readonly summary: Value; readonly parts: readonly Value[]; length: NumberValue };

/** Expressions in a row, spread ones taken apart: array elements or call arguments. */
export function list(machine: Machine, environment: Environment, nodes: readonly ts.Expression[]): Listed {
  const items: Value[] = [];
  let isComplete = true;
  /** How many more there are than `items`, where that is known. */
  let others: Dim | undefined = 0;
  for (const node of nodes) {
    if (ts.isOmittedExpression(node)) items.push(undefinedValue);
    else if (ts.isSpreadElement(node)) {
      const value = evaluate(machine, environment, node.expression);
      const spread = iterate(machine, value, machine.site(environment, node));
      if (spread.items) for (const item of spread.items) items.push(item);
      else {
        items.push(spread.summary);
        isComplete = false;
        const count = spread.length?.kind === "number" ? spread.length.dim : undefined;
        others = others !== undefined && count !== undefined ? addDims(others, subDims(count, 1)) : undefined;
      }
    } else items.push(evaluate(machine, environment, node));
  }
  if (isComplete) return { items };
  const length = others === undefined ? unknownNumber : numberOfDim(addDims(others, items.length));
  return { summary: items.reduce(join), parts: items, length };
}

export function objectLiteral(machine: Machine, environment: Environment, node: ts.ObjectLiteralExpression): Value {
  const object = objectValue();
  for (const property of node.properties) addProperty(machine, environment, object, property);
  return object;
}

function addProperty(
  machine: Machine,
  environment: Environment,
  object: ObjectValue,
  node: ts.ObjectLiteralElementLike,
): void {
  if (ts.isSpreadAssignment(node)) {
    spread(machine, object, evaluate(machine, environment, node.expression), environment, node);
    return;
  }
  if (ts.isShorthandPropertyAssignment(node)) {
    object.properties.set(node.name.text, variable(machine, environment, node.name));
    return;
  }
  const name = propertyNameOf(machine, environment, node.name);
  let value: Property;
  if (ts.isPropertyAssignment(node)) value = evaluate(machine, environment, node.initializer, name);
  else {
    // A method's `super` is of no interest here; its `this` comes with the call.
    const fn = makeFunction(environment, node, name ?? "the method");
    value = ts.isAccessor(node) ? accessorWith(object.properties.get(name ?? ""), node, fn) : fn;
  }
  if (name !== undefined) object.properties.set(name, value);
  else if (value.kind !== "accessor") setUnknownElement(machine, object, value);
}

function spread(machine: Machine, object: ObjectValue, value: Value, environment: Environment, node: ts.Node): void {
  switch (value.kind) {
    case "object":
      machine.memo.read(value);
      for (const [name, property] of value.properties) {
        object.properties.set(name, readProperty(machine, property, value, machine.site(environment, node)));
      }
      if (value.open) object.open = true;
      break;
    case "array":
      if (value.elements) value.elements.forEach((element, i) => object.properties.set(String(i), element));
      else object.open = true;
      break;
    case "oneOf": {
      // What is in every alternative is certain; the rest may be there.
      const objects = value.alternatives.filter((each) => each.kind === "object");
      for (const each of objects) {
        for (const [name, property] of each.properties) {
          if (property.kind === "accessor") continue;
          const before = object.properties.get(name) ?? undefinedValue;
          object.properties.set(name, before.kind === "accessor" ? property : join(before, property));
        }
      }
      object.open = true;
      break;
    }
    case "undefined":
    case "null":
    case "boolean":
    case "number":
      break;
    default:
      // Whatever is in there may take the place of what was set before.
      object.properties.clear();
      object.open = true;
  }
}

export function templateLiteral(machine: Machine, environment: Environment, node: ts.TemplateExpression): Value {
  let text: string | undefined = node.head.text;
  for (const span of node.templateSpans) {
    const part = textOf(evaluate(machine, environment, span.expression));
    text = text === undefined || part === undefined ? undefined : text + part + span.literal.text;
  }
  return text === undefined ? unknownString : stringValue(text);
}

/** What a value becomes inside a string, when that is known. */
export function textOf(value: Value): string | undefined {
  switch (value.kind) {
    case "string":
      return value.value;
    case "number":
    case "boolean":
    case "bigint":
      return value.value === undefined ? undefined : String(value.value);
    case "undefined":
    case "null":
      return value.kind;
    case "array": {
      const parts = value.elements?.map((each) =>
        each.kind === "undefined" || each.kind === "null" ? "" : textOf(each),
      );
      return parts?.every((part) => part !== undefined) ? parts.join(",") : undefined;
    }
    default:
      return undefined;
  }
}

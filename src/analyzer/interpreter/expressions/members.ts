// `a.b`, `a[b]` and their optional forms.

import { ts } from "ts-morph";
import { isNullish, join, undefinedValue, unknown, type Value } from "../../values";
import { exploreValues } from "../branches";
import { type Environment } from "../environment";
import { type Machine } from "../machine";
import { classMember, getProperty, readProperty, staticProperty, unknownElement } from "../properties";
import { recordUse } from "../recording";
import { evaluate, propertyKey, withoutNullish } from "./expressions";

export function propertyAccess(machine: Machine, environment: Environment, node: ts.PropertyAccessExpression): Value {
  return memberValue(machine, environment, node).value;
}

export function elementAccess(machine: Machine, environment: Environment, node: ts.ElementAccessExpression): Value {
  return memberValue(machine, environment, node).value;
}

/** The value of a member together with the object it is of: a call needs both. */
export interface Member {
  readonly target: Value;
  readonly value: Value;
  /** The chain stopped at a `?.` on nothing. */
  readonly isCut: boolean;
}

const cut: Member = { target: undefinedValue, value: undefinedValue, isCut: true };

export function memberValue(
  machine: Machine,
  environment: Environment,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): Member {
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return superMemberValue(machine, environment, node);
  let target = evaluate(machine, environment, node.expression);
  let mayBeCut = false;
  if (ts.isOptionalChain(node)) {
    const nullish = isNullish(target);
    if (nullish === true) return cut;
    if (nullish === undefined && target.kind === "oneOf") {
      mayBeCut = true;
      target = withoutNullish(target);
    }
  }
  const value = ts.isPropertyAccessExpression(node)
    ? getProperty(machine, target, node.name.text, machine.site(environment, node))
    : element(machine, environment, node, target);
  if (ts.isPropertyAccessExpression(node)) recordUse(machine, environment, node.name, node.name.text, value);
  return { target, value: mayBeCut ? join(value, undefinedValue) : value, isCut: false };
}

function element(machine: Machine, environment: Environment, node: ts.ElementAccessExpression, target: Value): Value {
  // A broken text may lack the index although the type says otherwise.
  const argument = node.argumentExpression as ts.Expression | undefined;
  if (!argument) return unknown;
  const key = evaluate(machine, environment, argument);
  const site = machine.site(environment, node);
  if (key.kind === "oneOf") {
    return exploreValues(
      machine,
      key.alternatives.map((each) => () => elementOf(machine, target, each, site)),
    );
  }
  return elementOf(machine, target, key, site);
}

function elementOf(machine: Machine, target: Value, key: Value, site: ReturnType<Machine["site"]>): Value {
  const name = propertyKey(key);
  return name === undefined ? unknownElement(target) : getProperty(machine, target, name, site);
}

function superMemberValue(
  machine: Machine,
  environment: Environment,
  node: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): Member {
  const { thisValue = unknown, home, isStatic } = environment.activation;
  const parent = home?.parent;
  const name = ts.isPropertyAccessExpression(node)
    ? node.name.text
    : propertyKey(evaluate(machine, environment, node.argumentExpression));
  if (!parent || name === undefined) return { target: thisValue, value: unknown, isCut: false };
  const site = machine.site(environment, node);
  let value: Value | undefined;
  if (isStatic) value = parent.kind === "class" ? staticProperty(machine, parent, thisValue, name, site) : unknown;
  else if (thisValue.kind === "object") value = classMember(machine, parent, thisValue, name, site);
  else if (parent.kind === "class") {
    const member = parent.members.get(name);
    value = member && readProperty(machine, member, thisValue, site);
  }
  return { target: thisValue, value: value ?? undefinedValue, isCut: false };
}

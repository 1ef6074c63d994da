// Calls and `new` as they are written.

import { ts } from "ts-morph";
import {
  arrayValue,
  type CallSite,
  isNullish,
  join,
  stringValue,
  undefinedValue,
  unknown,
  type Value,
} from "../../values";
import { learnAsserted } from "../assertions";
import { callValue, constructValue } from "../calls";
import { initialiseFields, initialiseParent, setParameterProperties } from "../classes";
import { type Environment } from "../environment";
import { type Machine } from "../machine";
import { recordCall } from "../recording";
import { evaluate, importCall, withoutNullish } from "./expressions";
import { list } from "./literals";
import { memberValue } from "./members";

export function evaluateCall(machine: Machine, environment: Environment, node: ts.CallExpression): Value {
  const callee = node.expression;
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return superCall(machine, environment, node);
  if (callee.kind === ts.SyntaxKind.ImportKeyword)
    return importCall(machine, environment, firstArgument(machine, environment, node), true);
  if (ts.isIdentifier(callee) && callee.text === "require" && !environment.find("require")) {
    return importCall(machine, environment, firstArgument(machine, environment, node), false);
  }
  const called = calleeOf(machine, environment, callee);
  if (!called) return undefinedValue;
  const { thisValue } = called;
  let { fn } = called;
  let mayBeCut = false;
  if (ts.isOptionalChain(node)) {
    const nullish = isNullish(fn);
    if (nullish === true) return undefinedValue;
    mayBeCut = fn.kind === "oneOf" && nullish === undefined;
    fn = withoutNullish(fn);
  }
  const args = list(machine, environment, node.arguments);
  const value = args.items
    ? callWith(machine, fn, thisValue, args.items, machine.site(environment, node))
    : callUnknown(machine, [fn, thisValue, ...args.parts]);
  learnAsserted(machine, environment, fn, node);
  recordCall(machine, environment, node, value);
  return mayBeCut ? join(value, undefinedValue) : value;
}

/** What is called, and on what; undefined where `?.` leaves it out. */
function calleeOf(
  machine: Machine,
  environment: Environment,
  callee: ts.Expression,
): { readonly fn: Value; readonly thisValue: Value } | undefined {
  const inner = unwrapped(callee);
  if (!ts.isPropertyAccessExpression(inner) && !ts.isElementAccessExpression(inner))
    return { fn: evaluate(machine, environment, callee), thisValue: undefinedValue };
  const member = memberValue(machine, environment, inner);
  return member.isCut ? undefined : { fn: member.value, thisValue: member.target };
}

/** tag`a${1}b` calls tag(["a", "b"], 1). */
export function taggedTemplate(
  machine: Machine,
  environment: Environment,
  { tag, template }: ts.TaggedTemplateExpression,
): Value {
  const called = calleeOf(machine, environment, tag);
  if (!called) return undefinedValue;
  const spans = ts.isTemplateExpression(template) ? template.templateSpans : [];
  const texts = [ts.isTemplateExpression(template) ? template.head.text : template.text];
  const values: Value[] = [];
  for (const { expression, literal } of spans) {
    values.push(evaluate(machine, environment, expression));
    texts.push(literal.text);
  }
  const strings = arrayValue(texts.map((text) => stringValue(text)));
  return callWith(machine, called.fn, called.thisValue, [strings, ...values], machine.site(environment, tag));
}

/** Where a function of the user fails, what it was given may be to blame. */
function callWith(machine: Machine, fn: Value, thisValue: Value, args: readonly Value[], site: CallSite): Value {
  const { problems } = machine;
  const before = problems.length;
  const value = callValue(machine, fn, thisValue, args, site);
  if (fn.kind === "function" && problems === machine.problems && problems.length > before)
    machine.blame?.(machine, { fn, thisValue, args, site }, before);
  return value;
}

function unwrapped(node: ts.Expression): ts.Expression {
  while (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) node = node.expression;
  return node;
}

function firstArgument(machine: Machine, environment: Environment, node: ts.CallExpression): Value {
  const [first] = node.arguments;
  return first ? evaluate(machine, environment, first) : undefinedValue;
}

/** Nobody knows how many arguments there are: the call may change its receiver and whatever it is given. */
function callUnknown(machine: Machine, values: readonly Value[]): Value {
  machine.mayHaveThrown = true;
  for (const value of values) machine.escape(value);
  return unknown;
}

function superCall(machine: Machine, environment: Environment, node: ts.CallExpression): Value {
  const { home, thisValue } = environment.activation;
  const args = list(machine, environment, node.arguments);
  if (home && thisValue?.kind === "object") {
    initialiseParent(machine, home, thisValue, args.items ?? [unknown], machine.site(environment, node));
    initialiseFields(machine, home, thisValue);
    setParameterProperties(machine, environment, home, thisValue);
  }
  return undefinedValue;
}

export function evaluateNew(machine: Machine, environment: Environment, node: ts.NewExpression): Value {
  const fn = evaluate(machine, environment, node.expression);
  const args = list(machine, environment, node.arguments ?? []);
  if (!args.items) return callUnknown(machine, [fn, ...args.parts]);
  const value = constructValue(machine, fn, args.items, machine.site(environment, node));
  recordCall(machine, environment, node, value);
  return value;
}

// A small evaluator of expressions over abstract values: just enough of the language to call the built-ins, and
// small enough to be seen to be right.

import assert from "node:assert/strict";
import { ts } from "ts-morph";
import { globals, keyText, memberOf, textOf, toNumber } from "../../../src/analyzer/builtins";
import { Journal } from "../../../src/analyzer/interpreter/journal";
import {
  arrayValue,
  bigintValue,
  CallSite,
  type Context,
  falseValue,
  type Iteration,
  join,
  joinAll,
  nativeValue,
  nullValue,
  type NumberValue,
  numberOfDim,
  numberValue,
  objectValue,
  opaqueValue,
  type Property,
  addDims,
  mulDims,
  quotient,
  strictEquals,
  stringValue,
  subDims,
  trueValue,
  truthiness,
  booleanValue,
  undefinedValue,
  unknown,
  unknownNumber,
  unknownString,
  type Value,
} from "../../../src/analyzer/values";

/** What the program throws. */
export class Thrown {
  constructor(readonly value: Value) {}
}

type Scope = ReadonlyMap<string, Value>;

/** The abstract value of an expression; `variables` are free in it. */
export function evaluate(text: string, variables: Record<string, Value> = {}): Value {
  const source = ts.createSourceFile("/test.ts", `(${text});`, ts.ScriptTarget.Latest, true);
  const [statement] = source.statements;
  assert(statement && ts.isExpressionStatement(statement), `one expression: ${text}`);
  const evaluator = new Evaluator(source);
  return evaluator.value(statement.expression, new Map(Object.entries(variables)));
}

class Evaluator implements Context {
  readonly isTrying = false;
  readonly #journal = new Journal();
  readonly escaped: Value[] = [];
  #steps = 1_000_000;

  constructor(readonly source: ts.SourceFile) {}

  call(fn: Value, thisValue: Value, args: readonly Value[], site: CallSite): Value {
    if (fn.kind === "native") return fn.call(this, thisValue, args, site);
    for (const arg of args) this.escape(arg);
    this.escape(thisValue);
    return unknown;
  }

  construct(fn: Value, args: readonly Value[], site: CallSite): Value {
    return fn.kind === "native" && fn.construct ? fn.construct(this, args, site) : unknown;
  }

  iterate(value: Value, site: CallSite): Iteration {
    switch (value.kind) {
      case "array":
        return value.elements ? { items: value.elements } : { summary: value.summary, length: value.length };
      case "iterator": {
        if (!value.items) return { summary: value.summary };
        const items = value.items.slice(value.position);
        this.touch(value);
        value.position = value.items.length;
        return { items };
      }
      case "string":
      case "map":
      case "set":
        return this.iterate(this.call(memberOf(value, "@@iterator")!, value, [], site), site);
      default:
        return { summary: unknown };
    }
  }

  getProperty(target: Value, name: string, site: CallSite): Value {
    if (target.kind === "object") {
      const own = target.properties.get(name);
      if (own?.kind === "accessor") return own.get ? this.call(own.get, target, [], site) : undefinedValue;
      if (own) return own;
      return target.open ? unknown : (memberOf(target, name) ?? undefinedValue);
    }
    if (target.kind === "oneOf") return joinAll(target.alternatives.map((each) => this.getProperty(each, name, site)));
    return memberOf(target, name) ?? unknown;
  }

  setProperty(target: Value, name: string, value: Value): void {
    assert.equal(target.kind, "object");
    if (target.kind !== "object") return;
    this.touch(target);
    target.properties.set(name, value);
  }

  touch(target: Parameters<Context["touch"]>[0]): void {
    this.#journal.touch(target);
  }

  escape(value: Value): void {
    this.escaped.push(value);
    if (value.kind !== "array") return;
    this.touch(value);
    value.elements = undefined;
    value.summary = unknown;
    value.length = unknownNumber;
  }

  maybe(body: () => void): void {
    const scope = this.#journal.open();
    let delta: ReturnType<Journal["capture"]> | undefined;
    try {
      body();
      delta = this.#journal.capture(scope);
    } catch (error) {
      if (!(error instanceof Thrown)) throw error;
    }
    this.#journal.undo(scope);
    if (!delta) return;
    const joined = this.#journal.open();
    this.#journal.apply(delta);
    this.#journal.joinWith(joined, [new Map()]);
    this.#journal.commit(joined);
  }

  repeat(body: () => void): void {
    for (let round = 0; round < 8; round++) {
      const scope = this.#journal.open();
      this.maybe(body);
      const isSettled = !this.#journal.hasChanged(scope, new Set());
      if (!isSettled && round > 0) this.#journal.widenSince(scope);
      this.#journal.commit(scope);
      if (isSettled) return;
    }
  }

  expectThrow(body: () => void): boolean {
    try {
      body();
      return false;
    } catch (error) {
      if (error instanceof Thrown) return true;
      throw error;
    }
  }

  step(): void {
    assert(--this.#steps > 0, "the evaluation ends");
  }

  irreversible(): void {
    assert.fail("built-ins can be undone");
  }

  failed(): void {
    assert.fail("built-ins do not call the engine");
  }

  report(): void {
    assert.fail("built-ins report nothing");
  }

  throwValue(value: Value): never {
    throw new Thrown(value);
  }

  recordLayer(): void {
    assert.fail("built-ins are no layers");
  }

  value(node: ts.Expression, scope: Scope): Value {
    if (ts.isParenthesizedExpression(node)) return this.value(node.expression, scope);
    if (ts.isNumericLiteral(node)) return numberValue(Number(node.text));
    if (ts.isBigIntLiteral(node)) return bigintValue(BigInt(node.text.slice(0, -1)));
    if (ts.isStringLiteralLike(node)) return stringValue(node.text);
    if (ts.isRegularExpressionLiteral(node)) return opaqueValue("RegExp");
    if (ts.isIdentifier(node)) return scope.get(node.text) ?? globals().get(node.text) ?? assert.fail(node.text);
    if (ts.isArrayLiteralExpression(node)) return this.#array(node.elements, scope);
    if (ts.isObjectLiteralExpression(node)) return this.#object(node, scope);
    if (ts.isArrowFunction(node)) return this.#arrow(node, scope);
    if (ts.isConditionalExpression(node)) {
      const answer = truthiness(this.value(node.condition, scope));
      if (answer !== undefined) return this.value(answer ? node.whenTrue : node.whenFalse, scope);
      return join(this.value(node.whenTrue, scope), this.value(node.whenFalse, scope));
    }
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      return this.#member(node, this.value(node.expression, scope), scope);
    }
    if (ts.isNewExpression(node)) {
      return this.construct(
        this.value(node.expression, scope),
        this.#list(node.arguments ?? [], scope),
        this.#site(node),
      );
    }
    if (ts.isCallExpression(node)) return this.#call(node, scope);
    if (ts.isPrefixUnaryExpression(node)) return this.#prefix(node, scope);
    if (ts.isBinaryExpression(node)) return this.#binary(node, scope);
    switch (node.kind) {
      case ts.SyntaxKind.TrueKeyword:
        return trueValue;
      case ts.SyntaxKind.FalseKeyword:
        return falseValue;
      case ts.SyntaxKind.NullKeyword:
        return nullValue;
      default:
        return assert.fail(`not understood: ${node.getText()}`);
    }
  }

  #member(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, target: Value, scope: Scope): Value {
    if (ts.isPropertyAccessExpression(node)) return this.getProperty(target, node.name.text, this.#site(node));
    const key = keyText(this.value(node.argumentExpression, scope));
    return key === undefined ? unknown : this.getProperty(target, key, this.#site(node));
  }

  #site(node: ts.Node): CallSite {
    return new CallSite({ file: "/test.ts", source: this.source }, node, undefined);
  }

  #list(nodes: readonly ts.Expression[], scope: Scope): Value[] {
    return nodes.flatMap((node) => {
      if (!ts.isSpreadElement(node)) return [this.value(node, scope)];
      const { items } = this.iterate(this.value(node.expression, scope), this.#site(node));
      return [...(items ?? assert.fail("spread of something unknown"))];
    });
  }

  #array(nodes: readonly ts.Expression[], scope: Scope): Value {
    return arrayValue(this.#list(nodes, scope));
  }

  #object(node: ts.ObjectLiteralExpression, scope: Scope): Value {
    const properties = new Map<string, Property>();
    for (const member of node.properties) {
      if (ts.isPropertyAssignment(member)) {
        assert(!ts.isComputedPropertyName(member.name));
        properties.set(member.name.text, this.value(member.initializer, scope));
      } else if (ts.isShorthandPropertyAssignment(member)) {
        properties.set(member.name.text, this.value(member.name, scope));
      } else assert.fail(`not understood: ${member.getText()}`);
    }
    return objectValue(properties);
  }

  #arrow(node: ts.ArrowFunction, scope: Scope): Value {
    return nativeValue("", (_context, _this, args) => {
      const inner = new Map(scope);
      node.parameters.forEach((parameter, i) => this.#bind(inner, parameter, args, i));
      if (!ts.isBlock(node.body)) return this.value(node.body, inner);
      for (const statement of node.body.statements) {
        if (ts.isReturnStatement(statement)) {
          return statement.expression ? this.value(statement.expression, inner) : undefinedValue;
        }
        assert(ts.isExpressionStatement(statement));
        this.value(statement.expression, inner);
      }
      return undefinedValue;
    });
  }

  #bind(scope: Map<string, Value>, parameter: ts.ParameterDeclaration, args: readonly Value[], index: number): void {
    const given = parameter.dotDotDotToken ? arrayValue(args.slice(index)) : (args[index] ?? undefinedValue);
    if (ts.isIdentifier(parameter.name)) scope.set(parameter.name.text, given);
    else {
      parameter.name.elements.forEach((element, i) => {
        if (!ts.isBindingElement(element)) return;
        assert(ts.isIdentifier(element.name));
        scope.set(element.name.text, this.getProperty(given, String(i), this.#site(parameter)));
      });
    }
  }

  #call(node: ts.CallExpression, scope: Scope): Value {
    const callee = node.expression;
    let fn: Value;
    let thisValue: Value = undefinedValue;
    if (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)) {
      thisValue = this.value(callee.expression, scope);
      fn = this.#member(callee, thisValue, scope);
    } else fn = this.value(callee, scope);
    return this.call(fn, thisValue, this.#list(node.arguments, scope), this.#site(node));
  }

  #prefix(node: ts.PrefixUnaryExpression, scope: Scope): Value {
    const operand = this.value(node.operand, scope);
    if (node.operator === ts.SyntaxKind.ExclamationToken) {
      const answer = truthiness(operand);
      return booleanValue(answer === undefined ? undefined : !answer);
    }
    const number = toNumber(operand);
    if (node.operator === ts.SyntaxKind.PlusToken) return number;
    assert.equal(node.operator, ts.SyntaxKind.MinusToken);
    return number.value === undefined ? unknownNumber : numberValue(-number.value);
  }

  #binary(node: ts.BinaryExpression, scope: Scope): Value {
    const left = this.value(node.left, scope);
    const right = this.value(node.right, scope);
    const operator = node.operatorToken.getText();
    if (operator === "===" || operator === "!==") {
      const answer = strictEquals(left, right);
      return booleanValue(answer === undefined ? undefined : answer === (operator === "==="));
    }
    if (operator === "," || operator === "&&") return operator === "," || truthiness(left) ? right : left;
    if (operator === "+" && (left.kind === "string" || right.kind === "string")) {
      const [a, b] = [textOf(left), textOf(right)];
      return a === undefined || b === undefined ? unknownString : stringValue(a + b);
    }
    return arithmetic(operator, toNumber(left), toNumber(right));
  }
}

function arithmetic(operator: string, a: NumberValue, b: NumberValue): Value {
  const known = a.value !== undefined && b.value !== undefined;
  switch (operator) {
    case "+":
      if (known) return numberValue(a.value + b.value);
      return a.dim && b.dim ? numberOfDim(addDims(a.dim, b.dim)) : unknownNumber;
    case "-":
      if (known) return numberValue(a.value - b.value);
      return a.dim && b.dim ? numberOfDim(subDims(a.dim, b.dim)) : unknownNumber;
    case "*":
      if (known) return numberValue(a.value * b.value);
      return a.dim && b.dim ? numberOfDim(mulDims(a.dim, b.dim)) : unknownNumber;
    case "/":
      if (known) return numberValue(a.value / b.value);
      return a.dim && b.dim ? quotient(a.dim, b.dim) : unknownNumber;
    case "%":
      return known ? numberValue(a.value % b.value) : unknownNumber;
    case ">":
      return booleanValue(known ? a.value > b.value : undefined);
    case "<":
      return booleanValue(known ? a.value < b.value : undefined);
    default:
      return assert.fail(`not understood: ${operator}`);
  }
}

/** The JavaScript value an abstract one stands for; fails when it is not wholly known. */
export function concrete(value: Value): unknown {
  switch (value.kind) {
    case "undefined":
      return undefined;
    case "null":
      return null;
    case "number":
    case "string":
    case "boolean":
    case "bigint":
      assert(value.value !== undefined, `a known ${value.kind}`);
      return value.value;
    case "array": {
      assert(value.elements, "an array with known elements");
      const items = value.elements.map(concrete);
      return value.typed ? { [value.typed]: items } : items;
    }
    case "object": {
      assert(!value.open, "an object with known properties");
      const entries = [...value.properties].filter(([, each]) => each.kind !== "accessor" && each.kind !== "native");
      return Object.fromEntries(entries.map(([key, each]) => [key, concrete(each as Value)]));
    }
    case "map":
      assert(value.entries, "a map with known entries");
      return new Map(value.entries.map((entry) => [concrete(entry.key), concrete(entry.value)]));
    case "set":
      assert(value.items, "a set with known items");
      return new Set(value.items.map(concrete));
    case "iterator":
      assert(value.items, "an iterator with known items");
      return value.items.slice(value.position).map(concrete);
    case "promise":
      return concrete(value.value);
    default:
      return assert.fail(`a ${value.kind} is not wholly known`);
  }
}

/** What `concrete` makes of the same thing when JavaScript itself computed it. */
export async function plain(value: unknown): Promise<unknown> {
  if (value instanceof Promise) return plain(await value);
  if (ArrayBuffer.isView(value)) return { [value.constructor.name]: Array.from(value as Float64Array) };
  if (Array.isArray(value)) return Promise.all(Array.from(value, plain));
  if (value instanceof Map || value instanceof Set) return value;
  if (typeof value === "object" && value !== null) {
    if (Symbol.iterator in value) return Promise.all(Array.from(value as Iterable<unknown>, plain));
    const entries = await Promise.all(
      Object.entries(value).map(async ([key, each]) => [key, await plain(each)] as const),
    );
    return Object.fromEntries(entries);
  }
  return value;
}

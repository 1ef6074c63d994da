// Calling a function of the user.

import { ts } from "ts-morph";
import {
  arrayValue,
  type CallSite,
  currentFacts,
  enterFacts,
  type Frame,
  type FunctionValue,
  iteratorValue,
  join,
  joinAll,
  nextId,
  NodePlace,
  promiseValue,
  undefinedValue,
  unknown,
  type Value,
} from "../values";
import { type Completion, Thrown } from "./completions";
import { type Activation, Environment } from "./environment";
import { setParameterProperties } from "./classes";
import { checkContract } from "./contracts";
import { evaluate } from "./expressions/expressions";
import { hoistedVars, ownParameters } from "./hoisting";
import { type Boundary, type Machine } from "./machine";
import { bindParameters } from "./patterns";
import { executeBody } from "./statements/statements";

/** Deeper recursion than this gives unknown. */
const deepestCalls = 48;

export function makeFunction(
  environment: Environment,
  node: ts.FunctionLikeDeclaration,
  name: string,
  member?: Pick<FunctionValue, "home" | "isStatic">,
): FunctionValue {
  const isArrow = ts.isArrowFunction(node);
  return {
    kind: "function",
    id: nextId(),
    savedAt: 0,
    version: 0,
    name,
    node,
    closure: environment,
    boundThis: isArrow ? (environment.activation.thisValue ?? undefinedValue) : undefined,
    boundArguments: [],
    home: isArrow ? environment.activation.home : member?.home,
    isStatic: isArrow ? environment.activation.isStatic : (member?.isStatic ?? false),
    properties: new Map(),
  };
}

export function callFunction(
  machine: Machine,
  fn: FunctionValue,
  thisValue: Value,
  args: readonly Value[],
  site: CallSite,
): Value {
  const { node } = fn;
  if (!node.body) return unknown;
  const depth = (site.frame?.depth ?? 0) + 1;
  if (depth > deepestCalls || !machine.enter()) return unknown;
  const allArgs = fn.boundArguments.length > 0 ? [...fn.boundArguments, ...args] : args;
  const receiver = fn.boundThis ?? thisValue;
  try {
    const result = machine.memo.call(machine, fn, receiver, allArgs, () =>
      run(machine, fn, receiver, allArgs, site, depth),
    );
    // One that only ever throws is tried with other arguments, too.
    machine.called.add(node);
    return result;
  } finally {
    machine.exit();
  }
}

function run(
  machine: Machine,
  fn: FunctionValue,
  thisValue: Value,
  args: readonly Value[],
  site: CallSite,
  depth: number,
): Value {
  const { node } = fn;
  const closure = fn.closure as Environment;
  const isGenerator = "asteriskToken" in node && node.asteriskToken !== undefined;
  const isAsync = isAsyncNode(node);
  const frame: Frame = { name: fn.name, site, depth };
  const activation: Activation = {
    module: closure.activation.module,
    thisValue,
    home: fn.home,
    isStatic: fn.isStatic,
    frame,
    args,
    bindings: new Map(),
    yields: isGenerator ? arrayValue([]) : undefined,
    node,
  };
  const environment = new Environment(closure, activation);
  let result: Value;
  try {
    result = runBody(machine, environment, node, args);
  } catch (error) {
    if (error instanceof Thrown && isAsync && !isGenerator) {
      // The promise is rejected; whoever awaits it throws, and nothing says when.
      machine.mayHaveThrown = true;
      return promiseValue(unknown);
    }
    throw error;
  }
  checkContract(machine, node.type, result, activation.bindings, fn.name, "the result", () => {
    return new NodePlace(activation.module, node.type!);
  });
  const { yields } = activation;
  if (yields) return iteratorValue(yields.elements, yields.summary, result, isAsync);
  return isAsync ? promiseValue(result) : result;
}

export function isAsyncNode(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) && Boolean(ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.AsyncKeyword))
  );
}

function runBody(
  machine: Machine,
  environment: Environment,
  node: ts.FunctionLikeDeclaration,
  args: readonly Value[],
): Value {
  const body = node.body!;
  const { depth } = machine;
  const boundary: Boundary = { kind: "function", label: undefined, scope: machine.journal.open(), exits: [] };
  const level = machine.boundaries.push(boundary) - 1;
  const facts = currentFacts();
  let completion: Completion | undefined;
  let thrown: Thrown | undefined;
  try {
    bindParameters(machine, environment, ownParameters(node), args);
    const { home, thisValue } = environment.activation;
    if (ts.isConstructorDeclaration(node) && home && !home.parent && thisValue?.kind === "object") {
      setParameterProperties(machine, environment, home, thisValue);
    }
    if (ts.isBlock(body)) {
      for (const name of hoistedVars(body)) if (!environment.own(name)) environment.declare(name, undefinedValue);
      completion = executeBody(machine, environment, body);
    } else completion = { type: "return", value: evaluate(machine, environment, body) };
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    thrown = error;
    machine.resetDepth(depth);
  } finally {
    machine.boundaries.length = level;
  }
  const value = completion?.type === "return" ? completion.value : undefinedValue;
  return finish(machine, boundary, completion?.type === "dead" || thrown !== undefined, value, thrown, facts);
}

/** Joins the paths that returned early with the one that came to the end, if that one did. */
function finish(
  machine: Machine,
  { scope, exits }: Boundary,
  isDead: boolean,
  value: Value,
  thrown: Thrown | undefined,
  facts: ReturnType<typeof currentFacts>,
): Value {
  const { journal } = machine;
  if (exits.length === 0) {
    journal.commit(scope);
    if (thrown) throw thrown;
    if (isDead) throw new Thrown(unknown);
    return value;
  }
  const deltas = exits.map((exit) => exit.delta);
  if (isDead) {
    if (thrown) machine.mayHaveThrown = true;
    journal.replaceWith(scope, deltas);
  } else journal.joinWith(scope, deltas);
  journal.commit(scope);
  enterFacts(facts);
  const values = exits.map(({ completion }) => (completion.type === "return" ? completion.value : undefinedValue));
  return isDead ? joinAll(values) : values.reduce(join, value);
}

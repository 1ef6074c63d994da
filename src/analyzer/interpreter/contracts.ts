// Contracts in annotations: `x: Tensor<"batch 784">`. Their names stand for the same lengths over one call's
// parameters, locals and result; a shape that breaks one is a problem of whoever gave it.

import { ShapeError, Tensor } from "@shapelens/engine";
import { type Bindings, type Contract, matchContract, parseContract } from "@shapelens/engine/tooling";
import { ts } from "ts-morph";
import { type Place, type Severity } from "../facts";
import { NodePlace, tensorValue, type Value, nameOf } from "../values";
import { howToUnswap, noteNames, swappedNames, swappedNamesCode } from "../warnings";
import { type Machine } from "./machine";

const contracts = new WeakMap<ts.TypeNode, Contract | null>();

/** The contract in a type, if it has one that can be read. */
export function contractOf(type: ts.TypeNode | undefined): Contract | undefined {
  if (!type || !ts.isTypeReferenceNode(type)) return undefined;
  let contract = contracts.get(type);
  if (contract === undefined) contracts.set(type, (contract = readContract(type)));
  return contract ?? undefined;
}

function readContract(type: ts.TypeReferenceNode): Contract | null {
  const [argument] = type.typeArguments ?? [];
  const name = ts.isIdentifier(type.typeName) ? type.typeName.text : type.typeName.right.text;
  if (name === "Promise" && argument) return contractOf(argument) ?? null;
  if (name !== "Tensor" || !argument || !ts.isLiteralTypeNode(argument) || !ts.isStringLiteral(argument.literal))
    return null;
  try {
    return parseContract(argument.literal.text);
  } catch (error) {
    if (error instanceof ShapeError) return null;
    throw error;
  }
}

/** Compares a value with its annotation's contract and binds the names. Answers what to go on with: what was promised. */
export function checkContract(
  machine: Machine,
  type: ts.TypeNode | undefined,
  value: Value,
  bindings: Bindings,
  owner: string,
  name: string,
  place: () => Place,
): Value {
  const contract = contractOf(type);
  const actual = value.kind === "promise" ? value.value : value;
  if (!contract || actual.kind !== "tensor" || !actual.tensor) return value;
  const { dims } = actual.tensor;
  const report = (code: string, severity: Severity, message: string, axes: readonly (number | undefined)[]): void => {
    const operands = axes.map((axis) => ({ dims, axis, place: place() }));
    machine.report({
      place: place(),
      severity,
      code,
      message,
      related: type ? [{ place: placeOf(type), message: `the contract of ${name} is "${contract.text}"` }] : [],
      isStatic: true,
      clues: { op: owner, call: place(), operands, numbers: [] },
    });
  };
  try {
    matchContract(contract, dims, bindings, owner, name);
    const swapped = swappedNames(actual.tensor, contract);
    if (swapped) {
      const message = `${owner}: ${name}, ${swapped.message}\n  Fix: ${howToUnswap}`;
      report(swappedNamesCode, "warning", message, swapped.axes);
    } else {
      machine.irreversible(actual);
      noteNames(actual.tensor, contract);
    }
    return value;
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    const fix = error.suggestion ? `\n  Fix: ${error.suggestion}` : "";
    report(error.code, "error", `${error.op}: ${error.details.message}${fix}`, [undefined]);
    const { likely } = error;
    return likely ? tensorValue(new Tensor(likely.dims, actual.tensor.dtype), actual.record, nameOf(actual)) : value;
  }
}

function placeOf(node: ts.Node): Place {
  const { fileName: file } = node.getSourceFile();
  const module = {
    file,
    get source() {
      return node.getSourceFile();
    },
  };
  return new NodePlace(module, node);
}

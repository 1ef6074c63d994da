// The names of the user's tensors: variables of the module, and parameters of the models among them.

import { Module, Tensor } from "@shapelens/engine";
import { registerFunction } from "../bundle/registerNames";

/** Top-level variables of the user's file, by name; filled when its last line has run. */
export type Variables = ReadonlyMap<string, unknown>;

/** Waits for the line that the bundle adds to the user's file. */
export function listenForVariables(): Variables {
  const variables = new Map<string, unknown>();
  Object.defineProperty(globalThis, registerFunction, {
    value: (values: Readonly<Record<string, unknown>>) => {
      for (const [name, value] of Object.entries(values)) if (value !== undefined) variables.set(name, value);
    },
  });
  return variables;
}

/** The tensors that a variable holds, directly, in a list or object, or as a parameter of a model. */
export function namedTensors(variables: Variables): Map<Tensor, string> {
  const names = new Map<Tensor, string>();
  const add = (tensor: Tensor, name: string): void => {
    if (!names.has(tensor)) names.set(tensor, name);
  };
  for (const [name, value] of variables) {
    if (value instanceof Tensor) add(value, name);
  }
  for (const [name, value] of variables) {
    if (value instanceof Module) {
      for (const [path, tensor] of value.namedParameters()) add(tensor, `${name}.${path}`);
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => item instanceof Tensor && add(item, `${name}[${index}]`));
    } else if (isPlainObject(value)) {
      for (const [key, item] of Object.entries(value)) if (item instanceof Tensor) add(item, `${name}.${key}`);
    }
  }
  return names;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

// The abstract values: what the analyzer knows about a JavaScript value without running anything.
// Values with an identity (arrays, objects, maps, …) are mutable and are changed only after `context.touch(value)`.

import { type Tensor } from "@shapelens/engine";
import { type ts } from "ts-morph";
import { type Place } from "../facts";
import { type Context } from "./context";
import { type NumberValue, unknownNumber } from "./numbers";
import { type CallSite } from "./site";

export interface UnknownValue {
  readonly kind: "unknown";
}
export interface UndefinedValue {
  readonly kind: "undefined";
}
export interface NullValue {
  readonly kind: "null";
}
export interface StringValue {
  readonly kind: "string";
  readonly value: string | undefined;
}
export interface BooleanValue {
  readonly kind: "boolean";
  readonly value: boolean | undefined;
}
export interface BigIntValue {
  readonly kind: "bigint";
  readonly value: bigint | undefined;
}
/** A symbol such as `Symbol.iterator`; equal names are the same symbol. */
export interface SymbolValue {
  readonly kind: "symbol";
  readonly name: string;
}

/** How a tensor was made: what hover and messages say about it. */
export interface TensorRecord {
  /** The op or creator: `matmul`, `rand`, `Linear`. */
  readonly op: string;
  /** `matmul: [5, 3] · [3, 4] → [5, 4]`. */
  readonly rule?: string;
  readonly doc?: string;
  /** The call as written, shortened: `rng.rand(5, 3)`. */
  readonly text: string;
  readonly place?: Place;
  readonly site?: CallSite;
  /** The tensors it was made from. */
  readonly inputs: readonly TensorValue[];
}

/** A tensor; without `tensor` its shape is not known. Immutable. */
export interface TensorValue {
  readonly kind: "tensor";
  /** As of everything that is made: an older value has a smaller id. */
  readonly id: number;
  /** The engine's tensor, which has a shape and no data. */
  readonly tensor: Tensor | undefined;
  readonly record: TensorRecord | undefined;
  /** The variable, parameter or field it was first given to; set once. */
  name: string | undefined;
}

/** Something with an identity that may change. `savedAt` and `version` belong to the journal. */
export interface Mutable {
  /** Grows with every value made: an older value has a smaller id. */
  readonly id: number;
  savedAt: number;
  version: number;
}

/** An array: its elements when they are known one by one, else a summary of all of them and the length. */
export interface ArrayValue extends Mutable {
  readonly kind: "array";
  elements: Value[] | undefined;
  /** What any element may be, when `elements` is absent. */
  summary: Value;
  /** The length when `elements` is absent. */
  length: NumberValue;
  /** `Float32Array` and the like. */
  readonly typed: string | undefined;
}

/** A getter and setter in place of a value. */
export interface Accessor {
  readonly kind: "accessor";
  readonly get: Value | undefined;
  readonly set: Value | undefined;
}
export type Property = Value | Accessor;

/** A plain object or an instance of a class. */
export interface ObjectValue extends Mutable {
  readonly kind: "object";
  properties: Map<string, Property>;
  /** It may have properties that are not listed. */
  open: boolean;
  /** The class it is an instance of (a user class, or an engine or native one at the end of a chain). */
  readonly class: Value | undefined;
}

/** The variables a function can see; opaque outside the interpreter. */
export interface Closure {
  readonly id: number;
}

/** A function of the user. `node` and `closure` stay inside the analyzer. */
export interface FunctionValue extends Mutable {
  readonly kind: "function";
  readonly name: string;
  readonly node: ts.FunctionLikeDeclaration;
  readonly closure: Closure;
  /** `this` of an arrow function or of `.bind`; absent for a function that takes it from its call. */
  readonly boundThis: Value | undefined;
  readonly boundArguments: readonly Value[];
  /** The class it is a member of: where `super` starts. */
  readonly home: ClassValue | undefined;
  /** Whether it is a static member of `home`. */
  readonly isStatic: boolean;
  /** Properties set on the function object. */
  properties: Map<string, Property>;
}

/** A built-in function or constructor. */
export interface NativeValue {
  readonly kind: "native";
  readonly name: string;
  readonly call: NativeCall;
  readonly construct: NativeConstruct | undefined;
  /** Static members such as `Array.from`. */
  readonly properties: ReadonlyMap<string, Value>;
}
export type NativeCall = (context: Context, thisValue: Value, args: readonly Value[], site: CallSite) => Value;
export type NativeConstruct = (context: Context, args: readonly Value[], site: CallSite) => Value;

/** A class of the user. */
export interface ClassValue extends Mutable {
  readonly kind: "class";
  readonly name: string;
  readonly node: ts.ClassLikeDeclaration;
  readonly closure: Closure;
  /** What it extends: another class, an engine class, something unknown; absent for none. */
  readonly parent: Value | undefined;
  /** Static members. */
  properties: Map<string, Property>;
  /** Methods and accessors of instances. */
  readonly members: Map<string, Property>;
}

/** A live function, class or object of the engine: `matmul`, `Linear`, an Adam, a RandomState. */
export interface EngineValue {
  readonly kind: "engine";
  readonly object: unknown;
  readonly name: string;
}

/** A Map; entries absent when not known one by one. A WeakMap is one too. */
export interface MapValue extends Mutable {
  readonly kind: "map";
  entries: { readonly key: Value; readonly value: Value }[] | undefined;
  keySummary: Value;
  valueSummary: Value;
}

export interface SetValue extends Mutable {
  readonly kind: "set";
  items: Value[] | undefined;
  summary: Value;
}

/** A promise; `value` is what awaiting it gives. */
export interface PromiseValue {
  readonly kind: "promise";
  readonly value: Value;
}

/** An iterator or generator: the items still to come when known, else a summary of them. */
export interface IteratorValue extends Mutable {
  readonly kind: "iterator";
  items: readonly Value[] | undefined;
  /** How many items were taken; where `items` is absent, whether any was. */
  position: number;
  /** How many items there were at first, when `items` is absent. */
  readonly length: NumberValue | undefined;
  summary: Value;
  /** What the generator returned. */
  readonly result: Value;
  readonly isAsync: boolean;
}

/** An object whose inside is of no interest: a RegExp, a Date. */
export interface OpaqueValue {
  readonly kind: "opaque";
  readonly name: string;
}

/** One of a few values, and nobody knows which. Never nested, never with `unknown` in it. */
export interface OneOfValue {
  readonly kind: "oneOf";
  readonly alternatives: readonly Value[];
}

export type MutableValue = ArrayValue | ObjectValue | FunctionValue | ClassValue | MapValue | SetValue | IteratorValue;

export type Value =
  | UnknownValue
  | UndefinedValue
  | NullValue
  | NumberValue
  | StringValue
  | BooleanValue
  | BigIntValue
  | SymbolValue
  | TensorValue
  | NativeValue
  | EngineValue
  | PromiseValue
  | OpaqueValue
  | OneOfValue
  | MutableValue;

let idCount = 0;
export function nextId(): number {
  return ++idCount;
}

let versionCount = 0;
/** A version that nothing else has: two equal versions of a value are the same state of it. */
export function nextVersion(): number {
  return ++versionCount;
}

export const unknown: UnknownValue = { kind: "unknown" };
/** What an option is that nobody gave, of a function nobody calls: its default, where it has one. */
export const leftOut: UnknownValue = { kind: "unknown" };
export const undefinedValue: UndefinedValue = { kind: "undefined" };
/** What `x.shape[3]` is of a tensor of three axes. */
export const noAxis: UndefinedValue = { kind: "undefined" };
export const nullValue: NullValue = { kind: "null" };
export const trueValue: BooleanValue = { kind: "boolean", value: true };
export const falseValue: BooleanValue = { kind: "boolean", value: false };
export const unknownBoolean: BooleanValue = { kind: "boolean", value: undefined };
export const unknownString: StringValue = { kind: "string", value: undefined };
export const unknownBigInt: BigIntValue = { kind: "bigint", value: undefined };

export function booleanValue(value: boolean | undefined): BooleanValue {
  return value === undefined ? unknownBoolean : value ? trueValue : falseValue;
}

export function stringValue(value: string | undefined): StringValue {
  return value === undefined ? unknownString : { kind: "string", value };
}

export function bigintValue(value: bigint | undefined): BigIntValue {
  return { kind: "bigint", value };
}

/** A tensor of the engine, or one of unknown shape. */
export function tensorValue(tensor: Tensor | undefined, record?: TensorRecord, name?: string): TensorValue {
  return { kind: "tensor", id: nextId(), tensor, record, name };
}

export function arrayValue(elements: Value[], typed?: string): ArrayValue {
  const length = unknownNumber;
  return { kind: "array", id: nextId(), savedAt: 0, version: 0, elements, summary: unknown, length, typed };
}

/** An array whose elements are not known one by one. */
export function summaryArray(summary: Value, length: NumberValue = unknownNumber, typed?: string): ArrayValue {
  return { kind: "array", id: nextId(), savedAt: 0, version: 0, elements: undefined, summary, length, typed };
}

export function objectValue(properties = new Map<string, Property>(), cls?: Value, open = false): ObjectValue {
  return { kind: "object", id: nextId(), savedAt: 0, version: 0, properties, open, class: cls };
}

export function nativeValue(
  name: string,
  call: NativeCall,
  construct?: NativeConstruct,
  properties: ReadonlyMap<string, Value> = noProperties,
): NativeValue {
  return { kind: "native", name, call, construct, properties };
}
const noProperties: ReadonlyMap<string, Value> = new Map();

export function engineValue(object: unknown, name: string): EngineValue {
  return { kind: "engine", object, name };
}

export function mapValue(
  entries: MapValue["entries"],
  keySummary: Value = unknown,
  valueSummary: Value = unknown,
): MapValue {
  return { kind: "map", id: nextId(), savedAt: 0, version: 0, entries, keySummary, valueSummary };
}

export function setValue(items: Value[] | undefined, summary: Value = unknown): SetValue {
  return { kind: "set", id: nextId(), savedAt: 0, version: 0, items, summary };
}

export function promiseValue(value: Value): PromiseValue {
  return value.kind === "promise" ? value : { kind: "promise", value };
}

export function iteratorValue(
  items: readonly Value[] | undefined,
  summary: Value = unknown,
  result: Value = undefinedValue,
  isAsync = false,
): IteratorValue {
  const state = { items, position: 0, length: undefined, summary };
  return { kind: "iterator", id: nextId(), savedAt: 0, version: 0, ...state, result, isAsync };
}

/** An iterator of so many items that nobody counted one by one. */
export function openIterator(summary: Value, length: NumberValue): IteratorValue {
  return { ...iteratorValue(undefined, summary), length };
}

export function opaqueValue(name: string): OpaqueValue {
  return { kind: "opaque", name };
}

// Array methods that change the array in place, and the copying forms of the same.

import { arrayValue, type ArrayValue, summaryArray, undefinedValue, unknownNumber, type Value } from "../../values";
import { indexOr } from "../support/convert";
import { argument, type Body, methods } from "../support/natives";
import { anyElement, blur, lengthened, lengthOf, mostElements, someOf } from "./elements";
import { sorted } from "./sort";
import { coerceTo } from "./typedElements";

type ArrayBody = Body<ArrayValue>;

/** Puts values at one end. */
function adder(add: (elements: Value[], values: readonly Value[]) => void): ArrayBody {
  return (context, self, args) => {
    context.touch(self);
    if (!self.elements) blur(self, lengthened(self.length, args.length), args);
    else if (self.elements.length + args.length > mostElements) {
      blur(self, lengthened(lengthOf(self), args.length), args);
    } else add(self.elements, args);
    return lengthOf(self);
  };
}

/** Takes a value off one end. */
function remover(remove: (elements: Value[]) => Value | undefined): ArrayBody {
  return (context, self) => {
    context.touch(self);
    if (self.elements) return remove(self.elements) ?? undefinedValue;
    self.length = lengthened(self.length, -1);
    return self.summary;
  };
}

const splice: ArrayBody = (context, self, args) => {
  const added = args.slice(2);
  const start = indexOr(args[0], 0);
  const count = args.length < 2 ? Infinity : indexOr(args[1], 0);
  context.touch(self);
  if (self.elements && start !== undefined && count !== undefined) {
    if (args.length === 0) return arrayValue([]);
    const removed = self.elements.splice(start, Math.max(0, count), ...added);
    return arrayValue(removed);
  }
  const removed = someOf(self.elements ?? [self.summary]);
  blur(self, unknownNumber, added);
  return removed;
};

const reverse: ArrayBody = (context, self) => {
  context.touch(self);
  self.elements?.reverse();
  return self;
};

const sort: ArrayBody = (context, self, args, site) => {
  const elements = sorted(context, self, argument(args, 0), site);
  context.touch(self);
  if (elements) self.elements = elements;
  return self;
};

const fill: ArrayBody = (context, self, args) => {
  const value = coerceTo(self.typed, argument(args, 0));
  const start = indexOr(args[1], 0);
  const end = indexOr(args[2], Infinity);
  const isWhole = start === 0 && end === Infinity;
  context.touch(self);
  if (!self.elements) {
    if (isWhole) self.summary = value;
    else blur(self, self.length, [value]);
  } else if (start !== undefined && end !== undefined) self.elements.fill(value, start, end);
  else blur(self, lengthOf(self), [value]);
  return self;
};

const copyWithin: ArrayBody = (context, self, args) => {
  const target = indexOr(args[0], 0);
  const start = indexOr(args[1], 0);
  const end = indexOr(args[2], Infinity);
  context.touch(self);
  if (self.elements && target !== undefined && start !== undefined && end !== undefined) {
    self.elements.copyWithin(target, start, end);
  } else blur(self, lengthOf(self));
  return self;
};

/** `typed.set(values, offset)`. */
const set: ArrayBody = (context, self, args, site) => {
  const { items, summary } = context.iterate(argument(args, 0), site);
  const offset = indexOr(args[1], 0);
  context.touch(self);
  if (!self.elements || !items || offset === undefined) {
    blur(
      self,
      lengthOf(self),
      (items ?? [summary]).map((item) => coerceTo(self.typed, item)),
    );
    return undefinedValue;
  }
  items.forEach((item, i) => {
    if (offset + i < self.elements!.length) self.elements![offset + i] = coerceTo(self.typed, item);
  });
  return undefinedValue;
};

/** `toSorted`, `toReversed`, `toSpliced`: the change is made to a copy. */
function onCopy(change: ArrayBody): ArrayBody {
  return (context, self, args, site) => {
    const copy = copyOf(self);
    change(context, copy, args, site);
    return copy;
  };
}

function copyOf(array: ArrayValue): ArrayValue {
  return array.elements
    ? arrayValue(array.elements.slice(), array.typed)
    : summaryArray(anyElement(array), array.length, array.typed);
}

export const mutatingMethods = methods("array", {
  push: adder((elements, values) => void elements.push(...values)),
  unshift: adder((elements, values) => void elements.unshift(...values)),
  pop: remover((elements) => elements.pop()),
  shift: remover((elements) => elements.shift()),
  splice,
  reverse,
  sort,
  fill,
  copyWithin,
  set,
  toReversed: onCopy(reverse),
  toSorted: onCopy(sort),
  toSpliced: onCopy(splice),
});

// Random chains of array, string and collection methods: the abstract result is what JavaScript computes, and where
// elements are hidden from the analysis, it covers what JavaScript computes.

import assert from "node:assert/strict";
import fc from "fast-check";
import { numberValue, unknown, unknownNumber, type Value } from "../../../src/analyzer/values";
import { concrete, evaluate, plain } from "./evaluator";

const index = fc.integer({ min: -4, max: 6 }).map(String);
const number = fc.integer({ min: -3, max: 12 }).map(String);

const mapper = fc.constantFrom(
  "(v) => v * 2",
  "(v, i) => v + i",
  "(v, i, all) => all.length - v",
  "(v) => v % 3",
  "(v) => Math.max(v, 1)",
  "(v) => Math.floor(v / 2)",
  "(v, i) => i",
);
const predicate = fc.constantFrom("(v) => v > 2", "(v) => v % 2 === 0", "(v, i) => i > 1", "(v) => v !== 3", "Boolean");

/** Numbers in, numbers out. */
const link = fc.oneof(
  mapper.map((fn) => `.map(${fn})`),
  predicate.map((fn) => `.filter(${fn})`),
  fc.tuple(index, index).map(([a, b]) => `.slice(${a}, ${b})`),
  fc.tuple(number, number).map(([a, b]) => `.concat([${a}], ${b})`),
  fc.tuple(number, index, index).map(([v, a, b]) => `.fill(${v}, ${a}, ${b})`),
  fc.tuple(index, index, number).map(([a, n, v]) => `.toSpliced(${a}, ${n}, ${v})`),
  fc.tuple(index, index).map(([a, b]) => `.copyWithin(${a}, ${b})`),
  fc.constantFrom(
    ".reverse()",
    ".toReversed()",
    ".sort()",
    ".sort((a, b) => a - b)",
    ".toSorted((a, b) => b - a)",
    ".flatMap((v) => [v, [v]]).flat()",
    ".map((v) => [v]).flat()",
  ),
);

const end = fc.oneof(
  fc.constantFrom("", ".length", ".join('-')", ".reduce((a, b) => a + b, 0)", ".reduceRight((a, b) => a * 2 + b, 0)"),
  predicate.map((fn) => `.find(${fn})`),
  predicate.map((fn) => `.findLastIndex(${fn})`),
  predicate.map((fn) => `.some(${fn})`),
  predicate.map((fn) => `.every(${fn})`),
  number.map((v) => `.indexOf(${v})`),
  number.map((v) => `.includes(${v})`),
  index.map((i) => `.at(${i})`),
  fc.constantFrom(".entries()", ".values()", ".keys()"),
);

const numbers = fc.array(fc.integer({ min: -3, max: 12 }), { maxLength: 6 });
const chain = fc.tuple(fc.array(link, { maxLength: 4 }), end).map(([links, last]) => links.join("") + last);

describe("random chains of methods", () => {
  it("on known numbers give what JavaScript gives", async () => {
    await fc.assert(
      fc.asyncProperty(numbers, chain, async (items, methods) => {
        const text = `[${items.join(", ")}]${methods}`;
        assert.deepStrictEqual(concrete(evaluate(text)), await plain(byJavaScript(text)), text);
      }),
      { numRuns: 500 },
    );
  });

  it("cover what JavaScript gives when some numbers are not known", async () => {
    const hidden = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(numbers, hidden, chain, async (items, mask, methods) => {
        const names = items.map((_, i) => `v${i}`);
        const text = `[${names.join(", ")}]${methods}`;
        const known = Object.fromEntries(
          items.map((item, i) => [names[i]!, mask[i] ? unknownNumber : numberValue(item)]),
        );
        const result = evaluate(text, known);
        const truth = await plain(byJavaScript(text, Object.fromEntries(items.map((item, i) => [names[i]!, item]))));
        // Reading an array of unknown length is taken to stay within it.
        if (truth === undefined && methods.includes(".at(")) return;
        assert(covers(result, truth), `${text} with ${JSON.stringify(items)} gives ${JSON.stringify(truth)}`);
      }),
      { numRuns: 1000 },
    );
  });

  it("cover what JavaScript gives when the arguments of the methods are not known", async () => {
    await fc.assert(
      fc.asyncProperty(numbers, fc.integer({ min: -4, max: 6 }), hiddenArguments, async (items, n, methods) => {
        const text = `[${items.join(", ")}]${methods}`;
        const truth = await plain(byJavaScript(text, { n }));
        for (const value of [unknownNumber, unknown]) {
          const result = evaluate(text, { n: value });
          assert(covers(result, truth), `${text} with n = ${n} gives ${JSON.stringify(truth)}`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("on known text give what JavaScript gives", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 12 }), fc.array(textLink, { maxLength: 4 }), async (given, links) => {
        const text = JSON.stringify(given) + links.join("");
        assert.deepStrictEqual(concrete(evaluate(text)), await plain(byJavaScript(text)), text);
      }),
      { numRuns: 500 },
    );
  });

  it("keep the books of Map and Set as JavaScript does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(bookkeeping, { minLength: 1, maxLength: 8 }), async (steps) => {
        const text = `((m, s) => { ${steps.join("; ")}; return [[...m], [...s], m.size, s.size]; })(new Map(), new Set())`;
        assert.deepStrictEqual(concrete(evaluate(text)), await plain(byJavaScript(text)), text);
      }),
      { numRuns: 500 },
    );
  });
});

const hiddenArguments = fc
  .array(
    fc.oneof(
      link,
      fc.constantFrom(
        ".slice(n)",
        ".slice(1, n)",
        ".fill(5, n)",
        ".fill(n)",
        ".concat(n)",
        ".toSpliced(n, 1)",
        ".toSpliced(0, n, 7)",
        ".copyWithin(n, 1)",
        ".filter((v) => v > n)",
        ".map((v) => v + n)",
        ".sort((a, b) => n)",
        ".flatMap((v) => [v, n])",
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((links) => links.join(""));

const textLink = fc.oneof(
  fc.tuple(index, index).map(([a, b]) => `.slice(${a}, ${b})`),
  fc.tuple(index, index).map(([a, b]) => `.substring(${a}, ${b})`),
  fc.string({ maxLength: 2 }).map((s) => `.split(${JSON.stringify(s)}).join("+")`),
  fc.string({ maxLength: 2 }).map((s) => `.replaceAll(${JSON.stringify(s)}, "$&!")`),
  fc.string({ maxLength: 2 }).map((s) => `.concat(${JSON.stringify(s)})`),
  fc.constantFrom(".trim()", ".toUpperCase()", ".repeat(2)", ".padStart(8, 'ab')", ".padEnd(8)", ".at(0) + ''"),
);

const key = fc.constantFrom("1", "'1'", "NaN", "null", "undefined", "true");
const bookkeeping = fc.oneof(
  fc.tuple(key, number).map(([k, v]) => `m.set(${k}, ${v})`),
  key.map((k) => `m.delete(${k})`),
  key.map((k) => `s.add(${k})`),
  key.map((k) => `s.delete(${k})`),
  key.map((k) => `m.set(${k}, s.has(${k}))`),
  key.map((k) => `s.add(m.get(${k}))`),
  fc.constantFrom("m.clear()", "s.clear()"),
);

function byJavaScript(text: string, variables: Record<string, unknown> = {}): unknown {
  return new Function(...Object.keys(variables), `"use strict"; return (${text});`)(...Object.values(variables));
}

/** Whether the abstract value allows for the JavaScript value. */
function covers(value: Value, truth: unknown): boolean {
  switch (value.kind) {
    case "unknown":
      return true;
    case "oneOf":
      return value.alternatives.some((each) => covers(each, truth));
    case "array": {
      if (!Array.isArray(truth)) return false;
      const { elements, length, summary } = value;
      if (elements) return elements.length === truth.length && elements.every((each, i) => covers(each, truth[i]));
      return covers(length, truth.length) && truth.every((each) => covers(summary, each));
    }
    case "iterator": {
      if (!Array.isArray(truth)) return false;
      const { items, summary } = value;
      if (!items) return truth.every((each) => covers(summary, each));
      return items.length === truth.length && items.every((each, i) => covers(each, truth[i]));
    }
    case "number":
    case "string":
    case "boolean":
      return typeof truth === value.kind && (value.value === undefined || String(value.value) === String(truth));
    case "undefined":
      return truth === undefined;
    default:
      return false;
  }
}

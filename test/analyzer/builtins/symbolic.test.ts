// On values that are known in part, the built-ins keep what can be kept and say nothing of the rest.

import assert from "node:assert/strict";
import {
  arrayValue,
  currentFacts,
  DimFacts,
  formatDim,
  numberOfDim,
  numberValue,
  opaqueValue,
  stringValue,
  summaryArray,
  symbol,
  tensorValue,
  unknown,
  unknownBoolean,
  unknownNumber,
  unknownString,
  type Value,
  withFacts,
} from "../../../src/analyzer/values";
import { nodeModule } from "../../../src/analyzer/builtins";
import { evaluate, Thrown } from "./evaluator";

/** What is known of a value, as text: `?` stands for what is not. */
function show(value: Value): string {
  switch (value.kind) {
    case "number":
      if (value.value !== undefined) return String(value.value);
      if (value.ratio) return `${formatDim(value.ratio.numerator)} over ${formatDim(value.ratio.denominator)}`;
      return value.symbolic ? formatDim(value.symbolic) : "number";
    case "string":
      return value.value === undefined ? "string" : JSON.stringify(value.value);
    case "boolean":
      return value.value === undefined ? "boolean" : String(value.value);
    case "array":
      if (value.elements) return `[${value.elements.map(show).join(", ")}]`;
      return `${show(value.summary)} × ${show(value.length)}`;
    case "object": {
      const entries = [...value.properties].map(([key, each]) => `${key}: ${show(each as Value)}`);
      return `{${[...entries, ...(value.open ? ["…"] : [])].join(", ")}}`;
    }
    case "iterator":
      return value.items ? `iterator of [${value.items.map(show).join(", ")}]` : `iterator of ${show(value.summary)}`;
    case "map":
      return value.entries
        ? `map of ${value.entries.map(({ key, value: each }) => `${show(key)}: ${show(each)}`).join(", ")}`
        : `map from ${show(value.keySummary)} to ${show(value.valueSummary)}`;
    case "set":
      return value.items ? `set of ${value.items.map(show).join(", ")}` : `set of ${show(value.summary)}…`;
    case "promise":
      return `promise of ${show(value.value)}`;
    case "oneOf":
      return value.alternatives.map(show).join(" | ");
    default:
      return value.kind === "unknown" ? "?" : value.kind;
  }
}

/** Fresh for each expression: lists are mutable. */
function variables(): Record<string, Value> {
  const n = numberOfDim(symbol("n", 1));
  return {
    n,
    m: numberOfDim(symbol("m", 1)),
    x: unknown,
    num: unknownNumber,
    str: unknownString,
    bool: unknownBoolean,
    t: tensorValue(undefined),
    mode: { kind: "oneOf", alternatives: [stringValue("same"), stringValue("valid")] },
    size: { kind: "oneOf", alternatives: [numberValue(3.5), numberValue(4.5)] },
    lists: { kind: "oneOf", alternatives: [arrayValue([numberValue(1)]), arrayValue([numberValue(2)])] },
    maybe: { kind: "oneOf", alternatives: [tensorValue(undefined), { kind: "undefined" }] },
    many: summaryArray(numberValue(7)),
    some: summaryArray(stringValue("a"), n),
    date: opaqueValue("Date"),
  };
}

const tables: Record<string, readonly (readonly [string, string])[]> = {
  "Math on dimensions": [
    ["Math.floor(n)", "n"],
    ["Math.floor(n / 2)", "floor(n/2)"],
    ["Math.floor((4 * n) / 2)", "2*n"],
    ["Math.ceil(n / 2)", "floor((n + 1)/2)"],
    ["Math.trunc(n / 2)", "floor(n/2)"],
    ["Math.trunc((n - m) / 2)", "number"],
    ["Math.max(1, n)", "n"],
    ["Math.max(2, n, Infinity)", "Infinity"],
    ["Math.min(n, n + 3)", "n"],
    ["Math.min(Infinity, n)", "n"],
    ["Math.max(n, 0.5)", "number"],
    ["Math.max(n, x)", "number"],
    ["Math.abs(n)", "n"],
    ["Math.abs(0 - n)", "n"],
    ["Math.sign(n)", "1"],
    ["Math.pow(n, 2) - n * n", "0"],
    ["Math.pow(2, n)", "number"],
    ["Math.imul(n, 2) - n - n", "0"],
    ["Math.sqrt(n)", "number"],
    ["Math.floor(num)", "number"],
    ["Math.floor(size)", "3 | 4"],
    ["Math.random()", "number"],
    ["n / 2", "n over 2"],
  ],
  "Number on dimensions": [
    ["[Number(n), parseInt(n), parseFloat(n), Number(str), parseInt(str)]", "[n, n, n, number, number]"],
    ["[Number.isInteger(n), Number.isInteger(n / 2), Number.isInteger(4 * n / 2)]", "[true, boolean, true]"],
    ["[Number.isInteger((2 * n + 1) / 2), Number.isInteger(x), Number.isInteger(str)]", "[false, boolean, false]"],
    ["[Number.isFinite(n), isNaN(n), isNaN(num), Number.isSafeInteger(n)]", "[true, false, boolean, true]"],
    ["[n.toFixed(2), String(n), n.toString(), Boolean(n), Boolean(num)]", "[string, string, string, true, boolean]"],
  ],
  "arrays of a symbolic length": [
    ["new Array(n).fill(0)", "0 × n"],
    ["new Float32Array(n)", "0 × n"],
    ["new Float32Array(n * 2).length", "2*n"],
    ["Array.from({ length: n }, (_, i) => [i, 5])", "[number, 5] × n"],
    ["Array.from({ length: n })", "undefined × n"],
    ["Array.from({ length: x })", "? × number"],
    ["some.map((s) => s + 'b')", '"ab" × n'],
    ["some.filter((s) => s === 'a')", '"a" × number'],
    ["some.filter((s) => s === 'b')", "[]"],
    ["some.slice()", '"a" × n'],
    ["some.slice(0, n).length - n", "0"],
    ["some.slice(-1).length", "1"],
    ["some.slice(0, -1).length", "n - 1"],
    ["some.concat(['b', 'c']).length", "n + 2"],
    ["some.length", "n"],
    ["((a) => { a.push('a'); return a.length; })(some)", "n + 1"],
    ["((a) => { a.pop(); return a.length; })(some)", "n - 1"],
    ["[some.at(-1), some[3], some.find((s) => s === 'a')]", '["a", "a", "a" | undefined]'],
    [
      "[some.every((s) => s === 'a'), some.some((s) => s === 'a'), some.some((s) => s === 'b')]",
      "[true, boolean, false]",
    ],
    ["[some.indexOf('a'), some.includes('a'), some.join()]", "[number, boolean, string]"],
    ["some.entries()", 'iterator of [number, "a"]'],
    ["[1, 2, 3].slice(0, n)", "1 | 2 | 3 × min(n, 3)"],
    ["some.reverse()", '"a" × n'],
    ["some.flatMap((s) => [s, 1])", '"a" | 1 × number'],
  ],
  "folds over what is not known one by one": [
    ["many.reduce((a, b) => b, 7)", "7"],
    ["many.reduce((a, b) => a + b, 0)", "number"],
    ["many.reduce((a, b) => Math.max(a, b), 7)", "7"],
    ["many.reduce((a, b) => { a.push(b); return a; }, [])", "7 × number"],
    ["((out) => { many.forEach((v) => { out.push(v); }); return out; })([])", "7 × number"],
    ["((out) => { some.forEach((v, i) => { out.push(out.length); }); return out; })([])", "number × number"],
  ],
  "questions with no sure answer": [
    ["[1, n, 3].includes(1)", "true"],
    ["[1, 2].includes(num)", "boolean"],
    ["['a', 'b'].includes(mode)", "false"],
    ["['same', 'full'].includes(mode)", "boolean"],
    ["['same', 'valid'].indexOf('valid')", "1"],
    ["[1, num, 3].filter((v) => v > 2)", "number × number"],
    ["[4, num, 0].find((v) => v > 2)", "4"],
    ["[num, 4, 9].find((v) => v > 2)", "number"],
    ["[0, num].find((v) => v > 2)", "number | undefined"],
    ["[0, num].findIndex((v) => v > 2)", "1 | -1"],
    ["[num, 1].sort((a, b) => a - b).length", "2"],
    ["[t, undefined, maybe].filter(Boolean)", "tensor × number"],
    ["[1, 2].at(num)", "1 | 2"],
    ["[2, 1].sort(() => num)", "[2 | 1, 2 | 1]"],
    ["lists.map((v) => v * 10)", "[10 | 20]"],
    ["[1].concat(x)", "? × number"],
    ["[1].concat(t)", "[1, tensor]"],
    ["[[1], x].flat()", "? × number"],
  ],
  "keyed collections": [
    ["Object.keys(x)", "string × number"],
    ["Object.entries(x)", "[string, ?] × number"],
    ["Object.entries({ a: n, b: t })", '[["a", n], ["b", tensor]]'],
    ["Object.assign({ a: 1 }, { a: n })", "{a: n}"],
    ["Object.fromEntries([['a', n], [str, 2]])", "{…}"],
    ["new Map([['a', n], ['b', 2]]).get(str)", "n | 2 | undefined"],
    ["new Map([['a', 1], ['b', 2]]).get(str)", "1 | 2 | undefined"],
    ["new Map([['a', 1]]).get(x)", "1 | undefined"],
    ["new Map([['a', 1]]).set(str, 2)", "map from string to 1 | 2"],
    ["new Map(x)", "map from ? to ?"],
    ["new Set([1, num])", "set of number…"],
    ["new Set([n, n])", "set of n"],
    ["new Set([1, 2]).has(num)", "boolean"],
    ["Object.hasOwn(x, 'a')", "boolean"],
  ],
  text: [
    ["str.split(',')", "string × number"],
    [
      "[str.length, str.includes('a'), str.toUpperCase(), 'a'.repeat(n), str[0]]",
      "[number, boolean, string, string, string]",
    ],
    ["'same'.startsWith(mode)", "boolean"],
    ["mode.toUpperCase()", '"SAME" | "VALID"'],
    ["mode.length", "4 | 5"],
    ["'a-b'.split(/-/)", "string × number"],
    ["'a'.replace(/a/g, (m) => m + 'b')", "string"],
    ["'a'.repeat(1000000000)", "string"],
  ],
  "what is outside": [
    [
      "[console.log(t), Date.now(), new Date().getTime(), performance.now(), date.x]",
      "[undefined, number, ?, number, ?]",
    ],
    ["[JSON.parse(str), JSON.stringify(t), process.argv, process.env.HOME]", "[?, string, ?, ?]"],
    ["Promise.all([t, Promise.resolve(n)])", "promise of [tensor, n]"],
    ["Promise.all(some.map((s) => Promise.resolve(s)))", 'promise of "a" × number'],
    ["new Promise((resolve) => setTimeout(resolve, 5))", "promise of ?"],
    ["new Promise((resolve) => bool ? resolve(1) : resolve(2))", "promise of 1 | 2"],
    ["structuredClone({ a: n, b: t })", "{a: n, b: ?}"],
    ["((a) => { setTimeout(() => a, 0, a); return a; })([1])", "? × number"],
    ["((a) => { console.log(a); return a; })([1])", "[1]"],
    ["((a) => { x.use(a); return a; })([1])", "? × number"],
  ],
};

describe("built-ins on what is known in part", () => {
  for (const [room, rows] of Object.entries(tables)) {
    describe(room, () => {
      for (const [text, expected] of rows) {
        it(text, () => assert.equal(show(evaluate(text, variables())), expected));
      }
    });
  }

  it("keeps the order of elements that are too many to be known one by one", () => {
    const value = evaluate("Array.from({ length: 100000 }, (_, i) => i)");
    assert.equal(show(value), "number × 100000");
  });

  describe("node:assert", () => {
    const assertion = { check: nodeAssert() };

    it("teaches that two dimensions are equal", () => {
      withFacts(new DimFacts(), () => {
        const n = numberOfDim(symbol("n"));
        evaluate("check.strictEqual(n, 784)", { n, ...assertion });
        assert.equal(show(n), "784");
        assert.equal(currentFacts().assumptions.length, 1);
      });
    });

    it("teaches a whole shape", () => {
      withFacts(new DimFacts(), () => {
        const shape = arrayValue([numberOfDim(symbol("b")), numberOfDim(symbol("c"))]);
        evaluate("check.deepEqual(shape, [32, 10])", { shape, ...assertion });
        assert.equal(show(shape), "[32, 10]");
      });
    });

    it("ends the path when what is asserted is false", () => {
      for (const text of ["check(false)", "check.equal(1, 2)", "check.fail()", "check.deepEqual([1], [1, 2])"]) {
        assert.throws(
          () => evaluate(text, assertion),
          (thrown) => thrown instanceof Thrown,
          text,
        );
      }
    });

    it("expects the callback of throws to throw", () => {
      assert.equal(show(evaluate("check.throws(() => [].reduce((a, b) => a))", assertion)), "undefined");
    });
  });
});

function nodeAssert(): Value {
  const exported = nodeModule("node:assert/strict")?.get("default");
  assert(exported);
  return exported;
}

// On values that are known, the built-ins give what JavaScript gives: each expression is evaluated by both.

import assert from "node:assert/strict";
import { concrete, evaluate, plain, Thrown } from "./evaluator";

const tables: Record<string, readonly string[]> = {
  "Array, made": [
    "Array(3)",
    "new Array(2, 3)",
    "new Array('a')",
    "Array.of(7)",
    "Array.from('añ😀')",
    "Array.from({ length: 3 }, (_, i) => i * i)",
    "Array.from({ length: 2 })",
    "Array.from({ length: '2' }, (_, i) => i)",
    "Array.from({ length: 2, 0: 'a', 1: 'b' })",
    "Array.from({ length: -1 })",
    "Array.from(new Set([1, 2, 1]))",
    "Array.from(new Map([[1, 2]]))",
    "Array.from([1, 2].entries())",
    "Array.from(Array(2).keys())",
    "Array(2).map(() => 1)",
    "Array(2).fill(0).map(() => 1)",
    "[...Array(2)].map(() => 1)",
    "[Array.isArray([]), Array.isArray('a'), Array.isArray(new Float32Array(2))]",
    "new Float32Array(2)",
    "new Float32Array([0.1, 1])",
    "Float64Array.from([1, 2], (x) => x / 4)",
    "Uint8Array.of(257, -1, 1.5)",
    "new Int32Array(new Set([1, 2.7]))",
    "[new Float32Array(3).length, new Float64Array(3).byteLength, Float32Array.BYTES_PER_ELEMENT]",
    "new Int8Array([3, 1, 10, 2]).sort()",
    "new Float32Array([1, 2, 3]).map((x) => x / 10)",
    "new Float32Array([1, 2, 3]).subarray(1)",
    "new Float32Array(2).fill(0.1)",
  ],
  "Array, read": [
    "[1, 2, 3].slice(-2)",
    "[1, 2, 3].slice(0, -1)",
    "[1, 2, 3].slice(undefined, 2)",
    "[1, 2, 3].slice(NaN)",
    "[1].concat([2, [3]], 4, 'a')",
    "[1, [2, [3, [4]]]].flat()",
    "[1, [2, [3, [4]]]].flat(Infinity)",
    "[[1], [2, 3]].flatMap((x) => x)",
    "[1, 2].flatMap((x) => [x, [x]])",
    "[[1, 2].at(-1), [1, 2].at(5), [1, 2].at()]",
    "[1, NaN].includes(NaN)",
    "[1, NaN].indexOf(NaN)",
    "['b', 'c', 'b'].lastIndexOf('b')",
    "['b', 'c', 'b'].lastIndexOf('b', -2)",
    "['b', 'c', 'b'].indexOf('b', 1)",
    "[1, null, undefined, [2, 3], 'a'].join('-')",
    "[1, [2]].toString()",
    "[5, 6].entries()",
    "[...[5, 6].keys(), ...[5, 6].values()]",
    "[1, 2, 3].with(-1, 9)",
    "[1, 2, 3].toReversed()",
    "[3, 1, 10, 2].toSorted()",
    "[1, 2, 3].toSpliced(1, 1, 'a', 'b')",
    "[7][Symbol.iterator]().next()",
  ],
  "Array, changed": [
    "((a) => [a.push(3, 4), a])([1, 2])",
    "((a) => [a.pop(), a.pop(), a.pop(), a])([1, 2])",
    "((a) => [a.shift(), a])([1, 2])",
    "((a) => [a.unshift(8, 9), a])([1, 2])",
    "((a) => [a.splice(1, 2), a])([1, 2, 3, 4])",
    "((a) => [a.splice(-1), a])([1, 2, 3, 4])",
    "((a) => [a.splice(1, 0, 'x', 'y'), a])([1, 2])",
    "((a) => [a.splice(), a])([1, 2])",
    "[1, 2, 3].reverse()",
    "[3, 1, 10, 2, undefined].sort()",
    "[3, 1, 10, 2].sort((a, b) => b - a)",
    "[{ k: 2, n: 'a' }, { k: 1, n: 'b' }, { k: 2, n: 'c' }].sort((a, b) => a.k - b.k).map((x) => x.n)",
    "[1, 2, 3, 4].fill(0, 1, -1)",
    "[1, 2, 3, 4, 5].copyWithin(0, 3)",
    "((a) => { a.set([1, 2], 1); return a; })(new Float32Array(4))",
  ],
  "Array, calling back": [
    "[1, 2, 3].map((x, i, all) => x * 10 + i + all.length)",
    "[1, 2, 3, 4].filter((x) => x % 2 === 0)",
    "[0, 1, '', 'a', null].filter(Boolean)",
    "['1', '2'].map(Number)",
    "[1, 2, 3].reduce((a, b) => a + b)",
    "[1, 2, 3].reduce((a, b, i) => a + b * i, 10)",
    "[[1], [2]].reduceRight((a, b) => a.concat(b))",
    "[1, 2, 3].reduceRight((a, b, i) => a + b + i, '')",
    "[].reduce((a, b) => a + b, 5)",
    "[1, 2, 3].find((x) => x > 1)",
    "[1, 2, 3].find((x) => x > 5)",
    "[1, 2, 3].findIndex((x) => x > 1)",
    "[1, 2, 3].findIndex((x) => x > 5)",
    "[1, 2, 3].findLast((x) => x < 3)",
    "[1, 2, 3].findLastIndex((x) => x < 3)",
    "[[1, 2].some((x) => x > 1), [].some(Boolean), [1].some((x) => x > 1)]",
    "[[1, 2].every((x) => x > 1), [].every(Boolean), [1].every((x, i) => i === 0)]",
    "((out) => { [1, 2].forEach((x, i) => { out.push(x * i); }); return out; })([])",
  ],
  Math: [
    "[Math.floor(-1.5), Math.ceil(-1.5), Math.round(-1.5), Math.trunc(-1.5), Math.round(2.5)]",
    "[Math.min(), Math.max(), Math.min(2, '1'), Math.max(1, NaN), Math.max(...[3, 9, 4])]",
    "[Math.pow(2, 10), Math.sqrt(2), Math.imul(3, 4), Math.log2(8), Math.hypot(3, 4), Math.cbrt(27)]",
    "[Math.abs(-3), Math.sign(-3), Math.abs('-3'), Math.floor(null), Math.PI, Math.clz32(1)]",
    "[Math.floor(), Math.atan2(1, 1), Math.fround(0.1), Math.log10(1000)]",
  ],
  Number: [
    "[Number('12'), Number(''), Number('a'), Number(null), Number(), Number([7]), Number(true), Number(10n)]",
    "[Number.isInteger(3), Number.isInteger(3.5), Number.isInteger('3'), Number.isInteger(Infinity)]",
    "[Number.isFinite(3), Number.isFinite('3'), isFinite('3'), Number.isNaN('a'), isNaN('a')]",
    "[parseInt('12px'), parseInt('ff', 16), parseInt('101', 2), parseInt(3.9), parseInt('')]",
    "[parseFloat('1.5e3x'), Number.parseFloat('.5'), Number.MAX_SAFE_INTEGER, Number.EPSILON]",
    "[(3.14159).toFixed(2), (255).toString(16), (1234.5).toPrecision(2), (5).valueOf(), (1e21).toString()]",
    "[Boolean(0), Boolean('a'), Boolean([]), Boolean(NaN), true.toString(), BigInt(3), BigInt('12'), 3n.toString()]",
  ],
  String: [
    "[String(12), String(null), String([1, [2]]), String({}), String(), String(-0), String(1n)]",
    "'a,b,c'.split(',')",
    "'abc'.split('')",
    "'a,b,c'.split(',', 2)",
    "'abc'.split()",
    "['ab'.repeat(3), '7'.padStart(3, '0'), '7'.padEnd(3), 'abc'.slice(-2), 'abc'.substring(2, 0)]",
    "['abc'.startsWith('ab'), 'abc'.endsWith('bc'), 'abc'.includes('d'), 'abc'.startsWith('b', 1)]",
    "['aba'.replace('a', 'x'), 'aba'.replaceAll('a', 'x'), 'aba'.replace('b', (m, i) => m + i)]",
    "['Ab'.toUpperCase(), 'Ab'.toLowerCase(), ' a '.trim(), ' a '.trimEnd(), 'abc'.at(-1), 'abc'.at(9)]",
    "['abc'.charAt(1), 'abc'.charCodeAt(1), 'abc'.codePointAt(9), 'abcb'.indexOf('b', 2), 'abcb'.lastIndexOf('b')]",
    "['abc'.length, 'abc'[1], 'abc'[3], [...'añ😀'], 'a'.concat('b', 1), 'a'.localeCompare('b')]",
    "[String.fromCharCode(65, 66), String.fromCodePoint(128512)]",
    "'768x1024'.split('x').map(Number)",
  ],
  Object: [
    "Object.keys({ b: 1, a: 2, 10: 3, 9: 4 })",
    "Object.values({ b: 1, a: 2 })",
    "Object.entries({ b: 1, a: [2] })",
    "[Object.keys([5, 6]), Object.entries('ab'), Object.keys(5)]",
    "Object.fromEntries([['a', 1], ['b', 2], ['a', 3]])",
    "Object.fromEntries(new Map([['a', 1]]))",
    "Object.fromEntries(Object.entries({ a: 1, b: 2 }).map(([k, v]) => [k, v * 2]))",
    "Object.assign({ a: 1, b: 2 }, { b: 3 }, null, { c: 4 })",
    "((o) => Object.assign(o, { x: 1 }) === o)({})",
    "Object.freeze({ a: 1 })",
    "((o) => [o.hasOwnProperty('a'), o.hasOwnProperty('b'), Object.hasOwn(o, 'a')])({ a: 1 })",
    "((o) => [Object.defineProperty(o, 'a', { value: 5, enumerable: true }), o.a])({})",
    "((o) => { Object.defineProperty(o, 'a', { get: () => 6 }); return o.a; })({})",
    "[Object.is(NaN, NaN), Object.is(0, -0), Object.is('a', 'a')]",
    "[({}).toString(), ({ a: 1 }).valueOf(), Object.create(null)]",
    "[Reflect.ownKeys({ a: 1 }), Reflect.has({ a: 1 }, 'a')]",
    "structuredClone({ a: [1, { b: 2 }], c: 'x' })",
    "((o) => structuredClone(o) === o)({})",
  ],
  "Map and Set": [
    "new Map([['a', 1], ['b', 2], ['a', 3]])",
    "((m) => [m.get('a'), m.get('z'), m.has('a'), m.has('z'), m.size])(new Map([['a', 1]]))",
    "new Map().set('a', 1).set(NaN, 2).set(NaN, 3).get(NaN)",
    "((m) => [m.delete('a'), m.delete('a'), m.size, m])(new Map([['a', 1], ['b', 2]]))",
    "((m) => [[...m.keys()], [...m.values()], [...m.entries()], [...m]])(new Map([['a', 1], [2, 'b']]))",
    "((m) => { m.clear(); return m.size; })(new Map([['a', 1]]))",
    "((m, out) => { m.forEach((v, k) => { out.push(k, v); }); return out; })(new Map([['a', 1]]), [])",
    "new Set([1, 2, 1, NaN, NaN, '1'])",
    "((s) => [s.add(3).size, s.has(3), s.delete(1), s.delete(1), [...s], s.size])(new Set([1, 2]))",
    "[...new Set('hello')].join('')",
    "[...new Set([1, 2]).entries()]",
    "((o) => new WeakMap([[o, 5]]).get(o))({})",
    "((s, out) => { s.forEach((v) => { out.push(v); }); return out; })(new Set([3, 4]), [])",
  ],
  "Promise, JSON, Symbol, Error, functions": [
    "Promise.resolve(Promise.resolve(3))",
    "Promise.all([1, Promise.resolve(2)])",
    "Promise.resolve(3).then((x) => x + 1).then((x) => Promise.resolve(x * 2))",
    "Promise.resolve(3).catch(() => 4)",
    "Promise.resolve(3).finally(() => 4)",
    "new Promise((resolve) => resolve(5))",
    "new Promise((resolve) => { resolve(Promise.resolve(6)); }).then((x) => x)",
    "Promise.race([1])",
    "Promise.allSettled([1])",
    'JSON.parse(\'{"hidden": [64, 32], "name": "a", "x": null}\')',
    "JSON.stringify({ a: [1, 'b', null, undefined], c: undefined, d: true, n: NaN })",
    "JSON.stringify([1, { a: 2 }], null, 2)",
    "JSON.stringify(undefined)",
    "JSON.parse(JSON.stringify({ a: [1, 2] }))",
    "[Symbol.iterator === Symbol.iterator, Symbol('a') === Symbol('a'), Symbol.for('a') === Symbol.for('a')]",
    "[new Error('no').message, new TypeError('no').name, Error('x').message, new RangeError().message]",
    "new Error('no', { cause: 7 }).cause",
    "[((a, b) => a - b).call(null, 5, 3), ((a, b) => a - b).apply(null, [5, 3]), ((a, b) => a - b).bind(null, 5)(2)]",
    "[Math.max.apply(null, [1, 5]), Array.prototype.slice.call([1, 2, 3], 1)]",
    "Array.from([1, 2, 3].values()).length",
    "[1, 2, 3].values().next()",
    "globalThis.Math.max(1, 2)",
  ],
};

describe("built-ins on known values", () => {
  for (const [room, expressions] of Object.entries(tables)) {
    describe(room, () => {
      for (const text of expressions) {
        it(text, async () => {
          assert.deepStrictEqual(concrete(evaluate(text)), await plain(byJavaScript(text)));
        });
      }
    });
  }

  describe("what JavaScript throws, the program throws", () => {
    for (const text of [
      "[].reduce((a, b) => a + b)",
      "new Array(-1)",
      "'a'.repeat(-1)",
      "(1).toFixed(101)",
      "JSON.parse('{')",
      "JSON.stringify({ a: 1n })",
      "[1].with(5, 0)",
    ]) {
      it(text, () => {
        let error: unknown;
        try {
          byJavaScript(text);
        } catch (thrown) {
          error = thrown;
        }
        assert(error instanceof Error);
        assert.throws(
          () => evaluate(text),
          (thrown) => thrown instanceof Thrown,
        );
      });
    }
  });
});

function byJavaScript(text: string): unknown {
  return new Function(`"use strict"; return (${text});`)();
}

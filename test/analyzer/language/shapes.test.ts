// Everything people write models with: through each feature of the language the shape of `y` is followed.

import assert from "node:assert/strict";
import { check, shapeOf } from "../check";

type Case = readonly [feature: string, code: string, shape?: string, file?: string];

const x = "zeros([8, 3])";
const w = "zeros([3, 5])";
const usual = "[8, 5]";

const cases: readonly Case[] = [
  ["const, let and var", `const a = ${x}; let b = a; var c = b; const y = c.matmul(${w});`],
  ["assignment", `let y = ${x}; y = y.matmul(${w});`],
  ["assignment with an operator", `let n = 2; n += 1; n *= 2; n -= 1; const y = zeros([8, n]);`],
  ["assignment where nothing is", `let y: Tensor | undefined; y ??= zeros([8, 5]);`],
  ["chained assignment", `let a: Tensor, y: Tensor; y = a = zeros([8, 5]);`],
  [
    "destructuring with defaults",
    `const { rows = 8, columns: c = 5 } = { rows: undefined }; const y = zeros([rows, c]);`,
  ],
  ["nested destructuring", `const { a: { b: [, y] } } = { a: { b: [1, zeros([8, 5])] as const } };`],
  ["destructuring with rest", `const [n, ...rest] = [8, 5, 7]; const y = zeros([n!, rest[0]!]);`],
  ["rest of an object", `const { a, ...rest } = { a: 1, n: 8, m: 5 }; const y = zeros([rest.n, rest.m]);`],
  [
    "spread in a list and a call",
    `const shape = [8, 5]; const y = concat([...[zeros([...shape])], zeros([2, 5])]);`,
    "[10, 5]",
  ],
  [
    "spread in an object",
    `const base = { n: 1, m: 5 }; const cfg = { ...base, n: 8 }; const y = zeros([cfg.n, cfg.m]);`,
  ],
  ["swapping", `let [a, b] = [zeros([3, 5]), ${x}]; [a, b] = [b, a]; const y = a.matmul(b);`],
  ["tuples and as const", `const sizes = [8, 5] as const; const [n, m] = sizes; const y = zeros([n, m]);`],
  ["satisfies", `const cfg = { n: 8, m: 5 } satisfies Record<string, number>; const y = zeros([cfg.n, cfg.m]);`],
  [
    "template strings",
    "const layers: Record<string, Linear> = {}; for (let i = 0; i < 2; i++) layers[`l${i}`] = new Linear(3 + i, 4 + i); const y = layers.l1!.forward(layers['l0']!.forward(zeros([8, 3])));",
  ],
  [
    "optional chaining",
    `const cfg: { model?: { out?: number } } = { model: { out: 5 } }; const y = zeros([8, cfg.model?.out ?? 9]);`,
  ],
  [
    "an optional call",
    `const f: undefined | ((a: Tensor) => Tensor) = undefined; const y = (f as any)?.(${x}) ?? zeros([8, 5]);`,
  ],
  ["nullish and or", `const y = zeros([0 || 8, null ?? 5]);`],
  ["a ternary", `const deep = 3 > 2; const y = deep ? zeros([8, 5]) : zeros([1]);`],
  [
    "switch",
    `let n: number; const kind: string = "b"; switch (kind) { case "a": n = 1; break; case "b": n = 8; break; default: n = 2; } const y = zeros([n, 5]);`,
  ],
  [
    "switch that falls through",
    `let n = 0; switch (2 as number) { case 1: n += 9; case 2: n += 3; case 3: n += 5; } const y = zeros([n, 5]);`,
  ],
  ["for", `let y = ${x}; for (let i = 3; i < 5; i++) y = y.matmul(zeros([i, i + 1]));`],
  ["for with two counters", `let y = ${x}; for (let i = 3, j = 4; i < 5; i++, j++) y = y.matmul(zeros([i, j]));`],
  ["for-of", `let y = ${x}; for (const l of [new Linear(3, 4), new Linear(4, 5)]) y = l.forward(y);`],
  ["for-of over entries", `let y = ${x}; for (const [i, n] of [4, 5].entries()) y = y.matmul(zeros([i + 3, n]));`],
  ["for-in", `let n = 0; for (const k in { abc: 1, de: 1 }) n += k.length; const y = zeros([8, n]);`],
  ["while", `let n = 1; while (n < 8) n *= 2; const y = zeros([n, 5]);`],
  ["do while", `let n = 0; do { n += 4; } while (n < 8); const y = zeros([n, 5]);`],
  [
    "break and continue",
    `let n = 0; for (let i = 0; ; i++) { if (i % 2) continue; if (i > 14) break; n++; } const y = zeros([n, 5]);`,
  ],
  [
    "labelled break",
    `let n = 0; outer: for (let i = 0; i < 9; i++) for (let j = 0; j < 9; j++) { if (i * j === 8) break outer; n = i + j; } const y = zeros([n, 5]);`,
  ],
  [
    "try, catch, finally",
    `let y = ${x}; try { y = y.matmul(${w}); } catch (e) { throw e; } finally { console.log(1); }`,
  ],
  ["what a caught error leaves", `let y = zeros([8, 5]); try { throw new Error("no"); } catch { y = y.add(1); }`],
  [
    "throw as a guard",
    `function f(n: number) { if (n < 0) throw new RangeError("n"); return zeros([n, 5]); } const y = f(8);`,
  ],
  [
    "closures",
    `function layer(n: number, m: number) { const l = zeros([n, m]); return (a: Tensor) => a.matmul(l); } const y = layer(3, 5)(${x});`,
  ],
  [
    "closures over a loop",
    `const fs = []; for (let i = 3; i < 5; i++) fs.push((a: Tensor) => a.matmul(zeros([i, i + 1]))); const y = fs.reduce((a, f) => f(a), ${x});`,
  ],
  ["arrow functions", `const f = (a: Tensor, n = 5): Tensor => a.matmul(zeros([a.shape[1]!, n])); const y = f(${x});`],
  [
    "default and rest parameters",
    `function f(n: number, m = n - 3, ...more: number[]) { return zeros([n, m, ...more]); } const y = f(8);`,
  ],
  ["a function declared below", `const y = f(${x}); function f(a: Tensor) { return a.matmul(${w}); }`],
  [
    "overloads",
    `function f(a: Tensor): Tensor; function f(a: Tensor, n: number): Tensor; function f(a: Tensor, n = 5) { return a.matmul(zeros([3, n])); } const y = f(${x});`,
  ],
  [
    "getters and setters",
    `class A { #n = 3; get n() { return this.#n * 4; } set n(v) { this.#n = v; } } const a = new A(); a.n = 2; const y = zeros([a.n, 5]);`,
  ],
  [
    "static members",
    `class A { static width = 5; static make(n: number) { return zeros([n, A.width]); } static { A.width = 5; } } const y = A.make(8);`,
  ],
  [
    "private methods",
    `class A { #f(a: Tensor) { return a.matmul(${w}); } run(a: Tensor) { return this.#f(a); } } const y = new A().run(${x});`,
  ],
  [
    "parameter properties",
    `class A { constructor(readonly n: number, private m = 5) {} make() { return zeros([this.n, this.m]); } } const y = new A(8).make();`,
  ],
  [
    "inheritance and super",
    `class A extends Module { l = new Linear(3, 4); forward(a: Tensor) { return this.l.forward(a); } } class B extends A { m = new Linear(4, 5); override forward(a: Tensor) { return this.m.forward(super.forward(a)); } } const y = new B().forward(${x});`,
  ],
  [
    "an abstract class",
    `abstract class A { abstract n(): number; make() { return zeros([this.n(), 5]); } } class B extends A { n() { return 8; } } const y = new B().make();`,
  ],
  ["a class expression", `const A = class { n = 8; }; const y = zeros([new A().n, 5]);`],
  [
    "a mixin",
    `const wide = <T extends new (...a: any[]) => object>(base: T) => class extends base { n = 8; }; class A {} const y = zeros([new (wide(A))().n, 5]);`,
  ],
  [
    "methods handed on",
    `class A { w = ${w}; f(a: Tensor) { return a.matmul(this.w); } } const a = new A(); const f = a.f.bind(a); const y = f(${x});`,
  ],
  ["a function's own properties", `function f() {} f.n = 8; const y = zeros([f.n, 5]);`],
  [
    "generics",
    `function first<T>(list: readonly T[]): T { return list[0]!; } const y = first([zeros([8, 5]), zeros([1])]);`,
  ],
  ["enums", `enum Size { Small = 5, Large = 8 } const y = zeros([Size.Large, Size.Small]);`],
  [
    "const enums and names",
    `const enum Size { A = 8 } enum N { five = 5 } const y = zeros([Size.A, N[5] === "five" ? 5 : 1]);`,
  ],
  [
    "namespaces",
    `namespace Shapes { export const n = 8; export namespace Inner { export const m = 5; } } const y = zeros([Shapes.n, Shapes.Inner.m]);`,
  ],
  [
    "async and await",
    `async function f(a: Tensor) { const b = await Promise.resolve(a); return b.matmul(${w}); } const y = await f(${x});`,
  ],
  [
    "all promises",
    `const [a, b] = await Promise.all([Promise.resolve(${x}), (async () => ${w})()]); const y = a.matmul(b);`,
  ],
  ["then", `const y = await Promise.resolve(${x}).then((a) => a.matmul(${w}));`],
  [
    "generators",
    `function* f() { yield ${x}; yield zeros([3, 5]); } const [a, b] = [...f()]; const y = a!.matmul(b!);`,
  ],
  [
    "a generator in a loop",
    `function* batches() { for (let i = 0; i < 3; i++) yield [zeros([8, 3]), i] as const; } let y = zeros([1]); for (const [b] of batches()) y = b.matmul(${w});`,
  ],
  [
    "asynchronous generators",
    `async function* f() { yield ${x}; } let y = zeros([1]); for await (const a of f()) y = a.matmul(${w});`,
  ],
  [
    "iterators of one's own",
    `class Loader { *[Symbol.iterator]() { yield ${x}; } } let y = zeros([1]); for (const a of new Loader()) y = a.matmul(${w});`,
  ],
  [
    "next",
    `function* f() { yield 8; yield 5; } const it = f(); const y = zeros([it.next().value as number, it.next().value as number]);`,
  ],
  ["recursion", `const f = (n: number): number => (n < 2 ? n : f(n - 1) + f(n - 2)); const y = zeros([f(6), f(5)]);`],
  [
    "recursion over layers",
    `function run(a: Tensor, [first, ...rest]: Linear[]): Tensor { return first ? run(first.forward(a), rest) : a; } const y = run(${x}, [new Linear(3, 4), new Linear(4, 5)]);`,
  ],
  [
    "higher-order functions",
    `const twice = (f: (n: number) => number) => (n: number) => f(f(n)); const y = zeros([twice((n) => n * 2)(2), 5]);`,
  ],
  [
    "Array.from",
    `const l = Array.from({ length: 2 }, (_, i) => new Linear(3 + i, 4 + i)); const y = l.reduce((a, f) => f.forward(a), ${x});`,
  ],
  ["Array.from of a Set", `const y = zeros(Array.from(new Set([8, 5, 8])));`],
  [
    "map and reduce",
    `const sizes = [3, 4, 5]; const ws = sizes.slice(1).map((n, i) => zeros([sizes[i]!, n])); const y = ws.reduce((a, b) => a.matmul(b), ${x});`,
  ],
  [
    "flatMap and filter",
    `const y = zeros([1, 2, 3].flatMap((n) => [n, n * 2]).filter((n) => n > 3).concat(5).map((n) => (n === 4 ? 8 : n)).slice(0, 1).concat([5]));`,
  ],
  [
    "fill, keys and at",
    `const s = new Array(2).fill(5); s[0] = 8; const y = zeros([s.at(0)!, [...s.keys()].length + 3]);`,
  ],
  ["sort and reverse", `const y = zeros([5, 8].reverse().toSorted((a, b) => b - a));`],
  [
    "find, some, every and includes",
    `const s = [3, 8, 5]; const n = s.find((v) => v > 5)!; const y = zeros([n, s.includes(5) && s.some((v) => v > 7) && s.every(Boolean) ? 5 : 1]);`,
  ],
  [
    "push, pop, shift and splice",
    `const s = [1]; s.push(8, 5, 7); s.pop(); s.shift(); s.splice(1, 0, 2); const y = zeros(s);`,
    "[8, 2, 5]",
  ],
  ["join and split", `const y = zeros("8x5".split("x").map(Number));`],
  ["Map", `const m = new Map([["a", 8]]); m.set("b", 5); const y = zeros([m.get("a")!, m.get("b")!]);`],
  [
    "a Map of layers",
    `const m = new Map<string, Linear>([["one", new Linear(3, 4)], ["two", new Linear(4, 5)]]); let y = ${x}; for (const [, l] of m) y = l.forward(y);`,
  ],
  ["Set", `const s = new Set<number>(); s.add(8).add(5).add(8); const y = zeros([...s]);`],
  [
    "WeakMap and Symbol",
    `const key = Symbol("n"); const o = { [key]: 8 }; const m = new WeakMap(); m.set(o, 5); const y = zeros([o[key], m.get(o)]);`,
  ],
  [
    "Object.entries and fromEntries",
    `const o = Object.fromEntries(Object.entries({ a: 4, b: 2 }).map(([k, v]) => [k, v * 2])); const y = zeros([o.a!, o.b! + 1]);`,
  ],
  [
    "Object.assign and freeze",
    `const cfg = Object.freeze(Object.assign({ n: 1 }, { n: 8, m: 5 })); const y = zeros([cfg.n, cfg.m]);`,
  ],
  [
    "computed names and in",
    `const k = "n"; const o: Record<string, number> = { [k]: 8 }; const y = zeros([o[k]!, "n" in o ? 5 : 1]);`,
  ],
  ["delete", `const o: { n?: number } = { n: 1 }; delete o.n; const y = zeros([o.n ?? 8, 5]);`],
  ["Math", `const y = zeros([Math.max(3, 8, 1), Math.min(...[5, 6]) + Math.floor(0.5) + Math.trunc(0.9)]);`],
  [
    "more of Math",
    `const y = zeros([Math.ceil(Math.sqrt(60)), Math.abs(-5) * Math.sign(3), Math.round(Math.log2(8))]);`,
    "[8, 5, 3]",
  ],
  ["bit idioms", `const d = 16; const y = zeros([d >> 1, (d / 3) | 0]);`],
  ["integer tests", `const n = 16 / 2; const y = Number.isInteger(n) ? zeros([n, 5]) : zeros([1]);`],
  ["numbers from text", `const y = zeros([parseInt("8px", 10), Number("5")]);`],
  [
    "typeof and instanceof",
    `function f(a: Tensor | number) { return typeof a === "number" ? zeros([a, 5]) : a; } const z = f(zeros([2])); const y = z instanceof Linear ? z : f(8);`,
  ],
  ["the comma", `const y = (console.log(1), zeros([8, 5]));`],
  ["void and exclamation", `const y = void 0 === undefined && !false ? zeros([8, 5]) : zeros([1]);`],
  ["bigint and regular expressions", `const n = Number(8n); const y = /a/.test("b") ? zeros([n, 5]) : zeros([n, 5]);`],
  [
    "tagged templates",
    "const size = (s: TemplateStringsArray, ...v: number[]) => v.map((n, i) => n + s[i]!.length); const y = zeros(size`abc${5}${5}`);",
  ],
  [
    "a loop over lengths",
    `const shape = ${x}.shape; let n = 1; for (const d of shape) n *= d; const y = zeros([n / 3, 5]);`,
  ],
  ["arguments", `function f() { return arguments.length; } const y = zeros([(f as any)(1, 2, 3, 4, 5, 6, 7, 8), 5]);`],
  [
    "call and apply",
    `function f(this: { n: number }, m: number) { return zeros([this.n, m]); } const y = f.call({ n: 8 }, 5).add(f.apply({ n: 8 }, [5]));`,
  ],
  [
    "a prototype",
    `function A(this: any, n: number) { this.n = n; } A.prototype.make = function () { return zeros([this.n, 5]); }; const y: Tensor = new (A as any)(8).make();`,
  ],
  ["JSX in a tsx file", `const View = () => <p>{1}</p>; const y = zeros([8, 5]);`, usual, "/main.tsx"],
  ["JavaScript", `var y = zeros([8, 5]); y.name = View; function View() {}`, usual, "/main.js"],
  [
    "JSDoc types",
    `/** @param {number} n @returns {Tensor} */ function f(n) { return zeros([n, 5]); } const y = f(8);`,
    usual,
    "/main.js",
  ],
  ["a module in a mjs file", `export const y = zeros([8, 5]);`, usual, "/main.mjs"],
  ["using the default of an unknown", `const { n = 8 } = {} as { n?: number }; const y = zeros([n, 5]);`],
];

const imports = `import { concat, Linear, Module, zeros, type Tensor } from "@shapelens/engine";\n`;

describe("A shape goes through", () => {
  for (const [feature, code, shape = usual, file = "/main.ts"] of cases) {
    it(feature, () => {
      const header = file.endsWith("ts") || file.endsWith("tsx") ? imports : imports.replace(", type Tensor", "");
      assert.equal(shapeOf(check(`${header}${code}\nconst end = y;`, file), "end"), shape);
    });
  }

  it("files: default, named and namespace imports, re-exports, CommonJS", () => {
    const others = {
      "/layers.ts": `import { Linear } from "@shapelens/engine"; export const first = new Linear(3, 4); export default new Linear(4, 5); export { zeros as make } from "@shapelens/engine";`,
      "/all.ts": `export * from "./layers"; export { default as second } from "./layers"; export * as layers from "./layers"; export const n = 8;`,
      "/old.cjs": `const { zeros } = require("@shapelens/engine"); module.exports = { rows: 8, build: (m) => zeros([8, m]) };`,
      "/older.js": `exports.width = 5; exports.deep = { width: 5 };`,
    };
    const facts = check(
      `import second, { first, make } from "./layers";
import * as all from "./all.js";
import old = require("./old.cjs");
const { width, deep } = require("./older");
const a = second.forward(first.forward(make([all.n, 3])));
const b = all.second.forward(all.layers.first.forward(make([old.rows, 3])));
const c = old.build(deep.width);
const { first: again } = await import("./layers");
const d = again.forward(make([8, 3])).matmul(make([4, width]));
const y = a.add(b).add(c).add(d);`,
      "/main.ts",
      others,
    );
    assert.deepEqual(
      ["a", "b", "c", "d", "y"].map((name) => shapeOf(facts, name)),
      ["[8, 5]", "[8, 5]", "[8, 5]", "[8, 5]", "[8, 5]"],
    );
  });

  it("nothing that it does not know: JSON, files, the environment", () => {
    const facts = check(`${imports}import { readFileSync } from "node:fs";
const cfg = JSON.parse(readFileSync("cfg.json", "utf8"));
const y = zeros([cfg.n, cfg.m]).matmul(zeros([cfg.k, 4]));
const z = new Linear(cfg.a, Number(process.env.WIDTH)).forward(zeros([2, 3]));`);
    assert.equal(shapeOf(facts, "y"), undefined);
    assert.equal(shapeOf(facts, "z"), undefined);
  });
});

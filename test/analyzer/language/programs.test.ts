// Small programs without anything unknown in them: the interpreter finds the very value JavaScript computes.

import assert from "node:assert/strict";
import { ts } from "ts-morph";
import { concrete, valueOf } from "../probe";

const programs: readonly string[] = [
  "let s = 0; for (let i = 0; i < 10; i++) s += i; result = s;",
  "let s = ''; for (const c of 'abc') s = c + s; result = s;",
  "const { a, b: [c, d = 4], ...rest } = { a: 1, b: [2], e: 5, f: 6 }; result = [a, c, d, rest];",
  "const [x, , y = 3, ...z] = [1, 2, undefined, 4, 5]; result = [x, y, z];",
  "function f(a, b = a * 2, ...c) { return [a, b, c]; } result = [f(1), f(1, 2, 3, 4)];",
  "class A { #n = 1; static k = 7; get n() { return this.#n; } set n(v) { this.#n = v; } m() { return 'A'; } } class B extends A { constructor() { super(); this.z = 2; } m() { return super.m() + 'B'; } } const b = new B(); b.n = 5; result = [b.n, b.m(), b.z, A.k, B.k];",
  "function* g(n) { for (let i = 0; i < n; i++) yield i * i; return 9; } result = [...g(4)];",
  "const it = { *[Symbol.iterator]() { yield 1; yield 2; } }; result = [...it];",
  "outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 2) continue outer; if (i === 2) break outer; result.push([i, j]); } }",
  "let n = 0; do { n++; if (n === 3) continue; if (n > 5) break; } while (true); result = n;",
  "let n = 0; while (n < 100) { n += 7; } result = n;",
  "switch (3) { case 1: result.push('a'); case 3: result.push('b'); case 4: result.push('c'); break; default: result.push('d'); }",
  "function f(k) { switch (k) { case 'x': return 1; default: return 2; } } result = [f('x'), f('y')];",
  "try { throw new Error('no'); } catch (e) { result.push('caught'); } finally { result.push('finally'); }",
  "function f() { try { return 1; } finally { result.push('f'); } } result.push(f());",
  "const o = { a: { b: { c: 1 } } }; result = [o?.a?.b.c, o.x?.y.z, o.x ?? 5, o.a && 2, 0 || 'z'];",
  "let a = null; a ??= 3; let b = 0; b ||= 4; let c = 1; c &&= 5; result = [a, b, c];",
  "const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); result = fs.map((f) => f());",
  "var fs = []; for (var i = 0; i < 3; i++) fs.push(() => i); result = fs.map((f) => f());",
  "const counter = () => { let n = 0; return () => ++n; }; const c = counter(); c(); c(); const d = counter(); result = [c(), d()];",
  "function fact(n) { return n <= 1 ? 1 : n * fact(n - 1); } result = fact(10);",
  "const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2)); result = fib(12);",
  "result = [7 >> 1, (7 / 2) | 0, 7 % 3, 2 ** 10, -7 % 3, ~5, 1 << 4, 7 & 3, 5 ^ 1, -8 >>> 28];",
  "result = `${1 + 1} and ${'x'} and ${[1, 2]}`;",
  "const m = new Map([['a', 1]]); m.set('b', 2); result = [...m].map(([k, v]) => k + v);",
  "const a = [3, 1, 2]; a.sort((x, y) => x - y); result = [a, a.length, a.at(-1), a.indexOf(2)];",
  "result = [1, 2, 3].reduce((s, x) => s + x, 0) + [1, 2, 3].filter((x) => x > 1).map((x) => x * 2).length;",
  "let o = { n: 1, inc() { this.n++; return this; } }; result = o.inc().inc().n;",
  "const o = {}; for (const k of ['x', 'y']) o[k] = k.length; for (const k in o) result.push(k, o[k]);",
  "let x = 1, y = 2; [x, y] = [y, x]; const o = {}; ({ a: o.p, b: o['q'] = 8 } = { a: 4 }); result = [x, y, o];",
  "function F(n) { this.n = n; } F.prototype.get = function () { return this.n; }; result = new F(4).get();",
  "function f() { return arguments.length; } result = f(1, 2, 3);",
  "const f = function (a, b) { return this.k + a + b; }; result = [f.call({ k: 1 }, 2, 3), f.apply({ k: 1 }, [2, 3]), f.bind({ k: 1 }, 2)(3)];",
  "const sizes = [784, 128, 10]; const pairs = []; for (let i = 0; i + 1 < sizes.length; i++) pairs.push([sizes[i], sizes[i + 1]]); result = pairs;",
  "let a = [1]; const b = a; b.push(2); result = a;",
  "const a = [1, 2, 3]; a.length = 1; const c = [...a, ...[4, 5]]; delete c[9]; result = c;",
  "const { length } = 'hello'; result = [length, typeof 1, typeof 'a', typeof undefined, typeof (() => 1), typeof {}];",
  "result = [1 == '1', null == undefined, 0 == '', NaN === NaN, 'b' > 'a', 'x' in { x: 1 }];",
  "if (false) result.push(1); else if (0) result.push(2); else result.push(3);",
  "block: { result.push(1); break block; result.push(2); }",
  "let s = 0; for (const [i, v] of [5, 6].entries()) s += i * v; result = s;",
  "class P { static create(n) { return new this(n); } constructor(n) { this.n = n; } } class Q extends P {} result = Q.create(3).n;",
  "const tree = { v: 1, kids: [{ v: 2, kids: [] }, { v: 3, kids: [{ v: 4, kids: [] }] }] }; const sum = (t) => t.v + t.kids.reduce((s, k) => s + sum(k), 0); result = sum(tree);",
  "result = Array.from({ length: 4 }, (_, i) => i * 2).concat(new Array(2).fill(1));",
  "const f = (n) => { if (n > 2) return 'big'; if (n > 1) { return 'mid'; } return 'small'; }; result = [f(1), f(2), f(3)];",
  "let log = []; const o = { get x() { log.push('get'); return 1; }, set x(v) { log.push(v); } }; o.x = 5; o.x += 2; result = log;",
];

const enums = "enum E { A, B = 5, C } namespace N { export const k = 3; } result = [E.A, E.C, E[5], N.k] as const;";

describe("the interpreter computes what JavaScript computes", () => {
  for (const program of [...programs, enums]) {
    it(program, () => {
      const script = ts.transpile(program, { target: ts.ScriptTarget.ES2022 });
      const expected: unknown = new Function(`let result = []; ${script}; return result;`)();
      assert.deepEqual(concrete(valueOf(`let result: any = []; ${program}`, "result")), expected);
    });
  }
});

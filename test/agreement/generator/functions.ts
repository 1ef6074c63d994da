// Functions and closures with their callers.

import { type Tensor } from "@shapelens/engine";
import { type Builder, type Statement } from "./builder";
import { constant, variable } from "./basics";
import { numberFor, someTensor, tensorExpression, unknownCondition } from "./expressions";
import { attempt, Scope, type TensorExpression } from "./scope";

const deepest = 1;

/** An argument like the examples a function was written for; now and then anything. */
function argumentLike(builder: Builder, scope: Scope, like: Tensor): string {
  const { random } = builder;
  const fitting = scope.tensors().filter(({ value }) => value.shape.join() === like.shape.join());
  if (fitting.length > 0 && random.chance(0.6)) return random.pick(fitting).text;
  if (random.chance(0.08)) return someTensor(random, scope, 1).text;
  const shape = random.chance(0.3) && like.rank > 1 ? [random.int(1, 5), ...like.shape.slice(1)] : like.shape;
  return `zeros([${shape.map((dim) => numberFor(random, scope, dim)).join(", ")}])`;
}

/** A few statements and a result, in a scope of their own. */
function body(builder: Builder, inner: Scope): TensorExpression {
  const { random } = builder;
  if (random.chance(0.7)) builder.some(inner, 3);
  if (random.chance(0.15))
    builder.line(`if (${unknownCondition(random)}) return ${tensorExpression(random, inner, 1).text};`);
  const result = tensorExpression(random, inner, 1);
  builder.line(`return ${result.text};`);
  return result;
}

export const helper: Statement = (builder, scope) => {
  if (builder.depth >= deepest) return constant(builder, scope);
  const { random } = builder;
  const [name, x, w, n] = [builder.name("f"), builder.name("x"), builder.name("w"), builder.name("n")];
  const [first, second] = [someTensor(random, scope, 1), someTensor(random, scope)];
  const count = random.int(1, 4);
  const inner = new Scope(scope);
  inner.add(x, first.value);
  inner.add(n, count);
  const style = random.int(0, 4);
  if (style !== 2) inner.add(w, second.value);
  const parameters = [
    `${x}‹: Tensor›, ${w}‹: Tensor›, ${n} = ${count}`,
    `${x}‹: Tensor›, { w: ${w}, n: ${n} = 2 }‹: { w: Tensor; n?: number }›`,
    `${x}‹: Tensor›, ...[${n}]‹: number[]›`,
    `[${x}, ${w}]‹: [Tensor, Tensor]›, ${n}‹: number›`,
    `${x}‹: Tensor›, ${w}‹: Tensor› = ${second.text}, ${n}‹?: number›`,
  ][style]!;
  const call = (): string => {
    const [a, b] = [argumentLike(builder, scope, first.value), argumentLike(builder, scope, second.value)];
    const k = numberFor(random, scope, count);
    return `${name}(${[`${a}, ${b}${random.chance(0.5) ? `, ${k}` : ""}`, `${a}, { w: ${b}, n: ${k} }`, `${a}, ${k}`, `[${a}, ${b}], ${k}`, random.chance(0.5) ? `${a}, ${b}, ${k}` : `${a}, undefined, ${k}`][style]!})`;
  };
  let result: TensorExpression | undefined;
  if (random.chance(0.6))
    builder.block(`function ${name}(${parameters}) {`, () => void (result = body(builder, inner)));
  else if (random.chance(0.5))
    builder.block(`const ${name} = (${parameters}) => {`, () => void (result = body(builder, inner)), "};");
  else {
    result = tensorExpression(random, inner, 2);
    builder.line(`const ${name} = (${parameters}) => ${result.text};`);
  }
  for (let i = random.int(1, 2); i > 0; i--) {
    const y = builder.name("y");
    builder.line(`const ${y} = ${call()};`);
    scope.add(y, result!.value);
  }
};

/** A function that changes what it closes over. */
export const closure: Statement = (builder, scope) => {
  if (builder.depth >= deepest) return variable(builder, scope);
  const { random } = builder;
  const start = tensorExpression(random, scope, 1);
  const [h, step] = [builder.name("h"), builder.name("step")];
  builder.line(`let ${h}‹: Tensor› = ${start.text};`);
  const inner = new Scope(scope);
  inner.add(h, start.value, false);
  const next = tensorExpression(random, inner, 1);
  builder.line(`const ${step} = () => { ${h} = ${next.text}; };`);
  builder.line(
    random.pick([
      `${step}();`,
      `if (${unknownCondition(random)}) ${step}();`,
      `[1].forEach(${step});`,
      `[1, 2].map(() => ${step}());`,
      `for (const _ of [1]) ${step}();`,
      `JSON.parse(process.env.LIST ?? "[1]");`,
      `[3, 1, 2].sort((a, b) => a - b).filter((a) => a === 3).forEach(() => ${step}());`,
    ]),
  );
  scope.add(h, random.chance(0.5) ? start.value : next.value, false);
};

/** A function that makes functions. */
export const factory: Statement = (builder, scope) => {
  const { random } = builder;
  const x = someTensor(random, scope);
  const last = x.value.shape.at(-1);
  if (last === undefined) return constant(builder, scope);
  const [make, apply, y] = [builder.name("make"), builder.name("apply"), builder.name("y")];
  const out = random.int(1, 5);
  const inside = random.chance(0.04) ? last + 1 : last;
  builder.line(
    random.pick([
      `const ${make} = (from‹: number›, to‹: number›) => { const w = randn([from, to]); return (v‹: Tensor›) => v.matmul(w); };`,
      `function ${make}(from‹: number›, to‹: number›) { const fc = new Linear(from, to); return function (v‹: Tensor›) { return relu(fc.forward(v)); }; }`,
      `const ${make} = (from‹: number›, to‹: number›) => (v‹: Tensor›) => linear(v, zeros([to, from]));`,
    ]),
  );
  builder.line(`const ${apply} = ${make}(${numberFor(random, scope, inside)}, ${numberFor(random, scope, out)});`);
  builder.line(`const ${y} = ${apply}(${x.text});`);
  const trial = attempt(`zeros([${[...x.value.shape.slice(0, -1), out].join()}])`, scope);
  if (trial.kind === "value") scope.add(y, trial.value);
};

export const recursion: Statement = (builder, scope) => {
  if (builder.depth >= deepest) return constant(builder, scope);
  const { random } = builder;
  const x = someTensor(random, scope);
  const [name, y] = [builder.name("again"), builder.name("y")];
  const step = random.pick(["relu(v)", "v.mul(2)", "expandDims(v, 0)", "concat([v, v], 0)", "v.sum(0)"]);
  builder.line(`function ${name}(v‹: Tensor›, k‹: number›)‹: Tensor› { return k <= 0 ? v : ${name}(${step}, k - 1); }`);
  const call = `${name}(${x.text}, ${numberFor(random, scope, random.int(0, 2))})`;
  builder.line(`const ${y} = ${call};`);
  scope.add(y, x.value);
};

export const generatorFunction: Statement = (builder, scope) => {
  if (builder.depth >= deepest) return constant(builder, scope);
  const { random } = builder;
  const [a, b] = [
    tensorExpression(random, scope, 1),
    random.chance(0.5) ? undefined : tensorExpression(random, scope, 1),
  ];
  const [name, item, y] = [builder.name("gen"), builder.name("item"), builder.name("y")];
  builder.line(
    `function* ${name}() { yield ${a.text}; ${b ? `yield ${b.text};` : ""} ${random.chance(0.3) ? `if (${unknownCondition(random)}) return; yield ${a.text};` : ""} }`,
  );
  const use = random.int(0, 2);
  if (use === 0) builder.line(`const [${y}] = ${name}();`);
  else if (use === 1) builder.line(`const ${y} = [...${name}()].at(-1)‹!›;`);
  else builder.line(`let ${y}‹: Tensor› = ones([2]); for (const ${item} of ${name}()) ${y} = ${item}.mul(1);`);
  scope.add(y, use === 0 ? a.value : (b ?? a).value);
};

/** An exported function nobody in the program calls; calls from outside show whether what is said of it holds. */
export const uncalled: Statement = (builder, scope) => {
  if (builder.depth > 0) return constant(builder, scope);
  const { random } = builder;
  const [name, x, n] = [builder.name("fn"), builder.name("x"), builder.name("n")];
  const inner = new Scope();
  const rank = random.int(1, 4);
  const examples = [0, 1, 2].map(() => Array.from({ length: rank }, () => random.int(1, 6)));
  inner.add(x, (attempt(`zeros([${examples[0]!.join()}])`, inner) as { value: Tensor }).value);
  inner.add(n, random.int(1, 5));
  builder.block(`export function ${name}(${x}‹: Tensor›, ${n}‹: number›) {`, () => void body(builder, inner));
  for (const shape of [...examples, [2, 3], [1, 3, 4, 4]])
    builder.calls.push(`${name}(zeros([${shape.join(", ")}]), ${random.int(1, 5)})`);
};

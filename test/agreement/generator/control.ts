// Branches and loops over what is known and what is not.

import { type Builder, type Statement } from "./builder";
import { constant, variable } from "./basics";
import { created, knownCondition, numberFor, someTensor, tensorExpression, unknownCondition } from "./expressions";
import { layerFor } from "./layers";
import { attempt, Scope } from "./scope";

const condition = (builder: Builder, scope: Scope): string =>
  builder.random.chance(0.55) ? knownCondition(builder.random, scope).text : unknownCondition(builder.random);

const deepest = 2;

export const branch: Statement = (builder, scope) => {
  if (builder.depth >= deepest) return constant(builder, scope);
  const { random } = builder;
  builder.block(`if (${condition(builder, scope)}) {`, () => builder.some(new Scope(scope), 3));
  if (random.chance(0.6)) {
    const end = builder.lines.pop()!;
    builder.block(`${end.trim()} else ${random.chance(0.3) ? `if (${condition(builder, scope)}) ` : ""}{`, () =>
      builder.some(new Scope(scope), 3),
    );
  }
};

/** A variable that gets its value in one branch or the other. */
export const chosen: Statement = (builder, scope) => {
  const { random } = builder;
  const name = builder.name("c");
  const [a, b] = [tensorExpression(random, scope, 1), tensorExpression(random, scope, 1)];
  builder.line(`let ${name}‹: Tensor› = ${a.text};`);
  builder.line(`if (${condition(builder, scope)}) ${name} = ${b.text};`);
  scope.add(name, random.chance(0.5) ? a.value : b.value, false);
};

export const guard: Statement = (builder, scope) => {
  const { random } = builder;
  const x = someTensor(random, scope);
  const axis = random.int(0, Math.max(0, x.value.rank - 1));
  const dim = x.value.shape[axis];
  if (dim === undefined) return constant(builder, scope);
  builder.line(`if (${x.text}.shape[${axis}] !== ${dim} && ${x.text}.rank > ${axis}) throw new Error("not ${dim}");`);
};

/** An expression of the same shape as the variable, so that a loop may do it again and again. */
function same(builder: Builder, scope: Scope, name: string): string {
  const { random } = builder;
  return random.pick([
    `relu(${name})`,
    `${name}.mul(2).add(${name})`,
    `${name}.add(1)`,
    `softmax(${name}.mul(0.5), 0)`,
    `${name}.sub(${someTensor(random, scope).text}.mean())`,
  ]);
}

/** Something that gives another shape each time. */
function growing(builder: Builder, name: string): string {
  return builder.random.pick([
    `concat([${name}, ${name}], 0)`,
    `expandDims(${name}, 0)`,
    `${name}.T`,
    `${name}.flatten()`,
    `concat([${name}, ones([1, ...${name}.shape.slice(1)])], 0)`,
  ]);
}

export const loop: Statement = (builder, scope) => {
  if (builder.depth >= deepest) return variable(builder, scope);
  const { random } = builder;
  const start = tensorExpression(random, scope, 0);
  const [h, i] = [builder.name("h"), builder.name("i")];
  builder.line(`let ${h}‹: Tensor› = ${start.text};`);
  const inner = new Scope(scope);
  inner.add(h, start.value, false);
  const count = random.chance(0.7) ? numberFor(random, scope, random.int(0, 4)) : 'Number(process.env.STEPS ?? "2")';
  const body = (): void => {
    const isGrowing = random.chance(0.25) && !count.includes("process");
    if (random.chance(0.4)) builder.some(inner, 2);
    if (random.chance(0.15))
      builder.line(
        `if (${random.chance(0.5) ? unknownCondition(random) : `${i} > 1`}) ${random.pick(["break", "continue"])};`,
      );
    builder.line(`${h} = ${isGrowing ? growing(builder, h) : same(builder, inner, h)};`);
  };
  const kind = random.int(0, 3);
  if (kind === 0) {
    inner.add(i, 1);
    builder.block(`for (let ${i} = 0; ${i} < ${count}; ${i}++) {`, body);
  } else if (kind === 1) {
    builder.line(`let ${i} = ${count};`);
    builder.block(`while (${i}-- > 0) {`, body);
  } else if (kind === 2) {
    builder.line(`let ${i} = 0;`);
    builder.block("do {", body, `} while (++${i} < ${count});`);
  } else {
    inner.add(i, 1);
    builder.block(`for (const ${i} of [1, 2, 3]) {`, body);
  }
  scope.add(h, start.value, false);
};

/** Layers in a list, applied one after another in one way or another. */
export const stackOfLayers: Statement = (builder, scope) => {
  const { random } = builder;
  const x = someTensor(random, scope);
  const last = x.value.shape.at(-1);
  if (last === undefined) return constant(builder, scope);
  const sizes = [last, ...Array.from({ length: random.int(1, 3) }, () => random.int(1, 5))];
  if (random.chance(0.05)) sizes[0]!++;
  const [list, layers, h, k] = [builder.name("sizes"), builder.name("layers"), builder.name("h"), builder.name("k")];
  builder.line(
    `const ${list} = [${sizes.join(", ")}]‹ as const›;`.replace("‹ as const›", random.chance(0.5) ? "‹ as const›" : ""),
  );
  builder.line(
    random.pick([
      `const ${layers} = ${list}.slice(1).map((out, ${k}) => new Linear(${list}[${k}]‹!›, out));`,
      `const ${layers} = Array.from({ length: ${list}.length - 1 }, (_, ${k}) => new Linear(${list}[${k}]‹!›, ${list}[${k} + 1]‹!›));`,
      `const ${layers}‹: Linear[]› = []; for (let ${k} = 0; ${k} + 1 < ${list}.length; ${k}++) ${layers}.push(new Linear(${list}[${k}]‹!›, ${list}[${k} + 1]‹!›));`,
    ]),
  );
  const act = random.pick(["relu", "tanh", "sigmoid"]);
  const apply = random.pick([
    `const ${h} = ${layers}.reduce((v‹: Tensor›, layer) => ${act}(layer.forward(v)), ${x.text});`,
    `let ${h}‹: Tensor› = ${x.text}; for (const layer of ${layers}) ${h} = ${act}(layer.forward(${h}));`,
    `let ${h}‹: Tensor› = ${x.text}; ${layers}.forEach((layer, at) => { ${h} = at % 2 ? layer.forward(${h}) : ${act}(layer.forward(${h})); });`,
    `const ${h} = new Sequential(...${layers}, new ReLU()).forward(${x.text});`,
    `let ${h}‹: Tensor› = ${x.text}; for (let ${k} = 0; ${k} < ${layers}.length; ${k}++) ${h} = ${layers}[${k}]‹!›.forward(${h});`,
  ]);
  builder.line(apply);
  const out = attempt(`zeros([${[...x.value.shape.slice(0, -1), sizes.at(-1)!].join()}])`, scope);
  if (out.kind === "value") scope.add(h, out.value);
};

export const attemptToCompute: Statement = (builder, scope) => {
  if (builder.depth >= deepest) return constant(builder, scope);
  const { random } = builder;
  const name = builder.name("r");
  const [a, b] = [tensorExpression(random, scope, 1), created(random, scope)];
  builder.line(`let ${name}‹: Tensor› = ${b.text};`);
  builder.block(
    "try {",
    () => {
      builder.line(`${name} = ${a.text};`);
      if (random.chance(0.3)) builder.line(`${name} = ${name}.matmul(zeros([${random.int(1, 6)}, 2]));`);
    },
    random.chance(0.5)
      ? "} catch {}"
      : `} catch (error) { ${name} = ones([2]); } finally { ${random.chance(0.3) ? `${name} = relu(${name});` : ""} }`,
  );
  scope.add(name, a.value, false);
};

export const selection: Statement = (builder, scope) => {
  const { random } = builder;
  const name = builder.name("s");
  const start = tensorExpression(random, scope, 0);
  builder.line(`let ${name}‹: Tensor› = ${start.text};`);
  const subject = random.chance(0.6) ? numberFor(random, scope, random.int(1, 3)) : "Math.floor(Math.random() * 2)";
  const inner = new Scope(scope);
  inner.add(name, start.value, false);
  builder.block(`switch (${subject}‹ as number›) {`, () => {
    for (const label of ["case 0:", "case 1:", "default:"]) {
      builder.line(
        `${label} ${name} = ${tensorExpression(random, inner, 1).text};${random.chance(0.7) ? " break;" : ""}`,
      );
    }
  });
  scope.add(name, start.value, false);
};

export const layer: Statement = (builder, scope) => {
  const { random } = builder;
  const x = someTensor(random, scope);
  const [name, y] = [builder.name("layer"), builder.name("y")];
  const text = layerFor(random, x.value);
  const trial = attempt(`(${text}).forward(${x.text})`, scope);
  if (trial.kind === "refused") return constant(builder, scope);
  if (trial.kind === "shape-error" && random.chance(0.9)) return constant(builder, scope);
  builder.line(`const ${name} = ${text};`);
  builder.line(`const ${y} = ${name}.forward(${x.text});`);
  const value = trial.kind === "value" ? trial.value : trial.likely;
  if (value) scope.add(y, value);
};

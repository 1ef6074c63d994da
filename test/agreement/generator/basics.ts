// Declarations, assignments, destructuring and what else stands in a straight line.

import { type Tensor } from "@shapelens/engine";
import { type Statement } from "./builder";
import { created, knownCondition, numberFor, someTensor, tensorExpression, unknownCondition } from "./expressions";
import { attempt } from "./scope";

export const constant: Statement = (builder, scope) => {
  const { text, value } = tensorExpression(builder.random, scope);
  const name = builder.name("x");
  builder.line(`const ${name} = ${text};`);
  scope.add(name, value);
};

export const variable: Statement = (builder, scope) => {
  const { text, value } = tensorExpression(builder.random, scope, 1);
  const name = builder.name("h");
  builder.line(`let ${name}‹: Tensor› = ${text};`);
  scope.add(name, value, false);
};

export const assignment: Statement = (builder, scope) => {
  const target = scope.assignable().at(-1);
  if (!target) return variable(builder, scope);
  const { text } = tensorExpression(builder.random, scope, 1);
  builder.line(`${target.name} = ${text};`);
};

export const number: Statement = (builder, scope) => {
  const { random } = builder;
  const value = random.int(1, 8);
  const text = numberFor(random, scope, value);
  const name = builder.name("n");
  builder.line(`const ${name} = ${text};`);
  scope.add(name, value);
};

export const ternary: Statement = (builder, scope) => {
  const { random } = builder;
  const a = tensorExpression(random, scope, 1);
  const b = random.chance(0.5) ? a : tensorExpression(random, scope, 1);
  const isKnown = random.chance(0.5);
  const condition = isKnown ? knownCondition(random, scope) : { text: unknownCondition(random), value: true };
  const name = builder.name("t");
  builder.line(`const ${name} = ${condition.text} ? ${a.text} : ${b.text};`);
  scope.add(name, condition.value ? a.value : b.value);
};

export const shapeParts: Statement = (builder, scope) => {
  const { random } = builder;
  const { text, value } = someTensor(random, scope);
  if (value.rank === 0) return number(builder, scope);
  const [first, second, rest] = [builder.name("n"), builder.name("n"), builder.name("rest")];
  if (random.chance(0.5)) builder.line(`const [${first} = 1, ${second} = 2, ...${rest}] = ${text}.shape;`);
  else builder.line(`const { shape: [${first} = 1, ${second} = 2], rank: ${rest} } = ${text};`);
  scope.add(first, value.shape[0] ?? 1);
  scope.add(second, value.shape[1] ?? 2);
};

export const options: Statement = (builder, scope) => {
  const { random } = builder;
  const [x, w] = [someTensor(random, scope), created(random, scope)];
  const n = random.int(1, 5);
  const [object, a, b, c] = [builder.name("o"), builder.name("a"), builder.name("b"), builder.name("n")];
  builder.line(
    `const ${object} = { x: ${x.text}, inner: { w: ${w.text} }, n: ${numberFor(random, scope, n)}‹ as number› };`,
  );
  const style = random.int(0, 3);
  if (style === 0) builder.line(`const { x: ${a}, inner: { w: ${b} }, n: ${c} = 3 } = ${object};`);
  else if (style === 1)
    builder.line(`const ${a} = ${object}.x, ${b} = ${object}["inner"].w, ${c} = ${object}?.n ?? 2;`);
  else if (style === 2) {
    builder.line(`const { n: ${c}, ...${object}Rest } = ${object};`);
    builder.line(`const ${a} = ${object}Rest.x, ${b} = { ...${object}Rest.inner, other: 1 }.w;`);
  } else {
    // Another name for the same object: what is written through it is seen through both.
    const replaced = tensorExpression(random, scope, 1);
    builder.line(`const ${object}Alias‹: any› = ${object};`);
    builder.line(
      random.chance(0.5)
        ? `${object}Alias.x = ${replaced.text};`
        : `if (${unknownCondition(random)}) ${object}Alias.x = ${replaced.text};`,
    );
    builder.line(`const ${a} = ${object}.x, ${b} = ${object}.inner.w, ${c} = Object.values({ n: ${object}.n })[0]‹!›;`);
    scope.add(a, replaced.value);
    scope.add(b, w.value);
    scope.add(c, n);
    return;
  }
  scope.add(a, x.value);
  scope.add(b, w.value);
  scope.add(c, n);
};

export const swap: Statement = (builder, scope) => {
  const [a, b] = scope.assignable().slice(-2);
  if (!a || !b) return variable(builder, scope);
  builder.line(`[${a.name}, ${b.name}] = [${b.name}, ${a.name}];`);
};

/** `const [a, b] = split(…)`. */
export const parts: Statement = (builder, scope) => {
  const { random } = builder;
  const { text, value } = someTensor(random, scope);
  const axis = random.int(0, Math.max(0, value.rank - 1));
  const dim = value.shape[axis] ?? 1;
  const [a, b] = [builder.name("p"), builder.name("p")];
  const how = random.pick([`${dim % 2 === 0 ? 2 : 1}`, `[1, ${dim - 1}]`, `[${Math.max(1, dim - 1)}, 1]`]);
  const call = random.chance(0.7) ? `split(${text}, ${how}, ${axis})` : `unstack(${text}, ${axis})`;
  const trial = attempt(call, scope);
  if (trial.kind !== "value" || !Array.isArray(trial.value)) return constant(builder, scope);
  const list = trial.value as Tensor[];
  if (list.length < 2) {
    builder.line(`const [${a}‹!›] = ${call};`.replace("‹!›", ""));
    if (list[0]) scope.add(a, list[0]);
    return;
  }
  builder.line(`const [${a}, ${random.chance(0.3) ? "..." : ""}${b}]‹: any› = ${call};`);
  scope.add(a, list[0]);
  const isRest = builder.lines.at(-1)!.includes("...");
  scope.add(b, isRest ? list.slice(1) : list[1]);
};

export const assertion: Statement = (builder, scope) => {
  const { random } = builder;
  const { text, value } = someTensor(random, scope);
  if (value.rank === 0) return constant(builder, scope);
  const contract = value.shape.map((dim, i) => (random.chance(0.5) ? `d${i}` : String(dim))).join(" ");
  builder.line(`assertShape(${text}, "${contract}");`);
};

/** A loss and a step of training. */
export const training: Statement = (builder, scope) => {
  const { random } = builder;
  const x = someTensor(random, scope);
  if (x.value.rank < 2 || x.value.dtype !== "float32") return constant(builder, scope);
  const [layer, loss] = [builder.name("fc"), builder.name("loss")];
  const { shape } = x.value;
  const out = random.int(1, 4);
  builder.line(`const ${layer} = new Linear(${shape[shape.length - 1]!}, ${out});`);
  const optimizer = builder.name("opt");
  builder.line(`const ${optimizer} = new ${random.pick(["SGD", "Adam"])}(${layer}.parameters(), { lr: 0.1 });`);
  const target = [...shape.slice(0, -1), random.chance(0.96) ? out : out + 1];
  builder.line(
    `const ${loss} = ${random.pick(["mse", "mae", "huber"])}(${layer}.forward(${x.text}), zeros([${target.join(", ")}]));`,
  );
  if (target.at(-1) === out) builder.line(`${loss}.backward(); ${optimizer}.step(); ${optimizer}.zeroGrad();`);
};

/** Batches of a data set, the last of which may be smaller. */
export const dataset: Statement = (builder, scope) => {
  const { random } = builder;
  const [rows, width] = [random.int(2, 7), random.int(1, 4)];
  const [x, y, size] = [builder.name("xb"), builder.name("yb"), random.int(1, 4)];
  const flags = random.pick(["", ", { dropLast: true }", ", { shuffle: true }"]);
  builder.block(
    `for (const [${x}, ${y}] of batches(zeros([${rows}, ${width}]), zeros([${rows}]), ${size}${flags})) {`,
    () => {
      const inner = new (scope.constructor as new (parent: typeof scope) => typeof scope)(scope);
      inner.add(x, (attempt(`zeros([${Math.min(rows, size)}, ${width}])`, scope) as { value: Tensor }).value);
      inner.add(y, (attempt(`zeros([${Math.min(rows, size)}])`, scope) as { value: Tensor }).value);
      builder.some(inner, 2);
    },
  );
};

// Tensors in lists, maps and sets.

import { type Statement } from "./builder";
import { constant } from "./basics";
import { numberFor, someTensor, tensorExpression, unknownCondition } from "./expressions";
import { attempt, Scope } from "./scope";

export const list: Statement = (builder, scope) => {
  const { random } = builder;
  const x = someTensor(random, scope);
  const { shape, rank } = x.value;
  const like = `zeros([${shape.map((dim) => numberFor(random, scope, dim)).join(", ")}])`;
  const [items, y] = [builder.name("items"), builder.name("y")];
  builder.line(`const ${items}‹: Tensor[]› = [${x.text}, ${like}];`);
  const changes = [
    `${items}.push(${like});`,
    `${items}.unshift(relu(${x.text}));`,
    `${items}[1] = ${random.chance(0.7) ? like : tensorExpression(random, scope, 1).text};`,
    `${items}.reverse();`,
    `${items}.pop();`,
    `if (${unknownCondition(random)}) ${items}.push(${like});`,
    `${items}.splice(0, 1, ...[${like}, ${like}]);`,
    `${items}.length = 1;`,
    `for (const alias of [${items}]) alias.push(${tensorExpression(random, scope, 1).text});`,
  ];
  for (let i = random.int(0, 2); i > 0; i--) builder.line(random.pick(changes));
  const axis = random.int(0, Math.max(0, rank - 1));
  const use = random.pick([
    `concat(${items}, ${axis})`,
    `stack(${items}, 0)`,
    `${items}.reduce((a, b) => a.add(b))`,
    `${items}[${items}.length - 1]‹!›`,
    `${items}.map((item) => item.mul(2)).at(-1)‹!›`,
    `concat(${items}.map((item, at) => (at % 2 === 0 ? item : relu(item))), ${axis})`,
    `[...${items}, ...${items}.slice(1)].filter((item) => item.rank > 0).reduce((a, b) => a.mul(b))`,
    `${items}.find((item) => item.rank === ${rank})‹!›`,
    `concat(${items}.flatMap((item) => [item, item]), ${axis})`,
    `Object.entries({ a: ${items}[0]‹!›, b: ${items}.at(-1)‹!› }).map(([, item]) => item)[1]‹!›`,
  ]);
  builder.line(`const ${y} = ${use};`);
  scope.add(y, x.value);
};

export const keyed: Statement = (builder, scope) => {
  const { random } = builder;
  const [a, b] = [tensorExpression(random, scope, 1), tensorExpression(random, scope, 0)];
  const [map, y] = [builder.name("map"), builder.name("y")];
  builder.line(
    `const ${map} = new Map<string, Tensor>([["a", ${a.text}]]);`.replace("<string, Tensor>", "‹<string, Tensor>›"),
  );
  builder.line(
    random.chance(0.7) ? `${map}.set("b", ${b.text});` : `if (${unknownCondition(random)}) ${map}.set("a", ${b.text});`,
  );
  builder.line(`const ${y} = ${map}.get("${random.pick(["a", "a", "b"])}") ?? ${a.text};`);
  scope.add(y, a.value);
};

/** A sum over a list, whatever the loop over it looks like. */
export const traversal: Statement = (builder, scope) => {
  if (builder.depth >= 2) return constant(builder, scope);
  const { random } = builder;
  const x = someTensor(random, scope);
  const y = builder.name("z");
  const [item, at] = [builder.name("item"), builder.name("at")];
  builder.line(`let ${y}‹: Tensor› = ${x.text};`);
  const source = `[${x.text}, ${tensorExpression(random, scope, 1).text}]`;
  const header = random.pick([
    `for (const ${item} of ${source}) {`,
    `for (const [${at}, ${item}] of ${source}.entries()) {`,
    `for (const ${item} of new Set(${source})) {`,
    `for (const [${at}, ${item}] of Object.entries({ a: ${x.text}, b: relu(${x.text}) })) {`,
    `for (const ${item} of unstack(ones([2, ${x.value.shape.join(", ") || 1}]), 0)) {`,
  ]);
  const inner = new Scope(scope);
  inner.add(item, x.value);
  builder.block(header, () => {
    if (random.chance(0.4)) builder.some(inner, 2);
    builder.line(
      `${y} = ${random.pick([item, `${item}.mul(2)`, `${y}.add(${item})`, `${item}.sum(0, { keepDims: true })`])};`,
    );
  });
  scope.add(y, x.value, false);
};

/** Numbers worked out by list methods and used as lengths. */
export const lengths: Statement = (builder, scope) => {
  const { random } = builder;
  const [name, y] = [builder.name("dims"), builder.name("y")];
  const x = someTensor(random, scope);
  const source = random.pick([
    `${x.text}.shape.map((dim) => dim * 2)`,
    `[2, 3, 4].filter((dim) => dim > ${random.int(1, 3)})`,
    `[...${x.text}.shape].reverse()`,
    `Array.from({ length: ${random.int(0, 3)} }, (_, at) => at + 1)`,
    `[${numberFor(random, scope, 3)}, ...${x.text}.shape.slice(1)]`,
    `new Array(${random.int(1, 3)}).fill(${numberFor(random, scope, 2)})`,
    `${x.text}.shape.length > 1 ? [${x.text}.shape[0]‹!›, 1] : [1]`,
    `[Math.max(...${x.text}.shape, 1), Math.min(3, 2)]`,
    `"3x4".split("x").map(Number)`,
  ]);
  const trial = attempt(`zeros(${source})`, scope);
  if (trial.kind !== "value") return constant(builder, scope);
  builder.line(`const ${name} = ${source};`);
  builder.line(`const ${y} = zeros(${name});`);
  scope.add(y, trial.value);
};

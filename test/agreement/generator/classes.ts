// Classes with fields, constructors, inheritance and forward.

import { type Statement } from "./builder";
import { constant } from "./basics";
import { numberFor, someTensor, tensorExpression, unknownCondition } from "./expressions";
import { layerFor } from "./layers";
import { attempt, Scope } from "./scope";

export const network: Statement = (builder, scope) => {
  if (builder.depth > 0) return constant(builder, scope);
  const { random } = builder;
  const x = someTensor(random, scope, 1);
  const last = x.value.shape.at(-1);
  if (last === undefined) return constant(builder, scope);
  const [name, net, y] = [builder.name("Net"), builder.name("net"), builder.name("y")];
  const hidden = random.int(1, 5);
  const first = layerFor(random, x.value);
  const outer = attempt(`(${first}).forward(${x.text})`, scope);
  if (outer.kind !== "value") return constant(builder, scope);
  const middle = (outer.value as typeof x.value).shape.at(-1) ?? 1;
  const inside = random.chance(0.04) ? middle + 1 : middle;
  const result = { value: x.value };
  const style = random.int(0, 3);
  builder.block(`${random.chance(0.3) ? "export " : ""}class ${name} extends Module {`, () => {
    builder.line(`first = ${first};`);
    if (style === 0) builder.line(`last = new Linear(${inside}, ${hidden});`);
    else if (style === 1) {
      builder.line("last;");
      builder.line(
        `constructor(wide‹: number›, readonly size = ${hidden}) { super(); this.last = new Linear(wide, size); }`.replace(
          "readonly size",
          "size",
        ),
      );
    } else if (style === 2) {
      builder.line("#last‹: Linear›;");
      builder.line(
        `constructor({ wide, size = ${hidden} }‹: { wide: number; size?: number }›) { super(); this.#last = new Linear(wide, size); }`,
      );
      builder.line("get last() { return this.#last; }");
    } else
      builder.line(`layers = [new Linear(${inside}, ${hidden}), new ReLU()]; get last() { return this.layers[0]‹!›; }`);
    builder.block(`‹override ›forward(x‹: Tensor›)‹: Tensor› {`, () => {
      const inner = new Scope(scope);
      inner.add("x", x.value);
      builder.line("const mid = this.first.forward(x);");
      inner.add("mid", outer.value);
      if (random.chance(0.4)) builder.some(inner, 2);
      if (random.chance(0.2))
        builder.line(`if (${unknownCondition(random)}) return ${tensorExpression(random, inner, 1).text};`);
      builder.line(`return this.last.forward(${random.pick(["mid", "relu(mid)", "mid.mul(2)"])});`);
    });
  });
  const args = ["", `${numberFor(random, scope, inside)}`, `{ wide: ${numberFor(random, scope, inside)} }`, ""][style]!;
  let used = name;
  if (random.chance(0.25)) {
    used = builder.name("Sub");
    const act = random.pick(["relu", "sigmoid", "flatten"]);
    builder.line(
      `class ${used} extends ${name} { ‹override ›forward(x‹: Tensor›)‹: Tensor› { return ${act}(super.forward(x)); } }`,
    );
  }
  builder.line(`const ${net} = new ${used}(${args});`);
  builder.line(`const ${y} = ${net}.forward(${x.text});`);
  const shape = [...(outer.value as typeof x.value).shape.slice(0, -1), hidden];
  const out = attempt(`zeros([${shape.join()}])`, scope);
  scope.add(y, out.kind === "value" ? out.value : result.value);
};

/** An object with a state that its methods change. */
export const stateful: Statement = (builder, scope) => {
  if (builder.depth > 0) return constant(builder, scope);
  const { random } = builder;
  const start = tensorExpression(random, scope, 1);
  const inner = new Scope(scope);
  inner.add("this.state", start.value);
  const next = random.pick([
    "relu(this.state)",
    "concat([this.state, this.state], 0)",
    "this.state.T",
    "this.state.sum(0)",
    `${tensorExpression(random, scope, 1).text}`,
  ]);
  const [name, one, y] = [builder.name("Box"), builder.name("box"), builder.name("y")];
  builder.block(`class ${name} {`, () => {
    builder.line(`state‹: Tensor› = ${start.text};`);
    builder.line("static made = 0;");
    builder.line(`step() { this.state = ${next}; ${name}.made++; return this; }`);
    builder.line("get value() { return this.state; }");
  });
  builder.line(`const ${one} = new ${name}();`);
  builder.line(
    random.pick([
      `${one}.step();`,
      `${one}.step().step();`,
      `if (${unknownCondition(random)}) ${one}.step();`,
      `const ${one}Alias = ${one}; ${one}Alias.step();`,
      `[${one}, new ${name}()].forEach((each) => each.step());`,
      `for (let i = 0; i < ${random.int(0, 3)}; i++) ${one}.step();`,
      `while (${name}.made < 2) ${one}.step();`,
      "",
    ]),
  );
  builder.line(`const ${y} = ${one}.value;`);
  scope.add(y, start.value);
};

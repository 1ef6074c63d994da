// Bundling: what is taken in, what is refused, and where the messages lead.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { type BundleResult } from "../../src/runner/bundle/bundle";
import { registerNames } from "../../src/runner/bundle/registerNames";
import { bundleText, engine } from "./workerHarness";

function refused(result: BundleResult): Extract<BundleResult, { ok: false }> {
  assert.ok(!result.ok, "it was bundled");
  return result;
}

describe("bundling", () => {
  it("takes in unsaved texts, local imports with and without an ending, and JSON", async () => {
    const result = await bundleText(
      `import { one } from "./one"; import { two } from "./two.js"; import data from "./data.json"; console.log(one, two, data);`,
      "model.ts",
      {
        "one.ts": `export const one: number = 1111;`,
        "two.ts": `export const two: string = "zwei";`,
        "data.json": `{ "three": 3333 }`,
      },
    );
    assert.ok(result.ok);
    for (const text of ["1111", "zwei", "3333"]) assert.ok(result.code.includes(text), text);
    assert.deepEqual(result.files.map((file) => basename(file)).sort(), ["data.json", "model.ts", "one.ts", "two.ts"]);
  });

  it("is one classic script that leads back to the user's lines and no others", async () => {
    const text = `import { ones } from "@shapelens/engine";\n\nexport const marker = ones([12345]);\n`;
    const result = await bundleText(text);
    assert.ok(result.ok);
    new Function(result.code);
    const lines = result.code.split("\n");
    const line = lines.findIndex((each) => each.includes("12345"));
    const position = originalPositionFor(new TraceMap(result.map), {
      line: line + 1,
      column: lines[line]!.indexOf("12345"),
    });
    assert.deepEqual([position.source, position.line], [resolve("test/runner/model.ts"), 3]);
    assert.deepEqual(result.files, [resolve("test/runner/model.ts")]);
  });

  it("leads to the files that run, not to what they were made from", async () => {
    const made = `export const fn = () => 4711;\n//# sourceMappingURL=made.js.map\n`;
    const result = await bundleText(`import { fn } from "./made.js"; console.log(fn);`, "model.ts", {
      "made.js": made,
    });
    assert.ok(result.ok);
    assert.deepEqual(result.files.map((file) => basename(file)).sort(), ["made.js", "model.ts"]);
  });

  it("refuses Node's modules, and says why", async () => {
    for (const name of ["fs", "node:path", "fs/promises"]) {
      const { message, place } = refused(await bundleText(`\nimport * as it from "${name}"; console.log(it);`));
      assert.match(message, new RegExp(`"${name}" is a part of Node.js.*without files, network`));
      assert.deepEqual([place?.file, place?.line], [resolve("test/runner/model.ts"), 1]);
    }
  });

  it("names what cannot be found", async () => {
    const local = refused(await bundleText(`import { x } from "./nowhere"; console.log(x);`));
    assert.match(local.message, /There is no file "\.\/nowhere"/);
    const far = refused(await bundleText(`import { x } from "@no-such/package/part"; console.log(x);`));
    assert.match(far.message, /package "@no-such\/package" was not found.*npm install @no-such\/package/);
  });

  it("tells the place of a syntax error in characters, as editors count them", async () => {
    const { message, place } = refused(await bundleText(`const ok = 1;\nconst größe = "π" + ;\n`));
    assert.match(message, /Unexpected ";"/);
    assert.deepEqual(place, { file: resolve("test/runner/model.ts"), line: 1, character: 20 });
  });

  it("leaves no file behind", async () => {
    const before = readdirSync("test/runner");
    assert.ok((await bundleText("export {};")).ok);
    assert.deepEqual(readdirSync("test/runner"), before);
  });

  it("can be given up", async () => {
    const { bundle } = await import("../../src/runner/bundle/bundle");
    const controller = new AbortController();
    const file = resolve("test/runner/model.ts");
    const running = bundle({
      file,
      openTexts: new Map([[file, "export {};"]]),
      engine,
      runtime: resolve("src/runner/worker.ts"),
      signal: controller.signal,
    });
    controller.abort();
    await assert.rejects(running, { name: "AbortError" });
  });
});

describe("names for the runtime", () => {
  const names = (text: string): string[] =>
    [
      ...registerNames(text)
        .slice(text.length)
        .matchAll(/(\S+): typeof/g),
    ].map((match) => match[1]!);

  for (const [text, expected] of [
    ["const a = 1, b2 = f(3);", ["a", "b2"]],
    ["export const W: Tensor = randn([2, 3]);", ["W"]],
    ["let [x, y] = pair;", ["x", "y"]],
    ["const { x, y: z } = point;", ["x", "y", "z"]],
    ["export default class Net extends Module {}", ["Net"]],
    ["export function score(x) {}", ["score"]],
    ["if (a === b) c = 1;", []],
    [`import { type T } from "x"; `, []],
    ["const größe = 1;", ["größe"]],
  ] as const) {
    it(`are ${expected.join(", ") || "none"} in ${text}`, () => assert.deepEqual(names(text), expected));
  }

  it("do not move a line", () => {
    const text = "const a = 1;\nconst b = 2; // no newline at the end";
    assert.ok(registerNames(text).startsWith(`${text}\n`));
  });
});

// Which files may use the engine.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { EngineReach } from "../../src/server/engineReach";

describe("A file reaches the engine", () => {
  let folder: string;
  const files: Readonly<Record<string, string>> = {
    "direct.ts": `import { ones } from "@shapelens/engine";`,
    "require.cjs": `const { ones } = require('@shapelens/engine');`,
    "through.ts": `import { model } from "./lib/model";`,
    "twin.ts": `import { model } from "./lib/model.js";`,
    "folder.ts": `export * from "./lib";`,
    "lazily.mjs": `const { model } = await import("./lib/model.ts");`,
    "lib/model.ts": `import "../direct";`,
    "lib/index.ts": `export { model } from "./model";`,
    "plain.ts": `import { join } from "node:path"; import "./circle"; import "./missing";`,
    "circle.ts": `import "./plain";`,
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "shapelens-reach-"));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const name of ["direct.ts", "require.cjs", "through.ts", "twin.ts", "folder.ts", "lazily.mjs"]) {
    it(name, () => assert.equal(new EngineReach().reaches(join(folder, name)), true));
  }
  for (const name of ["plain.ts", "circle.ts", "not-there.ts"]) {
    it(`but not ${name}`, () => assert.equal(new EngineReach().reaches(join(folder, name)), false));
  }

  it("as soon as the open text of an import does", () => {
    const circle = join(folder, "circle.ts");
    let text = files["circle.ts"]!;
    const reach = new EngineReach((file) => (file === circle ? text : undefined));
    assert.equal(reach.reaches(join(folder, "plain.ts")), false);
    text = files["direct.ts"]!;
    reach.changed(circle);
    assert.equal(reach.reaches(join(folder, "plain.ts")), true);
  });
});

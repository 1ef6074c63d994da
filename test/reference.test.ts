// The reference of the engine is what its declarations say, and what its examples give.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { functionTable, opTable } from "@shapelens/engine/tooling";
import { written } from "../scripts/reference";

describe("The reference of the engine", () => {
  it("is what npm run reference writes", async function () {
    this.timeout(120_000);
    for (const [path, text] of await written()) {
      assert.equal(readFileSync(path, "utf8"), text, `${path}: npm run reference`);
    }
  });

  it("has an entry for every op and function, with an example that gives something", () => {
    const text = readFileSync("docs/engine.md", "utf8");
    const missing = [...opTable.keys(), ...functionTable.keys()].filter((name) => {
      const entry = text.slice(text.indexOf(`\n### ${name}\n`)).split("\n### ")[1] ?? "";
      return !text.includes(`\n### ${name}\n`) || (!/; \/\/ ./.test(entry) && name !== "seed");
    });
    assert.deepEqual(missing, []);
  });
});

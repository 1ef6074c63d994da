// What the editor says and what the run does are the same: on random programs, and on every program that ever
// showed a difference.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Tally } from "./campaign";
import { compare } from "./compare";
import { runCampaign } from "./crew";
import { calledOps } from "./generator/samples";
import { engineLayers, layerMakers } from "./generator/layers";
import { minimise } from "./minimise";
import { readModels } from "./models";
import { mainFile, parseProgram, type Program } from "./program";
import { createAnalyzer } from "../../src/analyzer/analyzer";
import { memoryFileSystem } from "../../src/analyzer/program/fileSystem";
import { opTable } from "@shapelens/engine/tooling";

const seeds = 20_000;
const firstSeed = 1;

/** The random programs run in processes of their own, from the first test of any file on. */
let campaign: Promise<Tally> | undefined;
before(() => {
  campaign = runCampaign(firstSeed, seeds, () => undefined);
  // A test asks for it later: until then nobody is told that it failed.
  campaign.catch(() => undefined);
});

/** Ops no random program calls, and why. */
const leftOut: Readonly<Record<string, string>> = {};

function problemsIn({ files }: Program): string[] {
  const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(files) });
  analyzer.update(mainFile, files.get(mainFile)!);
  return analyzer.facts(mainFile)!.problems.map(({ message }) => message);
}

describe("The editor and the run", () => {
  const fixtures = join(__dirname, "fixtures");
  for (const file of readdirSync(fixtures)) {
    it(`agree on ${file.replace(/\.txt$/, "").replaceAll("-", " ")}`, () => {
      const { disagreements, ran } = compare(parseProgram(readFileSync(join(fixtures, file), "utf8")));
      assert.deepEqual(
        disagreements.map(({ message }) => message),
        [],
      );
      assert.ok(ran > 0, "nothing ran");
    });
  }

  for (const { name, text } of readModels(process.cwd())) {
    it(`agree on the whole model ${name}, in which nothing is wrong`, () => {
      const program = parseProgram(text);
      const { disagreements, stops, ran, shown } = compare(program);
      assert.deepEqual(
        disagreements.map(({ message }) => message),
        [],
      );
      assert.deepEqual(stops, []);
      assert.ok(shown >= 0.95 * ran, `only ${shown} of ${ran} shapes are shown`);
      assert.deepEqual(problemsIn(program), []);
    });
  }

  it("agree on random programs", async function () {
    this.timeout(600_000);
    const { programs, ran, shown, failing, stopped, found } = await campaign!;
    this.test!.title = `agree on ${programs} random programs, ${failing} of them wrong, at ${shown} places`;
    const reports = found
      .slice(0, 3)
      .map(
        ({ seed, text, disagreement }) => `seed ${seed}: ${disagreement.message}\n${minimise(text, disagreement.kind)}`,
      );
    assert.deepEqual(reports, []);
    assert.ok(failing > programs / 10, `only ${failing} programs failed`);
    assert.ok(stopped < programs / 10, `${stopped} programs stopped early`);
    assert.ok(shown / ran > 0.95, `only ${shown} of ${ran} shapes are shown`);
  });

  it("are asked about every op", () => {
    const missing = [...opTable.keys()].filter((name) => !calledOps.has(name) && !(name in leftOut));
    assert.deepEqual(missing, []);
  });

  it("are asked about every layer", () => {
    const missing = engineLayers().filter((name) => !(name in layerMakers));
    assert.deepEqual(missing, []);
  });
});

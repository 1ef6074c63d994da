// Programs with one mistake each, of the kinds that people make: exactly that mistake is found, where it is, and the
// mended program has none.
//
// In a program, carets under a line stand for the problem expected there: `//   ^^^ [warning] code: words of its message`,
// and `// fixed: …` is what the line of code above has to be.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createAnalyzer } from "../../src/analyzer/analyzer";
import { analyse } from "./check";

const folder = join(__dirname, "programs");
const carets = /^\/\/ *(\^+) (warning )?([\w-]+): (.*)$/;
const fixed = /^\/\/ fixed: (.*)$/;

interface Expected {
  readonly place: string;
  readonly severity: string;
  readonly code: string;
  readonly words: string;
}

/** The program as people wrote it, as it has to be, and what is expected of the first. */
function read(name: string): { wrong: string; right: string; expected: Expected[] } {
  const wrong: string[] = [];
  const right: string[] = [];
  const expected: Expected[] = [];
  for (const line of readFileSync(join(folder, name), "utf8").split("\n")) {
    const mark = carets.exec(line);
    const better = fixed.exec(line);
    if (mark) {
      const [, under, warning, code, words] = mark as unknown as [string, string, string | undefined, string, string];
      const start = line.indexOf("^");
      const place = `${wrong.length}:${start}-${start + under.length}`;
      expected.push({ place, severity: warning ? "warning" : "error", code, words });
    } else if (better) right[right.length - 1] = better[1]!;
    else {
      wrong.push(line);
      right.push(line);
    }
  }
  return { wrong: wrong.join("\n"), right: right.join("\n"), expected };
}

/** The programs that no small edit mends: something of another kind is needed in another place. */
const beyondRepair = [
  ...["attention-mask", "embedding-rank", "last-hidden-state", "odd-autoencoder", "residual-stride"],
  ...["latent-width", "outer-sum", "softmax-of-one", "time-embedding"],
];

function hasRepair(text: string): boolean {
  const analyzer = createAnalyzer();
  analyzer.update("/main.ts", text);
  const [problem] = analyzer.facts("/main.ts")!.problems;
  for (const fix of analyzer.fixes("/main.ts", problem!)) if (fix) return true;
  return false;
}

describe("A program with one mistake", () => {
  for (const name of readdirSync(folder)) {
    const { wrong, right, expected } = read(name);
    it(`has just that: ${name.replace(/\.txt$/, "")}`, () => {
      assert.equal(expected.length, 1);
      const { problems } = analyse(wrong);
      const found = problems.map(({ start, end, severity, code, message }): Expected => {
        const lines = wrong.slice(0, start).split("\n");
        const column = lines.at(-1)!.length;
        const words = expected.find((each) => message.includes(each.words))?.words ?? message;
        return { place: `${lines.length}:${column}-${column + end - start}`, severity, code, words };
      });
      assert.deepEqual(found, expected);
    });
    it(`has a repair, if there is one: ${name.replace(/\.txt$/, "")}`, () => {
      assert.equal(hasRepair(wrong), !beyondRepair.includes(name.replace(/\.txt$/, "")));
    });
    it(`has none when it is mended: ${name.replace(/\.txt$/, "")}`, () => {
      assert.notEqual(right, wrong);
      assert.deepEqual(
        analyse(right).problems.map(({ code, message }) => `${code} ${message}`),
        [],
      );
    });
  }
});

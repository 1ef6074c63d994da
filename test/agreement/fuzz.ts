// Runs on: `npm run fuzz [count] [seed]`. Every disagreement is printed with its program, cut down to what it needs.

import { emptyTally, tryProgram } from "./campaign";
import { minimise } from "./minimise";

const [count = 20_000, first = Date.now() % 1_000_000_000] = process.argv.slice(2).map(Number);
const tally = emptyTally();
const started = performance.now();
let told = started;

for (let seed = first; seed < first + count; seed++) {
  const known = tally.found.length;
  tryProgram(seed, tally);
  const [news] = tally.found.slice(known);
  if (news) {
    console.log(`\nseed ${seed}: ${news.disagreement.message}\n`);
    console.log(minimise(news.text, news.disagreement.kind));
  }
  if (performance.now() - told > 10_000) {
    told = performance.now();
    console.log(summary());
  }
}
console.log(summary());
process.exitCode = tally.found.length > 0 ? 1 : 0;

function summary(): string {
  const { programs, ran, shown, failing, found } = tally;
  const seconds = (performance.now() - started) / 1000;
  const speed = `${(programs / seconds).toFixed(0)} a second`;
  const seeds = new Set(found.map(({ seed }) => seed)).size;
  return `${programs} programs from seed ${first} (${speed}), ${failing} of them wrong; ${shown} of ${ran} shapes shown; ${seeds} disagree`;
}

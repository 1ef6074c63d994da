// Runs on: `npm run fuzz [count] [seed]`. Every disagreement is printed with its program, cut down to what it needs.

import { addTally, emptyTally, type Found } from "./campaign";
import { runCampaign } from "./crew";
import { minimise } from "./minimise";

const [count = 20_000, first = Date.now() % 1_000_000_000] = process.argv.slice(2).map(Number);
const sofar = emptyTally();
const disagreeing = new Set<number>();
const started = performance.now();
let told = started;

void runCampaign(first, count, (news) => {
  addTally(sofar, news);
  for (const found of news.found) {
    if (!disagreeing.has(found.seed)) print(found);
    disagreeing.add(found.seed);
  }
  if (performance.now() - told > 10_000) {
    told = performance.now();
    console.log(summary());
  }
}).then(() => {
  console.log(summary());
  process.exitCode = disagreeing.size > 0 ? 1 : 0;
});

function print({ seed, text, disagreement }: Found): void {
  console.log(`\nseed ${seed}: ${disagreement.message}\n`);
  console.log(minimise(text, disagreement.kind));
}

function summary(): string {
  const { programs, ran, shown, failing } = sofar;
  const seconds = (performance.now() - started) / 1000;
  const speed = `${(programs / seconds).toFixed(0)} a second`;
  return `${programs} programs from seed ${first} (${speed}), ${failing} of them wrong; ${shown} of ${ran} shapes shown; ${disagreeing.size} disagree`;
}

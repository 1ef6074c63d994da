// One process of a campaign: tries every n-th seed and tells its parent what it found, and how far it is.

import { emptyTally, tryProgram } from "./campaign";

const [first, end, step] = process.argv.slice(2).map(Number) as [number, number, number];
const everyMilliseconds = 2_000;
let tally = emptyTally();
let told = performance.now();

// What a program left to do when its run was over may fail.
process.on("unhandledRejection", () => undefined);

for (let seed = first; seed < end; seed += step) {
  tryProgram(seed, tally);
  if (performance.now() - told > everyMilliseconds) tell();
}
tell();

function tell(): void {
  process.send!(tally);
  tally = emptyTally();
  told = performance.now();
}

// @ts-check
// Times what does the same work in one process, turn by turn, so that whatever else the machine does falls on all alike.

/** @typedef {{ prepare?: () => unknown, run: () => unknown }} Contestant */

/** How long each contestant warms up, is then measured, and how long one turn of it lasts; at least. */
const WARM_UP_MS = 300;
const MEASURE_MS = 600;
const TURN_MS = 4;
/** At least so many turns each, fewer for what takes more than a second. */
const TURNS = 15;
const SLOW_TURNS = 3;

/**
 * The times of one call in milliseconds, turn by turn, for each contestant.
 * @param {readonly Contestant[]} contestants
 * @returns {Promise<number[][]>}
 */
export async function measure(contestants) {
  const calls = [];
  for (const contestant of contestants) calls.push(await warmUp(contestant));
  /** @type {number[][]} */
  const times = contestants.map(() => []);
  const end = performance.now() + contestants.length * MEASURE_MS;
  for (let turn = 0; turn < TURNS || performance.now() < end; turn++) {
    for (const [i, contestant] of contestants.entries()) {
      if (calls[i] === 0 && turn >= SLOW_TURNS) continue;
      times[i]?.push(await time(contestant, calls[i] || 1));
    }
  }
  return times;
}

/** @param {readonly number[]} numbers */
export const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;

/**
 * How many times as long the other takes: in the middle one of the turns, in which both meet the same machine.
 * @param {readonly number[]} times
 * @param {readonly number[]} others
 */
export const ratio = (times, others) => {
  const turns = others.slice(0, times.length);
  return median(turns.map((other, turn) => other / (times[turn] ?? NaN)));
};

/**
 * How many calls make one turn; 0 for what takes more than a second.
 * @param {Contestant} contestant
 */
async function warmUp(contestant) {
  const end = performance.now() + WARM_UP_MS;
  /** @type {number} */
  let last;
  do last = await time(contestant, 1);
  while (performance.now() < end);
  return last > 1000 ? 0 : Math.max(1, Math.round(TURN_MS / last));
}

/**
 * Milliseconds for one call.
 * @param {Contestant} contestant
 * @param {number} calls
 */
async function time({ prepare, run }, calls) {
  await prepare?.();
  const start = performance.now();
  for (let i = 0; i < calls; i++) {
    const result = run();
    if (result instanceof Promise) await result;
  }
  return (performance.now() - start) / calls;
}

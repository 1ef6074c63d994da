// Plain JavaScript works just as well. Two half moons of points, and a small network that tells them apart.

import { Linear, moons, ReLU, Sequential } from "@shapelens/engine";

// Two numbers in (where the point is), two scores out (which moon it belongs to).
export const model = new Sequential(new Linear(2, 16), new ReLU(), new Linear(16, 16), new ReLU(), new Linear(16, 2));

const train = moons(400, { seed: 1 });
const test = moons(200, { seed: 2 });

export const inputs = train.x; // [400, 2]
export const targets = train.y; // [400]: 0 or 1 for each point
export const testInputs = test.x;
export const testTargets = test.y;

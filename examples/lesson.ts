// A neural network with two layers, line by line. Rest the pointer on any name to read its shape.
// Change a number and see what breaks. Press Run model below to watch it compute, and learn.

import { mse, RandomState, sigmoid, tensor } from "@shapelens/engine";

const rng = new RandomState(0); // NumPy's generator: the same digits as np.random.seed(0)

const X = rng.rand(5, 3); // 5 samples with 3 features each

const W1 = rng.rand(3, 4); // 3 features in, 4 hidden neurons out
const b1 = rng.rand(4);
const W2 = rng.rand(4, 1); // 4 hidden neurons in, 1 answer out
const b2 = rng.rand(1);

const a1 = sigmoid(X.matmul(W1).add(b1)); // hidden layer: one row per sample
const output = sigmoid(a1.matmul(W2).add(b2)); // one answer between 0 and 1 per sample

console.log(String(output));

// What the answers should have been, and how to measure the distance. Backprop and Train use them.
export const targets = tensor([[0], [1], [0], [1], [1]], { dtype: "float64" });
export const loss = mse;

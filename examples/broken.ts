// Six mistakes, each on its own line and none because of another. Rest the pointer on what is underlined.

import { concat, Linear, mse, randn, zeros } from "@shapelens/engine";

const images = randn([64, 784]); // 64 pictures of 784 pixels

// 1. The rows of a weight matrix must match what comes in: 784 pixels, not 128.
const hidden = images.matmul(randn([128, 10]));

// 2. A bias has one number per column: 10, not 64.
const shifted = randn([64, 10]).add(zeros([64]));

// 3. Reshaping keeps every number: 784 is 28 · 28, not 28 · 29.
const pictures = images.reshape([64, 28, 29]);

// 4. A layer takes what it was made for: 784 features, not 256.
const scores = new Linear(256, 10).forward(images);

// 5. What is joined along the columns needs the same number of rows: 64, not 32.
const both = concat([images, randn([32, 784])], 1);

// 6. Predictions and targets must have the same shape: a column is not a row.
const distance = mse(randn([64, 1]), randn([64]));

console.log(hidden, shifted, pictures, scores, both, distance);

// A first classifier as a beginner writes it: rows of numbers, a split, standardised columns, batches cut by hand.

const sl = require("@shapelens/engine");
const { tensor, randn, zeros, softmax, crossEntropy, oneHot, noGrad } = sl;

const rows = [];
for (let i = 0; i < 60; i++) {
  const kind = i % 3;
  rows.push([5 + kind * 0.7, 3 - kind * 0.2, 1.4 + kind * 2, 0.2 + kind * 0.8, kind]);
}
const features = rows.map((row) => row.slice(0, 4));
const classes = rows.map((row) => row[4]);

let X = tensor(features);
const y = tensor(classes, { dtype: "int32" });
const average = X.mean(0);
const spread = X.std(0).add(1e-8);
X = X.sub(average).div(spread);

const split = Math.floor(0.8 * rows.length);
const trainX = X.slice([0, split]);
const testX = X.slice([split, rows.length]);
const trainY = y.slice([0, split]);
const testY = y.slice([split]);

var W = randn([4, 3]);
var b = zeros([3]);
W.requiresGrad = true;
b.requiresGrad = true;

const batchSize = 10;
const losses = [];
for (var epoch = 0; epoch < 3; epoch++) {
  var total = 0;
  for (let start = 0; start < split; start += batchSize) {
    const end = Math.min(start + batchSize, split);
    const xb = trainX.slice([start, end]);
    const yb = trainY.slice([start, end]);
    const logits = xb.matmul(W).add(b);
    const loss = crossEntropy(logits, yb);
    loss.backward();
    noGrad(() => {
      W = W.sub(W.grad.mul(0.1)).detach();
      b = b.sub(b.grad.mul(0.1)).detach();
    });
    W.requiresGrad = b.requiresGrad = true;
    total += loss.item() * (end - start);
  }
  losses.push(total / split);
}

const scores = softmax(testX.matmul(W).add(b), 1);
const guess = scores.argmax(1);
const right = guess.equal(testY).astype("float32").mean();
const confusion = oneHot(testY, 3).T.matmul(oneHot(guess, 3));
console.log(`accuracy ${(right.item() * 100).toFixed(1)} %`, confusion.toArray(), losses);

// Words by their neighbours: pairs from sliding windows, negative samples, nearest words by cosine.

"use strict";
const {
  Adam,
  Embedding,
  binaryCrossEntropyWithLogits,
  concat,
  ones,
  randint,
  tensor,
  topk,
  zeros,
} = require("@shapelens/engine");

const corpus = `the king rules the land and the queen rules the sea`;
const words = corpus.split(" ");
const vocabulary = Object.create(null);
for (const word of words) vocabulary[word] ??= Object.keys(vocabulary).length;
const count = 9;

const pairs = [];
words.forEach((word, i) => {
  for (let j = Math.max(0, i - 2); j <= i + 2 && j < words.length; j++) {
    if (j !== i) pairs.push([vocabulary[word] % count, vocabulary[words[j]] % count]);
  }
});

const size = 6;
const inside = new Embedding(count, size);
const outside = new Embedding(count, size);
const optimizer = new Adam([...inside.parameters(), ...outside.parameters()], { lr: 0.05 });

function score(centers, contexts) {
  return inside.forward(centers).mul(outside.forward(contexts)).sum(-1);
}

const batch = 8;
for (let at = 0; at + batch <= 16; at += batch) {
  const part = pairs.slice(at, at + batch);
  const centers = tensor(
    part.map(([c]) => c),
    { dtype: "int32" },
  );
  const contexts = tensor(
    part.map(([, o]) => o),
    { dtype: "int32" },
  );
  const strangers = randint(0, count, [batch, 3]);
  const real = score(centers, contexts);
  const fake = score(centers.expandDims(1), strangers);
  const logits = concat([real.expandDims(1), fake], 1);
  const targets = concat([ones([batch, 1]), zeros([batch, 3])], 1);
  const loss = binaryCrossEntropyWithLogits(logits, targets);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}

const table = inside.weight.detach();
const unit = table.div(table.norm(1, { keepDims: true }));
const likeness = unit.matmul(unit.T);
const { values, indices } = topk(likeness, 3, 1);
console.log(values.shape, indices.shape);

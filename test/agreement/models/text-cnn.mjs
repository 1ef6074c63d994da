// Sentences by convolutions of several widths; batches come from an asynchronous generator.

import * as sl from "@shapelens/engine";

const { Conv1d, Dropout, Embedding, Linear, Module, Adam, concat, crossEntropy, max, relu } = sl;

class TextCNN extends Module {
  constructor({ vocabulary, dim = 8, widths = [2, 3, 4], filters = 6, classes = 2, dropout = 0.5 }) {
    super();
    this.embedding = new Embedding(vocabulary, dim);
    this.convs = widths.map((w) => new Conv1d(dim, filters, w));
    this.dropout = new Dropout(dropout);
    this.head = new Linear(filters * widths.length, classes);
  }
  forward(ids) {
    const x = this.embedding.forward(ids).swapAxes(1, 2);
    const pooled = this.convs.map((conv) => max(relu(conv.forward(x)), -1));
    return this.head.forward(this.dropout.forward(concat(pooled, 1)));
  }
}

async function* loader(count, size) {
  for (let at = 0; at < count; at += size) {
    const n = Math.min(size, count - at);
    await Promise.resolve();
    yield { ids: sl.randint(0, 30, [n, 12]), labels: sl.randint(0, 2, [n]) };
  }
}

const model = new TextCNN({ vocabulary: 30 });
const optimizer = new Adam(model.parameters(), { lr: 1e-3 });
let seen = 0;
const train = async () => {
  for await (const { ids, labels } of loader(20, 8)) {
    const loss = crossEntropy(model.forward(ids), labels);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    seen += ids.shape[0];
  }
};
void train();
model.eval();
const [test] = [sl.randint(0, 30, [1, 7])];
const answer = sl.softmax(model.forward(test)).squeeze(0);
console.log(seen, answer.shape);

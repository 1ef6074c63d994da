// A translator of recurrent networks: the decoder looks at all words of the encoder at every step.

import { Adam, concat, crossEntropy, Embedding, GRU, Linear, Module, randint, softmax, stack } from "@shapelens/engine";
import { tanh, type Tensor, zeros } from "@shapelens/engine";

class Encoder extends Module {
  embedding: Embedding;
  rnn: GRU;
  bridge: Linear;

  constructor(vocabulary: number, embed: number, hidden: number) {
    super();
    this.embedding = new Embedding(vocabulary, embed);
    this.rnn = new GRU(embed, hidden, { bidirectional: true });
    this.bridge = new Linear(2 * hidden, hidden);
  }

  forward(source: Tensor): [outputs: Tensor, hidden: Tensor] {
    const { output, hidden } = this.rnn.forwardWithState(this.embedding.forward(source));
    const both = concat([hidden.at(0), hidden.at(1)], 1);
    return [output, tanh(this.bridge.forward(both))];
  }
}

class Attention extends Module {
  score: Linear;
  weight: Linear;

  constructor(encoded: number, hidden: number) {
    super();
    this.score = new Linear(encoded + hidden, hidden);
    this.weight = new Linear(hidden, 1, { bias: false });
  }

  forward(query: Tensor, memory: Tensor): Tensor {
    const [, time] = memory.shape as [number, number, number];
    const repeated = query.expandDims(1).repeat(time, 1);
    const energy = tanh(this.score.forward(concat([memory, repeated], 2)));
    return softmax(this.weight.forward(energy).squeeze(2), 1);
  }
}

class Decoder {
  embedding: Embedding;
  rnn: GRU;
  out: Linear;

  constructor(
    readonly attention: Attention,
    vocabulary: number,
    embed: number,
    encoded: number,
    hidden: number,
  ) {
    this.embedding = new Embedding(vocabulary, embed);
    this.rnn = new GRU(embed + encoded, hidden);
    this.out = new Linear(hidden + encoded + embed, vocabulary);
  }

  parameters(): Tensor[] {
    const { embedding, rnn, out, attention } = this;
    return [embedding, rnn, out, attention].flatMap((layer) => layer.parameters());
  }

  step(word: Tensor, hidden: Tensor, memory: Tensor) {
    const embedded = this.embedding.forward(word).expandDims(1);
    const weights = this.attention.forward(hidden, memory);
    const context = weights.expandDims(1).matmul(memory);
    const { output, hidden: next } = this.rnn.forwardWithState(concat([embedded, context], -1), {
      hidden: hidden.expandDims(0),
    });
    const seen = concat([output.squeeze(1), context.squeeze(1), embedded.squeeze(1)], 1);
    return { logits: this.out.forward(seen), hidden: next.squeeze(0), weights };
  }
}

const [embed, hidden, words] = [6, 10, 20];
const encoder = new Encoder(15, embed, hidden);
const decoder = new Decoder(new Attention(2 * hidden, hidden), words, embed, 2 * hidden, hidden);
const optimizer = new Adam([...encoder.parameters(), ...decoder.parameters()], { lr: 0.005 });
const source = randint(0, 15, [3, 7]);
const target = randint(0, words, [3, 5]);

let [memory, state] = encoder.forward(source);
let word = zeros([3], { dtype: "int32" });
const steps: Tensor[] = [];
const looks: Tensor[] = [];
for (let t = 0; t < target.shape[1]!; t++) {
  const { logits, hidden: next, weights } = decoder.step(word, state, memory);
  steps.push(logits);
  looks.push(weights);
  state = next;
  word = t % 2 === 0 ? target.slice(null, t) : logits.argmax(-1);
}
const logits = stack(steps, 1);
const alignment = stack(looks, 1);
const loss = crossEntropy(logits.reshape([-1, words]), target.reshape([-1]));
optimizer.zeroGrad();
loss.backward();
optimizer.step();
memory = memory.detach();
console.log(alignment.shape, memory.shape);

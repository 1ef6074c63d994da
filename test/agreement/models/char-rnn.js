// A character model by hand, as in the lesson: weights as plain tensors, the hidden state carried through the text.

const {
  crossEntropy,
  eye,
  grad,
  noGrad,
  oneHot,
  randn,
  softmax,
  stack,
  tanh,
  tensor,
  zeros,
} = require("@shapelens/engine");

const text = "hello world, hello tensors";
const chars = Array.from(new Set(text.split("")));
const index = new Map(chars.map((c, i) => [c, i]));
const size = chars.length;
const hidden = 12;

const params = {
  Wxh: randn([size, hidden]).mul(0.01),
  Whh: eye(hidden),
  bh: zeros([hidden]),
  Why: randn([hidden, size]).mul(0.01),
  by: zeros([size]),
};
for (const p of Object.values(params)) p.requiresGrad = true;

function step(x, h) {
  const { Wxh, Whh, bh, Why, by } = params;
  const next = tanh(x.matmul(Wxh).add(h.matmul(Whh)).add(bh));
  return { next, logits: next.matmul(Why).add(by) };
}

function lossOf(ids, start) {
  let h = start;
  const outputs = [];
  for (let t = 0; t + 1 < ids.length; t++) {
    const x = oneHot(tensor([ids[t]], { dtype: "int32" }), size);
    const { next, logits } = step(x, h);
    outputs.push(logits);
    h = next;
  }
  const all = stack(outputs).squeeze(1);
  const targets = tensor(ids.slice(1), { dtype: "int32" });
  return { loss: crossEntropy(all, targets), h };
}

const ids = [...text].map((c) => index.get(c));
let h = zeros([1, hidden]);
for (let epoch = 0; epoch < 2; epoch++) {
  const { loss, h: last } = lossOf(ids, h);
  loss.backward();
  h = last.detach();
  noGrad(() => {
    for (const name of Object.keys(params)) {
      const p = params[name];
      const updated = p.sub(p.grad.mul(0.1));
      params[name] = updated.detach();
      params[name].requiresGrad = true;
    }
  });
}
const { logits } = step(oneHot(tensor([0], { dtype: "int32" }), size), h);
const probabilities = softmax(logits).squeeze(0);
const slope = grad((w) => w.matmul(params.Why).sum())(zeros([2, hidden]));

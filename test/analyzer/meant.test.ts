// Programs that compute what they mean to, with the shapes that also occur in mistakes: nothing may be said about them.

import { check } from "./check";

const names = [
  ...["Embedding", "Linear", "Module", "ReLU", "Sequential", "type Tensor"],
  ...["arange", "argmax", "batches", "concat", "crossEntropy", "mse", "ones", "randint", "randn"],
  ...["scalar", "sigmoid", "softmax", "tensor", "zeros"],
];
const head = `import * as E from "@shapelens/engine";\nimport { ${names.join(", ")} } from "@shapelens/engine";\n`;

const programs: Readonly<Record<string, string>> = {
  "a language model that writes token by token": `
class Head extends Module { q = new Linear(32, 8, { bias: false }); k = new Linear(32, 8, { bias: false }); v = new Linear(32, 8, { bias: false });
 override forward(x: Tensor) { const [B, T] = x.shape as [number, number];
const mask = E.tril(ones([T, T])).equal(0);
  const s = this.q.forward(x).matmul(this.k.forward(x).transpose([0, 2, 1])).mul(8 ** -0.5);
const w = softmax(E.where(mask, -1e9, s), -1); return w.matmul(this.v.forward(x)); } }
class GPT extends Module { tok = new Embedding(65, 32); pos = new Embedding(16, 32); head = new Head(); lm = new Linear(8, 65);
 override forward(ids: Tensor) { const T = ids.shape[1]!;
const x = this.tok.forward(ids).add(this.pos.forward(arange(T))); return this.lm.forward(this.head.forward(x)); } }
const gpt = new GPT();
let ids = tensor([[0]], { dtype: "int32" });
for (let i = 0; i < 10; i++) { const context = ids.slice(null, [-16]);
const logits = gpt.forward(context).slice(null, -1);
const p = softmax(logits, -1);
const next = argmax(p, 1).expandDims(1); ids = concat([ids, next], 1); }
const out = gpt.forward(randint(0, 65, [4, 8]));
const [B, T, C] = out.shape as [number, number, number];
const loss = crossEntropy(out.reshape([B * T, C]), randint(0, 65, [4, 8]).reshape([B * T]));
const loss2 = crossEntropy(out.reshape([-1, 65]), randint(0, 65, [4, 8]).reshape([-1]));
`,
  "attention over a graph": `
const h = new Linear(7, 8).forward(randn([20, 7]));
const a1 = new Linear(8, 1), a2 = new Linear(8, 1);
const e = E.leakyRelu(a1.forward(h).add(a2.forward(h).T), 0.2);
const att = softmax(e, 1);
const y = att.matmul(h);
const e2 = a1.forward(h).add(a2.forward(h).reshape([-1]));
`,
  "kernels and distances between all pairs": `
function rbf(a: Tensor, b: Tensor) { const d = a.expandDims(1).sub(b.expandDims(0)).square().sum(-1); return E.exp(d.neg()); }
const x = randn([30, 4]), y = randn([30, 4]);
const mmd = rbf(x, x).mean().add(rbf(y, y).mean()).sub(rbf(x, y).mean().mul(2));
const sq = x.square().sum(1, { keepDims: true });
const dist = sq.add(sq.T).sub(x.matmul(x.T).mul(2));
const d2 = sq.add(y.square().sum(1)).sub(x.matmul(y.T).mul(2));
`,
  "centring and scaling": `
const x = randn([100, 8]);
const z = x.sub(x.mean(0)).div(E.std(x, 0));
const n = x.div(E.norm(x, 1, { keepDims: true }));
const c = z.T.matmul(z).div(99);
const u = x.sub(x.mean(1).reshape([-1, 1]));
`,
  "attention pooling": `
const s = randn([8, 20, 64]);
const score = new Linear(64, 1).forward(s);
const w = softmax(score, 1);
const pooled = w.mul(s).sum(1);
const w2 = softmax(score.squeeze(-1), -1);
const p2 = w2.expandDims(1).matmul(s).squeeze(1);
`,
  "policy gradients and Q-learning": `
const policy = new Sequential(new Linear(4, 64), new ReLU(), new Linear(64, 2));
const obs = randn([50, 4]);
const acts = randint(0, 2, [50]);
const returns = randn([50]);
const logp = E.logSoftmax(policy.forward(obs), 1);
const chosen = E.gather(logp, acts.expandDims(1), 1).squeeze(1);
const loss = chosen.mul(returns).mean().neg();
const q = E.gather(policy.forward(obs), acts.expandDims(1), 1).squeeze(1);
const target = randn([50]).add(E.max(policy.forward(obs), 1).mul(0.99));
const l2 = mse(q, target);
const advantage = returns.sub(returns.mean());
const l3 = q.sub(target).square().mean();
`,
  "a baseline": `
const v = new Linear(4, 1).forward(randn([50, 4]));
const r = randn([50]);
const adv = r.sub(v.squeeze(1));
const adv2 = r.expandDims(1).sub(v);
const l = adv2.square().mean();
`,
  "a coefficient of determination": `
const p = randn([40]), y = randn([40]);
const r2 = scalar(1).sub(p.sub(y).square().sum().div(y.sub(y.mean()).square().sum()));
`,
  "two classes with one output": `
const m = new Sequential(new Linear(10, 1), new E.Sigmoid());
for (const [x, y] of batches(randn([100, 10]), randint(0, 2, [100, 1]), 16)) { const p = m.forward(x);
const l = E.binaryCrossEntropy(p, y);
const acc = p.greater(0.5).equal(y).mean(); }
`,
  "one output, flattened in three ways": `
const m = new Linear(10, 1);
for (const [x, y] of batches(randn([101, 10]), randn([101]), 25)) { const p = m.forward(x).squeeze(1);
const l = p.sub(y).square().mean();
const l2 = m.forward(x).reshape([-1]).sub(y).abs().mean(); }
`,
  "batches cut by hand, and rows one by one": `
const X = randn([64, 3]);
const Y = randn([64]);
const m = new Linear(3, 1);
for (let i = 0; i < 64; i += 8) { const p = m.forward(X.slice([i, i + 8])).squeeze();
const l = mse(p, Y.slice([i, i + 8])); }
for (let i = 0; i < 64; i++) { const p = m.forward(X.slice([i, i + 1])).squeeze();
const l = p.sub(Y.at(i)).square(); }
`,
  "grids and tables": `
const r = arange(8), c = arange(8).reshape([8, 1]);
const t = r.add(c);
const mask = c.greaterEqual(r);
const g = E.linspace(0, 1, 8).expandDims(1).mul(E.linspace(0, 1, 8));
const i = ones([8, 1]).mul(arange(8));
const j = arange(8).mul(ones([8, 1]));
`,
  positions: `
const pos = arange(50).expandDims(1);
const div = E.exp(arange(16).mul(-0.5));
const pe = concat([E.sin(pos.mul(div)), E.cos(pos.mul(div))], 1);
const rope = E.outer(arange(16), E.exp(arange(8)));
`,
  "patches, pixels and tokens as rows": `
const x = randn([2, 3, 32, 32]);
const p = x.reshape([2, 3, 4, 8, 4, 8]).transpose([0, 2, 4, 1, 3, 5]).reshape([2, 16, 192]);
const q = x.reshape([2, 3, 4, 8, 4, 8]).transpose([0, 2, 4, 1, 3, 5]).reshape([-1, 192]);
const f = x.reshape([-1, 3 * 32 * 32]);
const rows = x.transpose([0, 2, 3, 1]).reshape([-1, 3]);
const chans = x.reshape([-1, 32 * 32]);
const ps = randn([2, 12, 8, 8]).reshape([2, 3, 2, 2, 8, 8]).transpose([0, 1, 4, 2, 5, 3]).reshape([2, 3, 16, 16]);
const group = randn([8, 32, 14, 14]).reshape([8, 8, -1]);
const bn = randn([8, 32, 14, 14]).transpose([0,2,3,1]).reshape([-1, 32]);
const time = randn([16, 10, 3, 32, 32]).reshape([-1, 3, 32, 32]);
`,
  "sizes of one that a constant gives": `
const T = 1;
const scores = zeros([4, T]);
const w = softmax(scores, 1);
const k = 1;
const e = softmax(randn([4, k]), 1);
`,
  "a cache of keys": `
let keys: Tensor | undefined;
const wk = new Linear(16, 16);
for (let t = 0; t < 5; t++) { const x = randn([2, 1, 16]);
const k = wk.forward(x); keys = keys ? concat([keys, k], 1) : k;
const att = softmax(x.matmul(keys.transpose([0, 2, 1])), -1);
const y = att.matmul(keys); }
`,
  "gates and weights": `
const h = randn([32, 64]);
const gate = sigmoid(new Linear(64, 1).forward(h));
const mixed = gate.mul(h).add(scalar(1).sub(gate).mul(randn([32, 64])));
const weights = randn([32]);
const weighted = mixed.mul(weights.expandDims(1));
`,
  "losses weighted and added": `
const p = randn([32, 3]);
const y = randint(0, 3, [32]);
const l = crossEntropy(p, y, { reduction: "none" }).mul(randn([32])).mean();
const total = crossEntropy(p, y).add(mse(p, zeros([32, 3])));
`,
  "helpers for any shape": `
function center(x: Tensor, axis: number) { return x.sub(x.mean(axis, { keepDims: true })); } center(randn([4, 1]), 1);
center(randn([4, 1]), 0);
function soft(x: Tensor) { return E.exp(x).div(E.exp(x).sum(-1, { keepDims: true })); } soft(randn([4, 1]));
`,
  "squeezing what is known": `
const x = randn([1, 1, 28, 28]);
const im = x.squeeze();
const y = randn([32, 64, 1, 1]).squeeze();
const z = E.avgPool2d(randn([32, 64, 7, 7]), 7).squeeze();
`,
  "regression on written data": `
const X = tensor([[1, 2], [2, 3], [3, 4]]);
const y = tensor([[3], [5], [7]]);
const w = randn([2, 1]);
const b = zeros([1]);
const e = X.matmul(w).add(b).sub(y);
const l = e.square().mean();
const grad = X.T.matmul(e).mul(2 / 3);
`,
  "columns of written data": `
const years = tensor([[1990], [2000], [2010]]);
const price = tensor([[1], [2], [3]]);
const z = years.sub(years.mean(0)).div(E.std(years, 0));
const k = years.sub(price);
const m = years.mul(tensor([0.5]));
`,
  "contrastive learning": `
const a = randn([16, 8]), b = randn([16, 8]);
const sim = a.matmul(b.T);
const l = crossEntropy(sim, arange(16));
const na = E.norm(a, 1), nb = E.norm(b, 1);
const cos = sim.div(na.expandDims(1)).div(nb);
const cos2 = sim.div(E.norm(a, 1, { keepDims: true }).mul(nb));
`,
  margins: `
const d = randn([16, 8]).sub(randn([16, 8])).square().sum(1);
const l = E.maximum(d.sub(randn([16])).add(1), 0).mean();
`,
  "one image": `
const one = randn([1, 10]);
const p = softmax(one, 1);
const c = argmax(p, 1);
const q = argmax(one.squeeze(0), 0);
const w = softmax(randn([10]), 0);
`,
};

describe("Nothing is said of", () => {
  for (const [name, text] of Object.entries(programs)) it(name, () => void check(head + text));
});

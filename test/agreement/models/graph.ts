// Graph convolutions with a normalised adjacency, and attention over neighbours.

import {
  crossEntropy,
  eye,
  leakyRelu,
  Linear,
  Module,
  rand,
  randint,
  randn,
  relu,
  softmax,
  take,
} from "@shapelens/engine";
import { type Tensor, tensor, where, zeros, Adam } from "@shapelens/engine";

function normalise(adjacency: Tensor): Tensor {
  const n = adjacency.shape[0]!;
  const looped = adjacency.add(eye(n));
  const degree = looped.sum(1).rsqrt();
  return looped.mul(degree.expandDims(0)).mul(degree.expandDims(1));
}

class GCNLayer extends Module {
  constructor(
    from: number,
    to: number,
    readonly linear = new Linear(from, to),
  ) {
    super();
  }
  override forward(x: Tensor, a: Tensor): Tensor {
    return a.matmul(this.linear.forward(x));
  }
}

class GATLayer extends Module {
  project: Linear;
  left: Tensor;
  right: Tensor;
  constructor(
    from: number,
    readonly to: number,
    readonly heads: number,
  ) {
    super();
    this.project = new Linear(from, heads * to, { bias: false });
    this.left = randn([heads, to, 1], { requiresGrad: true });
    this.right = randn([heads, to, 1], { requiresGrad: true });
  }
  override forward(x: Tensor, adjacency: Tensor): Tensor {
    const n = x.shape[0]!;
    const h = this.project.forward(x).reshape([n, this.heads, this.to]).transpose([1, 0, 2]);
    const scores = leakyRelu(h.matmul(this.left).add(h.matmul(this.right).swapAxes(1, 2)));
    const masked = where(adjacency.greater(0), scores, -1e9);
    const mixed = softmax(masked, -1).matmul(h);
    return mixed.transpose([1, 0, 2]).reshape([n, -1]);
  }
}

const [nodes, features, classes] = [12, 5, 3];
const raw = rand([nodes, nodes]).greater(0.7).astype("float32");
const adjacency = raw.add(raw.T).minimum(1);
const x = randn([nodes, features]);
const y = randint(0, classes, [nodes]);
const ids = tensor([0, 2, 4, 6], { dtype: "int32" });

const first = new GCNLayer(features, 8);
const second = new GATLayer(8, 4, 2);
const third = new GCNLayer(4 * 2, classes);
const parts = { first, second, third };
const optimizer = new Adam(
  Object.values(parts).flatMap((part) => part.parameters()),
  { lr: 0.01 },
);
const a = normalise(adjacency);
for (let epoch = 0; epoch < 3; epoch++) {
  const h = relu(first.forward(x, a));
  const logits = third.forward(second.forward(h, adjacency.add(eye(nodes))), a);
  const loss = crossEntropy(take(logits, ids), take(y, ids));
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}
const pooled = first
  .forward(x, a)
  .mean(0)
  .add(zeros([8]));
console.log(pooled.shape);

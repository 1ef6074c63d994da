// The lesson's digit classifier with every gradient written out: the shapes of the chain rule.

import { RandomState, relu, softmax, sum, type Tensor, zeros } from "@shapelens/engine";

const rng = new RandomState(0);
const sizes = [64, 32, 16, 10] as const;
type Layer = { W: Tensor; b: Tensor };

const layers: Layer[] = sizes.slice(1).map((out, i) => ({
  W: rng.randn(sizes[i]!, out).mul(Math.sqrt(2 / sizes[i]!)),
  b: zeros([out], { dtype: "float64" }),
}));

function forward(X: Tensor): { activations: Tensor[]; output: Tensor } {
  const activations = [X];
  let a = X;
  layers.forEach(({ W, b }, i) => {
    const z = a.matmul(W).add(b);
    a = i === layers.length - 1 ? softmax(z, 1) : relu(z);
    activations.push(a);
  });
  return { activations, output: a };
}

function backward(activations: readonly Tensor[], target: Tensor): { dW: Tensor; db: Tensor }[] {
  const count = target.shape[0]!;
  const gradients: { dW: Tensor; db: Tensor }[] = [];
  let delta = activations[activations.length - 1]!.sub(target).div(count);
  for (let i = layers.length - 1; i >= 0; i--) {
    const before = activations[i]!;
    gradients.unshift({ dW: before.T.matmul(delta), db: sum(delta, 0) });
    if (i > 0) delta = delta.matmul(layers[i]!.W.T).mul(before.greater(0).astype("float64"));
  }
  return gradients;
}

const X = rng.rand(20, 64);
const labels = rng.randint(0, 10, [20]);
const target = zeros([20, 10], { dtype: "float64" }).add(
  labels.expandDims(1).equal(rng.rand(10).argsort().sort()).astype("float64"),
);
for (let epoch = 0; epoch < 3; epoch++) {
  const { activations } = forward(X);
  const gradients = backward(activations, target);
  for (const [i, layer] of layers.entries()) {
    const { dW, db } = gradients[i]!;
    layer.W = layer.W.sub(dW.mul(0.1));
    layer.b = layer.b.sub(db.mul(0.1));
  }
}
const right = forward(X).output.argmax(1).equal(labels).astype("float32").mean();
console.log(right.shape);

// Learning to balance by trial: a replay buffer, two networks, a target from the better of two estimates.

import {
  Adam,
  concat,
  gather,
  huber,
  Linear,
  maximum,
  Module,
  noGrad,
  rand,
  randn,
  ReLU,
  Sequential,
} from "@shapelens/engine";
import { stack, type Tensor, tensor, zeros } from "@shapelens/engine";

enum Action {
  Left,
  Stay,
  Right,
}
const actions = Object.values(Action).filter((value): value is Action => typeof value === "number");
const stateSize = 4;

interface Step {
  state: Tensor;
  action: Action;
  reward: number;
  next: Tensor;
  done: boolean;
}

class Buffer<T> {
  private items: T[] = [];
  private position = 0;
  constructor(private readonly capacity: number) {}
  push(item: T): this {
    if (this.items.length < this.capacity) this.items.push(item);
    else this.items[this.position] = item;
    this.position = (this.position + 1) % this.capacity;
    return this;
  }
  get length() {
    return this.items.length;
  }
  sample(count: number): T[] {
    return Array.from({ length: count }, () => this.items[Math.floor(Math.random() * this.items.length)]!);
  }
}

class QNetwork extends Module {
  body: Sequential;
  value: Linear;
  advantage: Linear;
  constructor(state: number, count: number, hidden = 16) {
    super();
    this.body = new Sequential(new Linear(state, hidden), new ReLU(), new Linear(hidden, hidden), new ReLU());
    this.value = new Linear(hidden, 1);
    this.advantage = new Linear(hidden, count);
  }
  forward(x: Tensor): Tensor {
    const h = this.body.forward(x);
    const advantage = this.advantage.forward(h);
    return this.value.forward(h).add(advantage.sub(advantage.mean(1, { keepDims: true })));
  }
}

const online = new QNetwork(stateSize, actions.length);
const target = new QNetwork(stateSize, actions.length);
target.loadStateDict(online.stateDict());
const optimizer = new Adam(online.parameters(), { lr: 1e-3 });
const buffer = new Buffer<Step>(50);

let state = randn([stateSize]);
for (let t = 0; t < 20; t++) {
  const explore = Math.random() < 0.2;
  const action = explore
    ? actions[t % actions.length]!
    : noGrad(() => online.forward(state.expandDims(0)).argmax(1).item());
  const next = state.add(randn([stateSize]).mul(0.1)).add((action - 1) * 0.05);
  buffer.push({ state, action, reward: 1, next, done: t % 10 === 9 });
  state = next;
}

function learn(size: number, discount = 0.99): Tensor {
  const batch = buffer.sample(size);
  const states = stack(batch.map((step) => step.state));
  const nexts = stack(batch.map(({ next }) => next));
  const chosen = tensor(
    batch.map((step) => [step.action]),
    { dtype: "int32" },
  );
  const rewards = tensor(batch.map((step) => step.reward));
  const going = tensor(batch.map((step) => (step.done ? 0 : 1)));
  const q = gather(online.forward(states), chosen, 1).squeeze(1);
  const goal = noGrad(() => {
    const best = online.forward(nexts).argmax(1, { keepDims: true });
    const estimate = gather(target.forward(nexts), best, 1).squeeze(1);
    return rewards.add(estimate.mul(going).mul(discount));
  });
  return huber(q, goal);
}

for (let i = 0; i < 2; i++) {
  const loss = learn(8);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}
const both = concat([maximum(online.forward(zeros([2, stateSize])), target.forward(rand([2, stateSize])))], 0);
console.log(both.shape);

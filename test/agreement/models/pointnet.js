// Clouds of points: shared layers over points, a learned alignment, the maximum over all points.

import { BatchNorm1d, Conv1d, crossEntropy, eye, Linear, max, Module, randint, randn } from "@shapelens/engine";

class Shared extends Module {
  constructor(...widths) {
    super();
    this.convs = widths.slice(1).map((to, i) => new Conv1d(widths[i], to, 1));
    this.norms = widths.slice(1).map((to) => new BatchNorm1d(to));
  }
  forward(x) {
    return this.convs.reduce((h, conv, i) => this.norms[i].forward(conv.forward(h)).relu(), x);
  }
}

class Align extends Module {
  constructor(k) {
    super();
    this.k = k;
    this.shared = new Shared(k, 8, 16);
    this.fc = new Linear(16, k * k);
  }
  forward(x) {
    const { k } = this;
    const h = max(this.shared.forward(x), 2);
    return this.fc.forward(h).reshape([-1, k, k]).add(eye(k));
  }
}

export default class PointNet extends Module {
  #classes;
  constructor(classes) {
    super();
    this.#classes = classes;
    this.align3 = new Align(3);
    this.first = new Shared(3, 8);
    this.align8 = new Align(8);
    this.second = new Shared(8, 16, 32);
    this.head = new Linear(32 + 8, classes);
  }
  get classes() {
    return this.#classes;
  }
  forward(points) {
    const [batch, count] = points.shape;
    const aligned = points.matmul(this.align3.forward(points.swapAxes(1, 2)));
    const local = this.first.forward(aligned.transpose([0, 2, 1]));
    const t = this.align8.forward(local);
    const turned = local.swapAxes(1, 2).matmul(t).swapAxes(1, 2);
    const whole = this.second.forward(turned).max(-1);
    const spread = whole.expandDims(2).broadcastTo([batch, 32, count]);
    const perPoint = concatAxis1(spread, turned).transpose([0, 2, 1]);
    const difference = t.matmul(t.swapAxes(1, 2)).sub(eye(t.shape[1]));
    return { scores: this.head.forward(perPoint), penalty: difference.square().sum([1, 2]).mean() };
  }
}

import { concat } from "@shapelens/engine";
function concatAxis1(...parts) {
  return concat(parts, 1);
}

const net = new PointNet(4);
const { scores, penalty } = net.forward(randn([2, 50, 3]));
const labels = randint(0, net.classes, [2, 50]);
const loss = crossEntropy(scores.reshape([-1, net.classes]), labels.reshape([-1])).add(penalty.mul(0.001));
loss.backward();

// Forecasting a series: windows as batches, a stacked LSTM, one step ahead and then many.

import { Adam, arange, concat, Linear, LSTM, Module, mse, noGrad, sin, stack, type Tensor } from "@shapelens/engine";

const series = sin(arange(120).mul(0.1));

function windows(values: Tensor, length: number): { x: Tensor; y: Tensor } {
  const count = values.shape[0]! - length;
  const rows: Tensor[] = [];
  const next: Tensor[] = [];
  for (let start = 0; start < count; start++) {
    rows.push(values.slice([start, start + length]));
    next.push(values.at(start + length));
  }
  return { x: stack(rows).expandDims(-1), y: stack(next).expandDims(-1) };
}

class Forecaster extends Module {
  lstm: LSTM;
  head: Linear;
  constructor(hidden: number, layers = 2) {
    super();
    this.lstm = new LSTM(1, hidden, { layers });
    this.head = new Linear(hidden, 1);
  }
  forward(x: Tensor): Tensor {
    const { hidden } = this.lstm.forwardWithState(x);
    return this.head.forward(hidden.at(-1));
  }
}

const { x, y } = windows(series, 12);
const cut = Math.floor(x.shape[0]! * 0.8);
const [xTrain, xTest] = [x.slice([0, cut]), x.slice([cut])];
const [yTrain, yTest] = [y.slice([0, cut]), y.slice([cut])];
const model = new Forecaster(6);
const optimizer = new Adam(model.parameters(), { lr: 0.01 });
let best = Infinity;
for (let epoch = 1; epoch <= 2; epoch++) {
  const loss = mse(model.forward(xTrain), yTrain);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  const held = noGrad(() => mse(model.forward(xTest), yTest)).item();
  if (held < best) best = held;
  else break;
}
let window = xTest.slice([0, 1]);
const future: number[] = [];
while (future.length < 10) {
  const next = noGrad(() => model.forward(window));
  future.push(next.item());
  window = concat([window.slice(null, [1]), next.expandDims(1)], 1);
}

// The losses of log-probabilities against their formulas and against crossEntropy.

import { crossEntropy, klDivergence, log, logSoftmax, nll, tensor } from "@shapelens/engine";
import { close, refuses, sampleSource } from "../support";

const { normal, integers } = sampleSource(23);

describe("nll", () => {
  it("of logSoftmax is the cross-entropy", () => {
    for (const reduction of ["mean", "sum", "none"] as const) {
      const [x, ids] = [normal([4, 5, 3]), integers(0, 5, [4, 3])];
      close(nll(logSoftmax(x, 1), ids, { reduction }).data, crossEntropy(x, ids, { reduction }).data, 1e-12, 1e-12);
    }
  });

  it("refuses ids that do not fit", () => {
    refuses(() => nll(normal([4, 3]), integers(0, 3, [4, 1])), {
      code: "loss-target",
      message: "logProbs are [4, 3] and ids is [4, 1]: expected one class id each, [4]; found 2 axes.",
      fix: "for one-hot rows or probabilities use crossEntropy with the scores.",
      likely: "[]",
    });
    refuses(() => nll(normal([1, 3]), tensor([3], { dtype: "int32" })), {
      code: "loss-target",
      message: "ids holds 3 (element 0), and logProbs [1, 3] have 3 classes: expected whole numbers from 0 to 2.",
      fix: "ids count from 0: subtract 1, or give the last layer one more output.",
    });
    refuses(() => nll(normal([3]), integers(0, 3, [])), {
      code: "rank",
      message: "logProbs are [3]: expected at least 2 axes, [batch, classes], found 1.",
      fix: "for a single sample use expandDims(logProbs, 0).",
    });
  });
});

describe("klDivergence", () => {
  it("is the mean of t · log(t / p)", () => {
    const [p, t] = [tensor([0.2, 0.3, 0.5], { dtype: "float64" }), tensor([0.6, 0, 0.4], { dtype: "float64" })];
    const sum = 0.6 * Math.log(0.6 / 0.2) + 0.4 * Math.log(0.4 / 0.5);
    close(klDivergence(log(p), t).data, [sum / 3], 1e-12);
    close(klDivergence(log(p), t, { reduction: "sum" }).data, [sum], 1e-12);
  });
});

// The layout of an op is but an order of axes: with its channels last it computes what it computes with them first.

import assert from "node:assert/strict";
import { Tensor, sum, mul, transpose } from "@shapelens/engine";
import { opTable, type SampleSource } from "@shapelens/engine/tooling";
import { close, isOptions, optionsOf, sampleSource, tensorsIn } from "../support";

type Call = (...args: readonly unknown[]) => Tensor;
type Samples = readonly ((make: SampleSource) => readonly unknown[])[];

/** The arguments with this layout among the options, and another x. */
function inLayout(args: readonly unknown[], layout: string, x: Tensor): unknown[] {
  const last = args.at(-1);
  const plain = isOptions(last) ? args.slice(0, -1) : args;
  return [x, ...plain.slice(1), { ...(isOptions(last) ? last : {}), layout }];
}

const layoutOf = (args: readonly unknown[]): unknown =>
  args.map((arg) => (isOptions(arg) ? arg.layout : undefined)).find((layout) => layout !== undefined) ?? "NCHW";

const ops = [...opTable].map(([name, op]) => ({
  name,
  call: op as unknown as Call,
  samples: op.declaration.samples as unknown as Samples,
}));

const withLayout = ops.filter(({ call, samples }) =>
  optionsOf(call, samples[0]!(sampleSource()))?.names.includes("layout"),
);

const order = (rank: number, isToLast: boolean): number[] => {
  const inner = Array.from({ length: rank - 2 }, (_, i) => i + (isToLast ? 2 : 1));
  return isToLast ? [0, ...inner, 1] : [0, rank - 1, ...inner];
};

/** The result and the gradient of every tensor, the result's numbers weighted by `weigh`. */
function outcome(call: Call, args: readonly unknown[], weigh: (y: Tensor) => Tensor): { y: Tensor; grads: Tensor[] } {
  const y = call(...args);
  sum(mul(y, weigh(y))).backward();
  return { y, grads: tensorsIn(args).map(({ grad }) => grad!) };
}

describe("with the channels elsewhere, the op computes the same:", () => {
  it("those of images, sequences and normalisation", () => {
    assert.deepEqual(
      withLayout.map(({ name }) => name),
      "conv1d conv2d maxPool2d avgPool2d adaptiveAvgPool2d convTranspose2d upsample2d groupNorm batchNorm".split(" "),
    );
  });

  for (const { name, call, samples } of withLayout) {
    it(name, () => {
      samples.forEach((sample, i) => {
        for (const seed of [i + 1, i + 101, i + 201]) {
          const isLast = layoutOf(sample(sampleSource(seed))) === "NHWC";
          const turn = (x: Tensor): Tensor => transpose(x, order(x.rank, !isLast)).detach();
          const given = sample(sampleSource(seed));
          const weights = sampleSource(seed + 1).normal(call(...given).shape);
          const one = outcome(call, given, () => weights.detach());
          const again = sample(sampleSource(seed));
          const x = turn(again[0] as Tensor);
          const leaf = new Tensor(x.shape, x.dtype, x.data, { requiresGrad: true });
          const other = outcome(call, inLayout(again, isLast ? "NCHW" : "NHWC", leaf), () => turn(weights));
          const where = `sample ${i}, seed ${seed}`;
          assert.deepEqual(other.y.shape, turn(one.y).shape, where);
          close(other.y.data, turn(one.y).data, 1e-12, 1e-12);
          close(other.grads[0]!.data, turn(one.grads[0]!).data, 1e-9, 1e-9);
          one.grads.slice(1).forEach((grad, k) => close(other.grads[k + 1]!.data, grad.data, 1e-9, 1e-9));
        }
      });
    });
  }
});

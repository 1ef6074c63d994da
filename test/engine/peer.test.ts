// Every op that TensorFlow.js has as well, on random inputs: the arguments are drawn from the op's own declaration.

import "@tensorflow/tfjs-backend-cpu";
import { Tensor } from "@shapelens/engine";
import { functionTable, opTable, type SampleSource } from "@shapelens/engine/tooling";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { notInPeer } from "./references/notInTensorflow";
import { peers } from "./references/tensorflow";
import { otherForms } from "./references/tensorflowForms";
import { close, sampleSource, tensorsIn } from "./support";

type Samples = readonly ((make: SampleSource) => readonly unknown[])[];
type Call = (...args: readonly unknown[]) => unknown;

const DRAWS = 4;

/** The ops and functions of the engine by name, with the arguments they are tested with. */
const subjects = new Map<string, { readonly call: Call; readonly samples: Samples }>();
for (const [name, op] of opTable) {
  subjects.set(name, {
    call: op as unknown as Call,
    samples: (op.declaration.samples ?? []) as unknown as Samples,
  });
}
for (const [name, { call, samples = [] }] of functionTable) {
  subjects.set(name, { call: call as unknown as Call, samples: samples as unknown as Samples });
}

describe("TensorFlow.js agrees on", () => {
  before(() => tf.setBackend("cpu"));

  for (const [name, peer] of Object.entries({ ...peers, ...otherForms })) {
    it(name, () => {
      const subject = subjects.get(name);
      assert.ok(subject, `${name} is no op of the engine`);
      const samples = peer.samples ?? subject.samples;
      let compared = 0;
      samples.forEach((sample, i) => {
        const make = sampleSource(i + 1);
        for (let draw = 0; draw < DRAWS; draw++) {
          const args = sample(make);
          // The peer refuses or answers NaN for many empty tensors.
          if (tensorsIn(args).some((tensor) => tensor.size === 0)) continue;
          const expected = (peer.call as Call)(...args.map(toPeer)) as tf.Tensor | readonly tf.Tensor[] | undefined;
          if (expected === undefined) continue;
          compare(subject.call(...args), expected, `sample ${i}, draw ${draw}`);
          compared++;
        }
      });
      assert.ok(compared > 0, "the peer takes none of the samples");
    });
  }

  it("everything but what is listed with a reason", () => {
    const listed = [peers, otherForms, notInPeer].flatMap((list) => Object.keys(list));
    assert.deepEqual(listed.sort(), [...subjects.keys()].sort());
  });
});

function compare(actual: unknown, expected: tf.Tensor | readonly tf.Tensor[], where: string): void {
  const found = actual instanceof Tensor ? [actual] : Object.values(actual as Record<string, Tensor>);
  const wanted = expected instanceof tf.Tensor ? [expected] : expected;
  assert.equal(found.length, wanted.length, where);
  found.forEach((tensor, i) => {
    assert.deepEqual(tensor.shape, wanted[i]!.shape, where);
    // The peer computes in float32.
    close(tensor.data, wanted[i]!.dataSync(), 2e-4, 2e-5);
  });
}

/** The same argument with the peer's tensors in place of the engine's. */
function toPeer(arg: unknown): unknown {
  if (arg instanceof Tensor) {
    const dtype = arg.dtype === "float64" ? "float32" : arg.dtype;
    return tf.tensor(Array.from(arg.data, Number), [...arg.shape], dtype);
  }
  if (Array.isArray(arg)) return arg.map(toPeer);
  if (typeof arg !== "object" || arg === null) return arg;
  return Object.fromEntries(Object.entries(arg).map(([name, value]) => [name, toPeer(value)]));
}

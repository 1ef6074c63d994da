// Every op of the table is exported and run in onnxruntime on the samples of its declaration, so that none is forgotten:
// once for just these shapes, and once with every length open.

import assert from "node:assert/strict";
import { ShapeError, Tensor } from "@shapelens/engine";
import { exportOnnx, type OnnxInput } from "@shapelens/engine/onnx";
import { opTable, type SampleSource } from "@shapelens/engine/tooling";
import { replaceTensors, sampleSource, tensorsIn } from "../support";
import { assertClose, runOnnx } from "./runtime";
import { assertWellFormed } from "./structure";

type AnyCall = (...args: readonly unknown[]) => Tensor;
type Samples = readonly ((make: SampleSource) => readonly unknown[])[];

/** The ops that cannot be exported, and what their refusal says. */
const notExportable: Readonly<Record<string, RegExp>> = {
  dropout: /draws random numbers/,
};

/** The ops that want to know a length, and what they say when it is open. */
const notOpen: Readonly<Record<string, RegExp>> = {
  squeeze: /Whether axis 1 of \[1, n3, 1\] is 1 is not known/,
  rnn: /hidden size must be a number/,
  gru: /hidden size must be a number/,
};

const noSteps = "onnxruntime does not run a sequence of no steps";
const meanOfNothing = "the mean of nothing is NaN here and 0 in onnxruntime";

/** The ops whose samples without a single element are left out, and why. */
const notEmpty: Readonly<Record<string, string>> = {
  adaptiveAvgPool2d: "onnxruntime does not multiply an empty batch of matrices",
  linear: "onnxruntime takes a sum of no columns for one of several",
  ...{ mse: meanOfNothing, mae: meanOfNothing, huber: meanOfNothing, klDivergence: meanOfNothing },
  ...{ binaryCrossEntropy: meanOfNothing, binaryCrossEntropyWithLogits: meanOfNothing },
  ...{ crossEntropy: meanOfNothing, nll: meanOfNothing },
  ...{ rnn: noSteps, lstm: noSteps, gru: noSteps },
};

/** The arguments with numbers as most models have them. */
function inFloat32(args: readonly unknown[]): unknown[] {
  return replaceTensors(args, ({ data, shape, dtype }) =>
    dtype === "float64" ? new Tensor(shape, "float32", Float32Array.from(data)) : new Tensor(shape, dtype, data),
  );
}

/** The arguments with whole numbers, or whether they are positive, in place of all others. */
function inWhole(args: readonly unknown[], dtype: "int32" | "bool"): unknown[] {
  return replaceTensors(args, (x) => {
    if (x.dtype !== "float64") return x;
    if (dtype === "bool")
      return new Tensor(
        x.shape,
        dtype,
        Uint8Array.from(x.data, (value) => Number(value > 0)),
      );
    return new Tensor(
      x.shape,
      dtype,
      Int32Array.from(x.data, (value) => Math.round(3 * value)),
    );
  });
}

async function checkSample(call: AnyCall, args: readonly unknown[], shapeOf: (x: Tensor) => OnnxInput): Promise<void> {
  const tensors = tensorsIn(args);
  const inputs = Object.fromEntries(tensors.map((x, i) => [`x${i}`, x]));
  const specs = Object.fromEntries(tensors.map((x, i) => [`x${i}`, shapeOf(x)]));
  const f = (...given: Tensor[]): Tensor => call(...replaceTensors(args, (x) => given[tensors.indexOf(x)]!));
  const file = exportOnnx(f, specs);
  assertWellFormed(file);
  const { output } = await runOnnx(file, inputs);
  assertClose(output!, f(...tensors), "output");
}

const open = ({ shape, dtype }: Tensor): OnnxInput => ({
  shape: shape.map((length) => (length < 2 ? length : `n${length}`)),
  dtype,
});

/** Attention weights that are dropped at random are drawn anew on every run. */
const isRandom = (args: readonly unknown[]): boolean =>
  args.some((arg) => typeof arg === "object" && arg !== null && Object.hasOwn(arg, "dropout"));

/** Not every op takes every type. */
function isTaken(op: unknown, args: readonly unknown[]): boolean {
  try {
    (op as AnyCall)(...args);
    return true;
  } catch (error) {
    assert.ok(error instanceof TypeError || error instanceof RangeError || error instanceof ShapeError, String(error));
    return false;
  }
}

describe("in ONNX, as the engine computes it:", () => {
  for (const [name, op] of opTable) {
    const samples = (op.declaration.samples ?? []) as unknown as Samples;
    const check = async (shapeOf: (x: Tensor) => OnnxInput, refusal: RegExp | undefined): Promise<void> => {
      for (const [i, sample] of samples.entries()) {
        const args = inFloat32(sample(sampleSource(i + 1)));
        if (name in notEmpty && tensorsIn(args).some(({ size }) => size === 0)) continue;
        const expected = isRandom(args) ? /draws random numbers/ : refusal;
        const checked = checkSample(op as unknown as AnyCall, args, shapeOf);
        const what = `sample ${i} of ${tensorsIn(args)
          .map((x) => String(x.shape))
          .join("; ")}`;
        if (expected) await assert.rejects(checked, expected, what);
        else await checked.catch((error: unknown) => assert.fail(`${what}: ${String(error)}`));
        if (refusal) return;
      }
    };
    const checkWhole = async (dtype: "int32" | "bool"): Promise<void> => {
      for (const [i, sample] of samples.entries()) {
        const args = inWhole(sample(sampleSource(i + 1)), dtype);
        if (isRandom(args) || tensorsIn(args).some(({ size }) => size === 0) || !isTaken(op, args)) continue;
        await checkSample(op as unknown as AnyCall, args, (x) => x);
      }
    };
    it(name, () => check((x) => x, notExportable[name]));
    if (!(name in notExportable)) {
      it(`${name} of whole numbers and bools`, async () => {
        await checkWhole("int32");
        await checkWhole("bool");
      });
    }
    it(`${name} of any lengths`, () => check(open, notExportable[name] ?? notOpen[name]));
  }
});

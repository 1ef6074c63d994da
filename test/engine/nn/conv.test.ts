// Convolutions, pooling and upsampling against their formulas, written out naively.

import assert from "node:assert/strict";
import {
  adaptiveAvgPool2d,
  avgPool2d,
  conv1d,
  conv2d,
  convTranspose2d,
  maxPool2d,
  mul,
  sum,
  Tensor,
  tensor,
  transpose,
  upsample2d,
} from "@shapelens/engine";
import { constantOf, formatShape, symbol, withoutData } from "@shapelens/engine/tooling";
import { close, refuses, refusesType, sampleSource } from "../support";

const { normal } = sampleSource(7);

/** Element (n, c, y, x) of a batch of images, 0 outside. */
function pixel(image: Tensor, n: number, c: number, y: number, x: number): number {
  const [, channels, height, width] = image.shape as [number, number, number, number];
  if (y < 0 || x < 0 || y >= height || x >= width) return 0;
  return image.data[((n * channels + c) * height + y) * width + x]!;
}

interface Setting {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly stride?: number;
  readonly padding?: number;
  readonly dilation?: number;
  readonly groups?: number;
}

const settings: readonly Setting[] = [
  { x: [2, 3, 5, 6], w: [4, 3, 3, 2] },
  { x: [1, 2, 7, 6], w: [3, 2, 3, 3], stride: 2, padding: 1 },
  { x: [2, 1, 8, 8], w: [2, 1, 3, 2], dilation: 2, padding: 2 },
  { x: [2, 4, 5, 5], w: [6, 2, 2, 2], groups: 2, stride: 3 },
  { x: [1, 3, 4, 4], w: [3, 1, 3, 3], groups: 3, padding: 1 },
  { x: [2, 2, 1, 1], w: [3, 2, 1, 1] },
  { x: [1, 1, 2, 2], w: [1, 1, 4, 4], padding: 3, stride: 2 },
];

function naiveConv2d(x: Tensor, w: Tensor, bias: Tensor, setting: Setting, dims: readonly number[]): number[] {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = setting;
  const [filters, depth, height, width] = w.shape as [number, number, number, number];
  const [batch, , rows, columns] = dims as [number, number, number, number];
  const values: number[] = [];
  for (let n = 0; n < batch; n++)
    for (let f = 0; f < filters; f++)
      for (let r = 0; r < rows; r++)
        for (let c = 0; c < columns; c++) {
          let total = bias.data[f]!;
          const first = Math.floor(f / (filters / groups)) * depth;
          for (let d = 0; d < depth; d++)
            for (let i = 0; i < height; i++)
              for (let j = 0; j < width; j++) {
                const y = r * stride - padding + i * dilation;
                const z = c * stride - padding + j * dilation;
                total += pixel(x, n, first + d, y, z) * pixel(w, f, d, i, j);
              }
          values.push(total);
        }
  return values;
}

const channelsLast = (x: Tensor): Tensor => transpose(x, [0, 2, 3, 1]);

describe("conv2d", () => {
  for (const setting of settings) {
    it(`is the sum over the window: ${JSON.stringify(setting)}`, () => {
      const { x: xShape, w: wShape, ...options } = setting;
      const [x, w, bias] = [normal(xShape), normal(wShape), normal([wShape[0]!])];
      const y = conv2d(x, w, { ...options, bias });
      close(y.data, naiveConv2d(x, w, bias, setting, y.shape), 1e-12, 1e-12);
      const last = conv2d(channelsLast(x), w, { ...options, bias, layout: "NHWC" });
      close(transpose(last, [0, 3, 1, 2]).data, y.data);
      assert.equal(formatShape(last.dims), formatShape(channelsLast(y).dims));
    });
  }

  it("pads for ceil(length / stride) results with `same`, the odd zero at the end", () => {
    const x = tensor([[[[1, 2, 3, 4]]]]);
    const w = tensor([[[[1, 10]]]]);
    assert.deepEqual(conv2d(x, w, { padding: "same" }).toArray(), [[[[21, 32, 43, 4]]]]);
    assert.deepEqual(conv2d(x, w, { padding: "same", stride: 2 }).toArray(), [[[[21, 43]]]]);
    assert.deepEqual(conv2d(x, w, { padding: "valid" }).toArray(), [[[[21, 32, 43]]]]);
  });

  it("takes symbolic lengths and channels", () => {
    const [batch, height] = [symbol("B"), symbol("H", 3)];
    withoutData(() => {
      const x = new Tensor([batch, 3, height, 28], "float32");
      const w = new Tensor([8, 3, 3, 3], "float32");
      assert.equal(formatShape(conv2d(x, w, { padding: 1 }).dims), "[B, 8, H, 28]");
      assert.equal(formatShape(conv2d(x, w).dims), "[B, 8, H - 2, 26]");
      assert.equal(formatShape(conv2d(x, w, { stride: 2, padding: "same" }).dims.slice(3)), "[14]");
      assert.equal(formatShape(maxPool2d(new Tensor([batch, 3, 28, 28], "float32"), 2).dims), "[B, 3, 14, 14]");
    });
  });

  it("refuses what does not fit and tells why", () => {
    const w = normal([16, 3, 3, 3]);
    refuses(() => conv2d(normal([8, 1, 28, 28]), w), {
      code: "channels",
      message:
        "expected [batch, 3, height, width], as w is [16, 3, 3, 3], found [8, 1, 28, 28]: 3 channels ≠ 1 in axis 1.",
      fix: "give it 3 channels, or make the weights for 1.",
      numbers: [3, 1],
      axes: [1, 1],
      likely: "[8, 16, 26, 26]",
    });
    refuses(() => conv2d(normal([8, 28, 28, 3]), w), {
      code: "channels",
      message:
        "expected [batch, 3, height, width], as w is [16, 3, 3, 3], found [8, 28, 28, 3]: 3 channels ≠ 28 in axis 1.",
      fix: 'the channels seem to be in the last axis: transpose(x, [0, 3, 1, 2]) is [8, 3, 28, 28], or give { layout: "NHWC" }.',
      likely: "[8, 16, 26, 26]",
    });
    refuses(() => conv2d(normal([8, 3, 28, 28]), w, { layout: "NHWC" }), {
      code: "channels",
      message:
        "expected [batch, height, width, 3], as w is [16, 3, 3, 3], found [8, 3, 28, 28]: 3 channels ≠ 28 in axis 3.",
      fix: 'the channels seem to be in axis 1: transpose(x, [0, 2, 3, 1]) is [8, 28, 28, 3], or give { layout: "NCHW" }.',
      likely: "[8, 26, 26, 16]",
    });
    refuses(() => conv2d(normal([3, 28, 28]), w), {
      code: "rank",
      message: "expected [batch, 3, height, width], found [3, 28, 28]: 4 axes ≠ 3.",
      fix: "add the batch axis: expandDims(x, 0) is [1, 3, 28, 28].",
      likely: "[1, 16, 26, 26]",
    });
    refuses(() => conv2d(normal([64, 28, 28]), normal([16, 1, 3, 3])), {
      code: "rank",
      message: "expected [batch, 1, height, width], found [64, 28, 28]: 4 axes ≠ 3.",
      fix: "add the channel axis: expandDims(x, 1) is [64, 1, 28, 28].",
      likely: "[64, 16, 26, 26]",
    });
    refuses(() => conv2d(normal([1, 3, 2, 9]), normal([4, 3, 5, 5])), {
      code: "kernel-too-large",
      message: "x is [1, 3, 2, 9]: a window of 5 does not fit into axis 2, which has length 2.",
      fix: "use a smaller kernel, or a padding of at least 2.",
      numbers: [5, 2],
      axes: [2],
      likely: "[1, 4, 1, 5]",
    });
    refuses(() => conv2d(normal([1, 3, 4, 4]), w, { dilation: 4, padding: 1 }), {
      code: "kernel-too-large",
      message:
        "x is [1, 3, 4, 4]: a window of 3, 9 with its dilation does not fit into axis 2, which has length 4, 6 with its padding.",
      fix: "use a smaller kernel, or a padding of at least 3.",
    });
    refuses(() => conv2d(normal([1, 3, 4, 4]), normal([3, 3])), {
      code: "rank",
      message: "w must be [out, in, height, width], found [3, 3]: 4 axes ≠ 2.",
    });
    refuses(() => conv2d(normal([1, 4, 4, 4]), normal([3, 2, 1, 1]), { groups: 2 }), {
      code: "channels",
      message: "w is [3, 2, 1, 1]: its 3 channels in axis 0 cannot be divided into 2 equal groups.",
      fix: "make the number of channels a multiple of 2.",
    });
    refuses(() => conv2d(normal([1, 3, 4, 4]), w, { bias: normal([3]) }), {
      code: "broadcast",
      message: "bias must be [16] as w is [16, 3, 3, 3], found [3]: 16 ≠ 3.",
      fix: "give the bias one number for each of the 16 channels.",
      likely: "[1, 16, 2, 2]",
    });
    refuses(() => conv2d(normal([1, 3, 4, 4]), w, { stride: 0 }), {
      code: "whole-number",
      message: "stride is 0; expected a whole number ≥ 1.",
    });
    refusesType(
      () => conv2d(normal([1, 3, 4, 4]), w, { padding: "full" as never }),
      'conv2d: padding must be whole numbers, "same" or "valid", found "full".',
    );
    refusesType(
      () => conv2d(normal([1, 3, 4, 4]), w, { layout: "CHW" as never }),
      'conv2d: layout must be "NCHW" or "NHWC", found "CHW".',
    );
    refusesType(
      () => conv2d(normal([1, 3, 4, 4]), w, { stride: [1, 1, 1] }),
      "conv2d: stride must be a whole number or [height, width], found an array of 3.",
    );
  });
});

describe("conv1d", () => {
  it("is a convolution of images of one row", () => {
    const [x, w, bias] = [normal([2, 4, 9]), normal([6, 2, 3]), normal([6])];
    const y = conv1d(x, w, { bias, stride: 2, padding: 1, dilation: 2, groups: 2 });
    const [image, kernel] = [x.reshape([2, 4, 1, 9]), w.reshape([6, 2, 1, 3])];
    const rows = conv2d(image, kernel, { bias, stride: [1, 2], padding: [0, 1], dilation: [1, 2], groups: 2 });
    close(y.data, rows.data);
    assert.deepEqual(y.shape, [2, 6, 4]);
  });

  it("wants a batch axis", () => {
    refuses(() => conv1d(normal([4, 9]), normal([6, 4, 3])), {
      code: "rank",
      message: "expected [batch, 4, length], found [4, 9]: 3 axes ≠ 2.",
      fix: "add the batch axis: expandDims(x, 0) is [1, 4, 9].",
      likely: "[1, 6, 7]",
    });
  });
});

describe("convTranspose2d", () => {
  it("is the adjoint of conv2d: ⟨conv(x), y⟩ = ⟨x, convTranspose(y)⟩", () => {
    for (const { x: xShape, w: wShape, ...options } of settings) {
      const [x, w] = [normal(xShape), normal(wShape)];
      const y = conv2d(x, w, options);
      const other = normal(y.shape);
      const { stride = 1, padding = 0, dilation = 1 } = options;
      const outputPadding = [2, 3].map(
        (axis) => xShape[axis]! - ((y.shape[axis]! - 1) * stride - 2 * padding + dilation * (wShape[axis]! - 1) + 1),
      );
      const back = convTranspose2d(other, w, { ...options, outputPadding });
      assert.deepEqual(back.shape, xShape);
      close([sum(mul(x, back)).item()], [sum(mul(y, other)).item()], 1e-10, 1e-10);
    }
  });

  it("spreads single pixels", () => {
    const x = tensor([[[[1, 2]]]]);
    const w = tensor([[[[1, 10]]]]);
    assert.deepEqual(convTranspose2d(x, w).toArray(), [[[[1, 12, 20]]]]);
    assert.deepEqual(convTranspose2d(x, w, { stride: [1, 2], bias: tensor([100]) }).toArray(), [
      [[[101, 110, 102, 120]]],
    ]);
  });

  it("refuses what does not fit", () => {
    refuses(() => convTranspose2d(normal([1, 3, 5, 5]), normal([4, 3, 2, 2])), {
      code: "channels",
      message:
        "expected [batch, 4, height, width], as w is [4, 3, 2, 2], found [1, 3, 5, 5]: 4 channels ≠ 3 in axis 1.",
      fix: "give it 4 channels, or make the weights for 3.",
      axes: [1, 0],
      likely: "[1, 3, 6, 6]",
    });
    refuses(() => convTranspose2d(normal([1, 4, 1, 1]), normal([4, 3, 2, 2]), { padding: 1 }), {
      code: "kernel-too-large",
      message: "x is [1, 4, 1, 1]: the result would have length 0 in axis 2, expected at least 1.",
      fix: "use less padding, which is what is cut off here, or a larger input.",
      likely: "[1, 3, 1, 1]",
    });
    assert.throws(
      () => convTranspose2d(normal([1, 4, 2, 2]), normal([4, 3, 2, 2]), { outputPadding: 1 }),
      new RangeError(
        "convTranspose2d: outputPadding must be less than the stride or the dilation, expected at most 0, found 1.",
      ),
    );
  });
});

describe("pooling", () => {
  const x = normal([2, 3, 6, 5]);

  /** The numbers of x inside each window. */
  function windows(size: [number, number], stride: [number, number], padding: [number, number]): number[][] {
    const count = (axis: number): number =>
      Math.floor((x.shape[axis + 2]! + 2 * padding[axis]! - size[axis]!) / stride[axis]!) + 1;
    const found: number[][] = [];
    for (let n = 0; n < 2; n++)
      for (let c = 0; c < 3; c++)
        for (let r = 0; r < count(0); r++)
          for (let k = 0; k < count(1); k++) {
            const inside: number[] = [];
            for (let i = 0; i < size[0]; i++)
              for (let j = 0; j < size[1]; j++) {
                const [y, z] = [r * stride[0] - padding[0] + i, k * stride[1] - padding[1] + j];
                if (y >= 0 && z >= 0 && y < 6 && z < 5) inside.push(pixel(x, n, c, y, z));
              }
            found.push(inside);
          }
    return found;
  }

  const pools: readonly [[number, number], [number, number], [number, number]][] = [
    [
      [2, 2],
      [2, 2],
      [0, 0],
    ],
    [
      [3, 2],
      [1, 2],
      [1, 1],
    ],
    [
      [6, 5],
      [1, 1],
      [0, 0],
    ],
    [
      [1, 3],
      [2, 1],
      [0, 1],
    ],
  ];

  for (const [size, stride, padding] of pools) {
    it(`windows of ${size.join("×")}, stride ${stride.join("×")}, padding ${padding.join("×")}`, () => {
      const inside = windows(size, stride, padding);
      const options = { stride, padding };
      close(
        maxPool2d(x, size, options).data,
        inside.map((values) => Math.max(...values)),
      );
      const means = inside.map((values) => values.reduce((a, b) => a + b, 0) / (size[0] * size[1]));
      close(avgPool2d(x, size, options).data, means, 1e-12, 1e-14);
      const last = maxPool2d(channelsLast(x), size, { ...options, layout: "NHWC" });
      close(transpose(last, [0, 3, 1, 2]).data, maxPool2d(x, size, options).data);
    });
  }

  it("keeps NaN and gives the gradient to the first of equals", () => {
    const equal = tensor([[[[1, 1, 0, NaN]]]], { requiresGrad: true });
    const y = maxPool2d(equal, [1, 2]);
    assert.deepEqual(y.toArray(), [[[[1, NaN]]]]);
    sum(y).backward();
    assert.deepEqual(equal.grad!.toArray(), [[[[1, 0, 0, 1]]]]);
  });

  it("adapts its windows to the size of the result", () => {
    const row = tensor([[[[1, 2, 3, 4, 5]]]]);
    assert.deepEqual(adaptiveAvgPool2d(row, [1, 2]).toArray(), [[[[2, 4]]]]);
    assert.deepEqual(adaptiveAvgPool2d(row, [1, 5]).toArray(), row.toArray());
    assert.deepEqual(adaptiveAvgPool2d(row, [2, 1]).toArray(), [[[[3], [3]]]]);
  });

  it("refuses what does not fit", () => {
    refuses(() => maxPool2d(normal([1, 3, 1, 8]), 2), {
      code: "kernel-too-large",
      message: "x is [1, 3, 1, 8]: a window of 2 does not fit into axis 2, which has length 1.",
      fix: "use a smaller kernel, or a padding of at least 1.",
      likely: "[1, 3, 1, 4]",
    });
    refuses(() => avgPool2d(normal([3, 8, 8]), 2), {
      code: "rank",
      message: "expected [batch, channels, height, width], found [3, 8, 8]: 4 axes ≠ 3.",
      fix: "add the batch axis: expandDims(x, 0) is [1, 3, 8, 8].",
      likely: "[1, 3, 4, 4]",
    });
    assert.throws(
      () => maxPool2d(x, 2, { padding: 2 }),
      new RangeError("maxPool2d: padding must be at most half of the window, expected 0 to 1 for 2, found 2."),
    );
  });
});

describe("upsample2d", () => {
  it("repeats pixels", () => {
    const x = tensor([[[[1, 2]]]]);
    assert.deepEqual(upsample2d(x, [2, 3]).toArray(), [
      [
        [
          [1, 1, 1, 2, 2, 2],
          [1, 1, 1, 2, 2, 2],
        ],
      ],
    ]);
  });

  it("blends pixels as PyTorch does with align_corners=False", () => {
    const x = tensor([
      [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    ]);
    const expected = [
      [1, 1.25, 1.75, 2],
      [1.5, 1.75, 2.25, 2.5],
      [2.5, 2.75, 3.25, 3.5],
      [3, 3.25, 3.75, 4],
    ];
    assert.deepEqual(upsample2d(x, 2, { mode: "bilinear" }).toArray(), [[expected]]);
  });

  it("multiplies symbolic lengths", () => {
    const h = symbol("H");
    const y = upsample2d(new Tensor([1, 2, h, 4], "float32"), 2);
    assert.equal(formatShape(y.dims), "[1, 2, 2*H, 8]");
    assert.equal(constantOf(y.dims[2]!), undefined);
  });
});

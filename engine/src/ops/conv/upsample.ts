// Images made larger by a whole factor.

import { type Taps } from "../../kernels/resample";
import { mulDims, type Dim } from "../../shape/dim";
import { describe, type Shape, sizeOf } from "../../shape/shape";
import { allocate, floating } from "../../tensor/dtype";
import { checkOptions } from "../axis";
import { engineOp, type Op, resultType, type TensorLike } from "../op";
import { type Axes, axesOfLayout, type Layout } from "../layout";
import { checkImage, imageShape } from "./image";
import { drawnImage, resampled, resampledBack } from "./pool";
import { type PerAxis, perAxis } from "./window";

export interface UpsampleOptions {
  /** "nearest" repeats each pixel; "bilinear" blends neighbours, with pixels seen as areas (align_corners = false). */
  readonly mode?: "nearest" | "bilinear";
  /** The order of the axes of the images: "NCHW" unless given. */
  readonly layout?: Layout;
}

export interface UpsampleParams {
  readonly factor: Shape;
  readonly mode: "nearest" | "bilinear";
  readonly axes: Axes;
}

type UpsampleArgs = [x: TensorLike, factor: PerAxis, options?: UpsampleOptions];

/** Makes images larger by a whole factor, the same for both axes or [height, width]. @throws ShapeError `rank`. */
export const upsample2d: Op<UpsampleArgs, UpsampleParams> = engineOp<UpsampleArgs, UpsampleParams>({
  name: "upsample2d",
  doc: "Makes images [batch, channels, height, width] larger by a whole factor, repeating pixels or blending them.",
  example: "upsample2d(ones([8, 3, 14, 14]), 2)",
  args: (x, factor, options) => {
    checkOptions("upsample2d", options, ["mode", "layout"]);
    const mode = options?.mode ?? "nearest";
    if (mode !== "nearest" && mode !== "bilinear") {
      throw new TypeError(`upsample2d: mode must be "nearest" or "bilinear", found ${describe(mode)}.`);
    }
    const axes = axesOfLayout("upsample2d", options?.layout);
    return { inputs: [x], params: { factor: perAxis("upsample2d", "factor", factor, 2, 1), mode, axes } };
  },
  shape: ([x], { factor, axes }) => {
    const dtype = floating(resultType([x!]));
    const result = (dims: Shape): Dim[] => {
      const lengths = axes.spatial.map((axis, i) => mulDims(dims[axis]!, factor[i]!));
      return imageShape(axes, dims[0]!, dims[axes.channel]!, lengths);
    };
    checkImage("upsample2d", x!, axes, { likely: result, dtype });
    return { dims: result(x!.dims), dtype };
  },
  forward: ([x], params, dims, dtype) =>
    resampled(x!, params.axes, tapsOf(x!.shape, params), allocate(dtype, sizeOf(dims))),
  backward: ({ grad, inputs: [x], params }) => [resampledBack(grad, x!, params.axes, tapsOf(x!.shape, params))],
  samples: [
    (make) => [make.normal([2, 2, 2, 3]), 2],
    (make) => [make.normal([1, 2, 3, 2]), [1, 3], { mode: "bilinear" }],
    (make) => [make.normal([1, 2, 3, 2]), 2, { layout: "NHWC", mode: "bilinear" }],
    (make) => [make.normal([0, 1, 2, 2]), 2],
    (make) => {
      const [layout, mode] = [make.oneOf("NCHW", "NHWC"), make.oneOf("nearest", "bilinear")];
      const factor = make.oneOf<PerAxis>(1, 2, [make.oneOf(1, 2, 3), 2]);
      return [make.normal(drawnImage(make, layout, 1)), factor, { layout, mode }];
    },
  ],
});

function tapsOf(shape: readonly number[], { factor, mode, axes }: UpsampleParams): Taps[] {
  return axes.spatial.map((axis, i) => {
    const [length, times] = [shape[axis]!, Number(factor[i])];
    return Array.from({ length: length * times }, (_, t) => {
      if (mode === "nearest") return [{ source: Math.floor(t / times), weight: 1 }];
      const middle = Math.max((t + 0.5) / times - 0.5, 0);
      const source = Math.floor(middle);
      const share = middle - source;
      return [
        { source, weight: 1 - share },
        { source: Math.min(source + 1, length - 1), weight: share },
      ];
    });
  });
}

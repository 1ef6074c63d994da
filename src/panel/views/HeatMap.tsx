// The numbers of a tensor as coloured cells on a canvas.

import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { type TensorSample } from "../../protocol/worker";
import { type Coloring, hueProperty, type Hue, shade } from "../colors";
import { formatNumber, formatShape } from "../format";
import { ThemeContext } from "./theme";

interface HeatMapProps {
  readonly sample: TensorSample;
  readonly coloring: Coloring;
  readonly label: string;
  /** The widest and highest it may get, in CSS pixels. */
  readonly size?: number;
}

const vectorHeight = 14;

/** Tiles are drawn side by side in a near-square grid, with a gap of one cell. */
export function HeatMap({ sample, coloring, label, size = 224 }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useContext(ThemeContext);
  const [reading, setReading] = useState("");
  const grid = gridOf(sample);
  const scale = Math.max(1, Math.min(22, size / grid.width, size / grid.height));
  const pixels = scale >= 3 ? Math.floor(scale) : scale;
  // A vector would be a thread.
  const rowHeight = grid.height === 1 ? Math.max(pixels, vectorHeight) : pixels;

  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, sample, coloring, grid);
  }, [sample, coloring.limit, coloring.scale, theme]);

  const read = (event: MouseEvent): void => {
    const box = canvas.current!.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * grid.width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * grid.height);
    setReading(readingAt(sample, grid, x, y));
  };
  return (
    <canvas
      ref={canvas}
      class="heat"
      width={grid.width}
      height={grid.height}
      style={{ width: `${grid.width * pixels}px`, height: `${grid.height * rowHeight}px` }}
      role="img"
      aria-label={`Heat map of ${label}, ${formatShape(sample.shape)}`}
      title={reading}
      onMouseMove={read}
    />
  );
}

interface Grid {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
}

function gridOf({ tiles, height, width }: TensorSample): Grid {
  const ideal = Math.ceil(Math.sqrt((tiles * height) / Math.max(1, width)));
  const columns = Math.max(1, Math.min(tiles, tiles > 4 ? Math.max(ideal, Math.ceil(tiles / 2)) : tiles));
  const rows = Math.ceil(tiles / columns);
  const gap = tiles > 1 ? 1 : 0;
  return {
    columns,
    width: Math.max(1, columns * (width + gap) - gap),
    height: Math.max(1, rows * (height + gap) - gap),
  };
}

function draw(canvas: HTMLCanvasElement, sample: TensorSample, coloring: Coloring, grid: Grid): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const image = context.createImageData(grid.width, grid.height);
  const colors = hueColors(canvas);
  const { tiles, height, width, data } = sample;
  const gap = tiles > 1 ? 1 : 0;
  let next = 0;
  for (let tile = 0; tile < tiles; tile++) {
    const left = (tile % grid.columns) * (width + gap);
    const top = Math.floor(tile / grid.columns) * (height + gap);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const { hue, opacity } = shade(data[next++]!, coloring);
        const [red, green, blue] = colors[hue];
        image.data.set([red, green, blue, Math.round(opacity * 255)], 4 * ((top + row) * grid.width + left + column));
      }
    }
  }
  context.putImageData(image, 0, 0);
}

/** The theme's colours as numbers: the browser itself reads whatever way they are written. */
function hueColors(element: Element): Readonly<Record<Hue, readonly [number, number, number]>> {
  const style = getComputedStyle(element);
  const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;
  const read = (hue: Hue): readonly [number, number, number] => {
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = style.getPropertyValue(hueProperty[hue]).trim();
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
    return [red!, green!, blue!];
  };
  return { plain: read("plain"), negative: read("negative"), positive: read("positive"), invalid: read("invalid") };
}

/** `[12, 40] = 0.183` */
function readingAt(sample: TensorSample, grid: Grid, x: number, y: number): string {
  const { tiles, height, width, totalTiles, totalHeight, totalWidth, shape, data } = sample;
  const gap = tiles > 1 ? 1 : 0;
  const tile = Math.floor(y / (height + gap)) * grid.columns + Math.floor(x / (width + gap));
  const row = y % (height + gap);
  const column = x % (width + gap);
  if (tile >= tiles || row >= height || column >= width) return "";
  const original = (index: number, shown: number, total: number): number =>
    shown === total ? index : Math.floor((index * total) / shown);
  let flat =
    (original(tile, tiles, totalTiles) * totalHeight + original(row, height, totalHeight)) * totalWidth +
    original(column, width, totalWidth);
  const position = shape.toReversed().map((length) => {
    const index = flat % length;
    flat = Math.floor(flat / length);
    return index;
  });
  const value = data[(tile * height + row) * width + column]!;
  return `[${position.reverse().join(", ")}] = ${formatNumber(value)}`;
}

// The geometry of a loss curve: fewer points, round axis marks, a path.

export type Point = readonly [number, number];

const mostPoints = 1200;

/** Halves a curve that has grown too long, averaging neighbours; the newest points stay as they are. */
export function thinned(points: readonly Point[]): readonly Point[] {
  if (points.length <= mostPoints) return points;
  const kept = mostPoints / 4;
  const old = points.slice(0, -kept);
  const half: Point[] = [];
  for (let i = 0; i < old.length; i += 2) {
    const [x, y] = old[i]!;
    half.push(i === 0 || i + 1 >= old.length ? [x, y] : [x, (y + old[i + 1]![1]) / 2]);
  }
  return thinned([...half, ...points.slice(-kept)]);
}

/** Round numbers from `low` to `high`, about `count` of them. */
export function marks(low: number, high: number, count: number): readonly number[] {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [low];
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const found: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) {
    found.push(Number((k * step).toPrecision(12)));
  }
  return found;
}

/** An SVG path through the points; a point that is not finite breaks the line. */
export function pathOf(points: readonly Point[], x: (value: number) => number, y: (value: number) => number): string {
  let isBroken = true;
  let path = "";
  for (const [px, py] of points) {
    if (!Number.isFinite(py)) {
      isBroken = true;
      continue;
    }
    path += `${isBroken ? "M" : "L"}${x(px).toFixed(1)} ${y(py).toFixed(1)}`;
    isBroken = false;
  }
  return path;
}

// The loss, large, and its curve.

import { marks, pathOf } from "../curve";
import { formatNumber } from "../format";

interface LossCurveProps {
  readonly points: readonly (readonly [number, number])[];
  readonly loss: number | undefined;
  readonly lossName: string | undefined;
  readonly accuracy: number | undefined;
  readonly iteration: number;
  readonly stepsPerSecond: number | undefined;
}

const width = 420;
const height = 150;
const margin = { left: 52, right: 12, top: 10, bottom: 24 };

export function LossCurve({ points, loss, lossName, accuracy, iteration, stepsPerSecond }: LossCurveProps) {
  return (
    <section class="loss" aria-label="Loss">
      <dl>
        <div>
          <dt>loss{lossName !== undefined && lossName !== "loss" && <span class="faint"> {lossName}</span>}</dt>
          <dd class="big" data-loss={loss}>
            {loss === undefined ? "–" : formatNumber(loss)}
          </dd>
        </div>
        <div>
          <dt>steps</dt>
          <dd data-steps={iteration}>
            {iteration}
            {stepsPerSecond !== undefined && <span class="faint"> {formatNumber(Math.round(stepsPerSecond))}/s</span>}
          </dd>
        </div>
        {accuracy !== undefined && (
          <div>
            <dt>right on unseen data</dt>
            <dd data-accuracy={accuracy}>{(100 * accuracy).toFixed(1)} %</dd>
          </div>
        )}
      </dl>
      {points.length > 1 && <Curve points={points} />}
    </section>
  );
}

function Curve({ points }: { points: LossCurveProps["points"] }) {
  const finite = points.filter(([, loss]) => Number.isFinite(loss));
  const [firstX, lastX] = [points[0]![0], Math.max(points.at(-1)![0], points[0]![0] + 1)];
  const losses = finite.map(([, loss]) => loss);
  const high = losses.reduce((a, b) => Math.max(a, b), -Infinity);
  const lowest = losses.reduce((a, b) => Math.min(a, b), Infinity);
  // A loss is read against zero, unless it is far from it.
  const low = lowest >= 0 && lowest < high * 0.6 ? 0 : lowest - (high - lowest) * 0.1;
  const top = high > low ? high : low + 1;
  const x = (value: number): number =>
    margin.left + ((value - firstX) / (lastX - firstX)) * (width - margin.left - margin.right);
  const y = (value: number): number =>
    margin.top + (1 - (value - low) / (top - low)) * (height - margin.top - margin.bottom);
  const last = finite.at(-1);
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Loss from ${formatNumber(losses[0] ?? NaN)} to ${formatNumber(last?.[1] ?? NaN)}`}
    >
      {marks(low, top, 4).map((mark) => (
        <g key={`y${mark}`}>
          <line class="grid" x1={margin.left} x2={width - margin.right} y1={y(mark)} y2={y(mark)} />
          <text x={margin.left - 6} y={y(mark) + 3.5} text-anchor="end">
            {Math.abs(mark) >= 1e-4 && Math.abs(mark) < 1e5 ? String(mark).replace("-", "−") : formatNumber(mark)}
          </text>
        </g>
      ))}
      {marks(firstX, lastX, 5)
        .filter(Number.isInteger)
        .map((mark) => (
          <text key={`x${mark}`} x={x(mark)} y={height - 8} text-anchor="middle">
            {mark}
          </text>
        ))}
      <path class="curve" d={pathOf(points, x, y)} />
      {last !== undefined && <circle class="now" cx={x(last[0])} cy={y(last[1])} r="3" />}
    </svg>
  );
}

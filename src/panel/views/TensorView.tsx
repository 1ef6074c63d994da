// A tensor with its name, shape, numbers or heat map, and statistics.

import { type TensorSample } from "../../protocol/worker";
import { coloringOf, hueProperty, shade } from "../colors";
import { formatNumber, formatShape } from "../format";
import { HeatMap } from "./HeatMap";

interface TensorViewProps {
  /** What it is: `W1`, `∂L/∂W1`. */
  readonly label: string;
  readonly sample: TensorSample;
  readonly isGradient?: boolean;
  /** Shorter, for a place in an equation. */
  readonly isCompact?: boolean;
  readonly role?: string;
}

/** Numbers are written into the cells up to this many rows and columns. */
const mostNumbers = 8;

export function TensorView({ label, sample, isGradient = false, isCompact = false, role }: TensorViewProps) {
  const coloring = coloringOf(sample, isGradient);
  const isSmall = sample.totalTiles === 1 && sample.totalHeight <= mostNumbers && sample.totalWidth <= mostNumbers;
  return (
    <figure class={isGradient ? "tensor gradient" : "tensor"} data-name={label}>
      <figcaption>
        <span class="name">{label}</span> <span class="shape">{formatShape(sample.shape)}</span>
        {role !== undefined && <span class="role">{role}</span>}
      </figcaption>
      {sample.data.length === 0 ? (
        <p class="faint">no numbers: an axis is 0 long</p>
      ) : isSmall ? (
        <Numbers {...{ label, sample, coloring }} />
      ) : (
        <HeatMap {...{ label, sample, coloring }} size={isCompact ? 128 : 224} />
      )}
      {!isCompact && <Statistics sample={sample} />}
      <Excerpt sample={sample} />
    </figure>
  );
}

function Numbers({
  label,
  sample,
  coloring,
}: {
  label: string;
  sample: TensorSample;
  coloring: ReturnType<typeof coloringOf>;
}) {
  const { height, width, data } = sample;
  return (
    <table class="numbers" aria-label={`${label}, ${formatShape(sample.shape)}`}>
      <tbody>
        {Array.from({ length: height }, (_, row) => (
          <tr key={row}>
            {Array.from({ length: width }, (_, column) => {
              const value = data[row * width + column]!;
              const { hue, opacity } = shade(value, coloring);
              const percent = (100 * opacity).toFixed(0);
              const background = `color-mix(in srgb, var(${hueProperty[hue]}) ${percent}%, transparent)`;
              return (
                <td key={column} style={{ background }} title={String(value)}>
                  {sample.dtype === "bool" ? (value === 0 ? "false" : "true") : formatNumber(value)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Statistics({ sample: { statistics, shape } }: { sample: TensorSample }) {
  if (statistics === undefined || shape.length === 0) return null;
  const { min, mean, max, finite } = statistics;
  return (
    <p class="statistics">
      {!finite && <strong class="warning">not all numbers are finite </strong>}
      <span title="smallest">{formatNumber(min)}</span> … <span title="largest">{formatNumber(max)}</span>
      <span class="faint">, mean {formatNumber(mean)}</span>
    </p>
  );
}

/** Says what is not shown. */
function Excerpt({ sample }: { sample: TensorSample }) {
  const { tiles, totalTiles, height, totalHeight, width, totalWidth } = sample;
  const parts = [
    tiles < totalTiles && `${tiles} of ${totalTiles} slices`,
    height < totalHeight && `every ${ordinal(totalHeight / height)} row`,
    width < totalWidth && `every ${ordinal(totalWidth / width)} column`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : <p class="faint excerpt">{parts.join(", ")} shown</p>;
}

function ordinal(ratio: number): string {
  const rounded = Math.max(2, Math.round(ratio));
  if (rounded === 2) return "second";
  return rounded === 3 ? "third" : `${rounded}th`;
}

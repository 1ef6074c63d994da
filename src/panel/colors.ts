// Colours of heat maps. Size is strength over the editor's own background, so every theme is readable.

import { type TensorSample } from "../protocol/worker";

/** What the numbers are decides where the colours begin: gradients are always signed around zero. */
export type Scale = "signed" | "positive";

export interface Coloring {
  /** The number that gets the full colour; 0 when all numbers are zero. */
  readonly limit: number;
  readonly scale: Scale;
}

/** The strongest a colour gets, so that text over it stays readable. */
const strongest = 0.78;

export function coloringOf({ statistics, data }: TensorSample, isGradient: boolean): Coloring {
  const low = statistics?.finite ? statistics.min : finiteExtreme(data, Math.min);
  const high = statistics?.finite ? statistics.max : finiteExtreme(data, Math.max);
  return { limit: Math.max(Math.abs(low), Math.abs(high)), scale: isGradient || low < 0 ? "signed" : "positive" };
}

/** The class of a number's colour and its opacity, between 0 and 1. */
export function shade(value: number, { limit, scale }: Coloring): { readonly hue: Hue; readonly opacity: number } {
  if (Number.isNaN(value)) return { hue: "invalid", opacity: 1 };
  const part = limit === 0 ? 0 : Math.min(1, Math.abs(value) / limit);
  const hue = scale === "positive" ? "plain" : value < 0 ? "negative" : "positive";
  return { hue, opacity: strongest * part };
}

export type Hue = "plain" | "negative" | "positive" | "invalid";

/** The custom property that holds a hue's colour. */
export const hueProperty: Readonly<Record<Hue, string>> = {
  plain: "--hue-plain",
  negative: "--hue-negative",
  positive: "--hue-positive",
  invalid: "--hue-invalid",
};

function finiteExtreme(data: readonly number[], pick: (a: number, b: number) => number): number {
  return data.filter(Number.isFinite).reduce((a, b) => pick(a, b), 0);
}

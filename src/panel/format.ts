// Numbers and shapes as text for people.

/** Four significant digits, a true minus sign. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return shortest(value).replaceAll("-", "−");
}

function shortest(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(1).replace("e+", "e");
  if (size >= 1000) return value.toFixed(0);
  if (size >= 1) return value.toFixed(3 - Math.floor(Math.log10(size)));
  return size >= 0.1 ? value.toFixed(4) : value.toFixed(5);
}

/** `[5, 4]`; a scalar is `[]`, as in the editor. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/** 109,386 */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

/** The file's own name. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

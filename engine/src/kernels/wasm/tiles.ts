// How the rows of a product are divided into tiles.

import { areRelaxed } from "./load";

/**
 * How many rows, from the first on, are done by tiles of six, where these pay; those left over are done by tiles of four. From
 * six rows on at most one is too many.
 */
export function tallRows(rows: number): number {
  if (!areRelaxed()) return 0;
  const rest = rows % 6;
  if (rest === 0 || rest === 5) return rows;
  return rest >= 3 ? rows - rest : Math.max(0, rows - rest - 6);
}

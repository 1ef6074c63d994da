// @ts-check
// Prints measurements as a table, row by row as they come.

/**
 * `ofLimit` is the part of the machine's limit that is reached; `peers` has how long each takes, or why it cannot; `ratio` is
 * how many times as long the best of them takes.
 * @typedef {{ name: string, median: number, operations?: number, ofLimit?: number, peers: ReadonlyMap<string, number | string>, ratio?: number }} Row
 */

/**
 * Prints the heading and gives what prints a row. `hasLimit` says whether there is a limit to compare with.
 * @param {string} title
 * @param {readonly string[]} names of the benchmarks
 * @param {readonly string[]} peers
 * @param {boolean} hasLimit
 * @returns {(row: Row) => void}
 */
export function startTable(title, names, peers, hasLimit) {
  const width = Math.max(...names.map((name) => name.length), title.length);
  const versus = peers.length > 0 ? ["× best peer"] : [];
  const heading = ["median", "speed", ...(hasLimit ? ["of limit"] : []), ...peers, ...versus];
  const widths = heading.map((text) => Math.max(text.length, 12));
  /** @param {string} first @param {readonly string[]} cells */
  const print = (first, cells) =>
    console.log([first.padEnd(width), ...cells.map((cell, i) => cell.padStart(widths[i] ?? 0))].join("  ").trimEnd());
  console.log();
  print(title, heading);
  return (row) => {
    const speed = row.operations && row.operations / row.median / 1e6;
    const others = peers.map((peer) => row.peers.get(peer) ?? "–");
    print(row.name, [
      duration(row.median),
      speed ? `${speed.toFixed(2)} Gop/s` : "",
      ...(hasLimit ? [row.ofLimit ? `${(100 * row.ofLimit).toFixed(0)} %` : ""] : []),
      ...others.map((other) => (typeof other === "number" ? duration(other) : other)),
      ...(row.ratio ? [`${row.ratio.toFixed(2)} ×`] : []),
    ]);
  };
}

/** @param {number} ms */
export function duration(ms) {
  return ms < 1 ? `${(ms * 1000).toFixed(1)} µs` : `${ms.toFixed(2)} ms`;
}

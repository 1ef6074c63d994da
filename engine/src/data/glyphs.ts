// The ten numerals as pen strokes in a square from (0, 0), top left, to (1, 1).

export type Point = readonly [x: number, y: number];

/** A line of straight pieces. */
export type Stroke = readonly Point[];

/** Part of an ellipse. Angles in degrees, 0 to the right and 90 down, as the screen has them. */
function arc(centerX: number, centerY: number, radiusX: number, radiusY: number, from: number, to: number): Stroke {
  const pieces = Math.ceil(Math.abs(to - from) / 20);
  return Array.from({ length: pieces + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / pieces) * Math.PI) / 180;
    return [centerX + radiusX * Math.cos(angle), centerY + radiusY * Math.sin(angle)];
  });
}

/** The strokes of each numeral. */
export const glyphs: readonly (readonly Stroke[])[] = [
  [arc(0.5, 0.5, 0.26, 0.4, -90, 270)],
  [
    [
      [0.34, 0.28],
      [0.52, 0.1],
      [0.52, 0.9],
    ],
  ],
  [[...arc(0.5, 0.33, 0.24, 0.23, 190, 400), [0.25, 0.9], [0.76, 0.9]]],
  [[...arc(0.47, 0.3, 0.23, 0.2, 200, 440), ...arc(0.47, 0.7, 0.26, 0.2, 280, 520)]],
  [
    [
      [0.62, 0.9],
      [0.62, 0.1],
      [0.22, 0.64],
      [0.8, 0.64],
    ],
  ],
  [[[0.72, 0.1], [0.34, 0.1], [0.31, 0.46], ...arc(0.48, 0.65, 0.25, 0.25, 230, 510)]],
  [[...arc(0.66, 0.62, 0.38, 0.52, 270, 180), ...arc(0.51, 0.68, 0.23, 0.22, 180, 540)]],
  [
    [
      [0.24, 0.1],
      [0.76, 0.1],
      [0.42, 0.9],
    ],
  ],
  [[...arc(0.5, 0.3, 0.19, 0.19, 90, 450), ...arc(0.5, 0.7, 0.24, 0.21, 270, 630)]],
  [[...arc(0.34, 0.38, 0.38, 0.52, 90, 0), ...arc(0.49, 0.32, 0.23, 0.22, 0, 360)]],
];

// Leads from places in the worker's script to lines of the user's files.

import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { type ProgramInfo, type SourcePosition } from "../protocol/panel";

type Frames = readonly (readonly [number, number])[];

/** Finds the innermost frame in the user's own files, or in a package of theirs when there is none. */
export function sourceLines(mapText: string): (frames: Frames) => SourcePosition | undefined {
  const map = new TraceMap(mapText);
  const known = new Map<string, SourcePosition | undefined>();
  const find = (frames: Frames): SourcePosition | undefined => {
    let fallback: SourcePosition | undefined;
    for (const [line, column] of frames) {
      if (line < 1) continue;
      const { source, line: sourceLine, column: character } = originalPositionFor(map, { line, column });
      // What is not the user's has no name.
      if (!source || sourceLine === null) continue;
      const position = { file: source, line: sourceLine - 1, character };
      if (!/[\\/]node_modules[\\/]/.test(source)) return position;
      fallback ??= position;
    }
    return fallback;
  };
  return (frames) => {
    const key = frames.join(";");
    if (!known.has(key)) known.set(key, find(frames));
    return known.get(key);
  };
}

/** Where the layer of this path is made, for operations that no line of the user's calls. */
export function layerLine({ file, layers }: ProgramInfo, path: string | undefined): SourcePosition | undefined {
  const layer = layers.find((candidate) => candidate.path === path);
  return layer && { file, line: layer.line, character: 0 };
}

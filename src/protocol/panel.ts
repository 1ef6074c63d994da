// What the extension and the panel say to each other.

import { type Checked, list, messages, natural, object, optional, string } from "./check";
import { modelSpec } from "./worker";

/** A place in a source file: absolute path, 0-based line and character as in the editor. */
export const sourcePosition = object({ file: string, line: natural, character: natural });
export type SourcePosition = Checked<typeof sourcePosition>;

/** A variable and the lines its defining expression spans (0-based), in the model's file. */
const namedLine = object({ name: string, startLine: natural, endLine: natural });
/** Where a layer of the model is made (0-based line of the model's file). */
const layerLine = object({ path: string, line: natural });

/** Everything the panel needs to know about what it runs, the script itself apart. */
export const programInfo = object({
  /** The model's file, absolute. */
  file: string,
  /** The same, short enough for a title. */
  title: string,
  model: modelSpec,
  names: list(namedLine),
  layers: list(layerLine),
});
export type ProgramInfo = Checked<typeof programInfo>;

/** From the extension to the panel. */
export const hostMessage = messages({
  /** Run this: one script for a worker, and its source map as JSON with absolute sources. */
  program: { info: programInfo, code: string, map: string },
  /** The file could not be bundled. */
  failed: { title: string, message: string, position: optional(sourcePosition) },
  /** The file or something it imports was edited after it was bundled. */
  edited: {},
  bundling: { title: string },
});
export type HostMessage = Checked<typeof hostMessage>;

/** From the panel to the extension. */
export const panelMessage = messages({
  /** `file` is what the panel showed before the window was reloaded. */
  ready: { file: optional(string), model: optional(string) },
  run: {},
  reveal: { position: sourcePosition },
});
export type PanelMessage = Checked<typeof panelMessage>;

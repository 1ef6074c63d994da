// Requests between the editor's client and the language server beyond those of the Language Server Protocol.
// The position types are those of LSP: 0-based lines, UTF-16 characters.

import { type Facts, type Model } from "../analyzer/facts";

/** Names of the custom requests. */
export const editorRequests = {
  /** `FileParams` → `ModelsResult`: what can be run in this file. */
  models: "shapelens/models",
  /** `FileParams` → `ShapeTableResult`: the file's models as Markdown tables, layer by layer. */
  shapeTable: "shapelens/shapeTable",
  /** `FileParams` → `NamesResult`: the variable that receives the value of each call. */
  names: "shapelens/names",
} as const;

/** Names of what the server tells the client unasked. */
export const editorNotifications = {
  /** `CompletenessParams`: whether a file is followed to its end; told when it changes, the first time for `false`. */
  completeness: "shapelens/completeness",
} as const;

export interface CompletenessParams {
  readonly uri: string;
  readonly isComplete: boolean;
}

export interface FileParams {
  readonly uri: string;
}

export interface ModelsResult {
  readonly models: readonly Model[];
}

export interface ShapeTableResult {
  readonly markdown: string;
}

/** A variable and the lines its defining expression spans (0-based), so that a run can name its activations. */
export interface NamedLine {
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
}

export interface NamesResult {
  readonly names: readonly NamedLine[];
}

export type { Facts, Model };

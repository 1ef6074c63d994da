// What the panel shows, and how it survives a reload of the window.

import { type Check, list, natural, number, object, optional, pair, string } from "../protocol/check";
import { programInfo, type ProgramInfo, type SourcePosition, sourcePosition } from "../protocol/panel";
import { type Computation, computation, type Settings, settings, type WorkerReport } from "../protocol/worker";

/** What is going on. */
export type Phase =
  /** Nothing was run yet. */
  | "empty"
  | "bundling"
  /** The user's file is running for the first time. */
  | "starting"
  | "ready"
  | "training"
  /** The worker was ended; what it computed last is still shown. */
  | "stopped";

export type LogLine = Pick<Extract<WorkerReport, { type: "log" }>, "level" | "text">;

export interface Failure {
  readonly message: string;
  readonly position?: SourcePosition;
}

export interface PanelState {
  readonly phase: Phase;
  /** The worker has not answered for a while. */
  readonly isBusy: boolean;
  readonly info?: ProgramInfo;
  readonly title?: string;
  readonly settings: Settings;
  readonly notes: readonly string[];
  readonly parameters: number;
  readonly examples: number;
  readonly canTrain: boolean;
  readonly computation?: Computation;
  /** The source line of each step of the computation, `null` where there is none. */
  readonly positions: readonly (SourcePosition | undefined)[];
  readonly curve: readonly (readonly [number, number])[];
  readonly stepsPerSecond?: number;
  readonly accuracy?: number;
  readonly log: readonly LogLine[];
  readonly failure?: Failure;
  /** The file was changed since it was run. */
  readonly isEdited: boolean;
  /** What is shown was computed before the window was reloaded. */
  readonly isRestored: boolean;
}

export const initialState: PanelState = {
  phase: "empty",
  isBusy: false,
  settings: { learningRate: 0.1, optimizer: "SGD", batchSize: 32 },
  notes: [],
  parameters: 0,
  examples: 0,
  canTrain: false,
  positions: [],
  curve: [],
  log: [],
  isEdited: false,
  isRestored: false,
};

const savedState = object({
  info: programInfo,
  settings,
  notes: list(string),
  parameters: natural,
  computation: optional(computation),
  positions: list((value): value is SourcePosition | undefined => value === null || sourcePosition(value)),
  curve: list(pair(natural, number)),
  accuracy: optional(number),
}) satisfies Check<unknown>;

/** More than this is not worth writing to the disk again and again. */
const mostSaved = 3_000_000;

/** The results as text, to be shown after a reload. */
export function saved({ info, settings, notes, parameters, ...rest }: PanelState): string | undefined {
  if (info === undefined) return undefined;
  const { computation, positions, curve, accuracy } = rest;
  const all = { info, settings, notes, parameters, computation, positions, curve, accuracy };
  const text = JSON.stringify(all, (_, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? `#${value}` : value,
  );
  return text.length <= mostSaved
    ? text
    : JSON.stringify({
        ...all,
        computation: undefined,
        positions: [],
        curve: curve.filter(([, y]) => Number.isFinite(y)),
      });
}

/** The state from before the reload; the initial one when there was none or it is of another version. */
export function restored(text: unknown): PanelState {
  if (typeof text !== "string") return initialState;
  try {
    const value: unknown = JSON.parse(text, (_, item: unknown) =>
      item === "#NaN" || item === "#Infinity" || item === "#-Infinity" ? Number(item.slice(1)) : item,
    );
    if (!savedState(value)) return initialState;
    const positions = value.positions.map((position) => position ?? undefined);
    return { ...initialState, ...value, positions, isRestored: true };
  } catch {
    return initialState;
  }
}

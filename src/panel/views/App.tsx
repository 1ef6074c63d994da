// The whole panel.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Controller } from "../controller";
import { baseName } from "../format";
import { type LogLine, type PanelState } from "../state";
import { ComputationView, SourceLink } from "./Computation";
import { LossCurve } from "./LossCurve";
import { ThemeContext, useThemeVersion } from "./theme";
import { actionsFor, pressKey, SettingsForm, Toolbar } from "./Toolbar";

export function App({ controller }: { controller: Controller }) {
  const state = usePanelState(controller);
  const theme = useThemeVersion();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => pressKey(event, actionsFor(controller.state, controller));
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [controller]);
  const { computation, positions, info, curve } = state;
  const onReveal = useMemo(() => controller.reveal.bind(controller), [controller]);
  // The tensors are only compared and drawn again when there are new ones, not with every point of the curve.
  const body = useMemo(
    () => computation && <ComputationView {...{ computation, positions, info, onReveal }} />,
    [computation, positions, info, onReveal],
  );
  const [lastIteration, lastLoss] = curve.at(-1) ?? [computation?.iteration ?? 0, computation?.loss];
  return (
    <ThemeContext.Provider value={theme}>
      <header class="top">
        <h1>
          {info?.model.name ?? state.title ?? "Run Model"}
          {info !== undefined && info.model.name !== baseName(info.file) && <span class="faint"> {info.title}</span>}
          <Status state={state} />
        </h1>
        <Toolbar {...{ state, controller }} />
        <SettingsForm {...{ state, controller }} />
      </header>
      <main>
        <Offers {...{ state, controller }} />
        {(computation?.loss !== undefined || curve.length > 0) && (
          <LossCurve
            points={curve}
            loss={lastLoss}
            lossName={computation?.lossName}
            accuracy={state.accuracy}
            iteration={lastIteration}
            stepsPerSecond={state.phase === "training" ? state.stepsPerSecond : undefined}
          />
        )}
        <Notes notes={state.notes} />
        <Log lines={state.log} />
        {body}
      </main>
    </ThemeContext.Provider>
  );
}

/** Renders at most once per frame, however many reports arrive. */
function usePanelState(controller: Controller): PanelState {
  const [state, setState] = useState(controller.state);
  const pending = useRef(0);
  useEffect(() => {
    const show = (): void => {
      pending.current = 0;
      setState(controller.state);
    };
    return controller.subscribe(() => {
      if (pending.current === 0) pending.current = requestAnimationFrame(show);
    });
  }, [controller]);
  return state;
}

const phaseTexts: Readonly<Record<PanelState["phase"], string>> = {
  empty: "",
  bundling: "preparing …",
  starting: "running the file …",
  ready: "ready",
  training: "training …",
  stopped: "stopped",
};

function Status({ state: { phase, isBusy, isRestored } }: { state: PanelState }) {
  const text = isBusy ? "busy: the program does not answer. Stop ends it." : isRestored ? "" : phaseTexts[phase];
  return (
    <span class={isBusy ? "status warning" : "status"} role="status" data-phase={phase}>
      {text}
    </span>
  );
}

/** What went wrong and what can be done about it. */
function Offers({ state, controller }: { state: PanelState; controller: Controller }) {
  const { failure, isEdited, isRestored, phase, info } = state;
  const runButton = (
    <button type="button" class="main" onClick={() => controller.run()}>
      Run
    </button>
  );
  return (
    <>
      {failure !== undefined && (
        <div class="offer error" role="alert">
          <pre>{failure.message}</pre>
          <SourceLink position={failure.position} onReveal={(position) => controller.reveal(position)} />
        </div>
      )}
      {isRestored && (
        <div class="offer">
          <span>These are the results from before the window was reloaded.</span>
          {runButton}
        </div>
      )}
      {isEdited && (
        <div class="offer">
          <span>The file has changed since it was run.</span>
          {runButton}
        </div>
      )}
      {phase === "empty" && failure === undefined && info === undefined && (
        <div class="offer">
          <span>Open a file with a model and run “Shapelens: Run Model”.</span>
        </div>
      )}
    </>
  );
}

function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <ul class="notes" aria-label="What was assumed">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}

function Log({ lines }: { lines: readonly LogLine[] }) {
  if (lines.length === 0) return null;
  return (
    <details class="log" open>
      <summary>Printed by the program</summary>
      <pre>
        {lines.map(({ level, text }, index) => (
          <div key={index} class={`line is-${level}`}>
            {text}
          </div>
        ))}
      </pre>
    </details>
  );
}

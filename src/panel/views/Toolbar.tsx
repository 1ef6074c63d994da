// The buttons and settings.

import { type Controller } from "../controller";
import { type PanelState } from "../state";

interface ToolbarProps {
  readonly state: PanelState;
  readonly controller: Controller;
}

/** A button, its key and what it does. */
interface Action {
  readonly label: string;
  readonly key: string;
  readonly title: string;
  readonly isEnabled: boolean;
  readonly isMain?: boolean;
  run(): void;
}

/** Everything that can be done now, in the order of the buttons. */
export function actionsFor(state: PanelState, controller: Controller): readonly Action[] {
  const { phase, canTrain } = state;
  const isReady = phase === "ready";
  const isTraining = phase === "training";
  const isAlive = isReady || isTraining || phase === "starting";
  return [
    { label: "Forward", key: "f", title: "Compute the output", isEnabled: isReady, run: () => controller.forward() },
    {
      label: "Backprop",
      key: "b",
      title: "Compute the gradient of the loss for everything",
      isEnabled: isReady,
      run: () => controller.backprop(),
    },
    {
      label: "Step",
      key: "s",
      title: "Change the parameters once, a little against their gradient",
      isEnabled: isReady && canTrain,
      run: () => controller.step(),
    },
    {
      label: isTraining ? "Pause" : "Train",
      key: "t",
      title: isTraining ? "Stop stepping and look" : "Step again and again",
      isEnabled: isTraining || (isReady && canTrain),
      isMain: true,
      run: () => controller.trainOrPause(),
    },
    {
      label: "Reset",
      key: "r",
      title: "Begin again with fresh random numbers",
      isEnabled: controller.hasProgram,
      run: () => controller.reset(),
    },
    {
      label: "Stop",
      key: "Escape",
      title: "End the program at once",
      isEnabled: isAlive,
      run: () => controller.stop(),
    },
    {
      label: "Run again",
      key: "a",
      title: "Run the file as it is now in the editor",
      isEnabled: state.info !== undefined || state.failure !== undefined,
      run: () => controller.run(),
    },
  ];
}

export function Toolbar({ state, controller }: ToolbarProps) {
  return (
    <div class="toolbar" role="toolbar" aria-label="Run">
      {actionsFor(state, controller).map(({ label, key, title, isEnabled, isMain, run }) => (
        <button
          key={key}
          type="button"
          class={isMain ? "main" : undefined}
          disabled={!isEnabled}
          title={`${title} (${key === "Escape" ? "Esc" : key.toUpperCase()})`}
          aria-keyshortcuts={key}
          onClick={run}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

/** Keys work wherever the focus is, except while something is being typed. */
export function pressKey(event: KeyboardEvent, actions: readonly Action[]): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (isTyping && event.key !== "Escape") return;
  const action = actions.find(({ key }) => key.toLowerCase() === event.key.toLowerCase());
  if (action === undefined || !action.isEnabled) return;
  event.preventDefault();
  action.run();
}

export function SettingsForm({ state: { settings, examples, parameters }, controller }: ToolbarProps) {
  const onNumber =
    (change: (value: number) => void, isValid: (value: number) => boolean) =>
    ({ currentTarget: input }: { currentTarget: HTMLInputElement }): void => {
      const value = Number(input.value);
      const isGood = input.value.trim() !== "" && isValid(value);
      input.setCustomValidity(isGood ? "" : "not usable");
      if (isGood) change(value);
    };
  return (
    <form class="settings" onSubmit={(event) => event.preventDefault()}>
      <label>
        learning rate
        <input
          name="learningRate"
          type="number"
          min="0"
          step="any"
          value={settings.learningRate}
          onChange={onNumber(
            (learningRate) => controller.changeSettings({ learningRate }),
            (value) => value > 0 && Number.isFinite(value),
          )}
        />
      </label>
      <label>
        optimizer
        <select
          name="optimizer"
          value={settings.optimizer}
          onChange={({ currentTarget }) => {
            const optimizer = currentTarget.value as typeof settings.optimizer;
            controller.changeSettings({ optimizer, learningRate: usualRate[optimizer] });
          }}
        >
          <option value="SGD">SGD</option>
          <option value="Momentum">SGD with momentum</option>
          <option value="Adam">Adam</option>
        </select>
      </label>
      <label>
        batch size
        <input
          name="batchSize"
          type="number"
          min="1"
          max="65536"
          step="1"
          value={settings.batchSize}
          onChange={onNumber(
            (batchSize) => controller.changeSettings({ batchSize }),
            (value) => Number.isInteger(value) && value >= 1 && value <= 65536,
          )}
        />
      </label>
      <span class="faint">
        {parameters > 0 && `${parameters.toLocaleString("en-US")} parameters`}
        {examples > 0 && `, ${examples.toLocaleString("en-US")} examples`}
      </span>
    </form>
  );
}

/** A rate to begin with: what suits one optimizer is far off for another. */
const usualRate = { SGD: 0.1, Momentum: 0.05, Adam: 0.003 } as const;

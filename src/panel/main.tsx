/// <reference lib="dom" />
// The panel's entry: connects the page to the extension and to the worker that runs the model.

import { render } from "preact";
import { hostMessage, type PanelMessage } from "../protocol/panel";
import { Controller } from "./controller";
import "./panel.css";
import { restored, saved } from "./state";
import { App } from "./views/App";
import { startWorker } from "./startWorker";

/** What the editor offers to a web view. */
interface EditorApi {
  postMessage(message: PanelMessage): void;
  getState(): unknown;
  setState(state: string): void;
}
declare function acquireVsCodeApi(): EditorApi;

/** Results are saved this long after the last change, in milliseconds. */
const saveDelay = 1000;

const editor = acquireVsCodeApi();
const before = restored(editor.getState());
const controller = new Controller(
  { startWorker, send: (message) => editor.postMessage(message), now: () => performance.now() },
  before,
);
addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  if (hostMessage(data)) controller.receive(data);
});
setInterval(() => controller.watch(), 250);

let saving: ReturnType<typeof setTimeout> | undefined;
controller.subscribe(() => {
  saving ??= setTimeout(() => {
    saving = undefined;
    const text = saved(controller.state);
    if (text !== undefined) editor.setState(text);
  }, saveDelay);
});

render(<App controller={controller} />, document.body);
editor.postMessage({ type: "ready", file: before.info?.file, model: before.info?.model.name });

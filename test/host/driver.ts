// Drives the editor's window from inside a host test: real keys, a real mouse, screenshots, the inside of web views.
// The requests are carried out by pageServer.mjs.

import * as vscode from "vscode";

/** An element of the page: a CSS selector (as in Playwright), in the workbench itself or in the visible web view. */
export interface Target {
  readonly selector: string;
  readonly frame?: "workbench" | "webview";
  /** Only elements that contain this text. */
  readonly text?: string;
  /** Milliseconds until it gives up; Playwright's 30 seconds by default. */
  readonly timeout?: number;
}

export const page = {
  /** Saves dist/screenshots/<name>.png and gives its path. */
  screenshot: (name: string) => ask<string>("screenshot", { name }),
  /** Types into whatever has the focus, key by key. */
  type: (text: string) => perform("type", { text }),
  /** Presses a key or chord, such as `Enter` or `Control+Shift+P`. */
  press: (key: string) => perform("press", { key }),
  click: (target: Target) => perform("click", target),
  hover: (target: Target) => perform("hover", target),
  /** Replaces the text of an input field. */
  fill: (target: Target, value: string) => perform("fill", { ...target, value }),
  /** Chooses an option of a select element by its value or label. */
  select: (target: Target, value: string) => perform("select", { ...target, value }),
  /** Waits until the first such element is in this state, `visible` by default. */
  waitFor: (target: Target, state: "visible" | "hidden" | "attached" | "detached" = "visible") =>
    perform("waitFor", { ...target, state }),
  /** The visible text of the first such element. */
  textContent: (target: Target) => ask<string>("textContent", target),
  /** The visible texts of all such elements, at once. */
  allTexts: (target: Target) => ask<string[]>("allTexts", target),
  attribute: (target: Target, name: string) => ask<string | null>("attribute", { ...target, name }),
  count: (target: Target) => ask<number>("count", target),
  /** Runs a function body on the first such element, such as `return element.scrollTop`, and gives what it returns. */
  evaluate: (target: Target, body: string) => ask<unknown>("evaluate", { ...target, body }),
  /** Moves the mouse away, so that hovers disappear. */
  mouseAway: () => perform("mouseAway", {}),
  /** Prints a line in the terminal that started the tests. */
  print: (line: string) => perform("print", { line }),
};

/** Opens a file of the test's workspace (a copy of examples/) in an editor with the focus. */
export async function openFile(name: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error("The tests were started without a workspace folder");
  return openDocument(await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, name)));
}

/**
 * Opens an untitled document with this content in an editor with the focus. One whose name was in use a moment ago may
 * come up empty, as the editor is still reverting its namesake; then another one is opened.
 */
export async function openText(content: string, language = "typescript"): Promise<vscode.TextEditor> {
  return eventually(async () => {
    const editor = await openDocument(await vscode.workspace.openTextDocument({ content, language }));
    if (editor.document.getText() !== content) throw new Error(`${editor.document.fileName} lost its text`);
    return editor;
  });
}

/** Closes every editor and forgets what was typed into them. */
export async function closeAll(): Promise<void> {
  while (vscode.window.activeTextEditor?.document.isDirty) {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/** Puts the cursor before (or after) the n-th place where the text stands in the document. */
export async function putCursor(
  editor: vscode.TextEditor,
  text: string,
  { occurrence = 1, after = false }: { occurrence?: number; after?: boolean } = {},
): Promise<void> {
  const { start, end } = find(editor.document, text, occurrence);
  await select(editor, after ? new vscode.Range(end, end) : new vscode.Range(start, start));
}

/** Selects the n-th place where the text stands, so that typing replaces it. */
export async function selectText(editor: vscode.TextEditor, text: string, occurrence = 1): Promise<void> {
  await select(editor, find(editor.document, text, occurrence));
}

/** Hovers the n-th place where the text stands with the mouse, and gives the text of the hover that appears. */
export async function hoverText(editor: vscode.TextEditor, text: string, occurrence = 1): Promise<string> {
  await page.mouseAway();
  await putCursor(editor, text, { occurrence });
  return eventually(
    async () => {
      await perform("hoverCursor", {});
      const hover: Target = { selector: ".monaco-hover:visible .monaco-hover-content", timeout: 3_000 };
      const shown = await page.textContent(hover);
      if (shown.trim() === "" || shown.trim() === "Loading...")
        throw new Error(`The hover over ${text} is still empty`);
      return shown;
    },
    { what: `a hover over ${text}` },
  );
}

/** Runs a command as a person does: by typing its title into the command palette. */
export async function runFromPalette(title: string): Promise<void> {
  await page.press("F1");
  await page.waitFor({ selector: ".quick-input-widget input" });
  await page.type(title);
  // The label goes on after a comma with a key binding or "recently used".
  const row = (label: string) => `.quick-input-list .monaco-list-row[aria-label${label}"]`;
  await page.click({ selector: `${row(`="${title}`)}, ${row(`^="${title},`)}` });
  await page.waitFor({ selector: ".quick-input-list" }, "hidden");
}

/** Tries again until the check stops throwing, and gives its result; at the end throws its last error. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { what = "the expectation", timeout = 20_000 }: { what?: string; timeout?: number } = {},
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) {
        throw new Error(`Waited ${String(timeout)} ms for ${what}: ${(error as Error).message}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function openDocument(document: vscode.TextDocument): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
  return editor;
}

/** The command makes the round trip to the window, so that keys pressed afterwards meet the new selection. */
async function select(editor: vscode.TextEditor, range: vscode.Range): Promise<void> {
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
  await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
}

function find(document: vscode.TextDocument, text: string, occurrence: number): vscode.Range {
  let offset = -1;
  for (let count = 0; count < occurrence; count++) offset = document.getText().indexOf(text, offset + 1);
  if (offset < 0) throw new Error(`${document.fileName} has no ${String(occurrence)}. place with the text ${text}`);
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + text.length));
}

async function perform(method: string, params: object): Promise<void> {
  await ask(method, params);
}

async function ask<T>(method: string, params: object): Promise<T> {
  const address = process.env.SHAPELENS_PAGE;
  if (!address) throw new Error("Host tests need the window's driver: start them with npm run test:host");
  const response = await fetch(address, { method: "POST", body: JSON.stringify({ method, params }) });
  const answer = (await response.json()) as { result: T; error?: string };
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.result;
}

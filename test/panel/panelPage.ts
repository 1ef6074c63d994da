// The panel in a page of a real browser, under the policy it has in the editor, with a made-up editor around it.

import { build } from "esbuild";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { type HostMessage, type PanelMessage, panelMessage } from "../../src/protocol/panel";

const address = "http://panel.test/";
const nonce = "bm9uY2U=";
const policy = `default-src 'none'; script-src 'nonce-${nonce}' 'wasm-unsafe-eval'; worker-src blob:; style-src http://panel.test`;

/** The colours of an editor's theme, as far as the panel uses them. */
const themes = {
  dark: {
    "editor-background": "#1f1f1f",
    foreground: "#cccccc",
    descriptionForeground: "#9d9d9d",
    "panel-border": "#2b2b2b",
    "button-background": "#0078d4",
    "button-foreground": "#ffffff",
    "button-secondaryBackground": "#313131",
    "button-secondaryForeground": "#cccccc",
    "input-background": "#313131",
    "input-foreground": "#cccccc",
    "input-border": "#3c3c3c",
    "charts-orange": "#d18616",
    "charts-blue": "#59a4f9",
    "charts-green": "#89d185",
    "textLink-foreground": "#4daafc",
    "badge-background": "#616161",
    "badge-foreground": "#f8f8f8",
  },
  light: {
    "editor-background": "#ffffff",
    foreground: "#3b3b3b",
    descriptionForeground: "#6f6f6f",
    "panel-border": "#e5e5e5",
    "button-background": "#005fb8",
    "button-foreground": "#ffffff",
    "button-secondaryBackground": "#e5e5e5",
    "button-secondaryForeground": "#3b3b3b",
    "input-background": "#ffffff",
    "input-foreground": "#3b3b3b",
    "input-border": "#cecece",
    "charts-orange": "#d18616",
    "charts-blue": "#1a85ff",
    "charts-green": "#388a34",
    "textLink-foreground": "#005fb8",
    "badge-background": "#cccccc",
    "badge-foreground": "#3b3b3b",
  },
} as const;

export type ThemeName = keyof typeof themes;

/** Opens the panel. `saved` is what the editor kept from before a reload. */
export async function openPanel(browser: Browser, saved?: string): Promise<PanelPage> {
  const { outputFiles } = await bundled;
  const textOf = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))!.text;
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
  const messages: PanelMessage[] = [];
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.exposeFunction("receiveFromPanel", (message: unknown) => {
    if (!panelMessage(message)) throw new Error(`Not a message of the panel: ${JSON.stringify(message)}`);
    messages.push(message);
  });
  await page.addInitScript(`
    let state = ${JSON.stringify(saved)};
    globalThis.acquireVsCodeApi = () => ({
      postMessage: (message) => globalThis.receiveFromPanel(message),
      getState: () => state,
      setState: (value) => (state = globalThis.savedState = value),
    });`);
  const html = `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
    <link rel="stylesheet" href="panel.css"><body><script nonce="${nonce}" src="panel.js"></script></body>`;
  const answers: Readonly<Record<string, { contentType: string; body: string }>> = {
    [address]: { contentType: "text/html", body: html },
    [`${address}panel.js`]: { contentType: "text/javascript", body: textOf(".js") },
    [`${address}panel.css`]: { contentType: "text/css", body: textOf(".css") },
  };
  await page.route("**/*", (route) => route.fulfill(answers[route.request().url()] ?? { status: 404 }));
  await page.goto(address);
  const opened = new PanelPage(page, messages, errors);
  await opened.setTheme("dark");
  return opened;
}

export class PanelPage {
  constructor(
    readonly page: Page,
    readonly messages: PanelMessage[],
    readonly errors: readonly string[],
  ) {}

  /** Sends what the extension would send. */
  async send(message: HostMessage): Promise<void> {
    await this.page.evaluate((data) => void globalThis.postMessage(data, "*"), message as object);
  }

  async setTheme(name: ThemeName): Promise<void> {
    const variables = Object.entries(themes[name]).map(([key, value]) => [`--vscode-${key}`, value] as const);
    await this.page.evaluate(
      ([pairs, theme]) => {
        for (const [key, value] of pairs) document.documentElement.style.setProperty(key, value);
        document.body.className = `vscode-${theme}`;
      },
      [variables, name] as const,
    );
  }

  button(name: string) {
    return this.page.getByRole("button", { name, exact: true });
  }

  async waitForPhase(phase: string): Promise<void> {
    await this.page.locator(`[data-phase=${phase}]`).waitFor();
  }
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath(), args: ["--no-sandbox", "--disable-gpu"] });
}

const bundled = build({
  entryPoints: ["src/panel/main.tsx"],
  outfile: "panel.js",
  bundle: true,
  write: false,
  format: "iife",
});

function browserPath(): string {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
  if (found === undefined) throw new Error("The panel's tests need Chromium: apt-get install chromium");
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

// @ts-check
// Lets tests that run inside the extension host drive the editor's window: a loopback server takes their requests and
// carries them out on the page with Playwright. The typed other end is driver.ts.

import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ selector: string, frame?: "workbench" | "webview", text?: string, timeout?: number }} Target */

/**
 * Serves the page to the tests until `close` is called.
 * @param {() => Promise<Page>} getPage
 * @param {string} screenshots folder for the pictures
 * @returns {Promise<{ url: string, close: () => void }>} the secret address that goes to the tests
 */
export async function servePage(getPage, screenshots) {
  const path = `/${randomBytes(16).toString("hex")}`;
  const server = createServer(async (request, response) => {
    if (request.url !== path || request.method !== "POST") {
      response.writeHead(404).end();
      return;
    }
    /** @type {{ result?: unknown, error?: string }} */
    let answer;
    try {
      const chunks = await request.toArray();
      const { method, params } = JSON.parse(Buffer.concat(chunks).toString());
      const action = actions[/** @type {keyof typeof actions} */ (method)];
      if (!action) throw new Error(`The page has no method ${method}`);
      answer = { result: await action(await getPage(), params ?? {}, screenshots) };
    } catch (error) {
      answer = { error: error instanceof Error ? error.message : String(error) };
    }
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}${path}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * What tests may ask of the page.
 * @satisfies {Record<string, (page: Page, params: any, screenshots: string) => unknown>}
 */
const actions = {
  screenshot: async (page, { name }, screenshots) => {
    mkdirSync(screenshots, { recursive: true });
    const path = join(screenshots, `${name}.png`);
    await page.screenshot({ path });
    return path;
  },
  type: (page, { text }) => page.keyboard.type(text, { delay: 15 }),
  press: (page, { key }) => page.keyboard.press(key),
  click: (page, target) => locate(page, target).click({ timeout: target.timeout }),
  hover: (page, target) => locate(page, target).hover({ timeout: target.timeout }),
  fill: (page, { value, ...target }) => locate(page, target).fill(value, { timeout: target.timeout }),
  select: (page, { value, ...target }) => locate(page, target).selectOption(value, { timeout: target.timeout }),
  waitFor: (page, { state, ...target }) => locate(page, target).waitFor({ state, timeout: target.timeout }),
  textContent: (page, target) => locate(page, target).innerText({ timeout: target.timeout }),
  allTexts: (page, target) => locateAll(page, target).allInnerTexts(),
  attribute: (page, { name, ...target }) => locate(page, target).getAttribute(name, { timeout: target.timeout }),
  count: (page, target) => locateAll(page, target).count(),
  evaluate: (page, { body, ...target }) =>
    locate(page, target).evaluate(/** @type {any} */ (new Function("element", body)), undefined, {
      timeout: target.timeout,
    }),
  print: (_page, { line }) => console.log(line),
  mouseAway: (page) => page.mouse.move(0, 0),
  hoverCursor: async (page) => {
    const cursor = page.locator(".monaco-editor.focused .cursors-layer > .cursor").first();
    const box = await cursor.boundingBox({ timeout: 10_000 });
    if (!box) throw new Error("No editor on the page shows a cursor");
    await page.mouse.move(box.x + 12, box.y + box.height / 2 + 1);
    await page.mouse.move(box.x + 3, box.y + box.height / 2, { steps: 4 });
  },
};

/**
 * @param {Page} page
 * @param {Target} target
 */
function locate(page, target) {
  return locateAll(page, target).first();
}

/**
 * @param {Page} page
 * @param {Target} target
 */
function locateAll(page, { selector, frame = "workbench", text }) {
  const scope = frame === "webview" ? page.frameLocator("iframe.webview:visible").frameLocator("#active-frame") : page;
  return scope.locator(selector, text === undefined ? {} : { hasText: text });
}

// The panel's page. Its policy is closed: the one script of ours, workers from blobs, our style sheet, nothing else.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

export function panelHtml(webview: vscode.Webview, extension: vscode.Uri): string {
  const resource = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, "dist", name)).toString();
  const nonce = randomBytes(16).toString("base64");
  // WebAssembly is for the engine; the worker inherits this policy and so has no network and no eval.
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval'`,
    "worker-src blob:",
    `style-src ${webview.cspSource}`,
  ].join("; ");
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${resource("panel.css")}" />
    <title>Run Model</title>
  </head>
  <body>
    <script nonce="${nonce}" src="${resource("panel.js")}"></script>
  </body>
</html>
`;
}

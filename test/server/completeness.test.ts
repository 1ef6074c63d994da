// What the server says of a file that has too much to follow: once when it begins, once when it ends.

import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import {
  createProtocolConnection,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import { createConnection } from "vscode-languageserver/node";
import { createAnalyzer } from "../../src/analyzer/analyzer";
import { memoryFileSystem } from "../../src/analyzer/program/fileSystem";
import { startServer } from "../../src/server/server";

const uri = "file:///long.ts";
const header = 'import { zeros } from "@shapelens/engine";\n';
const long = `${header}${"zeros([2]).add(1);\n".repeat(40)}`;
const short = `${header}zeros([2]).add(1);\n`;

/** A client of a server in this process whose analyzer takes few steps; `heard`: what it was told, in order. */
async function connect(initializationOptions: object): Promise<{ client: ProtocolConnection; heard: unknown[] }> {
  const [up, down] = [new PassThrough(), new PassThrough()];
  const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
  const analyzer = createAnalyzer({ fileSystem: memoryFileSystem(new Map()), budget: 100 });
  startServer(server, () => Promise.resolve(analyzer));
  const client = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  const heard: unknown[] = [];
  client.onNotification("shapelens/completeness", (params: unknown) => heard.push(params));
  client.onNotification("window/logMessage", ({ message }: { message: string }) => heard.push(message));
  client.listen();
  await client.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {}, initializationOptions });
  await client.sendNotification("initialized", {});
  return { client, heard };
}

let version = 0;

async function open(client: ProtocolConnection, text: string): Promise<void> {
  const textDocument = { uri, languageId: "typescript", version: ++version, text };
  await client.sendNotification("textDocument/didOpen", { textDocument });
  await analysed(client);
}

async function replace(client: ProtocolConnection, text: string): Promise<void> {
  const textDocument = { uri, version: ++version };
  await client.sendNotification("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
  await analysed(client);
}

/** An answer about the present text comes after everything that is told of it. */
async function analysed(client: ProtocolConnection): Promise<void> {
  await client.sendRequest("textDocument/hover", { textDocument: { uri }, position: { line: 1, character: 1 } });
}

describe("A file that has too much to follow", () => {
  it("is told to an editor that shows it, whenever it changes", async () => {
    const { client, heard } = await connect({ showsCompleteness: true });
    await open(client, short);
    assert.deepEqual(heard, []);
    await replace(client, long);
    await replace(client, `${long}\n`);
    assert.deepEqual(heard, [{ uri, isComplete: false }]);
    await replace(client, short);
    assert.deepEqual(heard.slice(1), [{ uri, isComplete: true }]);
    await replace(client, long);
    await client.sendNotification("textDocument/didClose", { textDocument: { uri } });
    await client.sendRequest("shutdown");
    assert.deepEqual(heard.slice(2), [
      { uri, isComplete: false },
      { uri, isComplete: true },
    ]);
    client.dispose();
  });

  it("is one line in the log of any other editor", async () => {
    const { client, heard } = await connect({});
    await open(client, long);
    await replace(client, `${long}\n`);
    await client.sendRequest("shutdown");
    assert.deepEqual(heard, ["long.ts: too much to follow; some shapes and problems may be missing."]);
    client.dispose();
  });
});

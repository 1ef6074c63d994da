// Files that change on disk behind the editor's back: what imports them is analysed again.

import { fileURLToPath } from "node:url";
import { DidChangeWatchedFilesNotification, FileChangeType } from "vscode-languageserver";
import { type Feature } from "../session";

const watched = ["**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}", "**/{tsconfig,jsconfig}.json"];

export const registerWatchedFiles: Feature = (session) => {
  const { connection, project } = session;
  session.onReady(() => {
    if (!session.client.takesWatcherRegistration) return;
    const watchers = watched.map((globPattern) => ({ globPattern }));
    void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const files = changes.filter(({ uri }) => uri.startsWith("file:") && !uri.includes("/node_modules/"));
    if (files.length === 0) return;
    const deleted = files.filter(({ type }) => type === FileChangeType.Deleted).map(({ uri }) => uri);
    project.changedOnDisk(
      files.map(({ uri }) => fileURLToPath(uri)),
      new Set(deleted),
    );
  });
  return {};
};

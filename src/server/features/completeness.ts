// Says once when a file takes more steps than the analyzer follows, and once when it no longer does: what is missing is
// missing in silence otherwise.

import { basename } from "node:path";
import { type CompletenessParams, editorNotifications } from "../../protocol/editor";
import { type Feature } from "../session";

export const registerCompleteness: Feature = (session) => {
  const { connection, project } = session;
  const partial = new Set<string>();
  const tell = (uri: string, file: string, isComplete: boolean): void => {
    if (session.client.showsCompleteness) {
      const params: CompletenessParams = { uri, isComplete };
      void connection.sendNotification(editorNotifications.completeness, params);
    } else if (!isComplete)
      connection.console.info(`${basename(file)}: too much to follow; some shapes and problems may be missing.`);
  };
  project.onDidAnalyse(({ uri, facts }) => {
    if (facts.complete !== partial.has(uri)) return;
    if (facts.complete) partial.delete(uri);
    else partial.add(uri);
    tell(uri, facts.file, facts.complete);
  });
  project.onDidDrop((uri) => {
    if (partial.delete(uri)) tell(uri, uri, true);
  });
  return {};
};

// Inlay hints: the shape beside each name, short and always in the same form.

import { type InlayHint, InlayHintKind, MarkupKind } from "vscode-languageserver";
import { type Analysis } from "../project";
import { type Feature } from "../session";
import { refreshOnChange } from "./refresh";

export const registerInlayHints: Feature = (session) => {
  const { connection, project } = session;
  const news = refreshOnChange(session, {
    content: ({ facts }) => JSON.stringify(facts.shapes.map(({ hintAt, shape, rule }) => [hintAt, shape, rule])),
    refresh: () => (session.client.refreshesInlayHints ? connection.languages.inlayHint.refresh() : undefined),
  });
  connection.languages.inlayHint.on(async ({ textDocument, range }) => {
    const { enable, inlayHints } = session.settings;
    const analysis = enable && inlayHints ? await project.analyse(textDocument.uri) : undefined;
    if (!analysis) return null;
    news.answered(analysis);
    const { document } = analysis;
    return hintsBetween(analysis, document.offsetAt(range.start), document.offsetAt(range.end));
  });
  return { inlayHintProvider: true };
};

function hintsBetween({ facts, document }: Analysis, start: number, end: number): InlayHint[] {
  const hints: InlayHint[] = [];
  for (const { hintAt, shape, dtype, rule } of facts.shapes) {
    if (hintAt === undefined || hintAt < start || hintAt > end) continue;
    hints.push({
      position: document.positionAt(hintAt),
      label: shape,
      kind: InlayHintKind.Type,
      paddingLeft: true,
      tooltip: { kind: MarkupKind.Markdown, value: rule ? `\`${rule}\` ${dtype}` : dtype },
    });
  }
  return hints;
}

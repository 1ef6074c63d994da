// The lightbulb: silence a problem with a comment above its line, or take away a comment that silences nothing.

import { type CodeAction, CodeActionKind, type Diagnostic, type TextEdit } from "vscode-languageserver";
import { type TextDocument } from "vscode-languageserver-textdocument";
import { type Feature } from "../session";

export const registerCodeActions: Feature = (session) => {
  const { connection, project } = session;
  connection.onCodeAction(async ({ textDocument, context }) => {
    const ours = context.diagnostics.filter(({ source }) => source === "shapelens");
    const analysis = ours.length > 0 && session.settings.enable ? await project.analyse(textDocument.uri) : undefined;
    if (!analysis) return null;
    return ours.map((diagnostic): CodeAction => {
      const isUnused = diagnostic.code === "unused-ignore";
      const edit = isUnused ? removeLine(diagnostic) : insertIgnore(diagnostic, analysis.document);
      return {
        title: isUnused ? "Remove this comment" : `Ignore ${String(diagnostic.code)} on this line`,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnostic],
        edit: { changes: { [textDocument.uri]: [edit] } },
      };
    });
  });
  return { codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] } };
};

function insertIgnore({ range, code }: Diagnostic, document: TextDocument): TextEdit {
  const start = { line: range.start.line, character: 0 };
  const [indentation] = /^[ \t]*/.exec(document.getText({ start, end: { line: start.line + 1, character: 0 } }))!;
  return {
    range: { start, end: start },
    newText: `${indentation}// shapelens-ignore-next-line ${String(code)}\n`,
  };
}

function removeLine({ range: { start, end } }: Diagnostic): TextEdit {
  return {
    range: { start: { line: start.line, character: 0 }, end: { line: end.line + 1, character: 0 } },
    newText: "",
  };
}

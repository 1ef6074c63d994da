// The lightbulb: repairs that were tried out, best first; a comment that silences the problem; the end of a comment that
// silences nothing.

import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type TextEdit,
} from "vscode-languageserver";
import { unusedIgnoreCode } from "../../analyzer/codes";
import { type Fix, type Problem } from "../../analyzer/facts";
import { rangeOf } from "../locations";
import { type Analysis } from "../project";
import { type Feature, type Session } from "../session";

export const registerCodeActions: Feature = (session) => {
  session.connection.onCodeAction(async ({ textDocument, context }, cancellation) => {
    const ours = context.diagnostics.filter(({ source }) => source === "shapelens");
    const isWanted = context.only?.some((kind) => CodeActionKind.QuickFix.startsWith(kind)) ?? true;
    if (ours.length === 0 || !isWanted || !session.settings.enable) return null;
    const analysis = await session.project.analyse(textDocument.uri);
    if (!analysis) return null;
    const actions: CodeAction[] = [];
    for (const diagnostic of ours) actions.push(...(await actionsFor(session, analysis, diagnostic, cancellation)));
    return actions;
  });
  return { codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] } };
};

async function actionsFor(
  session: Session,
  analysis: Analysis,
  diagnostic: Diagnostic,
  cancellation: CancellationToken,
): Promise<CodeAction[]> {
  if (diagnostic.code === unusedIgnoreCode) return [removal(analysis, diagnostic)];
  const problem = problemOf(analysis, diagnostic);
  if (!problem) return [];
  const { project } = session;
  const fixes = await project.fixes(analysis, problem, cancellation);
  const repairs = fixes.flatMap((fix, index) => actionOf(session, fix, diagnostic, index === 0));
  const ignore = project.ignore(analysis, problem);
  return [...repairs, ...(ignore ? actionOf(session, ignore, diagnostic, false) : [])];
}

/** The problem of the present text that the diagnostic shows. */
function problemOf({ facts, document }: Analysis, { code, range }: Diagnostic): Problem | undefined {
  const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  return facts.problems.find((problem) => problem.code === code && problem.start === start && problem.end === end);
}

function actionOf({ project }: Session, fix: Fix, diagnostic: Diagnostic, isPreferred: boolean): CodeAction[] {
  const changes: Record<string, TextEdit[]> = {};
  for (const { text, ...place } of fix.edits) {
    const location = project.locations.locate(place);
    if (!location) return [];
    (changes[location.uri] ??= []).push({ range: location.range, newText: text });
  }
  const { title } = fix;
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], isPreferred, edit: { changes } }];
}

/** Takes away the whole comment with its line, or one of its codes. */
function removal({ document, uri }: Analysis, diagnostic: Diagnostic): CodeAction {
  const { range } = diagnostic;
  const word = document.getText(range);
  const isComment = !/^[a-z]/.test(word);
  const edit = isComment
    ? { range: { start: { line: range.start.line, character: 0 }, end: { line: range.end.line + 1, character: 0 } } }
    : { range: rangeOf(document, withComma(document.getText(), document.offsetAt(range.start), word.length)) };
  return {
    title: isComment ? "Remove this comment" : `Remove ${word} from this comment`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: true,
    edit: { changes: { [uri]: [{ ...edit, newText: "" }] } },
  };
}

/** The word with what parts it from the next one, or from the one before when it is the last. */
function withComma(text: string, start: number, length: number): { readonly start: number; readonly end: number } {
  const end = start + length;
  const after = /^[ \t]*,[ \t]*/.exec(text.slice(end, end + 20));
  if (after) return { start, end: end + after[0].length };
  const before = /[ \t]*,?[ \t]*$/.exec(text.slice(Math.max(start - 20, 0), start))!;
  return { start: start - before[0].length, end };
}

// A statement that reads as it did before an edit stays the node it was, also where the parser makes a new one: behind a
// brace that is missing, or under a comment that changes. What is known of a node holds for as long as the node lives.

import { ts } from "ts-morph";

/** A top-level statement of a tree that may be parsed again, with where it stood in the text. */
interface Standing {
  readonly statement: ts.Statement;
  readonly pos: number;
  readonly end: number;
}

/** Notes where the statements stand: an incremental parse moves the nodes of the old tree. */
export function standings({ statements }: ts.SourceFile): Standing[] {
  return statements.map((statement) => ({ statement, pos: statement.pos, end: statement.end }));
}

/** Puts the statements of an old tree into a new one wherever they read the same, documentation comments included. */
export function keepSameStatements(now: ts.SourceFile, before: readonly Standing[], textBefore: string): void {
  const kept = new Set<ts.Statement>(now.statements);
  const lost = before.filter(({ statement }) => !kept.has(statement));
  if (lost.length === 0) return;
  const byText = new Map<string, ts.Statement[]>();
  for (const { statement, pos, end } of lost) {
    const text = textBefore.slice(startOf(textBefore, pos), end);
    const alike = byText.get(text);
    if (alike) alike.push(statement);
    else byText.set(text, [statement]);
  }
  const known = new Set(before.map(({ statement }) => statement));
  // What a tree consists of is read-only to everybody else.
  const statements = now.statements as unknown as ts.Statement[];
  for (const [i, statement] of statements.entries()) {
    if (known.has(statement)) continue;
    const text = now.text.slice(statement.getStart(now, true), statement.end);
    const old = byText.get(text)?.shift();
    if (old && moveTo(old, statement)) statements[i] = old;
  }
}

/** Where a statement begins whose space and comments in front begin at `pos`; its documentation is part of it. */
function startOf(text: string, pos: number): number {
  const comments = ts.getLeadingCommentRanges(text, pos) ?? [];
  const documentation = comments.find((comment) => text.startsWith("/**", comment.pos));
  if (documentation) return documentation.pos;
  const end = comments.at(-1)?.end ?? pos;
  return end + text.slice(end).search(/\S|$/);
}

/** Gives a tree the positions of another one of the same form. Answers false, and changes nothing, where it has another. */
function moveTo(old: ts.Statement, now: ts.Statement): boolean {
  const pairs: (readonly [Part, Part])[] = [];
  if (!pairUp(old, now, pairs)) return false;
  for (const [from, to] of pairs) {
    ts.setTextRange(from, to);
    if (isNode(from)) {
      // A child may have been handed on to a statement that is gone again.
      for (const child of partsOf(from).flatMap((part) => (isNode(part) ? [part] : part))) setParent(child, from);
    }
  }
  setParent(old, now.parent);
  return true;
}

type Part = ts.Node | ts.NodeArray<ts.Node>;

function pairUp(old: Part, now: Part, pairs: (readonly [Part, Part])[]): boolean {
  pairs.push([old, now]);
  if (isNode(old) !== isNode(now)) return false;
  if (isNode(old) && isNode(now) && old.kind !== now.kind) return false;
  const [olds, news] = [partsOf(old), partsOf(now)];
  return olds.length === news.length && olds.every((part, i) => pairUp(part, news[i]!, pairs));
}

function isNode(part: Part): part is ts.Node {
  return "kind" in part;
}

/** The children of a node, lists as lists, its documentation first. */
function partsOf(part: Part): readonly Part[] {
  if (!isNode(part)) return part;
  const parts: Part[] = [...((part as { readonly jsDoc?: readonly ts.JSDoc[] }).jsDoc ?? [])];
  ts.forEachChild(
    part,
    (node) => void parts.push(node),
    (nodes) => void parts.push(nodes),
  );
  return parts;
}

function setParent(node: ts.Node, parent: ts.Node): void {
  (node as { parent: ts.Node }).parent = parent;
}

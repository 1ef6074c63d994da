// A shape in words: first the shape, then the rule that made it, then where each dimension comes from.

import { type Origin, type Place, type ShapeFact, type Signature } from "../../analyzer/facts";

type Link = (place: Place) => { readonly href: string; readonly line: number } | undefined;

/** One short block of Markdown. */
export function describeShape(fact: ShapeFact, link: Link): string {
  const head = `**${code(`${fact.kind === "call" ? "" : `${fact.name}: `}${fact.shape}`)}** ${fact.dtype}`;
  const rule = fact.rule && `${code(fact.rule)}${fact.doc ? `  \n${plain(fact.doc)}` : ""}`;
  const origins = fact.origins.map((origin) => `- ${describeOrigin(origin, link)}`).join("\n");
  return [head, rule, origins].filter(Boolean).join("\n\n");
}

/** A function's shapes, and what it requires of its arguments. */
export function describeSignature({ name, text, requires }: Signature): string {
  return [`**${code(`${name}${text}`)}**`, ...requires.map((each) => `- ${plain(each)}`)].join("\n\n");
}

/** The same without marks, for clients and tooltips that show plain text. */
export function withoutMarks(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\]\((?:file|untitled|vscode-[^)]*|[a-z]+):[^)]*\)/g, "$1")
    .replace(/(\*\*|`+ ?| ?`+)/g, "")
    .replace(/ {2}\n/g, "\n")
    .replace(/\\([\\`*_{}[\]<>#|~!()+-])/g, "$1");
}

function describeOrigin({ dim, text, place }: Origin, link: Link): string {
  const target = place && link(place);
  const where = target ? ` ([line ${String(target.line)}](${target.href}))` : "";
  return `${code(dim)} is ${plain(text)}${where}`;
}

function code(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  const pad = fence.length > 1 ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** Text that Markdown must not read as marks. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~]/g, "\\$&");
}

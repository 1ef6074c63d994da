// The last resort: a comment that silences one code on one line.

import { ts } from "ts-morph";
import { type Fix, type Span } from "../facts";
import { type Module } from "../program/module";

/** The comment above the line, or one code more in the comment that stands there; none where no comment can stand. */
export function ignoreComment(module: Module, { start }: Span, code: string): Fix | undefined {
  const { file, text, source } = module;
  const title = `Ignore ${code} on this line`;
  const line = text.lastIndexOf("\n", start - 1) + 1;
  const above = text.slice(text.lastIndexOf("\n", line - 2) + 1, Math.max(line - 1, 0));
  const codes = /shapelens-ignore-next-line((?:[ \t]*,?[ \t]*[a-z]+(?:-[a-z]+)*(?=[\s,]|$))*)/.exec(above);
  if (codes?.[1]) {
    const end = line - 1 - above.length + codes.index + codes[0].length;
    return { title, edits: [{ file, start: end, end, text: `, ${code}` }] };
  }
  const indentation = /^[ \t]*/.exec(text.slice(line))![0];
  const place = surroundings(source, line + indentation.length);
  if (place === "text") return undefined;
  const words = `shapelens-ignore-next-line ${code}`;
  const comment = place === "markup" ? `{/* ${words} */}` : `// ${words}`;
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  return { title, edits: [{ file, start: line, end: line, text: `${indentation}${comment}${lineEnd}` }] };
}

/** Whether a line begins in code, between the children of an element, or within a text. */
function surroundings(source: ts.SourceFile, lineStart: number): "code" | "markup" | "text" {
  let node: ts.Node = source;
  for (;;) {
    const child: ts.Node | undefined = ts.forEachChild(node, (each) =>
      each.pos < lineStart && lineStart <= each.end ? each : undefined,
    );
    if (!child) return "code";
    if (ts.isJsxText(child)) return "markup";
    if (ts.isTemplateLiteralToken(child) && child.getStart(source) < lineStart && lineStart < child.end) return "text";
    node = child;
  }
}

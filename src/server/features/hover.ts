// Hover: the shape of the tensor under the mouse, the rule that made it, the origin of each dimension.

import { MarkupKind } from "vscode-languageserver";
import { describeShape, describeSignature, withoutMarks } from "../report/describe";
import { shapeAt, signatureAt } from "../report/lookup";
import { type Feature } from "../session";

export const registerHover: Feature = (session) => {
  session.connection.onHover(async ({ textDocument, position }) => {
    const analysis = session.settings.enable ? await session.project.analyse(textDocument.uri) : undefined;
    if (!analysis) return null;
    const { document, facts } = analysis;
    const text = document.getText();
    const offset = document.offsetAt(position);
    const shape = shapeAt(facts, text, offset);
    const signature = shape ? undefined : signatureAt(session.project.signatures(analysis), text, offset);
    const markdown = shape
      ? describeShape(shape, (place) => session.project.locations.link(place))
      : signature && describeSignature(signature);
    if (markdown === undefined) return null;
    return {
      contents: session.client.showsMarkdown
        ? { kind: MarkupKind.Markdown, value: markdown }
        : { kind: MarkupKind.PlainText, value: withoutMarks(markdown) },
    };
  });
  return { hoverProvider: true };
};

// Problems and shapes for other programs: stable, versioned JSON with positions as in LSP.

import { type Facts, type Problem } from "../analyzer/facts";
import { type Texts } from "./texts";

const version = 1;

export interface FileProblem {
  readonly file: string;
  readonly problem: Problem;
}

export function problemsAsJson(problems: readonly FileProblem[], texts: Texts): string {
  return print({
    version,
    problems: problems.map(({ file, problem: { start, end, severity, code, message, related } }) => ({
      file,
      range: texts.range({ file, start, end }),
      severity,
      code,
      message,
      related: related.flatMap(({ place, message }) => {
        const range = texts.range(place);
        return range ? [{ file: place.file, range, message }] : [];
      }),
    })),
  });
}

/** `layers` are those of all models of the file; the number of parameters is null where it is not known. */
export function shapesAsJson({ file, shapes, models }: Facts, texts: Texts): string {
  return print({
    version,
    shapes: shapes
      .filter(({ kind }) => kind !== "use")
      .map(({ start, end, name, kind, shape, dtype, rule }) => {
        return { file, range: texts.range({ file, start, end }), name, kind, shape, dtype, rule };
      }),
    layers: models.flatMap(({ name: model, layers }) =>
      layers.map(({ start, end, name, op, input, output, parameters = null }) => {
        return { file, range: texts.range({ file, start, end }), model, name, op, input, output, parameters };
      }),
    ),
  });
}

function print(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

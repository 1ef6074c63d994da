// shapelens shapes: every shape of one file, and its models layer by layer.

import { createAnalyzer } from "../analyzer/analyzer";
import { shapeTable, tensorTable } from "../server/report/shapeTable";
import { readArguments } from "./arguments";
import { shapesAsJson } from "./json";
import { Failure, type Output } from "./output";
import { findSources, readSource } from "./sources";
import { Texts } from "./texts";

export function shapes(args: readonly string[], output: Output): number {
  const { paths, format } = readArguments("shapes", args, ["markdown", "json"]);
  const fail = (message: string): never => {
    throw new Failure(message);
  };
  const files = findSources(paths, fail);
  const [file] = files;
  if (file === undefined || files.length > 1)
    throw new Failure(`shapelens shapes takes one file; found ${files.length}.`);
  const source = readSource(file, fail);
  const facts = createAnalyzer().facts(file);
  if (!source || !facts) throw new Failure(`${file}: could not be analysed.`);

  if (format === "json") {
    const texts = new Texts();
    texts.add(source);
    output.print(shapesAsJson(facts, texts));
    return 0;
  }
  const named = tensorTable(facts.shapes, source.document);
  const hasModels = facts.models.some(({ layers }) => layers.length > 0);
  output.print(shapeTable(facts, source.document));
  if (hasModels && named !== undefined) output.print(`\n## Tensors\n\n${named}\n`);
  return 0;
}

// shapelens check: the problems of all sources under some paths.

import { createAnalyzer } from "../analyzer/analyzer";
import { EngineReach } from "../server/engineReach";
import { shownProblems } from "../server/report/problems";
import { readArguments } from "./arguments";
import { type FileProblem, problemsAsJson } from "./json";
import { type Output } from "./output";
import { prettyProblems } from "./pretty";
import { findSources, readSource } from "./sources";
import { Texts } from "./texts";

/** Prints the problems; the exit code is 2 when something could not be read, else 1 when there is an error or warning. */
export function check(args: readonly string[], output: Output): number {
  const { paths, format } = readArguments("check", args, ["pretty", "json"]);
  let isComplete = true;
  const fail = (message: string): void => {
    isComplete = false;
    output.complain(`shapelens: ${message}`);
  };
  const files = findSources(paths, fail);
  const analyzer = createAnalyzer();
  const reach = new EngineReach();
  const texts = new Texts();
  const problems: FileProblem[] = [];
  let read = 0;
  for (const file of files) {
    const source = readSource(file, fail);
    if (!source) continue;
    read++;
    if (!reach.reaches(file)) continue;
    texts.add(source);
    const facts = analyzer.facts(file);
    if (!facts) continue;
    if (!facts.complete) output.complain(`shapelens: ${file}: too much to follow; some problems may be missing.`);
    problems.push(...shownProblems(facts, source.document.getText()).map((problem) => ({ file, problem })));
  }

  const { colors } = output;
  if (isComplete || read > 0) {
    output.print(
      format === "json" ? problemsAsJson(problems, texts) : prettyProblems(problems, texts, { files: read, colors }),
    );
  }
  if (!isComplete) return 2;
  return problems.some(({ problem }) => problem.severity !== "hint") ? 1 : 0;
}

// Squiggles. A problem that is fixed vanishes at once; a new one waits until the typing pauses, or until the file is saved.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  DiagnosticTag,
} from "vscode-languageserver";
import { type Problem, type Severity } from "../../analyzer/facts";
import { rangeOf } from "../locations";
import { type Analysis } from "../project";
import { shownProblems } from "../report/problems";
import { type Feature, type Session } from "../session";
import { shiftDiagnostics } from "../shift";

/** What the editor shows of a document, and what it will show when its problems have waited long enough. */
interface Shown {
  diagnostics: readonly Diagnostic[];
  waiting?: { readonly version: number; readonly diagnostics: readonly Diagnostic[]; readonly timer?: NodeJS.Timeout };
}

class Publisher {
  private readonly shown = new Map<string, Shown>();
  /** Whether something was typed since the last save. */
  private isUnsaved = false;

  constructor(private readonly session: Session) {}

  /** The text moves under what is shown; what waited was about the text before. */
  edited(uri: string, shift: (diagnostics: readonly Diagnostic[]) => Diagnostic[]): void {
    this.isUnsaved = true;
    const shown = this.shown.get(uri);
    if (!shown) return;
    this.stopWaiting(shown);
    shown.diagnostics = shift(shown.diagnostics);
  }

  analysed({ uri, version, document, facts }: Analysis): void {
    const { settings } = this.session;
    if (!settings.enable) return this.clear(uri);
    const problems = shownProblems(facts, document.getText(), settings.severity);
    const diagnostics = problems.map((problem) => this.diagnosticOf(problem, document));
    const shown = this.shown.get(uri);
    if (!shown) return this.publish(uri, version, diagnostics);

    this.stopWaiting(shown);
    const known = diagnostics.filter((diagnostic) => shown.diagnostics.some((old) => isSame(old, diagnostic)));
    if (!areEqual(known, shown.diagnostics)) this.publish(uri, version, known);
    if (known.length === diagnostics.length) return;
    const show = (): void => this.publish(uri, version, diagnostics);
    if (settings.when === "onSave" && !this.isUnsaved) return show();
    const timer = settings.when === "onType" ? setTimeout(show, settings.delay) : undefined;
    this.shown.get(uri)!.waiting = { version, diagnostics, timer };
  }

  /** Shows what waits, in all documents: a problem may be the work of the file that was saved. */
  saved(): void {
    this.isUnsaved = false;
    for (const [uri, { waiting }] of this.shown) {
      if (waiting) this.publish(uri, waiting.version, waiting.diagnostics);
    }
  }

  clear(uri: string): void {
    const shown = this.shown.get(uri);
    if (!shown) return;
    this.stopWaiting(shown);
    this.shown.delete(uri);
    if (shown.diagnostics.length > 0) this.send({ uri, diagnostics: [] });
  }

  clearAll(): void {
    for (const uri of [...this.shown.keys()]) this.clear(uri);
  }

  private publish(uri: string, version: number, diagnostics: readonly Diagnostic[]): void {
    if (this.session.project.versionOf(uri) !== version) return;
    const shown = this.shown.get(uri);
    if (shown) this.stopWaiting(shown);
    this.shown.set(uri, { diagnostics });
    this.send({ uri, version, diagnostics: [...diagnostics] });
  }

  private send(params: { uri: string; version?: number; diagnostics: Diagnostic[] }): void {
    void this.session.connection.sendDiagnostics(params);
  }

  private stopWaiting(shown: Shown): void {
    clearTimeout(shown.waiting?.timer);
    delete shown.waiting;
  }

  private diagnosticOf(problem: Problem, document: Analysis["document"]): Diagnostic {
    const { project, client } = this.session;
    const href = documentationOf(problem.code);
    const related = problem.related.flatMap(({ place, message }): DiagnosticRelatedInformation[] => {
      const location = project.locations.locate(place);
      return location ? [{ location, message }] : [];
    });
    return {
      range: rangeOf(document, problem),
      severity: severities[problem.severity],
      code: problem.code,
      source: "shapelens",
      message: problem.message,
      ...(href !== undefined && { codeDescription: { href } }),
      ...(problem.code === "unused-ignore" && { tags: [DiagnosticTag.Unnecessary] }),
      ...(client.showsRelatedInformation && related.length > 0 && { relatedInformation: related }),
    };
  }
}

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
};

/** The same mistake before and after an edit: its words may have changed, its place and code have not. */
function isSame(a: Diagnostic, b: Diagnostic): boolean {
  const { start } = a.range;
  const isSamePlace = start.line === b.range.start.line && start.character === b.range.start.character;
  return a.code === b.code && (isSamePlace || a.message === b.message);
}

function areEqual(a: readonly Diagnostic[], b: readonly Diagnostic[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

const problemsPage = join(__dirname, "../docs/problems.md");
let documentedCodes: ReadonlySet<string> | undefined;

/** The place of `docs/problems.md` that explains a code. */
function documentationOf(code: string): string | undefined {
  documentedCodes ??= new Set(
    existsSync(problemsPage)
      ? [...readFileSync(problemsPage, "utf8").matchAll(/^#+ `?([a-z]+(?:-[a-z]+)*)`?\s*$/gm)].map(
          ([, found]) => found!,
        )
      : [],
  );
  return documentedCodes.has(code) ? `${pathToFileURL(problemsPage).href}#${code}` : undefined;
}

export const registerDiagnostics: Feature = (session) => {
  const publisher = new Publisher(session);
  session.onDidChangeText(({ uri, change }) =>
    publisher.edited(uri, (diagnostics) => shiftDiagnostics(diagnostics, change, uri)),
  );
  session.project.onDidAnalyse((analysis) => publisher.analysed(analysis));
  session.project.onDidDrop((uri) => publisher.clear(uri));
  session.onDidSave(() => publisher.saved());
  session.onDidChangeSettings(({ enable }) => {
    if (!enable) publisher.clearAll();
  });
  return {};
};

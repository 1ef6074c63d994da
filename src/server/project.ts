// The open documents and their facts: each answer belongs to exactly the text it was made from, and after an edit the
// documents that may be affected are analysed again.

import { type CancellationToken, Emitter, type Event, type TextDocuments } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { type Analyzer } from "../analyzer/analyzer";
import { type Facts, type Fix, type Problem, type Signature } from "../analyzer/facts";
import { EngineReach } from "./engineReach";
import { fileOf, Locations } from "./locations";

/** The facts of one version of a document, with the text of that version. */
export interface Analysis {
  readonly uri: string;
  readonly version: number;
  readonly document: TextDocument;
  readonly facts: Facts;
}

/** Shortest wait after an edit; a slow analysis makes it longer, so that typing always comes first. */
const shortestPause = 10;

export class Project {
  readonly locations = new Locations((file) => this.documentOf(file));
  private readonly reach = new EngineReach((file) => this.documentOf(file)?.getText());
  private readonly uris = new Map<string, string>();
  private readonly analyses = new Map<string, Analysis>();
  /** What the analyzer was last told about each file. */
  private readonly told = new Map<string, number>();
  private readonly dirty = new Set<string>();
  private readonly analysed = new Emitter<Analysis>();
  private readonly dropped = new Emitter<string>();
  /** An editor asks again whenever the cursor moves; a problem belongs to one analysis, and so do its repairs. */
  private readonly knownFixes = new WeakMap<Problem, readonly Fix[]>();
  private timer: NodeJS.Timeout | undefined;
  private lastDuration = 0;
  private loading: Promise<Analyzer> | undefined;
  private analyzer: Analyzer | undefined;

  constructor(
    private readonly documents: TextDocuments<TextDocument>,
    private readonly loadAnalyzer: () => Promise<Analyzer>,
    private readonly logError: (message: string) => void,
  ) {
    documents.onDidChangeContent(({ document }) => this.changed(document));
    documents.onDidClose(({ document }) => this.closed(document));
  }

  /** Tells every new analysis of an open document that may use the engine. */
  readonly onDidAnalyse: Event<Analysis> = this.analysed.event;

  /** Tells the URI of a document about which nothing is to be said any more. */
  readonly onDidDrop: Event<string> = this.dropped.event;

  /** The facts of the document's present text; `undefined` when it is not open or does not use the engine. */
  async analyse(uri: string): Promise<Analysis | undefined> {
    if (!this.relevantFile(uri)) return undefined;
    const analyzer = (this.analyzer ??= await (this.loading ??= this.loadAnalyzer()));
    return this.analyseNow(uri, analyzer);
  }

  /**
   * The repairs of a problem of the document's present text, best first. They take a while: other requests are served in
   * between, and nobody waits for them after the next edit.
   */
  async fixes(analysis: Analysis, problem: Problem, cancellation: CancellationToken): Promise<readonly Fix[]> {
    const { analyzer } = this;
    const known = this.knownFixes.get(problem);
    if (known || !analyzer) return known ?? [];
    const found: Fix[] = [];
    for (const fix of analyzer.fixes(analysis.facts.file, problem, cancellation)) {
      if (fix) found.push(fix);
      await new Promise(setImmediate);
      if (cancellation.isCancellationRequested || this.analyses.get(analysis.uri) !== analysis) return [];
      if (this.versionOf(analysis.uri) !== analysis.version) return [];
    }
    this.knownFixes.set(problem, found);
    return found;
  }

  /** What the functions of the document need and give, those included that it calls itself. */
  signatures({ facts }: Analysis): readonly Signature[] {
    return [...facts.signatures, ...(this.analyzer?.signaturesOfCalled(facts.file) ?? [])];
  }

  /** A comment that silences the problem. */
  ignore({ facts }: Analysis, problem: Problem): Fix | undefined {
    return this.analyzer?.ignore(facts.file, problem, problem.code);
  }

  /** The version the editor shows; `undefined` when the document is not open. */
  versionOf(uri: string): number | undefined {
    return this.documents.get(uri)?.version;
  }

  /** Analyses everything again, as after a change of settings. */
  refresh(): void {
    for (const uri of this.uris.values()) this.dirty.add(uri);
    this.schedule();
  }

  /** Files changed, appeared or went on disk. Editors keep a deleted document open for a while: nothing is said about it. */
  changedOnDisk(files: readonly string[], deleted: ReadonlySet<string>): void {
    this.reach.diskChanged();
    for (const file of files) this.analyzer?.changedOnDisk(file);
    this.analyses.clear();
    this.refresh();
    for (const uri of deleted) {
      this.dirty.delete(uri);
      this.dropped.fire(uri);
    }
  }

  private documentOf(file: string): TextDocument | undefined {
    const uri = this.uris.get(file);
    return uri === undefined ? undefined : this.documents.get(uri);
  }

  private relevantFile(uri: string): string | undefined {
    const document = this.documents.get(uri);
    const file = document && fileOf(uri, document.languageId);
    return file !== undefined && this.reach.reaches(file) ? file : undefined;
  }

  private changed(document: TextDocument): void {
    const file = fileOf(document.uri, document.languageId);
    if (file === undefined) return;
    this.uris.set(file, document.uri);
    this.reach.changed(file);
    this.dirty.add(document.uri);
    this.schedule();
  }

  private closed(document: TextDocument): void {
    const file = fileOf(document.uri, document.languageId);
    if (file === undefined) return;
    this.uris.delete(file);
    this.told.delete(file);
    this.reach.changed(file);
    this.dirty.delete(document.uri);
    this.analyses.delete(document.uri);
    this.dropped.fire(document.uri);
    // What imports it is analysed against the disk from now on.
    const dependents = this.analyzer?.dependents(file) ?? [];
    this.analyzer?.close(file);
    this.markDirty(dependents);
  }

  private markDirty(files: readonly string[]): void {
    for (const file of files) {
      const uri = this.uris.get(file);
      if (uri === undefined) continue;
      this.analyses.delete(uri);
      this.dirty.add(uri);
    }
    this.schedule();
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.dirty.size === 0) return;
    this.timer = setTimeout(() => void this.work(), Math.min(shortestPause + this.lastDuration, 500));
  }

  /** Analyses one document that needs it; the next one waits until the messages that came meanwhile are read. */
  private async work(): Promise<void> {
    const [uri] = this.dirty;
    if (uri === undefined) return;
    this.dirty.delete(uri);
    // A document without the engine may still be imported by one that uses it.
    if (this.analyzer) this.tell(this.analyzer);
    const before = this.analyses.get(uri);
    const analysis = await this.analyse(uri);
    if (!analysis) this.dropped.fire(uri);
    else if (analysis === before) this.analysed.fire(analysis);
    if (this.dirty.size > 0) this.timer = setTimeout(() => void this.work(), 0);
  }

  private analyseNow(uri: string, analyzer: Analyzer): Analysis | undefined {
    const file = this.relevantFile(uri);
    const open = this.documents.get(uri);
    if (file === undefined || !open) return undefined;
    this.tell(analyzer);
    const known = this.analyses.get(uri);
    if (known?.version === open.version) return known;
    const started = performance.now();
    const facts = this.factsOf(file, analyzer);
    this.lastDuration = performance.now() - started;
    if (!facts) return undefined;
    const document = TextDocument.create(uri, open.languageId, open.version, open.getText());
    const analysis: Analysis = { uri, version: open.version, document, facts };
    this.analyses.set(uri, analysis);
    this.dirty.delete(uri);
    this.analysed.fire(analysis);
    return analysis;
  }

  /** The analyzer promises never to throw; should it, the editor goes on and the log says why. */
  private factsOf(file: string, analyzer: Analyzer): Facts | undefined {
    try {
      return analyzer.facts(file);
    } catch (error) {
      this.logError(`The analysis of ${file} failed: ${error instanceof Error ? String(error.stack) : String(error)}`);
      return undefined;
    }
  }

  /** Hands the analyzer every text that it does not know yet. */
  private tell(analyzer: Analyzer): void {
    for (const [file, uri] of this.uris) {
      const document = this.documents.get(uri);
      if (!document || this.told.get(file) === document.version) continue;
      analyzer.update(file, document.getText());
      this.told.set(file, document.version);
      this.markDirty(analyzer.dependents(file).filter((other) => other !== file));
    }
  }
}

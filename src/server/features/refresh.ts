// Asks the client to fetch hints or lenses again, only when they changed although their document did not.

import { type Analysis } from "../project";
import { type Session } from "../session";

interface Refreshing {
  /** What the client shows of an analysis, as text to compare. */
  readonly content: (analysis: Analysis) => string;
  readonly refresh: () => unknown;
}

interface Answer {
  readonly version: number;
  readonly content: string;
}

/** `answered` notes what the client has been told. After an edit the client asks by itself. */
export function refreshOnChange(
  { project, onDidChangeSettings }: Session,
  { content, refresh }: Refreshing,
): { readonly answered: (analysis: Analysis) => void } {
  const answers = new Map<string, Answer>();
  let timer: NodeJS.Timeout | undefined;
  const refreshSoon = (): void => {
    clearTimeout(timer);
    // One refresh makes the client ask for all documents that it shows.
    timer = setTimeout(refresh, 50);
  };
  project.onDidAnalyse((analysis) => {
    const answer = answers.get(analysis.uri);
    if (answer?.version === analysis.version && answer.content !== content(analysis)) refreshSoon();
  });
  project.onDidDrop((uri) => answers.delete(uri));
  onDidChangeSettings(refreshSoon);
  return {
    answered: (analysis) => answers.set(analysis.uri, { version: analysis.version, content: content(analysis) }),
  };
}

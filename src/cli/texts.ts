// The texts that problems and shapes point into, read once each.

import { type Place } from "../analyzer/facts";
import { rangeOf } from "../server/locations";
import { readSource, type Source } from "./sources";

type Document = Source["document"];

export class Texts {
  private readonly documents = new Map<string, Document | undefined>();

  add({ file, document }: Source): void {
    this.documents.set(file, document);
  }

  /** The document of a file; `undefined` when it cannot be read. */
  document(file: string): Document | undefined {
    if (!this.documents.has(file)) this.documents.set(file, readSource(file, () => undefined)?.document);
    return this.documents.get(file);
  }

  /** The place in lines and characters, 0-based as in LSP. */
  range(place: Place): ReturnType<typeof rangeOf> | undefined {
    const document = this.document(place.file);
    return document && rangeOf(document, place);
  }
}

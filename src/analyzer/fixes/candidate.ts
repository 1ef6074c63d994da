// What a maker of repairs sees of a problem, and what it proposes. Proposals are tried out before anybody sees them.

import { ts } from "ts-morph";
import { type Fix, type Place } from "../facts";
import { type Module } from "../program/module";
import { type ClueOperand, type Clues } from "../values";

/** A possible repair. */
export interface Candidate extends Fix {
  /** How likely it is what was meant: 0 is likeliest. */
  readonly rank: number;
}

export type CandidateMaker = (scene: Scene) => readonly Candidate[];

/** A problem in its file. */
export class Scene {
  constructor(
    readonly code: string,
    /** What is underlined. */
    readonly place: Place,
    readonly clues: Clues | undefined,
    readonly module: Module,
    private readonly moduleOf: (file: string) => Module | undefined,
  ) {}

  get operands(): readonly ClueOperand[] {
    return this.clues?.operands ?? [];
  }

  /** The outermost expression that spans exactly this place. */
  nodeAt(place: Place): ts.Expression | undefined {
    const source = this.sourceOf(place.file);
    if (!source) return undefined;
    let node: ts.Node = source;
    for (;;) {
      const child: ts.Node | undefined = ts.forEachChild(node, (each) =>
        each.pos <= place.start && place.end <= each.end ? each : undefined,
      );
      if (!child) return undefined;
      if (child.getStart(source) === place.start && child.end === place.end && ts.isExpression(child)) return child;
      node = child;
    }
  }

  /** The call that fails. */
  get call(): ts.CallExpression | ts.NewExpression | undefined {
    const node = this.clues && this.nodeAt(this.clues.call);
    return node && (ts.isCallExpression(node) || ts.isNewExpression(node)) ? node : undefined;
  }

  textAt({ file, start, end }: Place): string {
    return this.moduleOf(file)?.text.slice(start, end) ?? "";
  }

  sourceOf(file: string): ts.SourceFile | undefined {
    return this.moduleOf(file)?.source;
  }
}

/** The place of a node, which may be in any file. */
export function placeOf(node: ts.Node): Place {
  const source = node.getSourceFile();
  return { file: source.fileName, start: node.getStart(source), end: node.end };
}

/** Source text short enough for a title. */
export function short(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= 40 ? line : `${line.slice(0, 39)}…`;
}

/** Puts a method call behind an expression, which gets parentheses where it needs them. */
export function append(scene: Scene, place: Place, method: string, rank: number): Candidate[] {
  const node = scene.nodeAt(place);
  if (!node || ts.isSpreadElement(node)) return [];
  const { file, start, end } = place;
  const title = `Use ${short(`${parenthesised(node)}${method}`)}`;
  if (ts.isLeftHandSideExpression(node)) return [{ title, rank, edits: [{ file, start: end, end, text: method }] }];
  return [{ title, rank, edits: [{ file, start, end, text: `${parenthesised(node)}${method}` }] }];
}

function parenthesised(node: ts.Expression): string {
  return ts.isLeftHandSideExpression(node) ? node.getText() : `(${node.getText()})`;
}

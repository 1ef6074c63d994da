// Where something happens in the user's code: the span of a call, of each argument, and the calls that led to it.

import { ts } from "ts-morph";
import { type Place } from "../facts";

/** Where a value came from, in words for a person: the literal's text, "parameter `hidden`". */
export interface ValueOrigin {
  readonly text: string;
  readonly place?: Place;
}

/** One call of user code on the stack. `caller` is the site further out. */
export interface Frame {
  /** Name of the called function. */
  readonly name: string;
  readonly site: CallSite;
  readonly depth: number;
}

/** A file and its present syntax tree. */
export interface SourceModule {
  readonly file: string;
  readonly source: ts.SourceFile;
}

/** The place of a node, wherever edits of the text around it have moved it. */
export class NodePlace implements Place {
  /** The width of the space and comments in front of the node, which belong to it and move with it. */
  #lead: number | undefined;

  constructor(
    readonly module: SourceModule,
    readonly node: ts.Node,
  ) {}

  get file(): string {
    return this.module.file;
  }

  get start(): number {
    this.#lead ??= this.node.getStart(this.module.source) - this.node.pos;
    return this.node.pos + this.#lead;
  }

  get end(): number {
    return this.node.end;
  }
}

/** A place as it is now, to be given away. */
export function plainPlace({ file, start, end }: Place): Place {
  return { file, start, end };
}

/** A call, `new`, operator or property access; spans are computed only when somebody asks. */
export class CallSite {
  constructor(
    /** The file as it is now, whatever it was when the call was interpreted. */
    readonly module: SourceModule,
    readonly node: ts.Node,
    /** The user function that contains this call; `undefined` at the top level of a file. */
    readonly frame: Frame | undefined,
  ) {}

  get file(): string {
    return this.module.file;
  }

  get source(): ts.SourceFile {
    return this.module.source;
  }

  /** The whole call. */
  get place(): Place {
    return this.placeOf(this.node);
  }

  /** The nodes of the arguments as written; a spread argument is one node. */
  get argumentNodes(): readonly ts.Expression[] {
    const { node } = this;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) return node.arguments ?? [];
    return ts.isBinaryExpression(node) ? [node.right] : [];
  }

  /** The place of argument `index`; the whole call when there is no such argument in the text. */
  argument(index: number): Place {
    const nodes = this.argumentNodes;
    const spread = nodes.findIndex(ts.isSpreadElement);
    const node = nodes[spread >= 0 && index > spread ? spread : index];
    return node ? this.placeOf(node) : this.place;
  }

  /** The place of element `element` of an array literal written as argument `index`. */
  elementOf(index: number, element: number): Place | undefined {
    const list = this.argumentNodes[index];
    if (!list || !ts.isArrayLiteralExpression(list)) return undefined;
    const node = list.elements[element];
    return node && !list.elements.slice(0, element + 1).some(ts.isSpreadElement) ? this.placeOf(node) : undefined;
  }

  /** The place of property `name` of an object literal written as argument `index`. */
  propertyOf(index: number, name: string): Place | undefined {
    const object = this.argumentNodes[index];
    if (!object || !ts.isObjectLiteralExpression(object)) return undefined;
    const property = object.properties.find((each) => each.name && this.textOf(each.name) === name);
    if (!property) return undefined;
    return this.placeOf(ts.isPropertyAssignment(property) ? property.initializer : property);
  }

  /** The node in front of the dot of a method call or property access. */
  get receiverNode(): ts.Expression | undefined {
    const { node } = this;
    const callee = ts.isCallExpression(node) ? node.expression : node;
    if (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee)) return callee.expression;
    return undefined;
  }

  get receiver(): Place | undefined {
    const node = this.receiverNode;
    return node && this.placeOf(node);
  }

  placeOf(node: ts.Node): Place {
    return new NodePlace(this.module, node);
  }

  textOf(node: ts.Node): string {
    return node.getText(this.source);
  }

  /** The sites of the calls that led here, innermost first. */
  get callers(): readonly { readonly name: string; readonly place: Place }[] {
    const callers = [];
    for (let frame = this.frame; frame && callers.length < 8; frame = frame.site.frame) {
      // A function nobody calls is tried by the analyzer itself, at its own declaration.
      if (!ts.isFunctionLike(frame.site.node)) callers.push({ name: frame.name, place: frame.site.place });
    }
    return callers;
  }
}

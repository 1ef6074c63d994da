// A program with a probe around every call and behind every name, so that a run can tell what was where. A probe is
// known by the span of its node in the original text, which is how the analyzer names places, too.

import { transformSync } from "esbuild";
import { ts } from "ts-morph";
import { type ShapeFact } from "../../src/analyzer/facts";

/** A node that is watched while the program runs. */
export interface Probe {
  readonly id: number;
  readonly file: string;
  readonly kind: ShapeFact["kind"];
  readonly start: number;
  readonly end: number;
}

/** Adds probes to a file and strips its types: a CommonJS module that expects `$`, the observer. */
export function instrument(file: string, text: string, probes: Probe[]): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  return transformSync(new Instrumenter(source, file, probes).text(source), {
    loader: "ts",
    format: "cjs",
    target: "es2022",
  }).code;
}

class Instrumenter {
  constructor(
    readonly source: ts.SourceFile,
    readonly file: string,
    readonly probes: Probe[],
  ) {}

  /** The text of a node with its leading blanks and comments, probes put in. */
  text(node: ts.Node): string {
    const { text } = this.source;
    let result = "";
    let at = node.getFullStart();
    ts.forEachChild(node, (child) => {
      result += text.slice(at, child.getFullStart()) + this.#child(child);
      at = child.end;
    });
    return result + text.slice(at, node.end);
  }

  #child(node: ts.Node): string {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return this.text(node);
    const watched = watchedName(node);
    if (watched) return ` $.see(${this.#probe(...watched)}, (${this.#value(node)}))`;
    if (ts.isVariableStatement(node)) {
      const names = node.declarationList.declarations.flatMap(({ name }) => namesIn(name));
      return this.text(node) + this.#seeAll(names, "variable");
    }
    const { parent } = node;
    if (isLoopOverList(parent) && node === parent.statement) {
      const { initializer } = parent;
      const names = ts.isVariableDeclarationList(initializer)
        ? initializer.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name] : namesIn(name)))
        : [];
      return ` {${this.#seeAll(names, "variable")} ${this.text(node)} }`;
    }
    if (ts.isFunctionLike(parent) && "body" in parent && node === parent.body) return this.#body(node, parent);
    if (ts.isTryStatement(parent) && node === parent.tryBlock && parent.catchClause)
      return ` { $.tries(1); try ${this.text(node)} finally { $.tries(-1); } }`;
    return this.#value(node);
  }

  #body(node: ts.Node, owner: ts.SignatureDeclaration): string {
    const names = owner.parameters.flatMap(({ name }) => (ts.isIdentifier(name) ? [name] : namesIn(name)));
    if (names.length === 0) return this.#value(node);
    const sees = names.map((name) => `$.see(${this.#probe(name, "parameter")}, ${name.text})`);
    if (!ts.isBlock(node)) return ` (${sees.join(", ")}, ${this.#value(node)})`;
    return ` { ${sees.join("; ")}; ${this.text(node).trimStart().slice(1)}`;
  }

  /** The text of an expression; a call reports itself. */
  #value(node: ts.Node): string {
    return isWatchedCall(node) ? ` $.call(${this.#probe(node, "call")}, () => (${this.text(node)}))` : this.text(node);
  }

  #seeAll(names: readonly ts.Identifier[], kind: Probe["kind"]): string {
    return names.map((name) => ` $.see(${this.#probe(name, kind)}, ${name.text});`).join("");
  }

  #probe(node: ts.Node, kind: Probe["kind"]): number {
    const id = this.probes.length;
    this.probes.push({ id, file: this.file, kind, start: node.getStart(this.source), end: node.end });
    return id;
  }
}

/** Calls that can stand in an arrow function of their own. */
function isWatchedCall(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  if (ts.isNewExpression(node)) return !suspends(node);
  if (!ts.isCallExpression(node)) return false;
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword || node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return false;
  return !(node.flags & ts.NodeFlags.OptionalChain) && !suspends(node);
}

function suspends(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node) || ts.isYieldExpression(node)) return true;
  return !ts.isFunctionLike(node) && ts.forEachChild(node, (child) => suspends(child) || undefined) === true;
}

/** The name that the value of this expression is bound to at once. */
function watchedName(node: ts.Node): [name: ts.Node, kind: Probe["kind"]] | undefined {
  const { parent } = node;
  if (ts.isVariableDeclaration(parent) && node === parent.initializer && ts.isIdentifier(parent.name))
    return [parent.name, "variable"];
  if (ts.isPropertyDeclaration(parent) && node === parent.initializer) return [parent.name, "field"];
  if (!ts.isBinaryExpression(parent) || node !== parent.right) return undefined;
  if (parent.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return undefined;
  if (ts.isIdentifier(parent.left)) return [parent.left, "variable"];
  const isField =
    ts.isPropertyAccessExpression(parent.left) && parent.left.expression.kind === ts.SyntaxKind.ThisKeyword;
  return isField ? [(parent.left as ts.PropertyAccessExpression).name, "field"] : undefined;
}

function isLoopOverList(node: ts.Node): node is ts.ForOfStatement | ts.ForInStatement {
  return ts.isForOfStatement(node) || ts.isForInStatement(node);
}

/** The names a pattern binds; none for a plain name, which is watched where its value is. */
function namesIn(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [];
  return name.elements.flatMap((element) => {
    if (!ts.isBindingElement(element)) return [];
    return ts.isIdentifier(element.name) ? [element.name] : namesIn(element.name);
  });
}

// What the engine exports, as its source declares it: by file, in the order of the source, with doc comments.

import { resolve } from "node:path";
import {
  type ClassDeclaration,
  type FunctionDeclaration,
  type InterfaceDeclaration,
  type JSDocableNode,
  Node,
  Project,
  type SourceFile,
  type Type,
  type TypeAliasDeclaration,
  type VariableDeclaration,
} from "ts-morph";

export type Declaration =
  ClassDeclaration | FunctionDeclaration | InterfaceDeclaration | TypeAliasDeclaration | VariableDeclaration;

/** One file of the engine and what it gives to the public. */
export interface Family {
  /** `ops/activation`. */
  readonly path: string;
  /** The comment at the top of the file. */
  readonly about: string;
  readonly declarations: readonly Declaration[];
}

/** The files of the public face in the order in which they are given. */
export function readFamilies(root: string): readonly Family[] {
  const engine = resolve(root, "engine/src");
  const project = new Project({ tsConfigFilePath: resolve(root, "tsconfig.json"), skipAddingFilesFromTsConfig: true });
  const index = project.addSourceFileAtPath(resolve(engine, "index.ts"));
  project.resolveSourceFileDependencies();
  const byFile = new Map<SourceFile, Declaration[]>();
  for (const [, declarations] of index.getExportedDeclarations()) {
    for (const declaration of declarations) {
      if (!isDocumented(declaration)) continue;
      const file = declaration.getSourceFile();
      byFile.set(file, [...(byFile.get(file) ?? []), declaration]);
    }
  }
  return [...byFile].map(([file, declarations]) => ({
    path: file
      .getFilePath()
      .slice(engine.length + 1)
      .replace(/\.ts$/, ""),
    about: headerOf(file),
    declarations: declarations.sort((a, b) => a.getPos() - b.getPos()),
  }));
}

function isDocumented(node: Node): node is Declaration {
  return (
    Node.isClassDeclaration(node) ||
    Node.isFunctionDeclaration(node) ||
    Node.isInterfaceDeclaration(node) ||
    Node.isTypeAliasDeclaration(node) ||
    Node.isVariableDeclaration(node)
  );
}

function headerOf(file: SourceFile): string {
  const lines = file.getFullText().split("\n");
  const end = lines.findIndex((line) => !line.startsWith("//"));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ""))
    .join(" ");
}

/** The doc comment without its tags, in one line. */
export function docOf(node: Node): string {
  const owner = Node.isVariableDeclaration(node) ? node.getVariableStatement() : node;
  const docs = owner && Node.isJSDocable(owner) ? (owner as JSDocableNode).getJsDocs() : [];
  return docs
    .map((doc) => doc.getDescription().trim())
    .join(" ")
    .replace(/\s+/g, " ");
}

/** The errors that a doc comment says are thrown. */
export function throwsOf(node: Node): readonly string[] {
  if (!Node.isJSDocable(node)) return [];
  const tags = node.getJsDocs().flatMap((doc) => doc.getTags());
  return tags
    .filter((tag) => tag.getTagName() === "throws")
    .map((tag) => (tag.getCommentText() ?? "").replace(/\s+/g, " ").trim());
}

/** How a function is called: `clip(x: TensorLike, lo: number, hi: number): Tensor`. */
export function callOf(name: string, type: Type, at: Node): string {
  const [signature] = type.getCallSignatures();
  if (!signature) return name;
  const parameters = signature.getParameters().map((parameter) => {
    const text = textOf(parameter.getTypeAtLocation(at), at);
    const declaration = parameter.getDeclarations()[0];
    const { isRest, isOptional } = markOf(declaration);
    // An op's arguments are a tuple with names.
    if (isRest && text.startsWith("[")) return text.slice(1, -1);
    const mark = isOptional ? "?" : "";
    return `${isRest ? "..." : ""}${nameOf(parameter.getName())}${mark}: ${isOptional ? text.replace(/ \| undefined$/, "") : text}`;
  });
  return `${name}(${parameters.join(", ").replace(/ \| undefined(?=,|$)/g, "")}): ${textOf(signature.getReturnType(), at)}`;
}

/** A parameter that is taken apart at once has no name of its own. */
function nameOf(name: string): string {
  return name.startsWith("__") ? "options" : name;
}

function markOf(declaration: Node | undefined): { isRest: boolean; isOptional: boolean } {
  if (!Node.isParameterDeclaration(declaration)) return { isRest: false, isOptional: false };
  return { isRest: declaration.isRestParameter(), isOptional: declaration.isOptional() };
}

function textOf(type: Type, at: Node): string {
  return type
    .getText(at)
    .replace(/import\([^)]*\)\./g, "")
    .replaceAll("Tensor<string>", "Tensor");
}

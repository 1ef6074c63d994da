// What a block or function declares before it runs: looked up once per node and remembered.

import { ts } from "ts-morph";

export interface BlockDeclarations {
  readonly variables: readonly { readonly name: string; readonly isConstant: boolean }[];
  readonly functions: readonly ts.FunctionDeclaration[];
}

/** The parameters that arguments are given for: a type for `this` is none. */
export function ownParameters(node: ts.SignatureDeclaration): readonly ts.ParameterDeclaration[] {
  return node.parameters.filter(({ name }) => !ts.isIdentifier(name) || name.text !== "this");
}

const blocks = new WeakMap<ts.Node, BlockDeclarations>();
const varNames = new WeakMap<ts.Node, readonly string[]>();

/** `let`, `const`, `class`, `enum` and function declarations directly in these statements. */
export function blockDeclarations(node: ts.Node, statements: readonly ts.Statement[]): BlockDeclarations {
  let found = blocks.get(node);
  if (!found) blocks.set(node, (found = collectBlock(statements)));
  return found;
}

export function collectBlock(statements: readonly ts.Statement[]): BlockDeclarations {
  const variables: { name: string; isConstant: boolean }[] = [];
  const functions: ts.FunctionDeclaration[] = [];
  for (const statement of statements) {
    if (ts.isVariableStatement(statement)) {
      if (!isBlockScoped(statement.declarationList)) continue;
      const isConstant = (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;
      for (const { name } of statement.declarationList.declarations) {
        for (const bound of boundNames(name)) variables.push({ name: bound, isConstant });
      }
    } else if (ts.isFunctionDeclaration(statement)) {
      if (statement.body) functions.push(statement);
    } else if ((ts.isClassDeclaration(statement) || ts.isEnumDeclaration(statement)) && statement.name) {
      variables.push({ name: statement.name.text, isConstant: true });
    } else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) {
      variables.push({ name: statement.name.text, isConstant: true });
    }
  }
  return { variables, functions };
}

export function isBlockScoped(list: ts.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.BlockScoped) !== 0;
}

/** The names a binding pattern gives values to. */
export function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  const names: string[] = [];
  for (const element of name.elements) {
    if (ts.isBindingElement(element)) names.push(...boundNames(element.name));
  }
  return names;
}

/** The names of every `var` in a function body or file, not those of inner functions. */
export function hoistedVars(node: ts.Node): readonly string[] {
  let found = varNames.get(node);
  if (found) return found;
  const names = new Set<string>();
  const visit = (child: ts.Node): void => {
    if (ts.isFunctionLike(child) || ts.isClassLike(child)) return;
    if (ts.isVariableDeclarationList(child) && !isBlockScoped(child)) {
      for (const { name } of child.declarations) for (const bound of boundNames(name)) names.add(bound);
    }
    if (ts.isExpression(child) && !ts.isBinaryExpression(child)) return;
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  varNames.set(node, (found = [...names]));
  return found;
}

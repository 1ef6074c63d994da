// What the types of parameters say, as they are written.

import { ts } from "ts-morph";
import { NumberValue, stringValue, unknown, type Value } from "../values";
import { isUsedAsTensor } from "./usage";

/** Whether a tensor is among what a function takes. */
export function takesTensors({ parameters }: ts.SignatureDeclaration): boolean {
  return parameters.some(({ name, type, parent }) =>
    type ? isTensorType(type) : ts.isIdentifier(name) && isUsedAsTensor(parent, name.text),
  );
}

export function isTensorType(type: ts.TypeNode): boolean {
  if (ts.isUnionTypeNode(type)) return type.types.some(isTensorType);
  return ts.isTypeReferenceNode(type) && /(?:^|\.)Tensor$/.test(type.typeName.getText());
}

/** The type of nothing. */
export function isEmptyType(type: ts.TypeNode): boolean {
  if (type.kind === ts.SyntaxKind.UndefinedKeyword) return true;
  return ts.isLiteralTypeNode(type) && type.literal.kind === ts.SyntaxKind.NullKeyword;
}

/** The value of a literal type. */
export function literal(node: ts.LiteralTypeNode["literal"]): Value {
  if (ts.isStringLiteral(node)) return stringValue(node.text);
  if (ts.isNumericLiteral(node)) return new NumberValue(Number(node.text));
  return unknown;
}

/** The interface or alias of this name in a file. */
export function findType(source: ts.SourceFile, name: string): ts.Statement | undefined {
  return source.statements.find(
    (node) => (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) && node.name.text === name,
  );
}

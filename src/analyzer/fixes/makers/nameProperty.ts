// Corrects a misspelt property: `config.hidden` where the object has `hiddenSize`.

import { ts } from "ts-morph";
import { type Candidate, placeOf, type Scene } from "../candidate";

const mostNames = 12;

export function nameProperty(scene: Scene): Candidate[] {
  if (scene.code !== "undefined-dimension") return [];
  const root = scene.nodeAt(scene.place) ?? scene.call;
  const access = root && accessIn(root);
  if (!access || !ts.isIdentifier(access.expression)) return [];
  const wrong = access.name.text;
  const names = propertiesOf(access.expression.text, scene.module.source).filter((name) => name !== wrong);
  return names
    .map((name) => ({ name, distance: distance(wrong, name) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, mostNames)
    .map(({ name }, order) => ({
      title: `Change ${wrong} to ${name}`,
      rank: order / 10,
      edits: [{ ...placeOf(access.name), text: name }],
    }));
}

function accessIn(node: ts.Node): ts.PropertyAccessExpression | undefined {
  return ts.isPropertyAccessExpression(node) ? node : ts.forEachChild(node, accessIn);
}

/** The properties of the object literal that a name of this file is given. */
function propertiesOf(name: string, source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.name.text === name) {
      const value = node.initializer && withoutTypes(node.initializer);
      if (value && ts.isObjectLiteralExpression(value)) {
        for (const { name: property } of value.properties)
          if (property && ts.isIdentifier(property)) found.push(property.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function withoutTypes(node: ts.Expression): ts.Expression {
  return ts.isAsExpression(node) || ts.isSatisfiesExpression(node) ? withoutTypes(node.expression) : node;
}

/** How unlike two names are: one that begins with the other is near, otherwise the letters that they do not share. */
function distance(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left.includes(right) || right.includes(left)) return 0;
  const letters = new Set(right);
  return [...left].filter((letter) => !letters.has(letter)).length + Math.abs(left.length - right.length);
}

// The reference of the engine as Markdown: what each file of the public face gives, with examples that were run.

import { join } from "node:path";
import { functionTable, opTable } from "@shapelens/engine/tooling";
import { format, resolveConfig } from "prettier";
import {
  type ClassDeclaration,
  type ConstructorDeclaration,
  type InterfaceDeclaration,
  Node,
  type TypeAliasDeclaration,
} from "ts-morph";
import { callOf, type Declaration, docOf, type Family, readFamilies, throwsOf } from "./declarations";
import { withResult } from "./examples";

/** The rooms of the engine in the order in which one meets them. */
const rooms: readonly (readonly [folder: string, title: string])[] = [
  ["tensor", "Tensors"],
  ["ops", "Functions of tensors"],
  ["random", "Random numbers"],
  ["autograd", "Gradients"],
  ["nn", "Layers"],
  ["optim", "Optimizers"],
  ["data", "Data"],
  ["io", "Files"],
  ["shape", "Shapes and errors"],
];

const opening = `# The engine, name by name

Written by \`npm run reference\` from the engine's own declarations; every example was run, and what it gave stands behind
it, rounded to four digits (random numbers from the seed 0). Whatever takes a tensor first is also a method:
\`matmul(x, w)\` is \`x.matmul(w)\`. A \`TensorLike\` is a tensor or a plain number.
`;

export async function writeReference(root: string): Promise<string> {
  const families = readFamilies(root);
  const parts = rooms.map(([folder, title]) => {
    const own = families.filter(({ path }) => path.startsWith(`${folder}/`));
    return [`## ${title}`, ...own.map((family) => familyText(family))].join("\n\n");
  });
  const options = await resolveConfig(join(root, "package.json"));
  return format([opening, ...parts].join("\n\n"), {
    ...options,
    parser: "markdown",
    embeddedLanguageFormatting: "off",
  });
}

function familyText({ about, declarations }: Family): string {
  // The methods are merged into the class, which has its entry.
  const own = declarations.filter((each) => !(Node.isInterfaceDeclaration(each) && each.getName() === "Tensor"));
  return [`_${about}_`, ...own.map(entry)].join("\n\n");
}

function entry(declaration: Declaration): string {
  if (Node.isClassDeclaration(declaration)) return classEntry(declaration);
  if (Node.isInterfaceDeclaration(declaration) || Node.isTypeAliasDeclaration(declaration))
    return typeEntry(declaration);
  const name = declaration.getName()!;
  const declared = opTable.get(name)?.declaration ?? functionTable.get(name);
  const call = callOf(name, declaration.getType(), declaration);
  const doc = declared?.doc ?? docOf(declaration);
  const example = declared?.example;
  return [`### ${name}`, code(call), doc, ...throwsText(declaration), example ? code(withResult(example)) : ""]
    .filter(Boolean)
    .join("\n\n");
}

function classEntry(node: ClassDeclaration): string {
  const name = node.getName()!;
  const constructor = constructorOf(node);
  const parameters = constructor?.getParameters().map((each) => each.getText().replace(/\s+/g, " ")) ?? [];
  const shown = parameters.map((text) => text.replace(/^(?:(?:readonly|private|protected|public|override) )+/, ""));
  const members = [...node.getGetAccessors(), ...node.getMethods()].filter(
    (member) => !member.isStatic() && !member.hasModifier("private") && !member.hasModifier("protected"),
  );
  const lines = members.flatMap((member) => {
    const doc = docOf(member);
    if (!doc || member.getName().startsWith("#")) return [];
    const call = Node.isMethodDeclaration(member)
      ? callOf(member.getName(), member.getType(), member)
      : member.getName();
    return [`- \`${call}\`: ${doc}`];
  });
  const isAbstract = node.isAbstract() ? "abstract class " : "new ";
  const throwing = constructor ? throwsText(constructor) : [];
  return [`### ${name}`, code(`${isAbstract}${name}(${shown.join(", ")})`), docOf(node), ...throwing, lines.join("\n")]
    .filter(Boolean)
    .join("\n\n");
}

/** A class without a constructor has its parent's. */
function constructorOf(node: ClassDeclaration): ConstructorDeclaration | undefined {
  const parent = node.getBaseClass();
  return node.getConstructors()[0] ?? (parent && constructorOf(parent));
}

function typeEntry(node: InterfaceDeclaration | TypeAliasDeclaration): string {
  const doc = docOf(node);
  if (Node.isTypeAliasDeclaration(node))
    return [`### ${node.getName()}`, code(node.getText().replace(/^export /, "")), doc].join("\n\n");
  const lines = node.getProperties().map((property) => {
    const type = property.getTypeNode()?.getText().replace(/\s+/g, " ") ?? "";
    const mark = property.hasQuestionToken() ? "?" : "";
    return `- \`${property.getName()}${mark}: ${type}\`${docOf(property) ? `: ${docOf(property)}` : ""}`;
  });
  return [`### ${node.getName()}`, doc, lines.join("\n")].filter(Boolean).join("\n\n");
}

function throwsText(node: Node): string[] {
  const throwing = throwsOf(node);
  return throwing.length > 0 ? [`Throws ${throwing.join(" Throws ")}`] : [];
}

function code(text: string): string {
  return `\`\`\`ts\n${text}\n\`\`\``;
}

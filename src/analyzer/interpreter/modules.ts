// Files as they run: each is interpreted once, its imports first, and its exports are the cells of its variables.

import { ts } from "ts-morph";
import { engineNamespace } from "../bridge";
import { nodeModule } from "../builtins";
import { type Module } from "../program/module";
import { type Program } from "../program/program";
import { objectValue, type Property, undefinedValue, unknown, type Value, noteRead } from "../values";
import { type Cell, Environment, makeCell } from "./environment";
import { evaluate } from "./expressions/expressions";
import { makeFunction } from "./functions";
import { collectBlock, hoistedVars } from "./hoisting";
import { type Machine } from "./machine";
import { exportedNames } from "./statements/declarations";
import { declareBlock } from "./statements/statements";

/** A file that has been, or is being, interpreted. */
export interface Instance {
  readonly module: Module;
  readonly environment: Environment;
  readonly exports: Map<string, Cell>;
  /** Those of the exports that come from other files. */
  readonly reexports: Map<string, Cell>;
  /** `export * from` these. */
  readonly stars: string[];
  /** What `module.exports` and `exports` start as. */
  readonly commonJs: Value;
  isDone: boolean;
}

/** The instances of one analysis. */
export interface Modules {
  readonly program: Program;
  readonly instances: Map<string, Instance>;
  /** Brings in a file that another imports; it may come from an earlier analysis. */
  load(machine: Machine, file: string): Instance | undefined;
}

export function createInstance(module: Module): Instance {
  const commonJs = objectValue();
  const environment = new Environment(undefined, {
    module,
    thisValue: undefinedValue,
    home: undefined,
    isStatic: false,
    frame: undefined,
    args: [],
    bindings: new Map(),
    yields: undefined,
    node: module.source,
  });
  const holder = objectValue(new Map<string, Property>([["exports", commonJs]]));
  environment.declare("module", holder);
  environment.declare("exports", commonJs);
  return {
    module,
    environment,
    exports: new Map(),
    reexports: new Map(),
    stars: [],
    commonJs: holder,
    isDone: false,
  };
}

/** Declares what a file declares, and links what it imports. */
export function declareModule(machine: Machine, instance: Instance): void {
  const { module, environment } = instance;
  const { statements } = module.source;
  declareBlock(environment, module.source, statements);
  for (const name of hoistedVars(module.source)) if (!environment.own(name)) environment.declare(name, undefinedValue);
  for (const statement of statements) declareExports(instance, statement);
  for (const statement of statements) {
    if (ts.isImportDeclaration(statement)) linkImport(machine, instance, statement);
    else if (ts.isImportEqualsDeclaration(statement)) linkImportEquals(machine, instance, statement);
    else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier) linkReexport(machine, instance, statement);
  }
  for (const [name, cell] of instance.reexports) instance.exports.set(name, cell);
}

/** Whether a statement brings something in from another file: what it links stays linked. */
export function linksModules(statement: ts.Statement): boolean {
  return (
    ts.isImportDeclaration(statement) ||
    ts.isImportEqualsDeclaration(statement) ||
    (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined)
  );
}

/** The names that a file gives to what it imports. */
export function importedNames(statements: readonly ts.Statement[]): Set<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    if (ts.isImportEqualsDeclaration(statement)) names.add(statement.name.text);
    if (!ts.isImportDeclaration(statement)) continue;
    const { name, namedBindings } = statement.importClause ?? {};
    if (name) names.add(name.text);
    if (namedBindings && ts.isNamespaceImport(namedBindings)) names.add(namedBindings.name.text);
    else namedBindings?.elements.forEach((element) => names.add(element.name.text));
  }
  return names;
}

/** Declares anew, after an edit that left the imports alone: what is declared as before keeps its variable. */
export function redeclareModule(instance: Instance, before: readonly ts.Statement[]): void {
  const { module, environment, exports } = instance;
  const { statements } = module.source;
  const old = declarationsIn(before);
  const now = declarationsIn(statements);
  for (const name of old.keys()) if (!now.has(name)) environment.remove(name);
  for (const [name, declared] of now) {
    const known = old.get(name);
    if (known?.fn === declared.fn && known?.isConstant === declared.isConstant && known.isVar === declared.isVar)
      continue;
    const { fn, isVar, isConstant } = declared;
    const value = fn ? makeFunction(environment, fn, name) : isVar ? undefinedValue : undefined;
    environment.declare(name, value, isConstant);
  }
  exports.clear();
  for (const statement of statements) declareExports(instance, statement);
  for (const [name, cell] of instance.reexports) exports.set(name, cell);
}

/** The names that statements of a file's top level declare. */
export function declaredNames(statements: readonly ts.Statement[]): Iterable<string> {
  return declarationsIn(statements).keys();
}

interface Declared {
  readonly isConstant: boolean;
  readonly isVar: boolean;
  /** The function that the name stands for from the start. */
  readonly fn: ts.FunctionDeclaration | undefined;
}

const declarations = new WeakMap<readonly ts.Statement[], ReadonlyMap<string, Declared>>();

/** Every name of a file's own with what it stands for: of several declarations the one that prevails. */
function declarationsIn(statements: readonly ts.Statement[]): ReadonlyMap<string, Declared> {
  const known = declarations.get(statements);
  if (known) return known;
  const found = new Map<string, Declared>();
  declarations.set(statements, found);
  const { variables, functions } = collectBlock(statements);
  for (const { name, isConstant } of variables) found.set(name, { isConstant, isVar: false, fn: undefined });
  for (const fn of functions) found.set(fn.name?.text ?? "default", { isConstant: false, isVar: false, fn });
  for (const statement of statements) {
    if (ts.isFunctionLike(statement) || ts.isClassLike(statement)) continue;
    for (const name of hoistedVars(statement)) {
      if (!found.has(name)) found.set(name, { isConstant: false, isVar: true, fn: undefined });
    }
  }
  return found;
}

function declareExports(instance: Instance, statement: ts.Statement): void {
  const { environment, exports } = instance;
  const isDefault =
    ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some((m) => m.kind === ts.SyntaxKind.DefaultKeyword);
  for (const name of exportedNames(statement)) {
    exports.set(isDefault ? "default" : name, environment.own(name) ?? environment.declare(name, undefined));
  }
  if (ts.isExportAssignment(statement)) exports.set("default", assignedCell(instance));
  if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier || statement.isTypeOnly) return;
  if (statement.exportClause && ts.isNamedExports(statement.exportClause)) {
    for (const { name, propertyName } of statement.exportClause.elements) {
      const cell = environment.own((propertyName ?? name).text);
      if (cell) exports.set(name.text, cell);
    }
  }
}

const assignedCells = new WeakMap<Instance, Cell>();

/** What `export default …` and `export = …` give a value to: one variable for as long as the file is known. */
function assignedCell(instance: Instance): Cell {
  let cell = assignedCells.get(instance);
  if (!cell) assignedCells.set(instance, (cell = makeCell("default", undefined, false)));
  return cell;
}

export function exportAssignment(machine: Machine, environment: Environment, node: ts.ExportAssignment): void {
  const value = evaluate(machine, environment, node.expression, "default");
  const instance = machine.modules.instances.get(environment.activation.module.file);
  const cell = instance?.exports.get("default");
  if (!cell) return;
  machine.journal.touch(cell);
  cell.value = value;
  if (node.isExportEquals && instance?.commonJs.kind === "object") {
    machine.journal.touch(instance.commonJs);
    instance.commonJs.properties.set("exports", value);
  }
}

function linkImport(machine: Machine, instance: Instance, node: ts.ImportDeclaration): void {
  const clause = node.importClause;
  if (!ts.isStringLiteral(node.moduleSpecifier)) return;
  const specifier = node.moduleSpecifier.text;
  if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return;
  const link = linker(machine, instance, specifier);
  if (clause?.name) instance.environment.link(clause.name.text, link("default"));
  const bindings = clause?.namedBindings;
  if (!bindings) return;
  if (ts.isNamespaceImport(bindings)) {
    instance.environment.declare(bindings.name.text, importModule(machine, instance.module, specifier, false), true);
    return;
  }
  for (const { name, propertyName, isTypeOnly } of bindings.elements) {
    if (!isTypeOnly) instance.environment.link(name.text, link((propertyName ?? name).text));
  }
}

function linkImportEquals(machine: Machine, instance: Instance, node: ts.ImportEqualsDeclaration): void {
  const { moduleReference } = node;
  if (!ts.isExternalModuleReference(moduleReference) || !ts.isStringLiteral(moduleReference.expression)) return;
  const value = importModule(machine, instance.module, moduleReference.expression.text, true);
  instance.environment.declare(node.name.text, value, true);
}

function linkReexport(machine: Machine, instance: Instance, node: ts.ExportDeclaration): void {
  if (node.isTypeOnly || !node.moduleSpecifier || !ts.isStringLiteral(node.moduleSpecifier)) return;
  const specifier = node.moduleSpecifier.text;
  const clause = node.exportClause;
  if (!clause) {
    loadTarget(machine, instance.module, specifier);
    instance.stars.push(specifier);
  } else if (ts.isNamespaceExport(clause)) {
    instance.reexports.set(
      clause.name.text,
      makeCell(clause.name.text, importModule(machine, instance.module, specifier, false), true),
    );
  } else {
    const link = linker(machine, instance, specifier);
    for (const { name, propertyName } of clause.elements)
      instance.reexports.set(name.text, link((propertyName ?? name).text));
  }
}

/** Finds the cells of what a file exports, by name. */
function linker(machine: Machine, from: Instance, specifier: string): (name: string) => Cell {
  const target = loadTarget(machine, from.module, specifier);
  return (name) => {
    if (target === "engine") {
      const value = engineMember(name);
      return makeCell(name, value, true);
    }
    if (!target) return makeCell(name, nodeModule(specifier)?.get(name) ?? unknown, true);
    const cell = findExport(machine, target, name, new Set());
    return cell ?? makeCell(name, commonJsMember(target, name), true);
  };
}

function engineMember(name: string): Value {
  const namespace = engineNamespace();
  if (name === "default") return namespace;
  const member = namespace.kind === "object" ? namespace.properties.get(name) : undefined;
  return member && member.kind !== "accessor" ? member : unknown;
}

function commonJsMember(target: Instance, name: string): Value | undefined {
  const exports = commonJsExports(target);
  if (name === "default") return exports;
  const member = exports.kind === "object" ? exports.properties.get(name) : undefined;
  return member && member.kind !== "accessor" ? member : undefined;
}

/** What a file exports, by name, in either way. */
export function exportedValues(instance: Instance): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const [name, { value }] of instance.exports) if (value) found.set(name, value);
  if (found.size > 0) return found;
  const exports = commonJsExports(instance);
  if (exports.kind === "class" || exports.kind === "function" || (exports.kind === "object" && exports.class))
    return found.set("default", exports);
  for (const [name, value] of exports.kind === "object" ? exports.properties : [])
    if (value.kind !== "accessor") found.set(name, value);
  return found;
}

function commonJsExports(target: Instance): Value {
  const exports = target.commonJs.kind === "object" ? target.commonJs.properties.get("exports") : undefined;
  return exports && exports.kind !== "accessor" ? exports : unknown;
}

function findExport(machine: Machine, instance: Instance, name: string, seen: Set<Instance>): Cell | undefined {
  if (seen.has(instance)) return undefined;
  seen.add(instance);
  const own = instance.exports.get(name);
  if (own) return own;
  for (const specifier of instance.stars) {
    const target = loadTarget(machine, instance.module, specifier);
    if (target === "engine") return makeCell(name, engineMember(name), true);
    if (!target) return makeCell(name, nodeModule(specifier)?.get(name) ?? unknown, true);
    const cell = findExport(machine, target, name, seen);
    if (cell) return cell;
  }
  return undefined;
}

/** The file or the engine that an import means, interpreted. */
function loadTarget(machine: Machine, from: Module, specifier: string): Instance | "engine" | undefined {
  const { modules } = machine;
  if (from.file === machine.file) machine.imported.add(specifier);
  const target = modules.program.resolve(from.file, specifier);
  if (target.kind === "engine") return "engine";
  if (target.kind === "unknown") return undefined;
  return modules.load(machine, target.file);
}

/** A whole module as a value: what `import * as`, `import()` and `require()` give. */
export function importModule(machine: Machine, from: Module, specifier: string, isRequire: boolean): Value {
  const target = loadTarget(machine, from, specifier);
  if (target === "engine") return engineNamespace();
  if (!target) return nodeNamespace(specifier);
  if (isRequire && isCommonJs(target)) return commonJsExports(target);
  const members = new Map<string, Property>();
  const collect = (instance: Instance, seen: Set<Instance>): void => {
    if (seen.has(instance)) return;
    seen.add(instance);
    for (const [name, cell] of instance.exports) {
      noteRead(cell);
      if (!members.has(name)) members.set(name, cell.value ?? unknown);
    }
    for (const star of instance.stars) {
      const other = loadTarget(machine, instance.module, star);
      if (other && other !== "engine") collect(other, seen);
    }
  };
  collect(target, new Set());
  if (members.size === 0 && isCommonJs(target)) return commonJsExports(target);
  return objectValue(members, undefined, !target.isDone);
}

/** A module of Node's that built-ins know, such as `node:assert`. */
function nodeNamespace(specifier: string): Value {
  const members = nodeModule(specifier);
  if (!members) return unknown;
  const main = members.get("default");
  return main?.kind === "native" ? main : objectValue(new Map<string, Property>(members), undefined, true);
}

function isCommonJs(target: Instance): boolean {
  const exports = commonJsExports(target);
  return exports.kind !== "object" || exports.properties.size > 0;
}

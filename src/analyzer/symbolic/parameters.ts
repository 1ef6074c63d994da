// Arguments nobody gave: a function's parameters as symbols, by their annotations or by how the body uses them.

import { Tensor } from "@shapelens/engine";
import { type Contract, type LengthExpression } from "@shapelens/engine/tooling";
import { ts } from "ts-morph";
import { contractOf } from "../interpreter/contracts";
import { type Environment } from "../interpreter/environment";
import { ownParameters } from "../interpreter/hoisting";
import { type Machine } from "../interpreter/machine";
import { constructValue } from "../interpreter/calls";
import {
  addDims,
  arrayValue,
  type CallSite,
  type Dim,
  DimExpr,
  exactDivDims,
  mulDims,
  subDims,
  NumberValue,
  objectValue,
  promiseValue,
  type Property,
  leftOut,
  summaryArray,
  symbol,
  tensorValue,
  type TensorValue,
  undefinedValue,
  unknown,
  unknownBoolean,
  unknownNumber,
  unknownString,
  type Value,
  type ValueOrigin,
  noteCheck,
} from "../values";
import { remember } from "../bridge";
import { findType, isEmptyType, isTensorType, literal } from "./typeNodes";
import { dimensionNames, openLengths, usualName } from "./lengths";
import { claimedRank, isUsedAsNumber, isUsedAsTensor } from "./usage";

/** What is assumed of the tensors among the arguments: one rank for each, in order. */
export interface Hypothesis {
  /** `claim`: the rank that the body says the tensor has. */
  readonly rankOf: (slot: number, claim: number | undefined) => number;
  readonly dtype: "float32" | "int32";
  /** What the first parameters are given, instead of something made up. */
  readonly given?: readonly GivenTensor[];
}

/** A tensor of known rank; `undefined` stands for a length that is left open, first axes share one. */
export interface GivenTensor {
  readonly dims: readonly (Dim | undefined)[];
  readonly dtype: Tensor["dtype"];
  readonly origin: ValueOrigin;
}

/** A tensor that was made up for a parameter. */
export interface Slot {
  readonly name: string;
  readonly value: TensorValue;
  /** Its rank is an assumption; a contract leaves nothing to assume. */
  readonly isGuessed: boolean;
  /** The rank that the body says it has. */
  readonly claim: number | undefined;
}

/** Makes up the arguments of one call under one hypothesis. */
export class Arguments {
  readonly slots: Slot[] = [];
  readonly #lengths = new Map<string, Dim>();
  /** What `*lead` in the contracts stands for. */
  readonly #leads = new Map<string, readonly Dim[]>();
  #depth = 0;
  /** The first axis of all that is given. */
  #batch: Dim | undefined;

  constructor(
    readonly machine: Machine,
    readonly environment: Environment,
    readonly hypothesis: Hypothesis,
    readonly site: CallSite,
  ) {}

  of(node: ts.SignatureDeclaration): Value[] {
    const args: Value[] = [];
    for (const parameter of ownParameters(node)) {
      const name = ts.isIdentifier(parameter.name) ? parameter.name.text : "argument";
      const given = this.hypothesis.given?.slice(args.length) ?? [];
      if (given.length > 0) {
        for (const each of parameter.dotDotDotToken ? given : given.slice(0, 1))
          args.push(this.#given(each, name, parameter));
        continue;
      }
      const type = parameter.type ?? ts.getJSDocType(parameter);
      if (parameter.dotDotDotToken) {
        const element = type && ts.isArrayTypeNode(type) ? type.elementType : undefined;
        const item = this.#ofType(element, name, parameter);
        return item.kind === "tensor" ? [...args, item, this.#ofType(element, name, parameter)] : args;
      }
      args.push(this.#ofParameter(parameter, type, name));
    }
    return args;
  }

  #ofParameter(parameter: ts.ParameterDeclaration, type: ts.TypeNode | undefined, name: string): Value {
    if (parameter.initializer) return undefinedValue;
    if (type && parameter.questionToken && isTensorType(type)) return undefinedValue;
    if (type) return this.#ofType(type, name, parameter);
    if (ts.isObjectBindingPattern(parameter.name)) return this.#ofPattern(parameter.name, parameter);
    return ts.isIdentifier(parameter.name) ? this.#ofUse(parameter.parent, name, parameter) : unknown;
  }

  /** What nothing is written of is what the function uses it as. */
  #ofUse(fn: ts.Node, name: string, at: ts.Node): Value {
    if (isUsedAsTensor(fn, name)) return this.#tensor(name, at);
    return isUsedAsNumber(fn, name) ? this.#number(name, at) : unknown;
  }

  #ofPattern({ elements }: ts.ObjectBindingPattern, parameter: ts.ParameterDeclaration): Value {
    const properties = new Map<string, Property>();
    for (const { name, propertyName, initializer, dotDotDotToken } of elements) {
      if (!ts.isIdentifier(name) || dotDotDotToken) continue;
      const value = initializer ? leftOut : this.#ofUse(parameter.parent, name.text, parameter);
      properties.set(propertyName?.getText() ?? name.text, value);
    }
    return objectValue(properties, undefined, true);
  }

  #number(name: string, at: ts.Node): Value {
    this.machine.lengthNames?.take(name);
    return new NumberValue(undefined, symbol(name, 0, this.#origin(name, at)));
  }

  #ofType(type: ts.TypeNode | undefined, name: string, at: ts.Node): Value {
    if (!type || this.#depth > 3) return unknown;
    this.#depth++;
    const value = this.#ofKnownType(type, name, at);
    this.#depth--;
    return value;
  }

  #ofKnownType(type: ts.TypeNode, name: string, at: ts.Node): Value {
    switch (type.kind) {
      case ts.SyntaxKind.NumberKeyword:
        return this.#number(name, at);
      case ts.SyntaxKind.StringKeyword:
        return unknownString;
      case ts.SyntaxKind.BooleanKeyword:
        return unknownBoolean;
      case ts.SyntaxKind.UndefinedKeyword:
      case ts.SyntaxKind.VoidKeyword:
        return undefinedValue;
      default:
        break;
    }
    if (ts.isParenthesizedTypeNode(type) || ts.isTypeOperatorNode(type)) return this.#ofType(type.type, name, at);
    if (ts.isArrayTypeNode(type)) return summaryArray(this.#elementOf(type.elementType, name, at));
    if (ts.isTupleTypeNode(type)) {
      return arrayValue(
        type.elements.map((element, i) => {
          const isNamed = ts.isNamedTupleMember(element);
          return this.#ofType(isNamed ? element.type : element, isNamed ? element.name.getText() : `${name}${i}`, at);
        }),
      );
    }
    if (ts.isUnionTypeNode(type)) return this.#ofUnion(type, name, at);
    if (ts.isTypeLiteralNode(type)) return this.#ofMembers(type.members, at);
    if (ts.isLiteralTypeNode(type)) return literal(type.literal);
    if (ts.isTypeReferenceNode(type)) return this.#ofReference(type, name, at);
    return unknown;
  }

  /** Elements of a list have one type and not one size. */
  #elementOf(type: ts.TypeNode, name: string, at: ts.Node): Value {
    if (type.kind === ts.SyntaxKind.NumberKeyword) return unknownNumber;
    return isTensorType(type) ? tensorValue(undefined) : this.#ofType(type, name, at);
  }

  #ofUnion(type: ts.UnionTypeNode, name: string, at: ts.Node): Value {
    const present = type.types.filter((each) => !isEmptyType(each));
    if (present.length === 1) return this.#ofType(present[0], name, at);
    const literals = present.map((each) => (ts.isLiteralTypeNode(each) ? literal(each.literal) : unknown));
    if (literals.every((each) => each.kind === "string")) return unknownString;
    const tensor = present.find(isTensorType);
    return tensor ? this.#ofType(tensor, name, at) : unknown;
  }

  #ofMembers(members: ts.NodeArray<ts.TypeElement>, at: ts.Node): Value {
    const properties = new Map<string, Property>();
    for (const member of members) {
      if (!ts.isPropertySignature(member) || !ts.isIdentifier(member.name)) continue;
      const value = member.questionToken ? leftOut : this.#ofType(member.type, member.name.text, at);
      properties.set(member.name.text, value);
    }
    return objectValue(properties, undefined, true);
  }

  #ofReference(type: ts.TypeReferenceNode, name: string, at: ts.Node): Value {
    const contract = contractOf(type);
    if (contract) return this.#contracted(contract, name, at);
    if (isTensorType(type)) return this.#tensor(name, at);
    const [argument] = type.typeArguments ?? [];
    const typeName = type.typeName.getText();
    switch (typeName) {
      case "Array":
      case "ReadonlyArray":
        return summaryArray(argument ? this.#elementOf(argument, name, at) : unknown);
      case "Promise":
        return promiseValue(this.#ofType(argument, name, at));
      case "Readonly":
      case "Required":
        return this.#ofType(argument, name, at);
      default:
        break;
    }
    const declaration = this.#findType(typeName);
    if (declaration && ts.isInterfaceDeclaration(declaration)) return this.#ofMembers(declaration.members, at);
    if (declaration && ts.isTypeAliasDeclaration(declaration)) return this.#ofType(declaration.type, name, at);
    const cls = this.environment.find(typeName)?.value;
    return cls?.kind === "class" ? this.instanceOf(cls) : unknown;
  }

  #findType(name: string): ts.Statement | undefined {
    const { module } = this.environment.activation;
    const found = findType(module.source, name);
    noteCheck(() => findType(module.source, name) === found);
    return found;
  }

  /** An instance of a class with made-up constructor arguments. */
  instanceOf(cls: Value & { kind: "class" }): Value {
    const constructor = cls.node.members.find(ts.isConstructorDeclaration);
    return constructValue(this.machine, cls, constructor ? this.of(constructor) : [], this.site);
  }

  /** A tensor as its contract says: a name is the same length wherever it stands. */
  #contracted(contract: Contract, name: string, at: ts.Node): Value {
    const origin = this.#origin(name, at);
    const { axes } = contract;
    const dims: Dim[] = axes.flatMap((axis): readonly Dim[] => {
      if (axis.kind === "rest") return this.#lead(axis.name, axes.length - 1, origin);
      return [axis.kind === "any" ? symbol(`${name}${axis.column}`, 1, origin) : this.#length(axis.length, origin)];
    });
    const value = remember(tensorValue(new Tensor(dims, this.hypothesis.dtype), undefined, name));
    const isGuessed = axes.some(({ kind }) => kind === "rest");
    this.slots.push({ name, value, isGuessed, claim: undefined });
    return value;
  }

  /** The axes that `...` or `*lead` stands for beside others, as many as the hypothesis has; a name has the same again. */
  #lead(name: string | undefined, others: number, origin: ValueOrigin): readonly Dim[] {
    const known = name === undefined ? undefined : this.#leads.get(name);
    if (known) return known;
    const count = Math.max(0, this.hypothesis.rankOf(this.slots.length, undefined) - others);
    const dims = Array.from({ length: count }, (_, i) => symbol(usualName(name ?? "lead", i), 1, origin, true));
    if (name !== undefined) this.#leads.set(name, dims);
    return dims;
  }

  #given({ dims, dtype, origin }: GivenTensor, name: string, at: ts.Node): Value {
    const own = this.#origin(name, at);
    const isFirst = this.slots.length === 0;
    const names = dimensionNames(name, dims.length, true, dtype);
    const lengths = dims.map((dim, axis): Dim => {
      if (typeof dim === "number") return DimExpr.constant(dim, origin);
      if (dim) return dim.origin ? dim : dim.withOrigin(origin);
      if (axis === 0 && this.#batch) return this.#batch;
      const made = symbol(isFirst || axis === 0 ? names[axis]! : usualName(name, axis), 1, own, true);
      this.machine.lengthNames?.add(made, usualName(name, axis), axis === 0);
      if (axis === 0) this.#batch = made;
      return made;
    });
    const value = remember(tensorValue(new Tensor(lengths, dtype), undefined, name));
    this.slots.push({ name, value, isGuessed: false, claim: undefined });
    return value;
  }

  #length(length: LengthExpression, origin: ValueOrigin): Dim {
    switch (length.kind) {
      case "number":
        return DimExpr.constant(length.value, origin);
      case "name": {
        let dim = this.#lengths.get(length.name);
        if (dim) return dim;
        this.machine.lengthNames?.take(length.name);
        this.#lengths.set(length.name, (dim = symbol(length.name, 1, origin)));
        return dim;
      }
      case "arithmetic": {
        const operate = { "+": addDims, "-": subDims, "*": mulDims, "/": exactDivDims }[length.operator];
        return operate(this.#length(length.left, origin), this.#length(length.right, origin));
      }
    }
  }

  tensorNamed(name: string, at: ts.Node): Value {
    const [given] = this.hypothesis.given ?? [];
    return given ? this.#given(given, name, at) : this.#tensor(name, at);
  }

  #tensor(name: string, at: ts.Node): Value {
    const claim = claimedRank(at, name);
    const rank = this.hypothesis.rankOf(this.slots.length, claim);
    const isFirst = this.slots.length === 0;
    const dtype = /(?:ids|idx|indices)$/i.test(name) ? "int32" : this.hypothesis.dtype;
    const dims = openLengths(this.machine, name, rank, isFirst, dtype, this.#origin(name, at));
    const value = remember(tensorValue(new Tensor(dims, dtype), undefined, name));
    this.slots.push({ name, value, isGuessed: true, claim });
    return value;
  }

  #origin(name: string, at: ts.Node): ValueOrigin {
    return { text: `parameter \`${name}\``, place: this.site.placeOf(at) };
  }
}

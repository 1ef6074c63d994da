// What a program under construction has names for, with an example value of each: expressions are tried on those, so
// that most of what is written fits.

import * as engine from "@shapelens/engine";

export interface Variable {
  readonly name: string;
  value: unknown;
  readonly isConstant: boolean;
}

/** An expression with the value it has on the examples. */
export interface Expression {
  readonly text: string;
  readonly value: unknown;
}

export interface TensorExpression extends Expression {
  readonly value: engine.Tensor;
}

export interface NumberExpression extends Expression {
  readonly value: number;
}

export class Scope {
  readonly #variables: Variable[] = [];

  constructor(readonly parent?: Scope) {}

  add(name: string, value: unknown, isConstant = true): void {
    this.#variables.push({ name, value, isConstant });
  }

  get variables(): readonly Variable[] {
    return [...(this.parent?.variables ?? []), ...this.#variables];
  }

  tensors(): TensorExpression[] {
    return this.variables.flatMap(({ name, value }) => (value instanceof engine.Tensor ? [{ text: name, value }] : []));
  }

  numbers(): NumberExpression[] {
    return this.variables.flatMap(({ name, value }) => (typeof value === "number" ? [{ text: name, value }] : []));
  }

  /** Variables that may be assigned to, with a tensor in them. */
  assignable(): Variable[] {
    return this.variables.filter(({ isConstant, value }) => !isConstant && value instanceof engine.Tensor);
  }
}

/** What became of an expression that was tried. */
export type Trial =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "shape-error"; readonly likely: engine.Tensor | undefined }
  | { readonly kind: "refused" };

/** The text as JavaScript: types are written between ‹ and ›. */
export const withoutTypes = (text: string): string => text.replace(/‹[^›]*›/g, "");
export const withTypes = (text: string): string => text.replace(/[‹›]/g, "");

export function attempt(text: string, scope: Scope): Trial {
  const values = Object.assign(
    Object.create(engine) as object,
    Object.fromEntries(scope.variables.map(({ name, value }) => [name, value])),
  );
  try {
    const run = new Function("values", `with (values) { return (${withoutTypes(text)}); }`) as (
      from: object,
    ) => unknown;
    return { kind: "value", value: run(values) };
  } catch (error) {
    if (!(error instanceof engine.ShapeError)) return { kind: "refused" };
    const { likely } = error;
    const isWhole = likely?.dims.every((dim) => typeof dim === "number" && dim >= 0);
    return { kind: "shape-error", likely: isWhole ? engine.zeros([...likely!.dims] as number[]) : undefined };
  }
}

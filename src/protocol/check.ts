// Descriptions of messages that are type and validator in one: what crosses a door is checked at the door.

/** Tells whether a value is a `T`. */
export type Check<T> = (value: unknown) => value is T;

/** The type a check stands for. */
export type Checked<C> = C extends Check<infer T> ? T : never;

type Fields = Readonly<Record<string, Check<unknown>>>;
type OptionalKeys<F extends Fields> = { [K in keyof F]: undefined extends Checked<F[K]> ? K : never }[keyof F];
type Shape<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Checked<F[K]>;
} & { readonly [K in OptionalKeys<F>]?: Checked<F[K]> };

/** Any number, NaN and the infinities included: they are news about a model, not a broken message. */
export const number: Check<number> = (value): value is number => typeof value === "number";

/** A whole number from 0: an index, a count, a line. */
export const natural: Check<number> = (value): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

export const string: Check<string> = (value): value is string => typeof value === "string";

export const boolean: Check<boolean> = (value): value is boolean => typeof value === "boolean";

/** One of a few strings. */
export function oneOf<const T extends string>(...values: readonly T[]): Check<T> {
  return (value): value is T => typeof value === "string" && (values as readonly string[]).includes(value);
}

/** May be absent. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}

/** A list of any length. */
export function list<T>(check: Check<T>): Check<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(check);
}

/** A list of exactly two. */
export function pair<A, B>(first: Check<A>, second: Check<B>): Check<readonly [A, B]> {
  return (value): value is readonly [A, B] =>
    Array.isArray(value) && value.length === 2 && first(value[0]) && second(value[1]);
}

/** An object with these fields; others are ignored. */
export function object<F extends Fields>(fields: F): Check<Shape<F>> {
  const entries = Object.entries(fields);
  return (value): value is Shape<F> => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    return entries.every(([name, check]) => check((value as Record<string, unknown>)[name]));
  };
}

/** A message: one of several objects, told apart by `type`. */
export function messages<const M extends Readonly<Record<string, Fields>>>(
  kinds: M,
): Check<{ [T in keyof M & string]: { readonly type: T } & Shape<M[T]> }[keyof M & string]> {
  const checks = new Map(Object.entries(kinds).map(([type, fields]) => [type, object(fields)]));
  type Message = { [T in keyof M & string]: { readonly type: T } & Shape<M[T]> }[keyof M & string];
  return (value): value is Message => {
    if (typeof value !== "object" || value === null) return false;
    const { type } = value as { type?: unknown };
    return typeof type === "string" && (checks.get(type)?.(value) ?? false);
  };
}

// The ground floor of the analyzer: what can be known about a JavaScript value.

export * from "./context";
export * from "./dims";
export * from "./equality";
export * from "./join";
export * from "./lengthNames";
export * from "./marks";
export * from "./numbers";
export * from "./reads";
export * from "./site";
export * from "./values";

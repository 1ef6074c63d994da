// The bridge between the interpreter and the engine: the only place where the one calls the other.

export { callEngine, constructEngine, constructSuper } from "./call";
export { describeValue } from "./describe";
export { remember } from "./lift";
export { axisOrigin } from "./origins";
export { callersOf, isFirst, linesOf } from "./problems";
export { engineNamespace, engineProperty, iterateEngine, moduleMethod, setEngineProperty } from "./property";

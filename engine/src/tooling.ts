// For tools that look into the engine: the dimension algebra, shape-only tensors, the op table, the tracer, the tape.

export { gradientsOf, recordAll, setRecordAll } from "./autograd/tape";
export {
  functionTable,
  type FunctionDeclaration,
  type OpRecord,
  opTable,
  type SampleSource,
  setTracer,
  untraced,
} from "./ops/op";
export { broadcastShapes } from "./shape/broadcast";
export {
  type AxisPattern,
  type Bindings,
  type Contract,
  type LengthExpression,
  matchContract,
  parseContract,
} from "./shape/contract";
export {
  addDims,
  ceilDivDims,
  type Certainty,
  constantOf,
  type Derivation,
  type Dim,
  DimExpr,
  dimsAtMost,
  dimsEqual,
  equalOnlyAtOne,
  divides,
  exactDivDims,
  floorDivDims,
  formatDim,
  isDim,
  maxDims,
  minDims,
  modDims,
  mulDims,
  NeedsValue,
  polynomialOf,
  productOfDims,
  subDims,
  symbol,
  symbolOf,
} from "./shape/dim";
export {
  assume,
  assumeDivides,
  assumeEqual,
  type Assumption,
  currentFacts,
  enterFacts,
  Facts,
  mentions,
  withFacts,
} from "./shape/facts";
export { formatPolynomial } from "./shape/format";
export { atomPolynomial, lcm, type Polynomial, type SymbolAtom, symbolsIn } from "./shape/polynomial";
export { agree, describe, formatShape, type Shape } from "./shape/shape";
export { isShapeOnly, withoutData } from "./tensor/mode";

// The engine's dimension algebra, as the abstract values use it: one door, so that every room agrees on it.

export {
  addDims,
  ceilDivDims,
  constantOf,
  type Dim,
  DimExpr,
  dimsAtMost,
  dimsEqual,
  divides,
  exactDivDims,
  floorDivDims,
  formatDim,
  maxDims,
  minDims,
  modDims,
  mulDims,
  NeedsValue,
  polynomialOf,
  subDims,
  symbol,
} from "../../../engine/src/shape/dim";
export {
  assumeDivides,
  enterFacts,
  assumeEqual,
  type Assumption,
  currentFacts,
  Facts as DimFacts,
  withFacts,
} from "../../../engine/src/shape/facts";

// `@shapelens/engine/onnx`: models for every program that reads ONNX. An entry of its own, so that the engine itself
// stays as small as it is.

export { type ExportOptions, exportOnnx, type OnnxModel, type OnnxResult } from "./exportOnnx";
export { type InputShape, type OnnxInput } from "./inputs";

// Which of the engine's ops and functions cannot be compared with TensorFlow.js, each with the reason.

const otherNumbers = "draws from another generator";
const ownShapes = "draws the engine's own data";
const ownFiles = "reads or writes files, which the peer leaves to others";
const noFloat64 = "keeps no float64";

/** By name. */
export const notInPeer: Readonly<Record<string, string>> = {
  adaptiveAvgPool2d: "pools by windows of one size only",
  roll: "cannot turn a tensor around",
  scatterAdd: "scatters whole slices to places of their own",
  rnn: "has single cells of LSTM only",
  gru: "has single cells of LSTM only",
  lstm: "has its cell with one bias, another order of the gates and a forget bias",
  assertShape: "checks no shapes",
  batches: "has batches in another package",
  dropout: otherNumbers,
  ...{ rand: otherNumbers, randn: otherNumbers, randint: otherNumbers, permutation: otherNumbers, seed: otherNumbers },
  ...{ moons: ownShapes, circles: ownShapes, spirals: ownShapes, xor: ownShapes, digits: ownShapes },
  ...{ loadIdx: ownFiles, saveSafetensors: ownFiles, loadSafetensors: ownFiles },
  ...{ tensor: noFloat64, scalar: noFloat64, zerosLike: noFloat64, onesLike: noFloat64 },
};

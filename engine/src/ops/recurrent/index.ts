// Recurrent layers as ops.

export { gru, lstm, type RecurrentOptions, type RecurrentWeights, rnn } from "./recurrent";

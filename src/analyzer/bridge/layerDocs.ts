// What each layer of the engine does, in one line, for hover. Written by npm run reference.

/** By the name of the class. */
export const layerDocs: Readonly<Record<string, string>> = {
  AdaptiveAvgPool2d: "Means over windows chosen so that images of every size come out in this one.",
  AvgPool2d: "The mean of each window: [batch, channels, height, width] → fewer rows and columns.",
  BatchNorm1d:
    'Batch normalisation (Ioffe and Szegedy, 2015) of [batch, features] or [batch, features, length], whose features are last with `layout: "NHWC"`.',
  BatchNorm2d:
    "Batch normalisation (Ioffe and Szegedy, 2015) of images [batch, features, height, width], or of what `layout` says.",
  Conv1d: "A convolution of sequences: [batch, inChannels, length] → [batch, outChannels, …].",
  Conv2d: "A convolution of images: [batch, inChannels, height, width] → [batch, outChannels, …].",
  ConvTranspose2d:
    "A transposed convolution of images: [batch, inChannels, height, width] → [batch, outChannels, …], larger by the stride.",
  Dropout:
    "In training sets each element to 0 with probability p and scales the rest by 1 / (1 − p); else changes nothing.",
  ELU: "x where x > 0, alpha · (eˣ − 1) elsewhere.",
  Embedding:
    "ids [...] → [..., dim]: row id of `weight`, which is [count, dim] (Bengio et al., 2003) and begins standard normal, as PyTorch's does.",
  Flatten: "Joins the axes from `startAxis` on into one; the batch axis before it stays: [64, 1, 28, 28] → [64, 784].",
  GELU: "x · Φ(x) with the normal distribution's Φ.",
  GRU: "Gated recurrent units (Cho et al., 2014): gates reset, update and new.",
  GroupNorm:
    'The channels, axis 1 or the last with `layout: "NHWC"`, in groups, each to mean 0 and variance 1 (Wu and He, 2018).',
  LSTM: "Long short-term memory (Hochreiter and Schmidhuber, 1997): gates input, forget, cell and output.",
  Lambda: "Any function of a tensor as a layer.",
  LayerNorm: "The last axes, of `shape`, to mean 0 and variance 1 (Ba, Kiros and Hinton, 2016).",
  LeakyReLU: "x where x > 0, slope · x elsewhere.",
  Linear: "y = x · wᵀ + b: [..., inFeatures] → [..., outFeatures].",
  MaxPool2d: "The largest element of each window: [batch, channels, height, width] → fewer rows and columns.",
  MultiHeadAttention:
    "Attention in several heads: q [batch, queries, dim], k and v [batch, keys, dim] → [batch, queries, dim].",
  RNN: "h ← tanh(W·x + b + U·h + c) for each step (Elman, 1990).",
  ReLU: "max(x, 0).",
  Sequential: "Layers one after another, each fed with what the one before gives.",
  SiLU: "x · sigmoid(x).",
  Sigmoid: "1 / (1 + e⁻ˣ).",
  Softmax: "Probabilities along one axis, the last unless said otherwise.",
  Softplus: "log(1 + eˣ).",
  Tanh: "The hyperbolic tangent.",
  TransformerEncoderLayer:
    "Self-attention and two dense layers with relu between them, each added to its input and normalised: [batch, length, dim] → the same; `hidden` is the width between the dense layers (Vaswani et al., 2017).",
};

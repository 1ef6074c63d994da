// Activation functions as layers, for use in Sequential.

import { elu, gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from "../ops/activation";
import { checkNumber, checkTensor } from "../ops/create";
import { softmax } from "../ops/softmax";
import { wholeNumber } from "../shape/shape";
import { type Tensor } from "../tensor/tensor";
import { Module } from "./module";

/** max(x, 0). */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return relu(checkTensor("ReLU", "x", x));
  }
}

/** 1 / (1 + e⁻ˣ). */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return sigmoid(checkTensor("Sigmoid", "x", x));
  }
}

/** The hyperbolic tangent. */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return tanh(checkTensor("Tanh", "x", x));
  }
}

/** x · Φ(x) with the normal distribution's Φ. */
export class GELU extends Module {
  override forward(x: Tensor): Tensor {
    return gelu(checkTensor("GELU", "x", x));
  }
}

/** x · sigmoid(x). */
export class SiLU extends Module {
  override forward(x: Tensor): Tensor {
    return silu(checkTensor("SiLU", "x", x));
  }
}

/** log(1 + eˣ). */
export class Softplus extends Module {
  override forward(x: Tensor): Tensor {
    return softplus(checkTensor("Softplus", "x", x));
  }
}

/** x where x > 0, slope · x elsewhere. */
export class LeakyReLU extends Module {
  constructor(readonly slope = 0.01) {
    super();
    checkNumber("LeakyReLU", "slope", slope);
  }

  override forward(x: Tensor): Tensor {
    return leakyRelu(checkTensor("LeakyReLU", "x", x), this.slope);
  }
}

/** x where x > 0, alpha · (eˣ − 1) elsewhere. */
export class ELU extends Module {
  constructor(readonly alpha = 1) {
    super();
    checkNumber("ELU", "alpha", alpha);
  }

  override forward(x: Tensor): Tensor {
    return elu(checkTensor("ELU", "x", x), this.alpha);
  }
}

/** Probabilities along one axis, the last unless said otherwise. */
export class Softmax extends Module {
  constructor(readonly axis = -1) {
    super();
    wholeNumber("Softmax", "axis", axis);
  }

  override forward(x: Tensor): Tensor {
    return softmax(checkTensor("Softmax", "x", x), this.axis);
  }
}

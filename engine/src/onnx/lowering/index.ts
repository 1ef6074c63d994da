// How each op of the engine is said in ONNX, one file for each family.

import { type Call, type Lowering } from "../call";
import { attention } from "./attention";
import { conv } from "./conv";
import { activation, elementwise } from "./elementwise";
import { indexing } from "./indexing";
import { linalg } from "./linalg";
import { loss } from "./loss";
import { norm } from "./norm";
import { recurrent } from "./recurrent";
import { reduce } from "./reduce";
import { slicing } from "./slice";
import { view } from "./view";

/** By the names of the ops. */
export const lowerings: Readonly<Record<string, Lowering<never>>> = {
  ...elementwise,
  ...activation,
  ...linalg,
  ...view,
  ...slicing,
  ...conv,
  ...norm,
  ...reduce,
  ...indexing,
  ...loss,
  ...attention,
  ...recurrent,
  dropout: (call: Call) => {
    throw call.refuse(
      "it draws random numbers. The layer Dropout is left out; name the module whose layers a function uses with { module }.",
    );
  },
};

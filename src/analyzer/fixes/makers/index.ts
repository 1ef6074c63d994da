// Everything that proposes repairs. One kind of edit a file.

import { type CandidateMaker } from "../candidate";
import { changeNumber } from "./changeNumber";
import { changePadding } from "./changePadding";
import { channelsLast } from "./channelsLast";
import { chooseAxis } from "./chooseAxis";
import { divideEvenly } from "./divideEvenly";
import { exchangeLetters } from "./exchangeLetters";
import { fitNeeds } from "./fitNeeds";
import { inferLength } from "./inferLength";
import { insertView } from "./insertView";
import { nameProperty } from "./nameProperty";
import { swapOperands } from "./swapOperands";
import { targetForm } from "./targetForm";
import { transposeOperand } from "./transposeOperand";

export const makers: readonly CandidateMaker[] = [
  ...[changeNumber, changePadding, channelsLast, chooseAxis, divideEvenly, exchangeLetters],
  ...[fitNeeds, inferLength, insertView, nameProperty, swapOperands, targetForm, transposeOperand],
];

// What can be run: scripts, exported Module classes and instances, exported functions of tensors.

import { type Model } from "../facts";
import { type Session } from "../interpreter/session";
import { type Exploration } from "../symbolic/explore";

export function modelsOf(_session: Session, _exploration: Exploration): Model[] {
  return [];
}

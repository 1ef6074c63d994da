// Random tests draw the same cases in every run: what is green stays green. npm run fuzz looks for new ones.

import * as fc from "fast-check";

fc.configureGlobal({ seed: 20261123 });

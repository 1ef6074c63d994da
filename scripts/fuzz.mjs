// @ts-check
// npm run fuzz [count] [seed]: random programs, run and analysed on all cores; every one that disagrees is shown.

import { main, show } from "./host/command.mjs";
import { ensureDependencies } from "./host/dependencies.mjs";
import { root } from "./host/paths.mjs";

await main(async () => {
  process.chdir(root);
  await ensureDependencies();
  const args = ["--import", "tsx", "test/agreement/fuzz.ts", ...process.argv.slice(2)];
  process.exitCode = await show(process.execPath, args);
});

// The door through which VS Code runs the host tests: every *.host.js beside this bundle, in mocha, in the extension host.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";
import Mocha from "mocha";
import { page } from "./driver";

/**
 * Runs the tests whose file name contains `SHAPELENS_TESTS`, all by default, and throws when one fails. In a folder that
 * is not trusted, which `SHAPELENS_RESTRICTED` tells, other tests belong: *.restricted.js.
 */
export async function run(): Promise<void> {
  const suffix = process.env.SHAPELENS_RESTRICTED ? ".restricted.js" : ".host.js";
  const wanted = process.env.SHAPELENS_TESTS ?? "";
  const mocha = new Mocha({
    ui: "bdd",
    timeout: 60_000,
    color: true,
    reporter: join(__dirname, "../../scripts/countingReporter.cjs"),
  });
  for (const name of readdirSync(__dirname).sort()) {
    if (name.endsWith(suffix) && name.includes(wanted)) mocha.addFile(join(__dirname, name));
  }
  // The report goes straight to the terminal; the console of an extension host is shared with everything else.
  let printed = Promise.resolve();
  const print = (...parts: unknown[]) => {
    printed = printed.then(() => page.print(format(...parts)));
  };
  Mocha.reporters.Base.consoleLog = print;
  try {
    const failures = await new Promise<number>((resolve) => mocha.run(resolve));
    if (failures > 0) throw new Error(`${String(failures)} host test(s) failed`);
  } catch (error) {
    print(error);
    throw error;
  } finally {
    await printed;
  }
}

// @ts-check
// The folders that the scripts share.

import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** Root of the repository. */
export const root = resolve(import.meta.dirname, "../..");

/**
 * A folder below the cache, where large things that several checkouts can share are kept, keyed by their version.
 * `SHAPELENS_CACHE` names the cache itself, otherwise it follows the XDG convention.
 * @param {string} name
 */
export function cacheFolder(name) {
  const cache =
    process.env.SHAPELENS_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "shapelens");
  return join(resolve(cache), name);
}

// The tools that scripts/test installs, found through the environment variables that it sets.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** @param {string} name */
export function setting(name) {
  return process.env[name] ?? assert.fail(`${name} is not set: scripts/test sets it`);
}

/** Loads a package of package.json. They are installed outside this tree, so a plain import does not find them. */
export const npm = createRequire(join(setting("SUITE_NODE_MODULES"), "npm.js"));

/**
 * Loads a package that is an ES module.
 * @param {string} name
 */
export const npmModule = (name) => import(pathToFileURL(npm.resolve(name)).href);

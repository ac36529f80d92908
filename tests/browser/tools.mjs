// Where the tools are: scripts/test says it.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** @param {string} name */
export function setting(name) {
  return process.env[name] ?? assert.fail(`${name} is not set: scripts/test sets it`);
}

/** A package of package.json, which is installed in no folder above this one. */
export const npm = createRequire(join(setting("SUITE_NODE_MODULES"), "npm.js"));

/**
 * The same, for what is a module.
 * @param {string} name
 */
export const npmModule = (name) => import(pathToFileURL(npm.resolve(name)).href);

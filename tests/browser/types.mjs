// Types and lint for our JavaScript: the parts of src/web/static/signing, and everything in tests/browser.
//
//   SUITE_NODE_MODULES=… node tests/browser/types.mjs
//
// The parts are one module and use each other's names, so they are checked as one concatenated file. Each finding is
// mapped back to the part and line that it comes from.
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { parts } from './program.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const packages = process.env.SUITE_NODE_MODULES ?? join(root, 'target/tools/npm/node_modules');
// Beside the packages, whichever folder they are in.
const folder = join(dirname(packages), 'types');
const whole = join(folder, 'signing.mjs');

const signing = await parts();
await mkdir(folder, { recursive: true });
await writeFile(whole, signing.map(({ text }) => text).join(''));

/**
 * Maps a line of the concatenated file to its part.
 * @param {number} line from 1
 * @returns {string} `src/web/static/signing/10-bytes.js:7`
 */
function placeOf(line) {
  let rest = line;
  for (const { path, text } of signing) {
    const lines = text.split('\n').length - 1;
    if (rest <= lines) return `${relative(root, path)}:${rest}`;
    rest -= lines;
  }
  return `${whole}:${line}`;
}

/**
 * @param {string} path
 * @param {number} line
 */
const place = (path, line) => (path === whole ? placeOf(line) : `${relative(root, path)}:${line}`);

const ours = (await readdir(here, { recursive: true }))
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => join(here, name))
  .sort();

/** @returns {Promise<string[]>} */
async function types() {
  const settings = {
    extends: join(here, 'tsconfig.json'),
    compilerOptions: {
      typeRoots: [join(packages, '@types')],
      // The packages are in no folder above our files, where they would be found otherwise.
      paths: { signing: [whole], '*': [join(packages, '*')] },
    },
    files: [whole, ...ours],
  };
  const config = join(folder, 'tsconfig.json');
  await writeFile(config, JSON.stringify(settings));
  const compiler = join(packages, 'typescript/bin/tsc');
  const run = spawnSync(process.execPath, [compiler, '--project', config, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (run.error) throw run.error;
  const found = run.stdout.split('\n').filter(Boolean).map((line) => {
    const [, path, at, more] = /^(\S+)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
    return path ? `${place(join(root, path), Number(at))}: ${more}` : line;
  });
  return run.status !== 0 && found.length === 0 ? [`tsc ended with ${run.status}: ${run.stderr}`] : found;
}

/** @returns {Promise<string[]>} */
async function lint() {
  const { ESLint } = /** @type {typeof import('eslint')} */ (createRequire(join(packages, 'types.js'))('eslint'));
  const { config } = await import(pathToFileURL(join(here, 'eslint.config.mjs')).href);
  const eslint = new ESLint({ cwd: '/', overrideConfigFile: true, overrideConfig: config });
  const results = await eslint.lintFiles([whole, ...ours]);
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, ruleId, message }) => `${place(filePath, line ?? 1)}: ${ruleId}: ${message}`),
  );
}

const found = [...(await types()), ...(await lint())];
for (const line of found) console.log(line);
console.log(found.length === 0 ? `types and lint of ${signing.length + ours.length} files: well` : `${found.length} found`);
process.exitCode = found.length === 0 ? 0 : 1;

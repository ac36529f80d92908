// The browser's module as it is served: the parts in src/web/static/signing, one after the other.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../src/web/static/signing', import.meta.url));

/**
 * The parts, in the order of their names.
 * @returns {Promise<{path: string, text: string}[]>}
 */
export async function parts() {
  const paths = (await readdir(folder)).sort().map((name) => join(folder, name));
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
}

/** Its text. */
export const source = async () => (await parts()).map(({ text }) => text).join('');

/**
 * What it exports.
 * @typedef {typeof import('signing')} Signing
 * @returns {Promise<Signing>}
 */
export const load = async () => import(`data:text/javascript;base64,${Buffer.from(await source()).toString('base64')}`);

// The browser's module as it is served: the parts in src/web/static/signing, one after the other.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../src/web/static/signing', import.meta.url));

/** Its text. */
export async function source() {
  const parts = (await readdir(folder)).sort();
  return (await Promise.all(parts.map((part) => readFile(join(folder, part), 'utf8')))).join('');
}

/** What it exports. */
export const load = async () => import(`data:text/javascript;base64,${Buffer.from(await source()).toString('base64')}`);

// --- Auditing: reading a log from its site --------------------------------------------------------------------
/**
 * @typedef {(path: string, entries?: number) => Promise<?Bytes>} ReadFile what is below the petition's address, null
 *   where there is nothing; no more of it than {@link mostBytes} says
 * @typedef {Head & {note: string}} KeptCheckpoint
 *
 * @typedef {object} Audited
 * @property {?Genesis} genesis
 * @property {number} size
 * @property {Bytes} root
 * @property {CrowdCount[]} crowds
 * @property {Finding[]} findings
 * @property {number} more how many more findings there are
 * @property {number} openings
 * @property {boolean} isCompared whether the site shows numbers
 * @property {?Release} release
 * @property {string} note
 * @property {string} origin
 * @property {string} vkey
 * @property {?KeptCheckpoint} earlier
 */

/** How many bundles are on their way while one is verified. */
const BUNDLES_AHEAD = 3;
/** The longest log that is read, as in the program: 2^25 entries, about 33 million. */
const ENTRIES_MAX = 2 ** 25;
/** How often checkpoint and openings are read again until they are of one moment. */
const LOOKS_MAX = 5;

/** @param {Bytes} bytes */
function readJson(bytes) {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    throw new Refused('answer', 'not JSON');
  }
}

/**
 * @typedef {{index: number, salt: string, extension: string}} Opening
 * @param {?Record<string, unknown>} line
 * @returns {line is Opening}
 */
const isOpening = (line) => !!line && isWhole(line.index) && isText(line.salt) && isText(line.extension);

/**
 * Each opening is hashed, a bundle at a time, and its name forgotten.
 * @param {?Bytes} bytes
 */
async function readOpenings(bytes) {
  const list = bytes ? readJson(bytes) : [];
  refuseUnless(Array.isArray(list) && list.every(isOpening), 'answer', 'not a list of openings');
  // What cannot be read opens nothing, and is found as such.
  /**
   * @param {string} text
   * @param {number} length
   */
  const bytesOf = (text, length) => {
    try {
      const read = fromBase64url(text);
      return length && read.length !== length ? new Uint8Array(length) : read;
    } catch {
      return new Uint8Array(length);
    }
  };
  const rows = new Rows(list.length);
  for (let first = 0; first < list.length; first += TILE_WIDTH) {
    const part = list.slice(first, first + TILE_WIDTH);
    /** @param {Opening} opening */
    const hash = ({ salt, extension }) => commit(bytesOf(salt, 32), bytesOf(extension, 0));
    const commitments = await Promise.all(part.map(hash));
    for (const [place, { index }] of part.entries()) {
      rows.add(Math.min(index, 2 ** 32 - 1), new Uint8Array(32), commitments[place]);
    }
  }
  return rows;
}

/**
 * @param {?Bytes} bytes
 * @returns {?(?number)[]}
 */
function readNumbers(bytes) {
  if (!bytes) return null;
  const crowds = readJson(bytes)?.crowds;
  /** @param {?{number?: unknown}} crowd */
  const isNumber = (crowd) => typeof crowd === 'object' && crowd !== null && isWhole(crowd.number ?? 0);
  refuseUnless(Array.isArray(crowds) && crowds.every(isNumber), 'answer', 'not a list of numbers');
  return crowds.map(({ number }) => number ?? null);
}

/**
 * Reads a checkpoint that somebody kept. Line ends and white space around it are passed over, as copying leaves them.
 * @param {string} text
 * @param {string} vkey
 * @returns {Promise<KeptCheckpoint>}
 * @throws {Refused} `earlier`: not one that the log's key has signed
 */
export async function readKeptCheckpoint(text, vkey) {
  const note = `${text.trim().split(/\s*?\r?\n[^\S\n]*/).join('\n')}\n`;
  try {
    return { ...(await readOwnCheckpoint(utf8(note), vkey)), note };
  } catch {
    throw new Refused('earlier', 'not a checkpoint of this log');
  }
}

/**
 * A checkpoint as these logs write them: of the log that the key names, without further lines.
 * @param {Bytes} note
 * @param {string} vkey
 */
async function readOwnCheckpoint(note, vkey) {
  const checkpoint = await readCheckpoint(note, vkey, (await readNoteKey(vkey)).name);
  refuseUnless(checkpoint.extensions.length === 0, 'checkpoint', 'a checkpoint with further lines');
  return checkpoint;
}

/**
 * Checkpoint, openings and numbers of one moment: these change with the log, so that they are read between two looks at
 * the same checkpoint.
 * @param {ReadFile} read
 * @param {string} vkey
 */
async function readSettled(read, vkey) {
  const look = async () => {
    const note = await read('log/checkpoint');
    refuseUnless(note, 'not-found', 'no log is here');
    const checkpoint = await readOwnCheckpoint(note, vkey).catch(() => null);
    refuseUnless(checkpoint, 'checkpoint', 'not a checkpoint that the key of the log has signed');
    return { ...checkpoint, note: fromUtf8(note) };
  };
  let seen = await look();
  for (let looks = 1; ; looks += 1) {
    const openings = await readOpenings(await read('openings.json', seen.size));
    const numbers = readNumbers(await read('numbers.json'));
    const again = await look();
    const isSame = again.size === seen.size && equal(again.root, seen.root);
    if (isSame || looks === LOOKS_MAX) return { ...again, openings, numbers };
    seen = again;
  }
}

/**
 * The entries of a bundle. A partial one may be gone since the log has grown; the full one begins with the same.
 * @param {ReadFile} read
 * @param {number} index
 * @param {number} size
 */
async function readEntries(read, index, size) {
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  let bytes = await read(`log/${tilePath('entries', index, width)}`);
  if (!bytes && width < TILE_WIDTH) bytes = await read(`log/${tilePath('entries', index)}`);
  /** @type {Bytes[]} */
  let entries = [];
  try {
    entries = readBundle(bytes ?? new Uint8Array(0));
  } catch {
    // Then none of them count.
  }
  const isEnough = entries.length >= width && entries.length <= TILE_WIDTH;
  refuseUnless(isEnough, 'root', 'entries that the checkpoint counts are not there');
  return entries.slice(0, width);
}

/**
 * @param {Auditor} auditor
 * @param {ReadFile} read
 * @param {number} size
 * @param {(done: number, size: number) => unknown} progress
 * @param {AbortSignal | undefined} signal
 */
async function takeAll(auditor, read, size, progress, signal) {
  const bundles = Math.ceil(size / TILE_WIDTH);
  /** @type {Promise<Bytes[]>[]} */
  const coming = [];
  let asked = 0;
  await progress(0, size);
  for (let index = 0; index < bundles; index += 1) {
    while (asked < bundles && coming.length <= BUNDLES_AHEAD) {
      const bundle = readEntries(read, asked, size);
      bundle.catch(() => {}); // It is told when its turn comes, if that comes.
      coming.push(bundle);
      asked += 1;
    }
    await auditor.take((await coming.shift()) ?? []);
    signal?.throwIfAborted();
    await progress(auditor.size, size);
  }
}

/**
 * Audits a petition's log.
 * @param {ReadFile} read
 * @param {object} [way]
 * @param {string} [way.logKey] the verifier key that is expected
 * @param {string} [way.genesis] the G that is expected, base64url
 * @param {string} [way.earlier] a checkpoint that was kept, as text
 * @param {(done: number, size: number) => unknown} [way.progress] told how many entries of how many are done.
 *   The next ones wait for what it gives: browsers serve a page's own timers after all that is asked of WebCrypto
 * @param {AbortSignal} [way.signal] ends it between two bundles
 * @returns {Promise<Audited>}
 * @throws {Refused} where there is nothing to audit: `not-found`, `key`, `other-key`, `checkpoint`, `root` (entries are
 *   missing), `answer`, `other-genesis`, `earlier`, `too-long`; and what `read` and `signal` throw
 */
export async function auditLog(read, { logKey, genesis, earlier: kept, progress = () => {}, signal } = {}) {
  const key = await read('log/vkey');
  refuseUnless(key, 'not-found', 'no log is here');
  /** @param {string} text */
  const isKey = (text) => readNoteKey(text).then(({ name }) => ORIGIN.test(name)).catch(() => false);
  const text = new TextDecoder().decode(key);
  const vkey = text.slice(0, -1);
  refuseUnless(text.endsWith('\n') && (await isKey(vkey)), 'key', 'not the key of a log');
  refuseUnless(!logKey || logKey === vkey, 'other-key', 'another key than the one that is expected');
  const { name: origin } = await readNoteKey(vkey);
  const earlier = kept ? await readKeptCheckpoint(kept, vkey) : null;
  const { size, root, note, openings, numbers } = await readSettled(read, vkey);
  signal?.throwIfAborted();
  // No tab would come to the end of such a log.
  refuseUnless(size <= ENTRIES_MAX, 'too-long', 'too long for a browser');
  const auditor = new Auditor(size, earlier?.size);
  const isExpected = () => !genesis || (auditor.genesis && base64url(auditor.genesis.hash) === genesis);
  await takeAll(auditor, read, size, (done, all) => {
    refuseUnless(done === 0 || isExpected(), 'other-genesis', 'another genesis than the one that is expected');
    return progress(done, all);
  }, signal);
  /** @type {Finding[]} */
  const findings = [];
  /**
   * @param {FoundWhat} what
   * @param {FoundMore} [more]
   */
  const say = (what, more) => findings.push({ code: KIND_OF[what], what, ...more });
  const was = auditor.earlierRoot();
  if (earlier && earlier.size > size) say('shorter', { before: earlier.size, now: size });
  else if (earlier && was && !equal(was, earlier.root)) say('forked');
  const found = await auditor.root();
  if (!equal(found, root)) say('root');
  if (size === 0) say('genesis', { at: 0 });
  if (auditor.genesis && auditor.genesis.origin !== origin) say('foreign', { at: 0 });
  const crowds = auditor.finish(openings, numbers);
  return {
    genesis: auditor.genesis,
    size,
    root: found,
    crowds,
    findings: [...findings, ...auditor.found],
    more: auditor.more,
    openings: openings.length,
    isCompared: numbers !== null,
    release: auditor.release,
    note,
    origin,
    vkey,
    earlier,
  };
}

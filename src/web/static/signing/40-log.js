// --- The log: notes and checkpoints (C2SP signed-note, tlog-checkpoint) ---------------------------------------
/**
 * @typedef {{size: number, root: Bytes}} Head how long a log is, and the hash over all of it
 * @typedef {Head & {extensions: string[]}} Checkpoint
 * @typedef {{size: number, root: string}} Seen a head as it is kept: root in base64url
 * @typedef {{hash: (from: number, to: number) => Promise<Bytes>}} HashTree the hash over leaves `from` up to `to`
 */

/**
 * Reads a verifier key, `name+hash+key`.
 * @param {string} vkey
 * @returns {Promise<{name: string, hash: Bytes, publicKey: Bytes}>} 4 and 32 bytes
 * @throws {Refused} `note-key`, `encoding`
 */
export async function readNoteKey(vkey) {
  const [, name, hash, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) ?? [];
  refuseUnless(name, 'note-key', 'not a verifier key');
  const key = fromBase64(encoded);
  const expected = (await sha256(utf8(`${name}\n`), key)).slice(0, 4);
  const isOurs = key.length === 33 && key[0] === 1 && equal(expected, fromHex(hash));
  refuseUnless(isOurs, 'note-key', 'not an Ed25519 verifier key');
  return { name, hash: expected, publicKey: key.slice(1) };
}

/**
 * Verifies a signed note. Signatures of keys other than `vkey` are passed over.
 * @param {Bytes} note
 * @param {string} vkey
 * @returns {Promise<string>} its text, line end included
 * @throws {Refused} `note` (not a note), `note-signature` (not signed by this key), `note-key`, `encoding`
 */
export async function openNote(note, vkey) {
  const key = await readNoteKey(vkey);
  const all = fromUtf8(note);
  const end = all.lastIndexOf('\n\n');
  const lines = all.slice(end + 2, -1).split('\n');
  const isNote = end > 0 && all.endsWith('\n') && !/[\x00-\x09\x0b-\x1f\x7f]/.test(all);
  refuseUnless(isNote && note.length <= 65536 && lines.length <= 100, 'note', 'not a signed note');
  const text = all.slice(0, end + 1);
  let isSigned = false;
  for (const line of lines) {
    const [, name, encoded] = /^\u2014 ([^\s+]+) (\S+)$/.exec(line) ?? [];
    refuseUnless(name, 'note', 'not a line with a signature');
    const signature = fromBase64(encoded);
    if (name !== key.name || !equal(signature.slice(0, 4), key.hash)) continue;
    // A second line of the same key is nothing that a log writes.
    isSigned = !isSigned && (await isSignedBy(key.publicKey, signature.slice(4), utf8(text)));
    if (!isSigned) break;
  }
  refuseUnless(isSigned, 'note-signature', 'not signed by the key of this log');
  return text;
}

/**
 * Verifies and reads a checkpoint: how long the log is, and the hash that stands for all of it.
 * @param {Bytes} note
 * @param {string} vkey
 * @param {string} origin as in genesis
 * @returns {Promise<Checkpoint>} root: 32 bytes
 * @throws {Refused} `checkpoint`, `origin` (another log's), and what {@link openNote} throws
 */
export async function readCheckpoint(note, vkey, origin) {
  const [first, size, root, ...extensions] = (await openNote(note, vkey)).slice(0, -1).split('\n');
  refuseUnless(first === origin, 'origin', 'the checkpoint of another log');
  const isSize = /^(0|[1-9]\d*)$/.test(size ?? '') && Number.isSafeInteger(Number(size));
  refuseUnless(isSize && isText(root) && !extensions.includes(''), 'checkpoint', 'not a checkpoint');
  const hash = fromBase64(root);
  refuseUnless(hash.length === 32, 'checkpoint', 'not a checkpoint');
  return { size: Number(size), root: hash, extensions };
}

/**
 * Verifies the promise for a cast: the log's own word that this very leaf will be published, with whom and by when.
 * @param {Bytes} note
 * @param {string} vkey
 * @param {Genesis} genesis
 * @param {Bytes} leaf
 * @returns {Promise<{batch: number, until: string}>}
 * @throws {Refused} `promise` (of another log or leaf, or of a smaller batch), and what {@link openNote} throws
 */
export async function readPromise(note, vkey, genesis, leaf) {
  const [origin, kind, hash, terms, ...more] = (await openNote(note, vkey)).slice(0, -1).split('\n');
  const [, batch, until] = /^batch of at least ([1-9]\d*) by (\S+)$/.exec(terms ?? '') ?? [];
  const isOurs =
    origin === genesis.origin && kind === 'promise/v1' && hash === base64(await sha256(leaf)) && more.length === 0;
  const isGood = isTime(until) && Number(batch) >= genesis.fields.batch;
  refuseUnless(isOurs && isGood, 'promise', 'not the promise for this signature');
  return { batch: Number(batch), until };
}

// --- The log: tiles and proofs (C2SP tlog-tiles, RFC 6962 section 2.1) ----------------------------------------

const TILE_WIDTH = 256;

/**
 * A leaf's hash in the tree, 32 bytes.
 * @param {Bytes} leaf
 */
export const leafHash = (leaf) => sha256([0], leaf);

/**
 * @param {Bytes} left
 * @param {Bytes} right
 */
const nodeHash = (left, right) => sha256([1], left, right);

/**
 * The largest power of two below n, where RFC 6962 parts a tree. Not by bits: sizes may be beyond 2^31.
 * @param {number} n
 */
function splitOf(n) {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/**
 * Where a tile is, below the log's address. `level` is a number or 'entries'.
 * @param {number | 'entries'} level
 * @param {number} index
 * @param {number} [width]
 */
export function tilePath(level, index, width = TILE_WIDTH) {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return `tile/${level}/${path}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

// The longest that each can be: a verifier key; a signed note, or the numbers of 256 crowds; an opening with a name and
// a job title of 100 characters each; an entry with its length.
const KEY_BYTES = 1024;
const NOTE_BYTES = 65536;
const OPENING_BYTES = 2048;
const ENTRY_BYTES = 65537;

/**
 * How many bytes a file can have, by its path, in a log of so many entries. Whoever fetches reads no more: a server
 * that sends without end would fill the memory of this tab.
 * @param {string} path
 * @param {number} [entries]
 */
export function mostBytes(path, entries = 0) {
  const [, level, width = TILE_WIDTH] = /(?:^|\/)tile\/(entries|\d+)\/[x\d/]+(?:\.p\/(\d+))?$/.exec(path) ?? [];
  if (level) return Number(width) * (level === 'entries' ? ENTRY_BYTES : 32);
  if (path.endsWith('/openings.json')) return OPENING_BYTES * (entries + 1);
  return path.endsWith('/vkey') ? KEY_BYTES : NOTE_BYTES;
}

/**
 * The entries of a bundle, each after its length in two bytes. Refuses a broken one: `tile`.
 * @param {Bytes} bytes
 */
export function readBundle(bytes) {
  const entries = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 + bytes[at] * 256 + bytes[at + 1];
    refuseUnless(end <= bytes.length, 'tile', 'a bundle of entries is cut off');
    entries.push(bytes.slice(at + 2, end));
    at = end;
  }
  return entries;
}

/**
 * A log of a certain size, read from its tiles, each fetched once. Nothing in them is believed: a proof made from them
 * must lead to the root of a signed checkpoint.
 */
export class Tiles {
  #fetchBytes;
  #size;
  /** @type {Map<string, Bytes>} */
  #fetched = new Map();

  /**
   * @param {FetchBytes} fetchBytes
   * @param {number} size
   */
  constructor(fetchBytes, size) {
    this.#fetchBytes = fetchBytes;
    this.#size = size;
  }

  /**
   * A tile, and how much of it this size has. A partial one may be gone since the log has grown: then the full one.
   * @param {number | 'entries'} level
   * @param {number} index
   */
  async #tile(level, index) {
    const all = Math.floor(this.#size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
    const width = Math.min(TILE_WIDTH, all - index * TILE_WIDTH);
    refuseUnless(width > 0, 'tile', 'beyond the end of the log');
    const path = tilePath(level, index, width);
    const known = this.#fetched.get(path);
    if (known) return { bytes: known, width };
    const whole = () => this.#fetchBytes(tilePath(level, index));
    const bytes = await (width < TILE_WIDTH ? this.#fetchBytes(path).catch(whole) : whole());
    this.#fetched.set(path, bytes);
    return { bytes, width };
  }

  /**
   * The hash over leaves `from` up to `to`: a subtree, full or at the log's ragged end. 32 bytes.
   * @param {number} from
   * @param {number} to
   * @returns {Promise<Bytes>}
   */
  async hash(from, to) {
    let level = 0;
    while (TILE_WIDTH ** (level + 1) <= to - from) level += 1;
    const unit = TILE_WIDTH ** level;
    if (to - from !== unit) {
      const middle = from + splitOf(to - from);
      return nodeHash(await this.hash(from, middle), await this.hash(middle, to));
    }
    const at = from / unit; // the place in its level of what one hash of a tile stands for
    const { bytes, width } = await this.#tile(level, Math.floor(at / TILE_WIDTH));
    const isWhole = bytes.length === 32 * width || bytes.length === 32 * TILE_WIDTH;
    refuseUnless(isWhole && at % TILE_WIDTH < width, 'tile', 'a tile of the wrong length');
    return bytes.slice(32 * (at % TILE_WIDTH), 32 * (at % TILE_WIDTH) + 32);
  }

  /**
   * The entry at `index`. Refuses bundles that are none: `tile`.
   * @param {number} index
   */
  async entry(index) {
    const { bytes, width } = await this.#tile('entries', Math.floor(index / TILE_WIDTH));
    const entries = readBundle(bytes);
    refuseUnless(entries.length === width || entries.length === TILE_WIDTH, 'tile', 'a bundle of the wrong length');
    return entries[index % TILE_WIDTH];
  }
}

/**
 * PATH of RFC 6962, section 2.1.1: the hashes that lead from leaf `index` to the root.
 * @param {HashTree} tiles
 * @param {number} index
 * @param {number} size
 * @param {number} [from]
 * @returns {Promise<Bytes[]>}
 */
export async function inclusionProof(tiles, index, size, from = 0) {
  if (size === 1) return [];
  const k = splitOf(size);
  return index < k
    ? [...(await inclusionProof(tiles, index, k, from)), await tiles.hash(from + k, from + size)]
    : [...(await inclusionProof(tiles, index - k, size - k, from + k)), await tiles.hash(from, from + k)];
}

/**
 * The root that a leaf's hash and its proof lead to. Refuses a proof of another length: `proof`.
 * @param {Bytes} hash
 * @param {number} index
 * @param {number} size
 * @param {Bytes[]} proof
 * @returns {Promise<Bytes>}
 */
export async function rootOf(hash, index, size, proof) {
  refuseUnless(index < size && (size === 1) === (proof.length === 0), 'proof', 'a proof of the wrong length');
  if (size === 1) return hash;
  const k = splitOf(size);
  const [rest, sibling] = [proof.slice(0, -1), proof[proof.length - 1]];
  return index < k
    ? nodeHash(await rootOf(hash, index, k, rest), sibling)
    : nodeHash(sibling, await rootOf(hash, index - k, size - k, rest));
}

/**
 * PROOF of RFC 6962, section 2.1.2: that the first `old` of `size` leaves are as they were. 0 < old <= size
 * @param {HashTree} tiles
 * @param {number} old
 * @param {number} size
 * @param {number} [from]
 * @param {boolean} [isWhole]
 * @returns {Promise<Bytes[]>}
 */
export async function consistencyProof(tiles, old, size, from = 0, isWhole = true) {
  if (old === size) return isWhole ? [] : [await tiles.hash(from, from + size)];
  const k = splitOf(size);
  return old <= k
    ? [...(await consistencyProof(tiles, old, k, from, isWhole)), await tiles.hash(from + k, from + size)]
    : [...(await consistencyProof(tiles, old - k, size - k, from + k, false)), await tiles.hash(from, from + k)];
}

/**
 * The old and the new root, both put together from the same hashes: that is what makes it a proof.
 * @param {Bytes} oldRoot
 * @param {number} old
 * @param {number} size
 * @param {Bytes[]} proof
 * @param {boolean} isWhole
 * @returns {Promise<[Bytes, Bytes]>}
 */
async function rootsOf(oldRoot, old, size, proof, isWhole) {
  const isRightLength = old === size ? proof.length === (isWhole ? 0 : 1) : proof.length > 0;
  refuseUnless(isRightLength, 'proof', 'a proof of the wrong length');
  const [rest, last] = [proof.slice(0, -1), proof[proof.length - 1]];
  if (old === size) return isWhole ? [oldRoot, oldRoot] : [last, last];
  const k = splitOf(size);
  if (old <= k) {
    const [before, after] = await rootsOf(oldRoot, old, k, rest, isWhole);
    return [before, await nodeHash(after, last)];
  }
  const [before, after] = await rootsOf(oldRoot, old - k, size - k, rest, false);
  return [await nodeHash(last, before), await nodeHash(last, after)];
}

/**
 * Checks that a log only grew.
 * @param {Head} seen
 * @param {Head} now
 * @param {Bytes[]} proof empty where `seen` is empty
 * @throws {Refused} `log-shorter`, `log-changed` (with both signed checkpoints: proof of misbehavior), `proof`
 */
export async function checkConsistency(seen, now, proof) {
  refuseUnless(seen.size <= now.size, 'log-shorter', 'the log is shorter than it was');
  if (seen.size === 0) return;
  const [before, after] = await rootsOf(seen.root, seen.size, now.size, proof, true);
  refuseUnless(equal(before, seen.root) && equal(after, now.root), 'log-changed', 'the log is not the one seen before');
}

/**
 * The key check: the log that everyone is given begins with just this genesis, under a signed checkpoint, and holds
 * what it held when it was seen last. Only then are the keys in it used.
 * @param {FetchBytes} fetchBytes below the log's address
 * @param {string} vkey of the log
 * @param {Genesis} genesis that the page gave
 * @param {Seen} [seen] what an earlier call returned
 * @returns {Promise<Seen>} to keep for next time
 * @throws {Refused} `log-genesis` (another genesis than the page's), `log-root` (the tiles are not those of the
 *   checkpoint), `tile`, and what {@link readCheckpoint} and {@link checkConsistency} throw
 */
export async function checkLog(fetchBytes, vkey, genesis, seen) {
  const now = await readCheckpoint(await fetchBytes('checkpoint'), vkey, genesis.origin);
  refuseUnless(now.size > 0, 'log-genesis', 'the log is empty');
  const tiles = new Tiles(fetchBytes, now.size);
  refuseUnless(equal(await tiles.entry(0), genesis.leaf), 'log-genesis', 'the log begins with another genesis');
  const proof = await inclusionProof(tiles, 0, now.size);
  const root = await rootOf(await leafHash(genesis.leaf), 0, now.size, proof);
  refuseUnless(equal(root, now.root), 'log-root', 'the log does not hold what its checkpoint says');
  if (seen) {
    const before = { size: seen.size, root: fromBase64url(seen.root) };
    const isGrown = before.size > 0 && before.size <= now.size;
    await checkConsistency(before, now, isGrown ? await consistencyProof(tiles, before.size, now.size) : []);
  }
  return { size: now.size, root: base64url(now.root) };
}


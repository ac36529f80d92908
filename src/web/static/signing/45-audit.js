// --- Auditing: a whole log, entry by entry --------------------------------------------------------------------
// What `undersigned audit` does (docs/protocol.md, "Audit"), for readers without that program: every entry is fetched
// and verified, and what is found has the same codes. tests/vectors/audit.json holds the two against each other.

/** The kinds of findings, as `undersigned audit` names them, the gravest first. */
export const AUDIT_KINDS = [
  'fork', 'rollback', 'root', 'leaf', 'cast', 'twice', 'reference', 'issued', 'closed', 'opening', 'number',
];
const KIND_OF = {
  leaf: 'leaf',
  genesis: 'leaf',
  foreign: 'leaf',
  cast: 'cast',
  'cast-twice': 'twice',
  'after-close': 'closed',
  unsigned: 'reference',
  'of-nothing': 'reference',
  'taken-back': 'reference',
  'more-than-issued': 'issued',
  issued: 'issued',
  opening: 'opening',
  number: 'number',
  root: 'root',
  shorter: 'rollback',
  forked: 'fork',
};
/** More findings than this are only counted. */
const FINDINGS_MAX = 100;
/** How many bundles are on their way while one is verified. */
const BUNDLES_AHEAD = 3;
/** How often checkpoint and openings are read again until they are of one moment. */
/** The longest log that is read, as in the program: thirty million entries. */
const ENTRIES_MAX = 2 ** 25;
const LOOKS_MAX = 5;

const AMEND = 10;
const CARRIED = [3, 6];
const VOID_REASONS = ['made-mailboxes', 'misused-invitations', 'false-name', 'defect'];
const isWhole = (value) => Number.isSafeInteger(value) && value >= 0;
// What the JSON of each kind must be: nothing else, and in this spelling only.
const isPayload = {
  4: isObject({}),
  5: isObject({ issued: isList(isWhole) }),
  7: isObject({ index: isWhole, reason: (value) => VOID_REASONS.includes(value) }),
  8: isObject({ page: isBytes(32), script: isBytes(32) }),
  [AMEND]: isObject({ K_pub: isBytes(32), ext_commit: isBytes(32), signature: isBytes(64) }),
  11: isObject({ closes: isTime, issue_until: isTime, cast_until: isTime }),
  12: isObject({ index: isWhole }),
  13: isObject({ reason: isText }),
  14: isObject({ host: isText }),
  15: isObject({ made: isWhole }),
  16: isObject({ range: (value) => isList(isWhole)(value) && value.length === 2 && value[0] < value[1], text: isText }),
};

/** RFC 8785 of any JSON: what reserved kinds hold is not known yet, so that all of it may stand in them. */
function canonicalOfAny(value, depth = 0) {
  refuseUnless(depth < 127, 'json', 'too deep');
  if (Array.isArray(value)) return `[${value.map((item) => canonicalOfAny(item, depth + 1)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const field = (key) => `${canonical(key)}:${canonicalOfAny(value[key], depth + 1)}`;
    return `{${Object.keys(value).sort().map(field).join(',')}}`;
  }
  refuseUnless(typeof value !== 'number' || Number.isFinite(value), 'json', 'a number without an end');
  return typeof value === 'string' ? canonical(value) : JSON.stringify(value);
}

function readCarried(bytes) {
  const text = fromUtf8(bytes);
  const value = JSON.parse(text);
  refuseUnless(text.startsWith('{') && canonicalOfAny(value) === text, 'json', 'not canonical JSON');
  return value;
}

function readPayload(kind, bytes) {
  try {
    if (CARRIED.includes(kind)) return readCarried(bytes);
    const fields = readCanonical(bytes);
    if (isPayload[kind](fields)) return fields;
  } catch {
    // It is none, whatever makes it so.
  }
  throw new Refused('payload', 'not the canonical JSON of its kind');
}

/**
 * Reads an entry as a leaf of this protocol.
 * @throws {Refused} `length`, `format`, `kind`, `payload`
 */
async function readLeaf(entry) {
  refuseUnless(entry.length >= 2, 'length', 'too short for a leaf');
  const [format, kind] = entry;
  refuseUnless(format === FORMAT, 'format', 'another format');
  refuseUnless(entry.length >= 18, 'length', 'too short for a leaf');
  const leaf = { kind, petition: entry.slice(2, 18) };
  if (kind === GENESIS) {
    const genesis = await readGenesis(entry).catch(() => null);
    refuseUnless(genesis, 'payload', 'not a genesis');
    return { ...leaf, genesis };
  }
  if (kind === CAST) {
    refuseUnless(entry.length === 500, 'length', 'a signature has 500 bytes');
    refuseUnless(equal(entry.slice(18, 20), TOKEN_TYPE), 'payload', 'another type of token');
    return leaf;
  }
  if (kind === RETRACT) {
    refuseUnless(entry.length === 114, 'length', 'a withdrawal has 114 bytes');
    return leaf;
  }
  refuseUnless(isPayload[kind] || CARRIED.includes(kind), 'kind', 'an unknown kind');
  return { ...leaf, fields: readPayload(kind, entry.slice(18)) };
}

const PSS = { name: 'RSA-PSS', saltLength: PSS_SALT_BYTES };

/** What genesis says, made ready for verifying many. */
async function factsOf(genesis) {
  const crowds = [];
  for (const [index, { key }] of genesis.crowds.entries()) {
    const challenge = await tokenChallenge(genesis.origin, genesis.petition, genesis.hash, index);
    const modulus = toBytes(key.n, RSA_BYTES);
    const jwk = { kty: 'RSA', n: base64url(modulus), e: 'AQAB' };
    const use = { name: 'RSA-PSS', hash: 'SHA-384' };
    // A browser that does not take the key is not needed for it: pssVerify is slower, and as good.
    const imported = await subtle().importKey('jwk', jwk, use, false, ['verify']).catch(() => null);
    crowds.push({ key, modulus, imported, digest: await sha256(challenge) });
  }
  const ids = genesis.crowds.map(({ key }) => toHex(key.id));
  return { genesis, crowds, ids, batch: Math.max(1, genesis.fields.batch) };
}

/** Whether a number is below another of the same length, both as big-endian bytes. */
function isBelow(a, b) {
  const at = a.findIndex((byte, place) => byte !== b[place]);
  return at >= 0 && a[at] < b[at];
}

/** Whether the key of a crowd signed a token. A browser's no is looked at again before anybody is accused of it. */
async function isOfCrowd({ key, modulus, imported }, input, signature) {
  if (!isBelow(signature, modulus)) return false;
  const isGood = imported && (await subtle().verify(PSS, imported, signature, input).catch(() => false));
  return isGood || pssVerify(key, input, signature);
}

/**
 * A cast, verified as far as genesis and the leaf alone allow.
 * @throws {Refused} `other-key`, `other-challenge`, `token`, `foreign-key`, `signature`: what fails first
 */
async function verifyCast(facts, leaf) {
  const index = facts.ids.indexOf(toHex(leaf.slice(84, 116)));
  refuseUnless(index >= 0, 'other-key', 'a token of no crowd');
  const crowd = facts.crowds[index];
  refuseUnless(equal(leaf.slice(52, 84), crowd.digest), 'other-challenge', 'a token of another petition or crowd');
  const publicKey = leaf.slice(372, 404);
  const [isGood, nonce, isSigned] = await Promise.all([
    isOfCrowd(crowd, leaf.slice(18, 116), leaf.slice(116, 372)),
    nonceOf(publicKey),
    isSignedBy(publicKey, leaf.slice(436), castMessage(leaf.slice(0, 436))),
  ]);
  refuseUnless(isGood, 'token', 'the issuer did not sign it');
  refuseUnless(equal(nonce, leaf.slice(20, 52)), 'foreign-key', 'a token of another key');
  refuseUnless(isSigned, 'signature', 'not signed by the key of its token');
  return { crowd: index, nonce, commitment: leaf.slice(404, 436) };
}

/** A retraction or an amendment: of which nonce, and what it commits to. Null where K did not sign it. */
async function verifyReference({ kind, petition, fields }, leaf) {
  const isRetraction = kind === RETRACT;
  const publicKey = isRetraction ? leaf.slice(18, 50) : fromBase64url(fields.K_pub);
  const signature = isRetraction ? leaf.slice(50) : fromBase64url(fields.signature);
  const commitment = isRetraction ? null : fromBase64url(fields.ext_commit);
  const message = isRetraction
    ? retractMessage(petition, publicKey)
    : concat(utf8('petition-amend/v1\0'), petition, publicKey, commitment);
  const [nonce, isSigned] = await Promise.all([nonceOf(publicKey), isSignedBy(publicKey, signature, message)]);
  return isSigned ? { nonce, commitment } : null;
}

/** One entry by itself: what it says, verified, or `{found: [what, more]}`. */
async function readEntry(facts, entry) {
  let leaf;
  try {
    leaf = await readLeaf(entry);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { found: ['leaf', { why: error.code }] };
  }
  // Without a genesis nothing can be said of the rest; that there is none is said once.
  if (!facts) return {};
  if (!equal(leaf.petition, facts.genesis.petition)) return { found: ['foreign'] };
  if (leaf.kind === GENESIS) return { found: ['genesis'] };
  if (leaf.kind === CAST) {
    try {
      return { cast: await verifyCast(facts, entry) };
    } catch (error) {
      if (!(error instanceof Refused) || ['webcrypto', 'ed25519'].includes(error.code)) throw error;
      return { found: ['cast', { why: error.code }] };
    }
  }
  if (leaf.kind !== RETRACT && leaf.kind !== AMEND) return { kind: leaf.kind, fields: leaf.fields };
  const reference = await verifyReference(leaf, entry);
  return reference ? { reference } : { found: ['unsigned'] };
}

/** The root over hashes of leaves, or of subtrees of 256 of which only the last may have fewer. */
async function rootOver(hashes) {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return hashes[0];
  const k = splitOf(hashes.length);
  const [left, right] = await Promise.all([rootOver(hashes.slice(0, k)), rootOver(hashes.slice(k))]);
  return nodeHash(left, right);
}

/**
 * Casts (or what refers to them), without an object for each: 70 bytes a row, and 4 for their order. Made larger as
 * they come, and never for more rows than the log has entries.
 */
class Rows {
  length = 0;
  #most;
  #room = 0;

  constructor(most) {
    this.#most = most;
    this.at = new Uint32Array(0);
    this.nonce = new Uint8Array(0);
    this.commitment = new Uint8Array(0);
    this.crowd = new Uint8Array(0);
    this.state = new Uint8Array(0);
  }

  add(at, nonce, commitment, crowd = 0) {
    if (this.length === this.#room) this.#grow();
    const row = this.length;
    this.at[row] = at;
    this.nonce.set(nonce, 32 * row);
    this.commitment.set(commitment, 32 * row);
    this.crowd[row] = crowd;
    this.length += 1;
  }

  #grow() {
    this.#room = Math.min(Math.max(this.#most, 1), Math.max(1024, 2 * this.#room));
    const larger = (old, each) => {
      const column = new old.constructor(each * this.#room);
      column.set(old);
      return column;
    };
    this.at = larger(this.at, 1);
    this.nonce = larger(this.nonce, 32);
    this.commitment = larger(this.commitment, 32);
    this.crowd = larger(this.crowd, 1);
    this.state = larger(this.state, 1);
  }

  commitmentOf(row) {
    return this.commitment.slice(32 * row, 32 * row + 32);
  }

  /** The row of the entry at `at`, or -1: they are in the order of the log. */
  rowAt(at) {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at[middle] < at) low = middle + 1;
      else high = middle;
    }
    return low < this.length && this.at[low] === at ? low : -1;
  }
}

/** Rows found by their nonce. The order of nonces is any that puts equal ones together, the earlier first. */
class ByNonce {
  #words;
  #rows;

  constructor(rows) {
    this.#rows = rows;
    this.#words = new Uint32Array(rows.nonce.buffer);
    const order = Uint32Array.from({ length: rows.length }, (_, row) => row);
    this.order = order.sort((a, b) => this.#compare(this.#words, 8 * a, 8 * b) || a - b);
  }

  #compare(others, from, at) {
    for (let word = 0; word < 8; word += 1) {
      const [a, b] = [others[from + word], this.#words[at + word]];
      if (a !== b) return a < b ? -1 : 1;
    }
    return 0;
  }

  isSame(a, b) {
    return this.#compare(this.#words, 8 * a, 8 * b) === 0;
  }

  /** The first row with this nonce, or -1. */
  first(nonce) {
    const words = new Uint32Array(nonce.slice().buffer);
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(words, 0, 8 * this.order[middle]) > 0) low = middle + 1;
      else high = middle;
    }
    const row = this.order[low];
    return low < this.order.length && this.#compare(words, 0, 8 * row) === 0 ? row : -1;
  }
}

const TAKEN_BACK = 1;
const VOIDED = 2;

/** Takes a log in, bundle by bundle, and keeps of it what {@link Auditor#finish} needs: bounded for each entry. */
class Auditor {
  size = 0;
  genesis = null;
  release = null;
  found = [];
  more = 0;
  #facts = null;
  #roots = [];
  #casts;
  #references;
  #isAmendment = [];
  #voids = [];
  #issued = [];
  #counts = [];
  #isClosed = false;
  #earlier;

  /**
   * @param {number} most how many entries may come
   * @param {number} [earlier] at which size the root is asked for, too
   */
  constructor(most, earlier = 0) {
    this.#casts = new Rows(most);
    this.#references = new Rows(most);
    this.#earlier = { size: earlier, root: null };
  }

  /** The root of what it has taken. */
  root = () => rootOver(this.#roots);

  /** The root of as many entries as an earlier checkpoint was over; null if there were never as many. */
  earlierRoot = () => this.#earlier.root;

  tell(what, more = {}) {
    if (this.found.length < FINDINGS_MAX) this.found.push({ code: KIND_OF[what], what, ...more });
    else this.more += 1;
  }

  /** Takes the next bundle, all of whose entries are verified side by side. */
  async take(entries) {
    const first = this.size;
    const rest = first === 0 ? entries.slice(1) : entries;
    if (first === 0) await this.#begin(entries[0]);
    const [hashes, read] = await Promise.all([
      Promise.all(entries.map((entry) => leafHash(entry))),
      Promise.all(rest.map((entry) => readEntry(this.#facts, entry))),
    ]);
    const earlier = this.#earlier.size - first;
    if (earlier > 0 && earlier <= entries.length) {
      const part = await rootOver(hashes.slice(0, earlier));
      this.#earlier.root = await rootOver([...this.#roots, part]);
    }
    this.#roots.push(await rootOver(hashes));
    const before = first + entries.length - rest.length;
    for (const [place, one] of read.entries()) this.#apply(before + place, one);
    this.size = first + entries.length;
  }

  async #begin(leaf) {
    try {
      const isOther = leaf.length >= 2 && leaf[0] === FORMAT && leaf[1] !== GENESIS;
      if (isOther) return this.tell('genesis', { at: 0 });
      this.genesis = (await readLeaf(leaf)).genesis;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return this.tell('leaf', { at: 0, why: error.code });
    }
    this.#facts = await factsOf(this.genesis);
    this.#issued = this.genesis.crowds.map(() => 0);
    this.#counts = this.genesis.crowds.map(() => 0);
    return undefined;
  }

  #apply(at, { found, cast, reference, kind, fields }) {
    if (found) this.tell(found[0], { at, ...found[1] });
    else if (cast) this.#cast(at, cast);
    else if (reference) {
      this.#references.add(at, reference.nonce, reference.commitment ?? new Uint8Array(32));
      this.#isAmendment.push(reference.commitment !== null);
    } else if (kind === 4) this.#isClosed = true;
    else if (kind === 5) this.#say(at, fields.issued);
    else if (kind === 8) this.release = { page: fromBase64url(fields.page), script: fromBase64url(fields.script) };
    else if (kind === 7 || kind === 12) this.#voids.push({ at, cast: fields.index, isReversal: kind === 12 });
  }

  #cast(at, { crowd, nonce, commitment }) {
    if (this.#isClosed) this.tell('after-close', { at });
    this.#counts[crowd] += 1;
    // Once for each crowd and statement.
    const isTooMany = this.#counts[crowd] === this.#issued[crowd] + this.#facts.batch + 1;
    if (isTooMany) this.tell('more-than-issued', { at, crowd });
    this.#casts.add(at, nonce, commitment, crowd);
  }

  #say(at, issued) {
    const isOfCrowds = issued.length === this.#issued.length;
    const isRounded = issued.every((count) => count % this.#facts.batch === 0);
    const hasGrown = issued.every((count, crowd) => count >= (this.#issued[crowd] ?? 0));
    if (!isOfCrowds || !isRounded || !hasGrown) this.tell('issued', { at });
    if (isOfCrowds) this.#issued = issued;
  }

  /**
   * Brings together what refers to each other, compares with what the site shows, and counts.
   * @param {Rows} openings
   * @param {?(number|null)[]} numbers by crowd; null where the site shows none
   */
  finish(openings, numbers) {
    this.#resolveVoids();
    const byNonce = new ByNonce(this.#casts);
    const { order } = byNonce;
    for (let place = 1; place < order.length; place += 1) {
      const [one, other] = [order[place - 1], order[place]];
      if (!byNonce.isSame(one, other)) continue;
      this.tell('cast-twice', { first: this.#casts.at[one], again: this.#casts.at[other] });
    }
    const amended = this.#resolveReferences(byNonce);
    this.#compareOpenings(openings, amended);
    const crowds = this.#count();
    const most = numbers ? Math.min(256, Math.max(crowds.length, numbers.length)) : 0;
    for (let crowd = 0; crowd < most; crowd += 1) {
      // Until a first group is out, the site shows no number, and the log has none. Crowds that it leaves out, or makes
      // up, are compared as well.
      const [counted, shown] = [crowds[crowd]?.counted ?? 0, numbers[crowd] ?? 0];
      if (shown !== counted) this.tell('number', { crowd, counted, shown });
    }
    return crowds;
  }

  #resolveVoids() {
    for (const { at, cast, isReversal } of this.#voids) {
      const row = cast < at ? this.#casts.rowAt(cast) : -1;
      const isVoided = row >= 0 && (this.#casts.state[row] & VOIDED) !== 0;
      // A void of what is voided, or the end of a void that is none, changes nothing.
      if (row < 0 || isVoided !== isReversal) this.tell('of-nothing', { at });
      else this.#casts.state[row] ^= VOIDED;
    }
  }

  /** Gives the row of the newest amendment of each cast's row. */
  #resolveReferences(byNonce) {
    const amended = new Map();
    const { at, nonce, length } = this.#references;
    for (let one = 0; one < length; one += 1) {
      const row = byNonce.first(nonce.slice(32 * one, 32 * one + 32));
      if (row < 0 || this.#casts.at[row] >= at[one]) this.tell('of-nothing', { at: at[one] });
      else if (this.#casts.state[row] & TAKEN_BACK) this.tell('taken-back', { at: at[one] });
      else if (this.#isAmendment[one]) amended.set(row, one);
      else this.#casts.state[row] |= TAKEN_BACK;
    }
    return amended;
  }

  #compareOpenings(openings, amended) {
    for (let one = 0; one < openings.length; one += 1) {
      const row = this.#casts.rowAt(openings.at[one]);
      const newest = amended.get(row);
      const isThere = row >= 0 && this.#casts.state[row] === 0;
      const committed = newest === undefined ? this.#casts.commitmentOf(row) : this.#references.commitmentOf(newest);
      if (!isThere || !equal(committed, openings.commitmentOf(one))) this.tell('opening', { at: openings.at[one] });
    }
  }

  #count() {
    const crowds = (this.genesis?.crowds ?? []).map(({ proof, employer }, crowd) => {
      return { proof, employer, cast: 0, takenBack: 0, voided: 0, counted: 0, issued: this.#issued[crowd] };
    });
    for (let row = 0; row < this.#casts.length; row += 1) {
      const crowd = crowds[this.#casts.crowd[row]];
      const state = this.#casts.state[row];
      crowd.cast += 1;
      if (state & TAKEN_BACK) crowd.takenBack += 1;
      else if (state & VOIDED) crowd.voided += 1;
      else crowd.counted += 1;
    }
    return crowds;
  }
}

function readJson(bytes) {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    throw new Refused('answer', 'not JSON');
  }
}

/** Each opening is hashed, a bundle at a time, and its name forgotten. */
async function readOpenings(bytes) {
  const list = bytes ? readJson(bytes) : [];
  const isLine = ({ index, salt, extension }) => isWhole(index) && isText(salt) && isText(extension);
  refuseUnless(Array.isArray(list) && list.every((line) => line && isLine(line)), 'answer', 'not a list of openings');
  // What cannot be read opens nothing, and is found as such.
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
    const hash = ({ salt, extension }) => commit(bytesOf(salt, 32), bytesOf(extension, 0));
    const commitments = await Promise.all(part.map(hash));
    for (const [place, { index }] of part.entries()) {
      rows.add(Math.min(index, 2 ** 32 - 1), new Uint8Array(32), commitments[place]);
    }
  }
  return rows;
}

function readNumbers(bytes) {
  if (!bytes) return null;
  const crowds = readJson(bytes)?.crowds;
  const isNumber = (crowd) => typeof crowd === 'object' && crowd !== null && isWhole(crowd.number ?? 0);
  refuseUnless(Array.isArray(crowds) && crowds.every(isNumber), 'answer', 'not a list of numbers');
  return crowds.map(({ number }) => number ?? null);
}

/**
 * Reads a checkpoint that somebody kept. Line ends and white space around it are passed over, as copying leaves them.
 * @param {string} text
 * @param {string} vkey
 * @returns {Promise<{size: number, root: Bytes, note: string}>}
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

/** A checkpoint as these logs write them: of the log that the key names, without further lines. */
async function readOwnCheckpoint(note, vkey) {
  const checkpoint = await readCheckpoint(note, vkey, (await readNoteKey(vkey)).name);
  refuseUnless(checkpoint.extensions.length === 0, 'checkpoint', 'a checkpoint with further lines');
  return checkpoint;
}

/**
 * Checkpoint, openings and numbers of one moment: these change with the log, so that they are read between two looks at
 * the same checkpoint.
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

/** The entries of a bundle. A partial one may be gone since the log has grown; the full one begins with the same. */
async function readEntries(read, index, size) {
  const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
  let bytes = await read(`log/${tilePath('entries', index, width)}`);
  if (!bytes && width < TILE_WIDTH) bytes = await read(`log/${tilePath('entries', index)}`);
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

async function takeAll(auditor, read, size, progress, signal) {
  const bundles = Math.ceil(size / TILE_WIDTH);
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
    await auditor.take(await coming.shift());
    signal?.throwIfAborted();
    await progress(auditor.size, size);
  }
}

/**
 * Audits a petition's log.
 * @param {(path: string, entries?: number) => Promise<?Bytes>} read what is below the petition's address, null where
 *   there is nothing; no more of it than {@link mostBytes} says
 * @param {object} [way]
 * @param {string} [way.logKey] the verifier key that is expected
 * @param {string} [way.genesis] the G that is expected, base64url
 * @param {string} [way.earlier] a checkpoint that was kept, as text
 * @param {(done: number, size: number) => ?Promise<void>} [way.progress] told how many entries of how many are done.
 *   The next ones wait for what it gives: browsers serve a page's own timers after all that is asked of WebCrypto
 * @param {AbortSignal} [way.signal] ends it between two bundles
 * @returns {Promise<{genesis: ?Genesis, size: number, root: Bytes, crowds: object[], findings: object[], more: number,
 *   openings: number, isCompared: boolean, release: ?{page: Bytes, script: Bytes}, note: string, origin: string,
 *   vkey: string, earlier: ?object}>} `findings`: `code` is one of {@link AUDIT_KINDS}, `what` names the words, `at`
 *   and others are entries, counted from 0; `more`: how many more there are. `isCompared`: whether the site shows
 *   numbers. `release`: the newest hashes of page and program that the log names
 * @throws {Refused} where there is nothing to audit: `not-found`, `key`, `other-key`, `checkpoint`, `root` (entries are
 *   missing), `answer`, `other-genesis`, `earlier`, `too-long`; and what `read` and `signal` throw
 */
export async function auditLog(read, { logKey, genesis, earlier: kept, progress = () => {}, signal } = {}) {
  const key = await read('log/vkey');
  refuseUnless(key, 'not-found', 'no log is here');
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
  const findings = [];
  const say = (what, more) => findings.push({ code: KIND_OF[what], what, ...more });
  if (earlier?.size > size) say('shorter', { before: earlier.size, now: size });
  else if (earlier?.size > 0 && !equal(auditor.earlierRoot(), earlier.root)) say('forked');
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


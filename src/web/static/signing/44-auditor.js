// --- Auditing: the log as a whole -----------------------------------------------------------------------------

/**
 * @typedef {keyof typeof KIND_OF} FoundWhat
 * @typedef {{why?: string, at?: number, first?: number, again?: number, crowd?: number, counted?: number,
 *   shown?: number, before?: number, now?: number}} FoundMore places are entries, counted from 0
 * @typedef {FoundMore & {code: string, what: FoundWhat}} Finding `code` is one of {@link AUDIT_KINDS}
 * @typedef {{proof: string, employer: ?string, cast: number, takenBack: number, voided: number, counted: number,
 *   issued: number}} CrowdCount
 * @typedef {{pages: Map<string, Bytes>, script: Bytes}} Release the newest hashes of pages, by language, and of the
 *   program that a log names
 */

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

/**
 * The root over hashes of leaves, or of subtrees of 256 of which only the last may have fewer.
 * @param {Bytes[]} hashes
 * @returns {Promise<Bytes>}
 */
async function rootOver(hashes) {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return hashes[0];
  const k = splitOf(hashes.length);
  const [left, right] = await Promise.all([rootOver(hashes.slice(0, k)), rootOver(hashes.slice(k))]);
  return nodeHash(left, right);
}
const TAKEN_BACK = 1;
const VOIDED = 2;

/** Takes a log in, bundle by bundle, and keeps of it what {@link Auditor#finish} needs: bounded for each entry. */
class Auditor {
  size = 0;
  /** @type {?Genesis} */
  genesis = null;
  /** @type {?Release} */
  release = null;
  /** @type {Finding[]} */
  found = [];
  more = 0;
  /** @type {?AuditFacts} */
  #facts = null;
  #batch = 1;
  /** @type {Bytes[]} */
  #roots = [];
  #casts;
  #references;
  /** @type {boolean[]} */
  #isAmendment = [];
  /** @type {{at: number, cast: number, isReversal: boolean}[]} */
  #voids = [];
  /** @type {number[]} */
  #issued = [];
  /** @type {number[]} */
  #counts = [];
  #isClosed = false;
  /** @type {{size: number, root: ?Bytes}} */
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

  /**
   * @param {FoundWhat} what
   * @param {FoundMore} [more]
   */
  tell(what, more = {}) {
    if (this.found.length < FINDINGS_MAX) this.found.push({ code: KIND_OF[what], what, ...more });
    else this.more += 1;
  }

  /**
   * Takes the next bundle, all of whose entries are verified side by side.
   * @param {Bytes[]} entries
   */
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

  /** @param {Bytes} leaf */
  async #begin(leaf) {
    if (leaf.length >= 2 && leaf[0] === FORMAT && leaf[1] !== GENESIS) return this.tell('genesis', { at: 0 });
    try {
      this.genesis = (await readLeaf(leaf)).genesis ?? null;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return this.tell('leaf', { at: 0, why: error.code });
    }
    if (!this.genesis) return undefined;
    this.#facts = await factsOf(this.genesis);
    this.#batch = this.#facts.batch;
    this.#issued = this.genesis.crowds.map(() => 0);
    this.#counts = this.genesis.crowds.map(() => 0);
    return undefined;
  }

  /**
   * @param {number} at
   * @param {ReadEntry} read
   */
  #apply(at, { found, cast, reference, notice }) {
    if (found) this.tell(found[0], { at, ...found[1] });
    else if (cast) this.#cast(at, cast);
    else if (notice) this.#note(at, notice);
    else if (reference) {
      this.#references.add(at, reference.nonce, reference.commitment ?? new Uint8Array(32));
      this.#isAmendment.push(reference.commitment !== null);
    }
  }

  /**
   * @param {number} at
   * @param {Notice} notice
   */
  #note(at, { kind, fields }) {
    if (kind === CLOSED) this.#isClosed = true;
    else if (kind === ISSUED) this.#say(at, fields.issued);
    else if (kind === VOID || kind === VOID_END) {
      this.#voids.push({ at, cast: fields.index, isReversal: kind === VOID_END });
    } else if (kind === CLIENT_RELEASE) {
      // Releases from before there were languages name the English page.
      const named = Object.entries(isEarlierRelease(fields) ? { en: fields.page } : fields.pages);
      const pages = named.map(([tag, page]) => /** @type {const} */ ([tag, fromBase64url(page)]));
      this.release = { pages: new Map(pages), script: fromBase64url(fields.script) };
    }
  }

  /**
   * @param {number} at
   * @param {ReadCast} cast
   */
  #cast(at, { crowd, nonce, commitment }) {
    if (this.#isClosed) this.tell('after-close', { at });
    this.#counts[crowd] += 1;
    // Once for each crowd and statement.
    const isTooMany = this.#counts[crowd] === this.#issued[crowd] + this.#batch + 1;
    if (isTooMany) this.tell('more-than-issued', { at, crowd });
    this.#casts.add(at, nonce, commitment, crowd);
  }

  /**
   * @param {number} at
   * @param {number[]} issued
   */
  #say(at, issued) {
    const isOfCrowds = issued.length === this.#issued.length;
    const isRounded = issued.every((count) => count % this.#batch === 0);
    const hasGrown = issued.every((count, crowd) => count >= (this.#issued[crowd] ?? 0));
    if (!isOfCrowds || !isRounded || !hasGrown) this.tell('issued', { at });
    if (isOfCrowds) this.#issued = issued;
  }

  /**
   * Brings together what refers to each other, compares with what the site shows, and counts.
   * @param {Rows} openings
   * @param {?(?number)[]} numbers by crowd; null where the site shows none
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
      const [counted, shown] = [crowds[crowd]?.counted ?? 0, numbers?.[crowd] ?? 0];
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

  /**
   * Gives the row of the newest amendment of each cast's row.
   * @param {ByNonce} byNonce
   */
  #resolveReferences(byNonce) {
    /** @type {Map<number, number>} */
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

  /**
   * @param {Rows} openings
   * @param {Map<number, number>} amended
   */
  #compareOpenings(openings, amended) {
    for (let one = 0; one < openings.length; one += 1) {
      const row = this.#casts.rowAt(openings.at[one]);
      const newest = amended.get(row);
      const isThere = row >= 0 && this.#casts.state[row] === 0;
      const committed = newest === undefined ? this.#casts.commitmentOf(row) : this.#references.commitmentOf(newest);
      if (!isThere || !equal(committed, openings.commitmentOf(one))) this.tell('opening', { at: openings.at[one] });
    }
  }

  /** @returns {CrowdCount[]} */
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

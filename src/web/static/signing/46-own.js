// --- One's own signature: looking it up, keeping a proof, proving it to others ---------------------------------
// All of the log is fetched, by everyone who looks: whoever serves it cannot tell which entry was looked for. Proofs
// are made of what was fetched.
/**
 * @typedef {{entry: number, crowd: number, retracted: ?number, voided: ?{at: number, reason: string}}} Standing what a
 *   log says of a signature; `retracted` and `at` are entries
 * @typedef {{size: number, note: string, vkey: string, genesis: Genesis, leaves: LeafHashes, standing: ?Standing}}
 *   LookedUp
 */

const BUNDLES_AT_ONCE = 4;

/** The hashes of all leaves of a log, and those of the subtrees above them as they are asked for. */
class LeafHashes {
  /** @type {Bytes[]} */
  #bundles = [];
  /** @type {Map<string, Bytes>} */
  #above = new Map();

  /**
   * Those of the next bundle.
   * @param {Bytes[]} hashes
   */
  put(hashes) {
    this.#bundles.push(concat(...hashes));
  }

  /**
   * The hash over leaves `from` up to `to`, as RFC 6962 parts them; whole bundles are hashed once.
   * @param {number} from
   * @param {number} to
   * @returns {Promise<Bytes>}
   */
  async hash(from, to) {
    const place = from % TILE_WIDTH;
    if (to - from === 1) return this.#bundles[Math.floor(from / TILE_WIDTH)].slice(32 * place, 32 * place + 32);
    const key = `${from} ${to}`;
    const known = this.#above.get(key);
    if (known) return known;
    const middle = from + splitOf(to - from);
    const hash = await nodeHash(await this.hash(from, middle), await this.hash(middle, to));
    if (to - from >= TILE_WIDTH) this.#above.set(key, hash);
    return hash;
  }
}

/**
 * The entries of a bundle. A partial one may be gone since the log has grown: then the full one begins with them.
 * @param {FetchBytes} fetchBytes
 * @param {number} index
 * @param {number} width
 */
async function entriesOfBundle(fetchBytes, index, width) {
  const whole = () => fetchBytes(tilePath('entries', index));
  const path = tilePath('entries', index, width);
  const entries = readBundle(await (width < TILE_WIDTH ? fetchBytes(path).catch(whole) : whole()));
  const isWhole = entries.length === width || entries.length === TILE_WIDTH;
  refuseUnless(isWhole, 'tile', 'a bundle of the wrong length');
  return entries.slice(0, width);
}

/**
 * The crowd in which a cast by this key is valid; null where it is in none.
 * @param {Bytes} leaf
 * @param {Genesis} genesis
 * @param {Bytes} publicKey
 */
async function crowdOfCast(leaf, genesis, publicKey) {
  if (leaf.length !== 500 || !equal(leaf.slice(372, 404), publicKey)) return null;
  for (let crowd = 0; crowd < genesis.crowds.length; crowd += 1) {
    try {
      await checkCast(leaf, genesis, crowd);
      return crowd;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  return null;
}

/**
 * What a notice (JSON) says if it is one of this petition and of this kind; null otherwise.
 * @param {Bytes} leaf
 * @param {number} kind
 * @param {Genesis} genesis
 * @returns {?Notice}
 */
function noticeIn(leaf, kind, genesis) {
  if (!equal(leaf.slice(0, 18), concat([FORMAT, kind], genesis.petition))) return null;
  try {
    return readNotice(kind, leaf.slice(18));
  } catch {
    return null;
  }
}

/**
 * Whether an entry may say something of the signature of this key, by its bytes alone: nothing is verified here. While
 * a log is still fetched, whoever serves it must not see by the time of the next request what was found.
 * @param {Bytes} leaf
 * @param {Bytes} publicKey
 */
function mayConcern(leaf, publicKey) {
  if (leaf[0] !== FORMAT) return false;
  if (leaf[1] === CAST) return leaf.length === 500 && equal(leaf.slice(372, 404), publicKey);
  if (leaf[1] === RETRACT) return leaf.length === 114 && equal(leaf.slice(18, 50), publicKey);
  return leaf[1] === VOID || leaf[1] === VOID_END;
}

/**
 * Takes one entry more into what the log says of the signature of a key.
 * @param {?Standing} standing
 * @param {number} at
 * @param {Bytes} leaf
 * @param {Genesis} genesis
 * @param {Bytes} publicKey
 * @returns {Promise<?Standing>}
 */
async function standingAfter(standing, at, leaf, genesis, publicKey) {
  if (leaf[0] !== FORMAT) return standing;
  if (!standing) {
    const crowd = leaf[1] === CAST ? await crowdOfCast(leaf, genesis, publicKey) : null;
    return crowd === null ? null : { entry: at, crowd, retracted: null, voided: null };
  }
  if (leaf[1] === RETRACT && standing.retracted === null && equal(leaf.slice(18, 50), publicKey)) {
    const isGood = await checkRetraction(leaf, genesis.petition).then(
      () => true,
      () => false,
    );
    return isGood ? { ...standing, retracted: at } : standing;
  }
  if (leaf[1] === VOID && !standing.voided) {
    const notice = noticeIn(leaf, VOID, genesis);
    const isOurs = notice?.kind === VOID && notice.fields.index === standing.entry;
    return isOurs ? { ...standing, voided: { at, reason: notice.fields.reason } } : standing;
  }
  if (leaf[1] === VOID_END) {
    const notice = noticeIn(leaf, VOID_END, genesis);
    const isOurs = notice?.kind === VOID_END && notice.fields.index === standing.entry;
    return isOurs ? { ...standing, voided: null } : standing;
  }
  return standing;
}

/**
 * Fetches a whole log, checks that it is what its checkpoint stands for and begins with the genesis that is expected,
 * and looks for the signature of one key. It asks for the checkpoint and for every bundle, and for nothing else.
 * @param {FetchBytes} fetchBytes below the log's address
 * @param {{vkey: string, genesis: string, petition: string}} log its key, G in base64url, the petition's id
 * @param {Bytes} publicKey K, 32 bytes
 * @param {(done: number, size: number) => void} [progress]
 * @returns {Promise<LookedUp>}
 * @throws {Refused} `log-genesis`, `log-root`, `tile`, and what {@link readCheckpoint} throws
 */
export async function lookUp(fetchBytes, log, publicKey, progress = () => {}) {
  const note = await fetchBytes('checkpoint');
  const { size, root } = await readCheckpoint(note, log.vkey, (await readNoteKey(log.vkey)).name);
  refuseUnless(size > 0, 'log-genesis', 'the log is empty');
  const leaves = new LeafHashes();
  const bundles = Math.ceil(size / TILE_WIDTH);
  /** @type {?Genesis} */
  let genesis = null;
  /** @type {[number, Bytes][]} */
  const concerning = [];
  /** @type {Map<number, Promise<Bytes[]>>} */
  const fetched = new Map();
  /** @param {number} index */
  const begin = (index) => {
    if (index >= bundles) return;
    const coming = entriesOfBundle(fetchBytes, index, Math.min(TILE_WIDTH, size - index * TILE_WIDTH));
    coming.catch(() => {}); // It is awaited in its turn.
    fetched.set(index, coming);
  };
  for (let index = 0; index < BUNDLES_AT_ONCE; index += 1) begin(index);
  for (let index = 0; index < bundles; index += 1) {
    const entries = (await fetched.get(index)) ?? [];
    fetched.delete(index);
    begin(index + BUNDLES_AT_ONCE);
    const first = index * TILE_WIDTH;
    leaves.put(await Promise.all(entries.map(leafHash)));
    if (!genesis) {
      genesis = await readGenesis(entries[0]);
      const found = [base64url(genesis.hash), petitionText(genesis.petition)];
      const isOurs = found.join() === [log.genesis, log.petition].join();
      refuseUnless(isOurs, 'log-genesis', 'the log begins with another genesis than the page names');
    }
    for (const [at, leaf] of entries.entries()) {
      if (mayConcern(leaf, publicKey)) concerning.push([first + at, leaf]);
    }
    progress(first + entries.length, size);
  }
  refuseUnless(equal(await leaves.hash(0, size), root), 'log-root', 'the log does not hold what its checkpoint says');
  refuseUnless(genesis, 'log-genesis', 'the log is empty');
  // Nothing more is asked for from here on.
  /** @type {?Standing} */
  let standing = null;
  for (const [at, leaf] of concerning) standing = await standingAfter(standing, at, leaf, genesis, publicKey);
  return { size, note: fromUtf8(note), vkey: log.vkey, genesis, leaves, standing };
}

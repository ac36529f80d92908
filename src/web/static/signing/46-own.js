// --- One's own signature: looking it up, keeping a proof, proving it to others ---------------------------------
// All of the log is fetched, by everyone who looks: whoever serves it cannot tell which entry was looked for. Proofs
// are made of what was fetched.

const VOID_LEAF = 7;
const VOID_END_LEAF = 12;
const WHY_VOIDED = ['made-mailboxes', 'misused-invitations', 'false-name', 'defect'];
const BUNDLES_AT_ONCE = 4;
const isVoidNotice = isObject({ index: isPlace, reason: (value) => WHY_VOIDED.includes(value) });
const isVoidEnd = isObject({ index: isPlace });

function isPlace(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

/** The hashes of all leaves of a log, and those of the subtrees above them as they are asked for. */
class LeafHashes {
  #bundles = [];
  #above = new Map();

  /** Those of the next bundle. */
  put(hashes) {
    this.#bundles.push(concat(...hashes));
  }

  /** The hash over leaves `from` up to `to`, as RFC 6962 parts them; whole bundles are hashed once. */
  async hash(from, to) {
    const place = from % TILE_WIDTH;
    if (to - from === 1) return this.#bundles[Math.floor(from / TILE_WIDTH)].slice(32 * place, 32 * place + 32);
    const key = to - from >= TILE_WIDTH ? `${from} ${to}` : null;
    if (this.#above.has(key)) return this.#above.get(key);
    const middle = from + splitOf(to - from);
    const hash = await nodeHash(await this.hash(from, middle), await this.hash(middle, to));
    if (key) this.#above.set(key, hash);
    return hash;
  }
}

/** The entries of a bundle. A partial one may be gone since the log has grown: then the full one begins with them. */
async function entriesOfBundle(fetchBytes, index, width) {
  const whole = () => fetchBytes(tilePath('entries', index));
  const path = tilePath('entries', index, width);
  const entries = readBundle(await (width < TILE_WIDTH ? fetchBytes(path).catch(whole) : whole()));
  const isWhole = entries.length === width || entries.length === TILE_WIDTH;
  refuseUnless(isWhole, 'tile', 'a bundle of the wrong length');
  return entries.slice(0, width);
}

/** The crowd in which a cast by this key is valid; null where it is in none. */
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

/** What a notice (JSON) says if it is one of this petition and of this kind; null otherwise. */
function noticeIn(leaf, kind, genesis, is) {
  if (!equal(leaf.slice(0, 18), concat([FORMAT, kind], genesis.petition))) return null;
  try {
    const fields = readCanonical(leaf.slice(18));
    return is(fields) ? fields : null;
  } catch {
    return null;
  }
}

/**
 * Whether an entry may say something of the signature of this key, by its bytes alone: nothing is verified here. While
 * a log is still fetched, whoever serves it must not see by the time of the next request what was found.
 */
function mayConcern(leaf, publicKey) {
  if (leaf[0] !== FORMAT) return false;
  if (leaf[1] === CAST) return leaf.length === 500 && equal(leaf.slice(372, 404), publicKey);
  if (leaf[1] === RETRACT) return leaf.length === 114 && equal(leaf.slice(18, 50), publicKey);
  return leaf[1] === VOID_LEAF || leaf[1] === VOID_END_LEAF;
}

/** Takes one entry more into what the log says of the signature of a key. */
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
  if (leaf[1] === VOID_LEAF && !standing.voided) {
    const fields = noticeIn(leaf, VOID_LEAF, genesis, isVoidNotice);
    return fields?.index === standing.entry ? { ...standing, voided: { at, reason: fields.reason } } : standing;
  }
  if (leaf[1] === VOID_END_LEAF) {
    const fields = noticeIn(leaf, VOID_END_LEAF, genesis, isVoidEnd);
    return fields?.index === standing.entry ? { ...standing, voided: null } : standing;
  }
  return standing;
}

/**
 * Fetches a whole log, checks that it is what its checkpoint stands for and begins with the genesis that is expected,
 * and looks for the signature of one key. It asks for the checkpoint and for every bundle, and for nothing else.
 * @param {(path: string) => Promise<Bytes>} fetchBytes path below the log's address; throws what is not there
 * @param {{vkey: string, genesis: string, petition: string}} log its key, G in base64url, the petition's id
 * @param {Bytes} publicKey K, 32 bytes
 * @param {(done: number, size: number) => void} [progress]
 * @returns {Promise<{size: number, note: string, vkey: string, genesis: Genesis, leaves: LeafHashes,
 *   standing: ?{entry: number, crowd: number, retracted: ?number, voided: ?{at: number, reason: string}}}>}
 * @throws {Refused} `log-genesis`, `log-root`, `tile`, and what {@link readCheckpoint} throws
 */
export async function lookUp(fetchBytes, log, publicKey, progress = () => {}) {
  const note = await fetchBytes('checkpoint');
  const { size, root } = await readCheckpoint(note, log.vkey, (await readNoteKey(log.vkey)).name);
  refuseUnless(size > 0, 'log-genesis', 'the log is empty');
  const leaves = new LeafHashes();
  const bundles = Math.ceil(size / TILE_WIDTH);
  let genesis = null;
  const concerning = [];
  const fetched = new Map();
  const begin = (index) => {
    if (index >= bundles) return;
    const coming = entriesOfBundle(fetchBytes, index, Math.min(TILE_WIDTH, size - index * TILE_WIDTH));
    coming.catch(() => {}); // It is awaited in its turn.
    fetched.set(index, coming);
  };
  for (let index = 0; index < BUNDLES_AT_ONCE; index += 1) begin(index);
  for (let index = 0; index < bundles; index += 1) {
    const entries = await fetched.get(index);
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
  // Nothing more is asked for from here on.
  let standing = null;
  for (const [at, leaf] of concerning) standing = await standingAfter(standing, at, leaf, genesis, publicKey);
  return { size, note: fromUtf8(note), vkey: log.vkey, genesis, leaves, standing };
}

/** The proof that the signature of {@link lookUp} is in its log: a C2SP tlog-proof. Refuses: `not-in-log`. */
export async function writeLogProof({ size, note, leaves, standing }) {
  refuseUnless(standing, 'not-in-log', 'there is no entry to prove');
  const path = await inclusionProof(leaves, standing.entry, size);
  return `${PROOF_LINE}\nindex ${standing.entry}\n${path.map((hash) => `${base64(hash)}\n`).join('')}\n${note}`;
}

const PROOF_LINE = 'c2sp.org/tlog-proof@v1';
const PATH_MAX = 64;
const RECEIPT_MAX = 131072;

/** The proof in a text that may hold other lines too; null where nothing begins like one. Refuses: `log-proof`. */
export function findLogProof(text) {
  const lines = text.split('\n').map((line) => line.trim());
  const begin = lines.indexOf(PROOF_LINE);
  if (begin < 0) return null;
  let at = begin + 1;
  if (lines[at]?.startsWith('extra ')) at += 1;
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(lines[at] ?? '') ?? [];
  const end = lines.indexOf('', at);
  const textEnd = lines.indexOf('', end + 1);
  refuseUnless(index && end > 0 && textEnd > 0 && end - at - 1 <= PATH_MAX, 'log-proof', 'not a whole proof');
  const path = lines.slice(at + 1, end).map((line) => {
    const hash = /^[A-Za-z0-9+/]{43}=$/.test(line) ? fromBase64(line) : [];
    refuseUnless(hash.length === 32, 'log-proof', 'not a hash');
    return hash;
  });
  const signatures = [];
  for (const line of lines.slice(textEnd + 1)) {
    if (!line.startsWith('\u2014 ')) break;
    signatures.push(line);
  }
  refuseUnless(signatures.length > 0, 'log-proof', 'a checkpoint without a signature');
  return { index: Number(index), path, note: [...lines.slice(end + 1, textEnd), '', ...signatures, ''].join('\n') };
}

/**
 * Reads what somebody has kept: a withdrawal code, alone or in a receipt. Each line is a code or the log's key, alone
 * or after a colon, or belongs to the proof, or says something to people.
 * @param {string} text
 * @returns {Promise<{w: ?Bytes, vkey: ?string, proof: ?object}>}
 * @throws {Refused} `receipt` (neither code nor proof), `log-proof`, and as {@link readCode} for a code that is none
 */
export async function readReceipt(text) {
  refuseUnless(text.length <= RECEIPT_MAX, 'receipt', 'longer than any receipt');
  const proof = findLogProof(text);
  let [w, vkey, why] = [null, null, null];
  for (const line of text.split('\n')) {
    const value = line.slice(line.lastIndexOf(':') + 1).replace(/^[\s\ufeff]+|\s+$/g, '');
    try {
      w ??= await readCode(value);
    } catch (error) {
      if (error.code === 'code-mistyped') why = error;
    }
    try {
      if (vkey || !value.includes('+')) continue;
      await readNoteKey(value);
      vkey = value;
    } catch {
      // Another line.
    }
  }
  if (!w && why) throw why;
  // A code typed over several lines.
  if (!w && !proof) w = await readCode(text);
  return { w, vkey, proof };
}

/**
 * What became of a log since a receipt was kept.
 * @param {{vkey: ?string, proof: ?object}} receipt from {@link readReceipt}
 * @param {object} looked from {@link lookUp}, for the code of that receipt
 * @returns {Promise<?{is: string, size?: number}>} `still`, `shorter` (both with the size it had), `other-key`,
 *   `changed`, `other-signature`, `damaged`; null where nothing but a code was kept
 */
export async function sinceReceipt({ vkey, proof }, { size, vkey: now, leaves, standing }) {
  if (!proof) return null;
  const key = vkey ?? now;
  let before;
  try {
    before = await readCheckpoint(utf8(proof.note), key, (await readNoteKey(key)).name);
  } catch {
    return { is: 'damaged' };
  }
  if (key !== now) return { is: 'other-key' };
  if (before.size > size) return { is: 'shorter', size: before.size };
  const isSame = before.size > 0 && equal(await leaves.hash(0, before.size), before.root);
  if (!isSame) return { is: 'changed' };
  if (standing?.entry !== proof.index) return { is: 'other-signature' };
  try {
    const leaf = await leaves.hash(proof.index, proof.index + 1);
    const root = await rootOf(leaf, proof.index, before.size, proof.path);
    return equal(root, before.root) ? { is: 'still', size: before.size } : { is: 'damaged' };
  } catch {
    return { is: 'damaged' };
  }
}

// What is refused in a phrase, as src/domain/text has it: control, direction, invisible, without an agreed look.
const NOT_IN_PHRASES = new RegExp(
  '[\\p{Cc}\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069' +
    '\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b\\u2060-\\u2065\\u206a-\\u206f\\u2800\\u3164' +
    '\\ufeff\\uffa0\\ufff0-\\uffff' +
    '\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e00ff}\\u{e01f0}-\\u{e0fff}' +
    '\\ue000-\\uf8ff\\ufdd0-\\ufdef\\u{f0000}-\\u{10ffff}\\p{Surrogate}]' +
    '|[\\u{1fffe}\\u{1ffff}\\u{2fffe}\\u{2ffff}\\u{3fffe}\\u{3ffff}\\u{4fffe}\\u{4ffff}\\u{5fffe}\\u{5ffff}' +
    '\\u{6fffe}\\u{6ffff}\\u{7fffe}\\u{7ffff}\\u{8fffe}\\u{8ffff}\\u{9fffe}\\u{9ffff}\\u{afffe}\\u{affff}' +
    '\\u{bfffe}\\u{bffff}\\u{cfffe}\\u{cffff}\\u{dfffe}\\u{dffff}\\u{efffe}\\u{effff}]' +
    '|(^| )\\p{M}|\\p{M}{7}',
  'u',
);
const PHRASE_MAX = 200;
const STATEMENT_MAX = 20000;
const SPACES = /\p{White_Space}+/gu;

// What nobody sees says nothing at the ends of a phrase. Keyboards insert marks of direction: they are left out.
const AROUND_PHRASE = new RegExp(`^[${SPACE}${IDLE_AT_ENDS}]+|[${SPACE}${IDLE_AT_ENDS}]+$`, 'gu');

/** What was typed as a phrase, in the one form in which phrases are signed. */
export const tidyPhrase = (typed) =>
  typed
    .replace(ALL_MARKS, '')
    .replace(AROUND_PHRASE, '')
    .replace(ALL_SPACE, ' ')
    .normalize('NFC');

/** Refuses a text that is no phrase in that form: `phrase-empty`, `phrase-long`, `phrase`. */
export function checkPhrase(phrase) {
  refuseUnless(phrase !== '', 'phrase-empty', 'no phrase');
  const isPlain = !NOT_IN_PHRASES.test(phrase) && tidyPhrase(phrase) === phrase;
  refuseUnless(isPlain, 'phrase', 'a character that changes how the rest is read, or another form');
  refuseUnless(Array.from(phrase).length <= PHRASE_MAX, 'phrase-long', 'a phrase has at most 200 characters');
}

const proofMessage = (petition, genesisHash, publicKey, phrase) =>
  concat(utf8('petition-proof/v1\0'), petition, genesisHash, publicKey, utf8(phrase));

/**
 * Signs a phrase with the key of a withdrawal code: the statement, one line. It withdraws nothing, since what is signed
 * begins otherwise than in any leaf; and it shows which entry of the log is whose.
 * @param {{petition: string, genesis: string}} log the petition's id, G in base64url
 * @param {Bytes} w
 * @param {string} phrase from {@link tidyPhrase}
 * @returns {Promise<string>}
 * @throws {Refused} as {@link checkPhrase}; `ed25519`
 */
export async function makeStatement({ petition, genesis }, w, phrase) {
  checkPhrase(phrase);
  const { publicKey, sign } = await signingKey(w);
  const message = proofMessage(petitionBytes(petition), fromBase64url(genesis), publicKey, phrase);
  return canonical({
    K_pub: base64url(publicKey),
    genesis_hash: genesis,
    petition,
    phrase,
    signature: base64url(await sign(message)),
    v: 1,
  });
}

const isStatement = isObject({
  K_pub: isBytes(32),
  genesis_hash: isBytes(32),
  petition: isText,
  phrase: isText,
  signature: isBytes(64),
  v: (value) => value === 1,
});

/**
 * Reads the statement in a text: from its first brace to its last, whatever stands around it, and however mail programs
 * have broken it into lines.
 * @param {string} text
 * @returns {Promise<{petition: string, genesis: string, publicKey: Bytes, phrase: string, isSigned: boolean}>}
 * @throws {Refused} `statement-empty`, `statement-too-long`, `statement-form`
 */
export async function readStatement(text) {
  refuseUnless(text.trim() !== '', 'statement-empty', 'nothing');
  refuseUnless(utf8(text).length <= STATEMENT_MAX, 'statement-too-long', 'longer than any statement');
  const line = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1).replace(SPACES, ' ');
  try {
    const fields = JSON.parse(line);
    const bare = (value) => (isText(value) ? value.replace(SPACES, '') : value);
    for (const name of ['K_pub', 'genesis_hash', 'petition', 'signature']) fields[name] = bare(fields[name]);
    refuseUnless(isStatement(fields) && bare(canonical(fields)) === bare(line), 'statement-form', 'not a statement');
    checkPhrase(fields.phrase);
    const [petition, publicKey] = [petitionBytes(fields.petition), fromBase64url(fields.K_pub)];
    const message = proofMessage(petition, fromBase64url(fields.genesis_hash), publicKey, fields.phrase);
    return {
      petition: fields.petition,
      genesis: fields.genesis_hash,
      publicKey,
      phrase: fields.phrase,
      isSigned: await isSignedBy(publicKey, fromBase64url(fields.signature), message),
    };
  } catch (error) {
    if (error.code === 'ed25519' || error.code === 'webcrypto') throw error;
    throw new Refused('statement-form', 'not a whole statement');
  }
}

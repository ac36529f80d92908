// --- Leaves ---------------------------------------------------------------------------------------------------
/**
 * @typedef {object} GenesisFields as they stand in the leaf: bytes in base64url, times in RFC 3339
 * @property {1} v
 * @property {string} origin
 * @property {{title: string, addressed_to: string, demands: string[]}} text
 * @property {string} body
 * @property {{name: string, domains: string[]}[]} employers
 * @property {{proof: string, employer?: string, spki: string}[]} crowds
 * @property {string} [sealing_key]
 * @property {string} opens
 * @property {string} issue_until
 * @property {string} closes
 * @property {string} cast_until
 * @property {string} [traces_until]
 * @property {number} batch
 * @property {number} min_cell
 * @property {[]} attributes
 *
 * @typedef {{proof: string, employer: ?string, key: IssuingKey}} Crowd
 * @typedef {{leaf: Bytes, hash: Bytes, petition: Bytes, origin: string, sealingKey: ?Bytes, crowds: Crowd[],
 *   fields: GenesisFields}} Genesis from {@link readGenesis}; `hash` is G
 *
 * @typedef {{mode: string, name?: string, title?: string}} Shown what a signature shows, or will show
 */

const FORMAT = 1;
const GENESIS = 0;
const CAST = 1;
const RETRACT = 2;
const LEAF_BYTES_MAX = 65535;
// The name of a kind of proof. A kind that this client does not know is audited all the same.
const PROOF_NAME = /^[a-z][a-z0-9-]{0,31}$/;
const ORIGIN = /^petition\.undersigned\/[a-z2-7]{25}[aeimquy4]$/; // 16 bytes in base32: two spare bits at the end

// What genesis must be, field by field.
/** @typedef {(value: unknown) => boolean} Check */
/**
 * @param {unknown} value
 * @returns {value is string}
 */
const isText = (value) => typeof value === 'string';
/**
 * A whole number that is exact, and not negative.
 * @param {unknown} value
 * @returns {value is number}
 */
const isWhole = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
/** @type {Check} */
const isCount = (value) => isWhole(value) && value < 2 ** 32;
/** @type {Check} */
const isTime = (value) => isText(value) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && toTime(value) === value;
/** @param {string} value */
const toTime = (value) => (Number.isNaN(Date.parse(value)) ? '' : `${new Date(value).toISOString().slice(0, 19)}Z`);
/**
 * @param {number} length
 * @returns {Check}
 */
const isBytes = (length) => (value) => isText(value) && fromBase64url(value).length === length;
/**
 * @param {Check} of
 * @returns {Check}
 */
const isList = (of) => (value) => Array.isArray(value) && value.every(of);
/**
 * The check for an object with these fields and no others. The name of an optional one ends with `?` in `shape`.
 * @template T
 * @param {Record<string, Check>} shape
 * @returns {(value: unknown) => value is T}
 */
const isObject = (shape) => {
  const nameOf = (/** @type {string} */ key) => key.replace(/\?$/, '');
  const names = Object.keys(shape).map(nameOf);
  return /** @returns {value is T} */ (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const fields = new Map(Object.entries(value));
    const isField = (/** @type {[string, Check]} */ [key, is]) =>
      (key.endsWith('?') && !fields.has(nameOf(key))) || is(fields.get(nameOf(key)));
    return Object.keys(value).every((name) => names.includes(name)) && Object.entries(shape).every(isField);
  };
};
/** @type {Check} */
const isProof = (value) => isText(value) && PROOF_NAME.test(value);
/** @type {(value: unknown) => value is GenesisFields} */
const isGenesis = isObject({
  v: (value) => value === 1,
  origin: (value) => isText(value) && ORIGIN.test(value),
  text: isObject({ title: isText, addressed_to: isText, demands: isList(isText) }),
  body: isBytes(32),
  employers: isList(isObject({ name: isText, domains: isList(isText) })),
  crowds: isList(isObject({ proof: isProof, 'employer?': isText, spki: isBytes(342) })),
  'sealing_key?': isBytes(32),
  opens: isTime,
  issue_until: isTime,
  closes: isTime,
  cast_until: isTime,
  'traces_until?': isTime,
  batch: isCount,
  min_cell: isCount,
  attributes: (value) => Array.isArray(value) && value.length === 0,
});

/**
 * Reads a genesis leaf: what is fixed when signing begins. Canonical JSON, known fields, one encoding of each key.
 * @param {Bytes} leaf
 * @returns {Promise<Genesis>}
 * @throws {Refused} `genesis`, `json`, `encoding`, `key`
 */
export async function readGenesis(leaf) {
  const isHeader = leaf.length > 18 && leaf.length <= LEAF_BYTES_MAX && leaf[0] === FORMAT && leaf[1] === GENESIS;
  refuseUnless(isHeader, 'genesis', 'not a genesis leaf');
  const fields = readCanonical(leaf.slice(18));
  const isOurs = isGenesis(fields) && fields.crowds.length >= 1 && fields.crowds.length <= 256;
  refuseUnless(isOurs, 'genesis', 'a field of genesis is unknown, missing or wrong');
  const crowds = [];
  for (const { proof, employer = null, spki } of fields.crowds) {
    crowds.push({ proof, employer, key: await readIssuingKey(fromBase64url(spki)) });
  }
  const sealingKey = fields.sealing_key === undefined ? null : fromBase64url(fields.sealing_key);
  const hash = await sha256(leaf);
  return { leaf, hash, petition: leaf.slice(2, 18), origin: fields.origin, sealingKey, crowds, fields };
}

/**
 * What a signature shows, as canonical JSON.
 * @param {Shown} shown
 * @returns {Bytes}
 * @throws {Refused} `extension`, `json`
 */
export function extensionOf({ mode, name, title }) {
  const isNamed = mode === 'public' || mode === 'sealed';
  refuseUnless(isNamed || mode === 'anonymous', 'extension', 'unknown mode');
  const isWhole = isNamed ? isText(name) && name !== '' : name === undefined && title === undefined;
  refuseUnless(isWhole, 'extension', 'a name is missing, or too many');
  return utf8(canonical({ mode, ...(name !== undefined && { name }), ...(title !== undefined && { title }) }));
}

/**
 * ext_commit: all that the leaf says of the extension, and nothing without the salt (32 bytes).
 * @param {Bytes} salt
 * @param {Bytes} extension
 */
export const commit = (salt, extension) => sha256(utf8('ext/v1\0'), salt, extension);

/** @param {Bytes} unsigned */
const castMessage = (unsigned) => concat(utf8('petition-cast/v1\0'), unsigned);
/**
 * @param {Bytes} petition
 * @param {Bytes} publicKey
 */
const retractMessage = (petition, publicKey) => concat(utf8('petition-retract/v1\0'), petition, publicKey);

/**
 * Casts a token: binds it to what is shown beside it, under K.
 * @param {Bytes} petition 16 bytes
 * @param {Bytes} token 354 bytes
 * @param {Bytes} w
 * @param {Bytes} extension
 * @param {Bytes} [salt] 32 bytes, for vectors; nothing else may give it
 * @returns {Promise<{leaf: Bytes, salt: Bytes}>} 500 and 32 bytes
 * @throws {Refused} `ed25519`, `token`
 */
export async function cast(petition, token, w, extension, salt = randomBytes(32)) {
  const { publicKey, sign } = await signingKey(w);
  const isOwn = equal(token.slice(2, 34), await nonceOf(publicKey));
  refuseUnless(token.length === TOKEN_BYTES && isOwn, 'token', 'a token of another code');
  const unsigned = concat([FORMAT, CAST], petition, token, publicKey, await commit(salt, extension));
  return { leaf: concat(unsigned, await sign(castMessage(unsigned))), salt };
}

/**
 * Checks a cast leaf. Whether it came in time, and first, only the log can say.
 * @param {Bytes} leaf 500 bytes
 * @param {Genesis} genesis
 * @param {number} crowd index
 * @returns {Promise<{publicKey: Bytes, commitment: Bytes}>}
 * @throws {Refused} `leaf`, `token`, `crowd`
 */
export async function checkCast(leaf, genesis, crowd) {
  const isCast = leaf.length === 500 && equal(leaf.slice(0, 18), concat([FORMAT, CAST], genesis.petition));
  refuseUnless(isCast, 'leaf', 'not a signature of this petition');
  const { key, challenge } = await crowdOf(genesis, crowd);
  const nonce = await checkToken(leaf.slice(18, 372), key, challenge);
  const publicKey = leaf.slice(372, 404);
  const isOwn = equal(nonce, await nonceOf(publicKey));
  const isSigned = await isSignedBy(publicKey, leaf.slice(436), castMessage(leaf.slice(0, 436)));
  refuseUnless(isOwn && isSigned, 'leaf', 'not signed by the key of its token');
  return { publicKey, commitment: leaf.slice(404, 436) };
}

/**
 * Takes a signature back, for good: the retract leaf, 114 bytes. Refuses: `ed25519`.
 * @param {Bytes} petition
 * @param {Bytes} w
 */
export async function retract(petition, w) {
  const { publicKey, sign } = await signingKey(w);
  const signature = await sign(retractMessage(petition, publicKey));
  return concat([FORMAT, RETRACT], petition, publicKey, signature);
}

/**
 * Checks a retract leaf and gives K's public half. Refuses: `leaf`.
 * @param {Bytes} leaf
 * @param {Bytes} petition
 */
export async function checkRetraction(leaf, petition) {
  const isRetraction = leaf.length === 114 && equal(leaf.slice(0, 18), concat([FORMAT, RETRACT], petition));
  refuseUnless(isRetraction, 'leaf', 'not a retraction for this petition');
  const publicKey = leaf.slice(18, 50);
  const isSigned = await isSignedBy(publicKey, leaf.slice(50), retractMessage(petition, publicKey));
  refuseUnless(isSigned, 'leaf', 'not signed by its key');
  return publicKey;
}

// --- Ballot file ----------------------------------------------------------------------------------------------

/**
 * @type {(value: unknown) => value is {petition: string, origin: string, genesis_hash: string, token: string,
 *   withdrawal_code: string}}
 */
const isBallot = isObject({
  v: (value) => value === 1,
  petition: isText,
  origin: isText,
  genesis_hash: isBytes(32),
  token: isBytes(TOKEN_BYTES),
  withdrawal_code: isText,
});

/**
 * What one needs to cast later, elsewhere: canonical JSON, about 1 kB. A secret.
 * @param {Genesis} genesis
 * @param {Bytes} token
 * @param {Bytes} w
 */
export async function writeBallot(genesis, token, w) {
  return canonical({
    v: 1,
    petition: petitionText(genesis.petition),
    origin: genesis.origin,
    genesis_hash: base64url(genesis.hash),
    token: base64url(token),
    withdrawal_code: await showCode(w),
  });
}

/**
 * Reads a ballot file for a petition. White space around it is passed over; everything else must be as written.
 * @param {string} text
 * @param {Genesis} genesis
 * @returns {Promise<{token: Bytes, w: Bytes, crowd: number}>}
 * @throws {Refused} `ballot`, `ballot-other` (a good file of another petition), `json`, `encoding`, `code-mistyped` …
 */
export async function readBallot(text, genesis) {
  const ballot = readCanonical(utf8(text.trim()));
  refuseUnless(isBallot(ballot), 'ballot', 'not a ballot file');
  const w = await readCode(ballot.withdrawal_code);
  const token = fromBase64url(ballot.token);
  const isOurs =
    ballot.petition === petitionText(genesis.petition) &&
    ballot.origin === genesis.origin &&
    ballot.genesis_hash === base64url(genesis.hash);
  refuseUnless(isOurs, 'ballot-other', 'a ballot file of another petition');
  for (let crowd = 0; crowd < genesis.crowds.length; crowd += 1) {
    const { key, challenge } = await crowdOf(genesis, crowd);
    if (!equal(token.slice(34, INPUT_BYTES), (await tokenInput(key, challenge, [])).slice(2))) continue;
    const nonce = await checkToken(token, key, challenge);
    const isOwn = equal(nonce, await nonceOf((await signingKey(w)).publicKey));
    refuseUnless(isOwn && (await writeBallot(genesis, token, w)) === text.trim(), 'ballot', 'code and token differ');
    return { token, w, crowd };
  }
  throw new Refused('ballot', 'a token of no crowd of this petition');
}


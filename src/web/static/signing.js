/**
 * Undersigned: what your browser does so that nobody, the server included, can tell which signature is yours.
 *
 * This file is served as it was written: no build step, nothing from elsewhere. First comes the protocol: bytes in,
 * bytes out, no page, nothing stored, the network only through a function that it is handed. The page comes last: what
 * a person sees and does, what this tab keeps, what is asked of the server and how ("The page", near the end).
 *
 *  1. A withdrawal code is drawn here. A key K comes from it, and nothing else does.
 *  2. A token with a hash of K in it is blinded here: the server signs it without seeing it.
 *  3. The blinding is taken off here. What comes out shows no trace of what the server saw.
 *  4. The token is cast, signed by K. The server finds a good token, and cannot tell to whom it gave it.
 *
 * Before that, the public log is asked whether everyone is given the same petition and the same issuing key: a key
 * made for one person would mark that person.
 *
 * Formats: docs/protocol.md. Standards: RFC 9474 (blind RSA), RFC 9577 and 9578 (tokens), RFC 8032 (Ed25519),
 * RFC 5869 (HKDF), RFC 8785 (canonical JSON), RFC 6962 (log), RFC 9180 (HPKE), C2SP signed-note, tlog-checkpoint and
 * tlog-tiles. Checked against their vectors and other people's code by tests/browser/vectors.mjs.
 *
 * In what follows `w` is a withdrawal code's 15 bytes, and a petition is its UUID's 16 bytes.
 *
 * @typedef {Uint8Array} Bytes
 * @typedef {{n: bigint, e: bigint, spki: Bytes, id: Bytes}} IssuingKey 342 bytes, and their SHA-256
 * @typedef {{proof: string, employer: ?string, key: IssuingKey}} Crowd
 * @typedef {{leaf: Bytes, hash: Bytes, petition: Bytes, origin: string, sealingKey: ?Bytes, crowds: Crowd[],
 *   fields: object}} Genesis from {@link readGenesis}; `hash` is G, `fields` are as they stand in the leaf
 */

/** Something is not as it must be. `code` is stable, for programs; neither it nor the message holds a secret. */
export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.name = 'Refused';
    this.code = code;
  }
}

function refuseUnless(condition, code, message) {
  if (!condition) throw new Refused(code, message);
}

// --- What this browser must have ------------------------------------------------------------------------------

/**
 * What this browser lacks, as a list; empty means that everything here works. `secure-context`: the page came over
 * plain http, where browsers keep WebCrypto from scripts. `webcrypto`, `ed25519`: signing here is impossible.
 * `x25519`: only sealing a name is. A browser without BigInt cannot read this file and stays with the plain form.
 * @returns {Promise<string[]>}
 */
export async function missing() {
  if (globalThis.isSecureContext === false) return ['secure-context'];
  if (!globalThis.crypto?.subtle) return ['webcrypto'];
  // Always the same key: WebKitGTK has both curves, and refuses some keys by chance (see isTakenEverywhere).
  const secret = new Uint8Array(32).fill(8);
  const lacks = async (name, wrapping, uses) => {
    try {
      await crypto.subtle.importKey('pkcs8', concat(wrapping, secret), name, false, uses);
      return [];
    } catch {
      return [name.toLowerCase()];
    }
  };
  return [
    ...(await lacks('Ed25519', PKCS8_ED25519, ['sign'])),
    ...(await lacks('X25519', PKCS8_X25519, ['deriveBits'])),
  ];
}

function subtle() {
  refuseUnless(globalThis.crypto?.subtle, 'webcrypto', 'this browser or this address has no WebCrypto');
  return crypto.subtle;
}

/** `length` bytes from the browser's own source of chance. */
export const randomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

// --- Bytes ----------------------------------------------------------------------------------------------------

/** UTF-8 of a text. */
export const utf8 = (text) => new TextEncoder().encode(text);

/** The text of UTF-8 bytes. Refuses others: `encoding`. */
export function fromUtf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused('encoding', 'not UTF-8');
  }
}

/** All parts, bytes or lists of numbers, one after the other. */
export function concat(...parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Whether both are the same bytes. What is compared here is public. */
export const equal = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** Base64 (RFC 4648, section 4), padded: the spelling of notes and checkpoints. */
export const base64 = (bytes) => btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ''));

/** Base64url without padding: the spelling of everything else. */
export const base64url = (bytes) => base64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');

/** Reads {@link base64}, this spelling only. Refuses others: `encoding`. */
export const fromBase64 = (text) => decode(text, base64);

/** Reads {@link base64url}, this spelling only. Refuses others: `encoding`. */
export const fromBase64url = (text) => decode(text, base64url);

function decode(text, encode) {
  try {
    const bytes = Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (byte) => byte.charCodeAt(0));
    // White space, padding, spare bits, the other alphabet: whatever is not our spelling comes out differently.
    if (encode(bytes) === text) return bytes;
  } catch {
    // What atob has to say adds nothing.
  }
  throw new Refused('encoding', 'not base64 in the one spelling that is read');
}

const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const toHex = (bytes) => bytes.reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), '');
const twoBytes = (number) => [number >> 8, number & 255];

/** The number that big-endian bytes are. */
export const toNumber = (bytes) => BigInt(`0x0${toHex(bytes)}`);

/** A number that fits, as `length` big-endian bytes. */
export const toBytes = (number, length) => fromHex(number.toString(16).padStart(2 * length, '0'));

/** The 16 bytes of a petition id, which is a UUID in lower case. Refuses others: `petition`. */
export function petitionBytes(uuid) {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid);
  refuseUnless(isId, 'petition', 'not the id of a petition');
  return fromHex(uuid.replace(/-/g, ''));
}

/** A petition's id as text, from its 16 bytes. */
export const petitionText = (bytes) => toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

// --- Hashes ---------------------------------------------------------------------------------------------------

const digest = async (name, parts) => new Uint8Array(await subtle().digest(name, concat(...parts)));

/** SHA-256 of all parts, one after the other: 32 bytes. */
export const sha256 = (...parts) => digest('SHA-256', parts);

/** SHA-384 of all parts, one after the other: 48 bytes. */
export const sha384 = (...parts) => digest('SHA-384', parts);

/** HMAC-SHA256 (RFC 2104) under a key that is not empty: 32 bytes. */
export async function hmac(key, ...parts) {
  const imported = await subtle().importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle().sign('HMAC', imported, concat(...parts)));
}

// An empty salt stands for 32 zeros (RFC 5869, section 2.2).
const NO_SALT = new Uint8Array(32);

/** HKDF-SHA256 with empty salt (RFC 5869), the first block: 32 bytes. */
export const hkdf = async (secret, info) => hmac(await hmac(NO_SALT, secret), info, [1]);

// --- Canonical JSON -------------------------------------------------------------------------------------------

const DEPTH_MAX = 16;

/**
 * Canonical JSON (RFC 8785) of the values that this protocol knows: text, whole numbers below 2^53, lists, objects.
 * Refuses anything else, and half of a surrogate pair in a text: `json`.
 */
export function canonical(value, depth = 0) {
  refuseUnless(depth < DEPTH_MAX, 'json', 'too deep');
  if (typeof value === 'string') {
    refuseUnless(!/\p{Surrogate}/u.test(value), 'json', 'half a character');
    return JSON.stringify(value);
  }
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`;
  refuseUnless(typeof value === 'object' && value !== null, 'json', 'not a value of this protocol');
  const fields = Object.keys(value).sort(); // by UTF-16 code units, as RFC 8785 asks
  return `{${fields.map((key) => `${canonical(key, depth)}:${canonical(value[key], depth + 1)}`).join(',')}}`;
}

/** Reads canonical JSON. Refuses another spelling of the same: `json`, `encoding`. */
export function readCanonical(bytes) {
  const text = fromUtf8(bytes);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refused('json', 'not JSON');
  }
  refuseUnless(canonical(value) === text, 'json', 'not canonical JSON');
  return value;
}

// --- Codes that people read and type --------------------------------------------------------------------------

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const READ_AS = { I: '1', L: '1', O: '0' };
// White space, and all the dashes that mail programs put in.
const PASSED_OVER = /[\p{White_Space}\-\u2010-\u2015\u2212\u00ad\u200b]/u;

function crockford(bytes, symbols) {
  const bits = bytes.reduce((text, byte) => text + byte.toString(2).padStart(8, '0'), '');
  return Array.from({ length: symbols }, (_, at) => CROCKFORD[parseInt(bits.slice(5 * at, 5 * at + 5), 2)]).join('');
}

/** The symbols of what a person typed: lower case, I L O as 1 1 0, white space and dashes anywhere. */
function readSymbols(text, length) {
  let symbols = '';
  for (const typed of text) {
    if (PASSED_OVER.test(typed)) continue;
    refuseUnless(symbols.length < length, 'code-length', `the code has ${length} characters`);
    const upper = /[a-z]/.test(typed) ? typed.toUpperCase() : typed;
    const symbol = READ_AS[upper] ?? upper;
    refuseUnless(CROCKFORD.includes(symbol), 'code-character', 'a character that no code holds');
    symbols += symbol;
  }
  refuseUnless(symbols.length === length, 'code-length', `the code has ${length} characters`);
  return symbols;
}

const inGroups = (symbols) => symbols.match(/.{4}/g).join('-');

/** A fresh withdrawal code: w, 15 bytes, whose key every browser takes. */
export async function newCode() {
  for (;;) {
    const w = randomBytes(15);
    if (isTakenEverywhere(await seedOf(w))) return w;
  }
}

/** A withdrawal code for people: seven groups of four characters, the last one against mistyping. */
export async function showCode(w) {
  return inGroups(crockford(w, 24) + crockford(await sha256(utf8('code/v1\0'), w), 4));
}

/**
 * Reads a withdrawal code, leniently.
 * @param {string} text
 * @returns {Promise<Bytes>} w, 15 bytes
 * @throws {Refused} `code-length`, `code-character`, `code-mistyped`
 */
export async function readCode(text) {
  const symbols = readSymbols(text, 28);
  const bits = Array.from(symbols, (symbol) => CROCKFORD.indexOf(symbol).toString(2).padStart(5, '0')).join('');
  const w = Uint8Array.from(bits.slice(0, 120).match(/.{8}/g), (byte) => parseInt(byte, 2));
  refuseUnless((await showCode(w)) === inGroups(symbols), 'code-mistyped', 'a character was mistyped');
  return w;
}

/** Reads a mailed code, as `ABCD-EFGH`. Refuses others: `code-length`, `code-character`. */
export const readMailedCode = (text) => inGroups(readSymbols(text, 8));

/** Reads an invitation, 80 bits, as four groups of four. Refuses others: `code-length`, `code-character`. */
export const readInvitation = (text) => inGroups(readSymbols(text, 16));

// --- K, the signer's own key ----------------------------------------------------------------------------------

// PKCS#8 (RFC 8410) around the 32 bytes of a private key: the only way in that browsers offer.
const PKCS8_ED25519 = fromHex('302e020100300506032b657004220420');
const PKCS8_X25519 = fromHex('302e020100300506032b656e04220420');

const seedOf = (w) => hkdf(w, utf8('petition v1 ed25519'));

// WebKitGTK loses a zero at the beginning of a private key, and then refuses the key (bugs.webkit.org 307095). Secrets
// are drawn without one in every browser: a code from here must serve in another. It costs 0.006 bits.
const isTakenEverywhere = (secret) => secret[0] !== 0;

/**
 * K: the Ed25519 key of a withdrawal code. Some browsers make another signature each time, all of them valid: what was
 * sent once is kept, and the same bytes are sent again.
 * @param {Bytes} w
 * @returns {Promise<{publicKey: Bytes, sign: (message: Bytes) => Promise<Bytes>}>} 32 and 64 bytes
 * @throws {Refused} `ed25519` where the browser has none, `webcrypto`
 */
export async function signingKey(w) {
  const seed = await seedOf(w);
  let key, publicKey;
  try {
    key = await subtle().importKey('pkcs8', concat(PKCS8_ED25519, seed), 'Ed25519', true, ['sign']);
    publicKey = fromBase64url((await subtle().exportKey('jwk', key)).x);
  } catch {
    throw new Refused('ed25519', 'this browser has no Ed25519');
  }
  return { publicKey, sign: async (message) => new Uint8Array(await subtle().sign('Ed25519', key, message)) };
}

/** Whether `signature` (64 bytes) is an Ed25519 signature of `message` by `publicKey` (32). Refuses: `ed25519`. */
export async function isSignedBy(publicKey, signature, message) {
  let key;
  try {
    key = await subtle().importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  } catch {
    // Some browsers look already here whether it is a point; then it is the bytes and not the browser.
    if ((await missing()).includes('ed25519')) throw new Refused('ed25519', 'this browser has no Ed25519');
    return false;
  }
  return subtle().verify('Ed25519', key, signature, message);
}

/** What stands in a token for K: a hash of its public half, 32 bytes. */
export const nonceOf = (publicKey) => sha256(utf8('petition-nonce/v1\0'), publicKey);

// --- Issuing keys ---------------------------------------------------------------------------------------------

const RSA_BYTES = 256;
const SPKI_PREFIX = fromHex(
  '30820152' + // SEQUENCE, 338 bytes
    '303d06092a864886f70d01010a3030' + // id-RSASSA-PSS with
    'a00d300b0609608648016503040202' + // SHA-384,
    'a11a301806092a864886f70d010108300b0609608648016503040202' + // MGF1 over SHA-384,
    'a203020130' + // a salt of 48 bytes
    '0382010f00', // BIT STRING, 271 bytes
);
const N_PREFIX = fromHex('3082010a0282010100'); // SEQUENCE, then INTEGER n: 256 bytes and a zero before them
const E = fromHex('0203010001'); // INTEGER e: 65537

/**
 * Reads an issuing key in the one encoding that RFC 9578 prescribes. A second encoding would have another id, and
 * could mark a person.
 * @param {Bytes} spki 342 bytes
 * @returns {Promise<IssuingKey>}
 * @throws {Refused} `key`
 */
export async function readIssuingKey(spki) {
  const modulus = spki.slice(SPKI_PREFIX.length + N_PREFIX.length, -E.length);
  const rebuilt = concat(SPKI_PREFIX, N_PREFIX, modulus, E);
  const isOurs = modulus.length === RSA_BYTES && modulus[0] >= 0x80 && modulus[255] % 2 === 1 && equal(rebuilt, spki);
  refuseUnless(isOurs, 'key', 'not an RSA key of 2048 bits with e = 65537 in the encoding of RFC 9578');
  return { n: toNumber(modulus), e: 65537n, spki, id: await sha256(spki) };
}

// --- Blind RSA: RSABSSA-SHA384-PSS-Deterministic (RFC 9474) ---------------------------------------------------
// BigInt takes a little longer for some numbers than for others. Whoever could measure that on this machine could as
// well read the page; the server sees only when a request comes, after a person has typed.

const HASH_BYTES = 48;
const PSS_SALT_BYTES = 48;
const bitLength = (number) => number.toString(2).length;
const byteLength = (n) => Math.ceil(bitLength(n) / 8);

/** base^exponent mod n, for a public exponent. */
export function modPow(base, exponent, n) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % n;
    if (bit === '1') result = (result * base) % n;
  }
  return result;
}

/** The number that times `a` is 1 mod n, by Euclid; null where there is none. */
export function modInverse(a, n) {
  let [r0, r1, t0, t1] = [n, a % n, 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1];
  }
  if (r0 !== 1n) return null;
  return t0 < 0n ? t0 + n : t0;
}

/** MGF1 with SHA-384 (RFC 8017, appendix B.2.1). */
async function mask(seed, length) {
  const blocks = [];
  for (let count = 0; count * HASH_BYTES < length; count += 1) blocks.push(await sha384(seed, [0, 0, 0, count]));
  return concat(...blocks).slice(0, length);
}

const xor = (a, b) => a.map((byte, at) => byte ^ b[at]);

/** EMSA-PSS-ENCODE with SHA-384 (RFC 8017, section 9.1.1). `bits`: those of the key, less one. */
export async function pssEncode(message, salt, bits) {
  const length = Math.ceil(bits / 8);
  const zeros = length - salt.length - HASH_BYTES - 2;
  refuseUnless(zeros >= 0, 'key', 'the key is too small');
  const hash = await sha384(new Uint8Array(8), await sha384(message), salt);
  const block = concat(new Uint8Array(zeros), [1], salt);
  const masked = xor(block, await mask(hash, block.length));
  masked[0] &= 0xff >> (8 * length - bits);
  return concat(masked, hash, [0xbc]);
}

/**
 * RSASSA-PSS-VERIFY with SHA-384 and a salt of exactly 48 bytes (RFC 8017, section 8.1.2): the salt is taken out of
 * the signature, and encoding the message with it must give the same bytes.
 * @param {{n: bigint, e: bigint}} key
 * @returns {Promise<boolean>}
 */
export async function pssVerify(key, message, signature) {
  const s = toNumber(signature);
  if (signature.length !== byteLength(key.n) || s >= key.n) return false;
  const bits = bitLength(key.n) - 1;
  const length = Math.ceil(bits / 8);
  const encoded = modPow(s, key.e, key.n);
  if (bitLength(encoded) > 8 * length) return false;
  const bytes = toBytes(encoded, length);
  const block = bytes.slice(0, -HASH_BYTES - 1);
  const unmasked = xor(block, await mask(bytes.slice(block.length, -1), block.length));
  return equal(await pssEncode(message, unmasked.slice(-PSS_SALT_BYTES), bits), bytes);
}

/** Evenly drawn from 1 to n - 1: candidates of n's length, until one fits. */
function randomBelow(n) {
  for (;;) {
    const bytes = randomBytes(byteLength(n));
    bytes[0] &= 0xff >> (8 * bytes.length - bitLength(n));
    const number = toNumber(bytes);
    if (number > 0n && number < n) return number;
  }
}

/**
 * `Blind` of RFC 9474: hides `message` behind a salt and a factor r, both fresh from chance and derived from nothing.
 * @param {{n: bigint, e: bigint}} key
 * @param {Bytes} message
 * @param {{salt?: Bytes, r?: bigint}} [chance] for vectors; nothing else may give it
 * @returns {Promise<{blinded: Bytes, inverse: Bytes}>} as long as n; `inverse` is the secret
 */
export async function blind(key, message, chance = {}) {
  const salt = chance.salt ?? randomBytes(PSS_SALT_BYTES);
  const m = toNumber(await pssEncode(message, salt, bitLength(key.n) - 1));
  const r = chance.r ?? randomBelow(key.n);
  const inverse = modInverse(r, key.n);
  // Either would be a factor of n: as good as impossible with an honest key.
  refuseUnless(inverse !== null && modInverse(m, key.n) !== null, 'key', 'the key has a small factor');
  const length = byteLength(key.n);
  return {
    blinded: toBytes((m * modPow(r, key.e, key.n)) % key.n, length),
    inverse: toBytes(inverse, length),
  };
}

/**
 * `Finalize` of RFC 9474: takes the blinding off and verifies.
 * @returns {Promise<Bytes>} the signature, as long as n
 * @throws {Refused} `response`
 */
export async function finalize(key, message, blindSignature, inverse) {
  const length = byteLength(key.n);
  const z = toNumber(blindSignature);
  refuseUnless(blindSignature.length === length && z < key.n, 'response', 'not an answer of this key');
  const signature = toBytes((z * toNumber(inverse)) % key.n, length);
  const isGood = await pssVerify(key, message, signature);
  refuseUnless(isGood, 'response', 'the answer does not sign this token');
  return signature;
}

// --- Tokens (RFC 9577, RFC 9578 type 0x0002) ------------------------------------------------------------------

const TOKEN_TYPE = [0, 2];
const TOKEN_BYTES = 354;
const INPUT_BYTES = 98;

/**
 * The TokenChallenge of one crowd. No host is in it, and later edits of a petition do not change it.
 * @param {string} origin of the log
 * @param {Bytes} petition 16 bytes
 * @param {Bytes} genesisHash G, 32 bytes
 * @param {number} crowd its index in genesis, at most 255
 * @returns {Promise<Bytes>}
 */
export async function tokenChallenge(origin, petition, genesisHash, crowd) {
  const context = await sha256(utf8('petition-context/v1\0'), petition, genesisHash, [crowd]);
  const issuer = utf8(origin);
  return concat(TOKEN_TYPE, twoBytes(issuer.length), issuer, [32], context, [0, 0]);
}

/** What a token's signature covers, 98 bytes: type, nonce (32), digest of the challenge, id of the key. */
export const tokenInput = async (key, challenge, nonce) => concat(TOKEN_TYPE, nonce, await sha256(challenge), key.id);

/**
 * Blinds a token. The state is plain JSON: kept until the token is there, so that a tab that died asks again with the
 * same bytes, and thrown away then. Whoever has `inverse` could tell which token came of which request.
 * @param {IssuingKey} key
 * @param {Bytes} input 98 bytes
 * @param {object} [chance] as for {@link blind}
 * @returns {Promise<{spki: string, input: string, request: string, inverse: string}>} base64url; request: 259 bytes
 */
export async function requestToken(key, input, chance) {
  const { blinded, inverse } = await blind(key, input, chance);
  const request = concat(TOKEN_TYPE, key.id.slice(-1), blinded);
  return {
    spki: base64url(key.spki),
    input: base64url(input),
    request: base64url(request),
    inverse: base64url(inverse),
  };
}

/**
 * Begins a signature: the token of `w` for one crowd of a petition, blinded. {@link finish} ends it.
 * @param {Genesis} genesis
 * @param {number} crowd index
 * @param {Bytes} w
 * @returns {Promise<object>} the state of {@link requestToken}
 * @throws {Refused} `crowd`, `ed25519`, `webcrypto`
 */
export async function begin(genesis, crowd, w, chance) {
  const { key, challenge } = await crowdOf(genesis, crowd);
  const { publicKey } = await signingKey(w);
  return requestToken(key, await tokenInput(key, challenge, await nonceOf(publicKey)), chance);
}

/**
 * Takes the blinding off the issuer's answer and verifies the token.
 * @param {object} state from {@link begin}
 * @param {Bytes} response TokenResponse, 256 bytes
 * @returns {Promise<Bytes>} the token, 354 bytes
 * @throws {Refused} `response`: the same request may be sent again. `key`, `encoding`: the state is not ours
 */
export async function finish(state, response) {
  const key = await readIssuingKey(fromBase64url(state.spki));
  const input = fromBase64url(state.input);
  return concat(input, await finalize(key, input, response, fromBase64url(state.inverse)));
}

/**
 * Checks a token: length, type, issuing key, challenge, and the issuer's signature.
 * @param {Bytes} token 354 bytes
 * @param {IssuingKey} key
 * @param {Bytes} challenge
 * @returns {Promise<Bytes>} its nonce
 * @throws {Refused} `token`
 */
export async function checkToken(token, key, challenge) {
  refuseUnless(token.length === TOKEN_BYTES, 'token', 'a token has 354 bytes');
  const nonce = token.slice(2, 34);
  const input = token.slice(0, INPUT_BYTES);
  const isOurs = equal(input, await tokenInput(key, challenge, nonce));
  refuseUnless(isOurs, 'token', 'a token of another petition, crowd or key');
  refuseUnless(await pssVerify(key, input, token.slice(INPUT_BYTES)), 'token', 'the issuer did not sign it');
  return nonce;
}

async function crowdOf(genesis, index) {
  const crowd = genesis.crowds[index];
  refuseUnless(crowd, 'crowd', 'genesis names no such crowd');
  return { key: crowd.key, challenge: await tokenChallenge(genesis.origin, genesis.petition, genesis.hash, index) };
}

// --- Leaves ---------------------------------------------------------------------------------------------------

const FORMAT = 1;
const GENESIS = 0;
const CAST = 1;
const RETRACT = 2;
const LEAF_BYTES_MAX = 65535;
const PROOFS = ['invite', 'work-mail', 'any-mail'];
const ORIGIN = /^petition\.undersigned\/[a-z2-7]{25}[aeimquy4]$/; // 16 bytes in base32: two spare bits at the end

// What genesis must be, field by field; a name with ? may be left out.
const isText = (value) => typeof value === 'string';
const isCount = (value) => Number.isSafeInteger(value) && value >= 0 && value < 2 ** 32;
const isTime = (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) && toTime(value) === value;
const toTime = (value) => (Number.isNaN(Date.parse(value)) ? '' : `${new Date(value).toISOString().slice(0, 19)}Z`);
const isBytes = (length) => (value) => isText(value) && fromBase64url(value).length === length;
const isList = (of) => (value) => Array.isArray(value) && value.every(of);
const isObject = (shape) => (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).every((key) => Object.hasOwn(shape, key) || Object.hasOwn(shape, `${key}?`)) &&
  Object.entries(shape).every(([key, is]) =>
    key.endsWith('?') ? !Object.hasOwn(value, key.slice(0, -1)) || is(value[key.slice(0, -1)]) : is(value[key]),
  );
const isGenesis = isObject({
  v: (value) => value === 1,
  origin: (value) => isText(value) && ORIGIN.test(value),
  text: isObject({ title: isText, addressed_to: isText, demands: isList(isText) }),
  body: isBytes(32),
  employers: isList(isObject({ name: isText, domains: isList(isText) })),
  crowds: isList(isObject({ proof: (value) => PROOFS.includes(value), 'employer?': isText, spki: isBytes(342) })),
  'sealing_key?': isBytes(32),
  opens: isTime,
  issue_until: isTime,
  closes: isTime,
  cast_until: isTime,
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
 * @param {{mode: 'public'|'sealed'|'anonymous', name?: string, title?: string}} shown
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

/** ext_commit: all that the leaf says of the extension, and nothing without the salt (32 bytes). */
export const commit = (salt, extension) => sha256(utf8('ext/v1\0'), salt, extension);

const castMessage = (unsigned) => concat(utf8('petition-cast/v1\0'), unsigned);
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
 * Checks a cast leaf. Whether it came in time, and first, only the log can say; the server and auditors also refuse
 * keys of small order, which {@link cast} never makes.
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

/** Takes a signature back, for good: the retract leaf, 114 bytes. Refuses: `ed25519`. */
export async function retract(petition, w) {
  const { publicKey, sign } = await signingKey(w);
  const signature = await sign(retractMessage(petition, publicKey));
  return concat([FORMAT, RETRACT], petition, publicKey, signature);
}

/** Checks a retract leaf and gives K's public half. Refuses: `leaf`. */
export async function checkRetraction(leaf, petition) {
  const isRetraction = leaf.length === 114 && equal(leaf.slice(0, 18), concat([FORMAT, RETRACT], petition));
  refuseUnless(isRetraction, 'leaf', 'not a retraction for this petition');
  const publicKey = leaf.slice(18, 50);
  const isSigned = await isSignedBy(publicKey, leaf.slice(50), retractMessage(petition, publicKey));
  refuseUnless(isSigned, 'leaf', 'not signed by its key');
  return publicKey;
}

// --- Ballot file ----------------------------------------------------------------------------------------------

const isBallot = isObject({
  v: (value) => value === 1,
  petition: isText,
  origin: isText,
  genesis_hash: isBytes(32),
  token: isBytes(TOKEN_BYTES),
  withdrawal_code: isText,
});

/** What one needs to cast later, elsewhere: canonical JSON, about 1 kB. A secret. */
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

// --- The log: notes and checkpoints (C2SP signed-note, tlog-checkpoint) ---------------------------------------

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
  const isNote = end > 0 && all.endsWith('\n') && !/[\x00-\x09\x0b-\x1f]/.test(all);
  refuseUnless(isNote, 'note', 'not a signed note');
  const text = all.slice(0, end + 1);
  let isSigned = false;
  for (const line of all.slice(end + 2, -1).split('\n')) {
    const [, name, encoded] = /^\u2014 ([^\s+]+) (\S+)$/.exec(line) ?? [];
    refuseUnless(name, 'note', 'not a line with a signature');
    const signature = fromBase64(encoded);
    if (name !== key.name || !equal(signature.slice(0, 4), key.hash)) continue;
    isSigned = await isSignedBy(key.publicKey, signature.slice(4), utf8(text));
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
 * @returns {Promise<{size: number, root: Bytes, extensions: string[]}>} root: 32 bytes
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

/** A leaf's hash in the tree, 32 bytes. */
export const leafHash = (leaf) => sha256([0], leaf);

const nodeHash = (left, right) => sha256([1], left, right);

/** The largest power of two below n, where RFC 6962 parts a tree. Not by bits: sizes may be beyond 2^31. */
function splitOf(n) {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/** Where a tile is, below the log's address. `level` is a number or 'entries'. */
export function tilePath(level, index, width = TILE_WIDTH) {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return `tile/${level}/${path}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** The entries of a bundle, each after its length in two bytes. Refuses a broken one: `tile`. */
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
  #fetched = new Map();

  /**
   * @param {(path: string) => Promise<Bytes>} fetchBytes throws what is not there
   * @param {number} size
   */
  constructor(fetchBytes, size) {
    this.#fetchBytes = fetchBytes;
    this.#size = size;
  }

  /** A tile, and how much of it this size has. A partial one may be gone since the log has grown: then the full one. */
  async #tile(level, index) {
    const all = Math.floor(this.#size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
    const width = Math.min(TILE_WIDTH, all - index * TILE_WIDTH);
    refuseUnless(width > 0, 'tile', 'beyond the end of the log');
    const path = tilePath(level, index, width);
    if (!this.#fetched.has(path)) {
      const whole = () => this.#fetchBytes(tilePath(level, index));
      this.#fetched.set(path, await (width < TILE_WIDTH ? this.#fetchBytes(path).catch(whole) : whole()));
    }
    return { bytes: this.#fetched.get(path), width };
  }

  /** The hash over leaves `from` up to `to`: a subtree, full or at the log's ragged end. 32 bytes. */
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

  /** The entry at `index`. Refuses bundles that are none: `tile`. */
  async entry(index) {
    const { bytes, width } = await this.#tile('entries', Math.floor(index / TILE_WIDTH));
    const entries = readBundle(bytes);
    refuseUnless(entries.length === width || entries.length === TILE_WIDTH, 'tile', 'a bundle of the wrong length');
    return entries[index % TILE_WIDTH];
  }
}

/** PATH of RFC 6962, section 2.1.1: the hashes that lead from leaf `index` to the root. */
export async function inclusionProof(tiles, index, size, from = 0) {
  if (size === 1) return [];
  const k = splitOf(size);
  return index < k
    ? [...(await inclusionProof(tiles, index, k, from)), await tiles.hash(from + k, from + size)]
    : [...(await inclusionProof(tiles, index - k, size - k, from + k)), await tiles.hash(from, from + k)];
}

/** The root that a leaf's hash and its proof lead to. Refuses a proof of another length: `proof`. */
export async function rootOf(hash, index, size, proof) {
  refuseUnless(index < size && (size === 1) === (proof.length === 0), 'proof', 'a proof of the wrong length');
  if (size === 1) return hash;
  const k = splitOf(size);
  const [rest, sibling] = [proof.slice(0, -1), proof[proof.length - 1]];
  return index < k
    ? nodeHash(await rootOf(hash, index, k, rest), sibling)
    : nodeHash(sibling, await rootOf(hash, index - k, size - k, rest));
}

/** PROOF of RFC 6962, section 2.1.2: that the first `old` of `size` leaves are as they were. 0 < old <= size */
export async function consistencyProof(tiles, old, size, from = 0, isWhole = true) {
  if (old === size) return isWhole ? [] : [await tiles.hash(from, from + size)];
  const k = splitOf(size);
  return old <= k
    ? [...(await consistencyProof(tiles, old, k, from, isWhole)), await tiles.hash(from + k, from + size)]
    : [...(await consistencyProof(tiles, old - k, size - k, from + k, false)), await tiles.hash(from, from + k)];
}

/** The old and the new root, both put together from the same hashes: that is what makes it a proof. */
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
 * @param {{size: number, root: Bytes}} seen
 * @param {{size: number, root: Bytes}} now
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
 * @param {(path: string) => Promise<Bytes>} fetchBytes path below the log's address; throws what is not there
 * @param {string} vkey of the log
 * @param {Genesis} genesis that the page gave
 * @param {{size: number, root: string}} [seen] what an earlier call returned
 * @returns {Promise<{size: number, root: string}>} to keep for next time; root in base64url
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

// --- Sealing a name (RFC 9180, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM) ---------------

const KEM = concat(utf8('KEM'), [0x00, 0x20]);
const SUITE = concat(utf8('HPKE'), [0x00, 0x20], [0x00, 0x01], [0x00, 0x02]);
const EMPTY = new Uint8Array(0);

const extract = (suite, salt, label, secret) =>
  hmac(salt.length > 0 ? salt : NO_SALT, utf8('HPKE-v1'), suite, utf8(label), secret);

const expand = async (suite, secret, label, info, length) =>
  (await hmac(secret, twoBytes(length), utf8('HPKE-v1'), suite, utf8(label), info, [1])).slice(0, length);

function newSecret() {
  for (;;) {
    const secret = randomBytes(32);
    if (isTakenEverywhere(secret)) return secret;
  }
}

async function ephemeralKeys(secret = newSecret()) {
  const privateKey = await subtle().importKey('pkcs8', concat(PKCS8_X25519, secret), 'X25519', true, ['deriveBits']);
  const { x } = await subtle().exportKey('jwk', privateKey);
  return { privateKey, publicKey: await subtle().importKey('raw', fromBase64url(x), 'X25519', true, []) };
}

/**
 * SetupBaseS of RFC 9180: a key that only the owner of `publicKey` can compute too. Exported for vectors.
 * @param {Bytes} publicKey 32 bytes
 * @param {Bytes} info
 * @param {Bytes} [ephemeral] 32 bytes, for vectors; nothing else may give it
 * @returns {Promise<{enc: Bytes, key: Bytes, nonce: Bytes}>} 32, 32 and 12 bytes
 * @throws {Refused} `x25519` where the browser has none, `sealing-key`
 */
export async function setupSeal(publicKey, info, ephemeral) {
  subtle(); // refuses where there is no WebCrypto at all
  let own;
  try {
    own = await ephemeralKeys(ephemeral);
  } catch {
    throw new Refused('x25519', 'this browser has no X25519');
  }
  let shared;
  try {
    const theirs = await subtle().importKey('raw', publicKey, 'X25519', false, []);
    shared = new Uint8Array(await subtle().deriveBits({ name: 'X25519', public: theirs }, own.privateKey, 256));
  } catch {
    throw new Refused('sealing-key', 'not a key to seal for');
  }
  // All zeros: a public key that nobody holds, and everybody can read what is sealed for it.
  refuseUnless(shared.some((byte) => byte !== 0), 'sealing-key', 'not a key to seal for');
  const enc = new Uint8Array(await subtle().exportKey('raw', own.publicKey));
  const mixed = await extract(KEM, EMPTY, 'eae_prk', shared);
  const secretShared = await expand(KEM, mixed, 'shared_secret', concat(enc, publicKey), 32);
  const pskHash = await extract(SUITE, EMPTY, 'psk_id_hash', EMPTY);
  const context = concat([0], pskHash, await extract(SUITE, EMPTY, 'info_hash', info));
  const secret = await extract(SUITE, secretShared, 'secret', EMPTY);
  return {
    enc,
    key: await expand(SUITE, secret, 'key', context, 32),
    nonce: await expand(SUITE, secret, 'base_nonce', context, 12),
  };
}

/**
 * Seals for the owner of `publicKey`, and nobody else. How long the plaintext is stays visible: the caller pads it.
 * @param {Bytes} publicKey X25519, 32 bytes
 * @param {Bytes} info
 * @param {Bytes} aad
 * @param {Bytes} plaintext
 * @returns {Promise<Bytes>} enc (32) ‖ ciphertext (16 longer than the plaintext)
 * @throws {Refused} `x25519` where the browser has none, `sealing-key`, `webcrypto`
 */
export async function seal(publicKey, info, aad, plaintext, ephemeral) {
  const { enc, key, nonce } = await setupSeal(publicKey, info, ephemeral);
  const aes = await subtle().importKey('raw', key, 'AES-GCM', false, ['encrypt']);
  const sealed = await subtle().encrypt({ name: 'AES-GCM', iv: nonce, additionalData: aad }, aes, plaintext);
  return concat(enc, new Uint8Array(sealed));
}

const PLAIN_BYTES = 1024;

/**
 * What is sealed: what opens a leaf, as canonical JSON, filled up with spaces. As long as every other.
 * @param {Bytes} salt 32 bytes
 * @param {Bytes} extension of mode `sealed`
 * @returns {Bytes} 1,024 bytes
 * @throws {Refused} `sealed-too-long`: about 700 bytes of extension have room
 */
export function openingOf(salt, extension) {
  const text = canonical({ extension: base64url(extension), salt: base64url(salt) });
  refuseUnless(text.length <= PLAIN_BYTES, 'sealed-too-long', 'name and job title have no room in a sealed name');
  return utf8(text.padEnd(PLAIN_BYTES, ' '));
}

/**
 * Seals what opens a cast leaf to the trustee that genesis names. It opens for this petition and this leaf's key only.
 * @param {Genesis} genesis
 * @param {Bytes} leaf 500 bytes
 * @param {Bytes} salt
 * @param {Bytes} extension
 * @param {Bytes} [ephemeral] for vectors; nothing else may give it
 * @returns {Promise<Bytes>} 1,072 bytes
 * @throws {Refused} `sealing-key` where genesis names none or a bad one, `sealed-too-long`, `x25519`, `webcrypto`
 */
export async function sealName(genesis, leaf, salt, extension, ephemeral) {
  refuseUnless(genesis.sealingKey, 'sealing-key', 'this petition names no trustee');
  const info = concat(utf8('petition-sealed-name/v1\0'), genesis.petition, genesis.hash);
  return seal(genesis.sealingKey, info, leaf.slice(372, 404), openingOf(salt, extension), ephemeral);
}

// --- Names that can be shown ----------------------------------------------------------------------------------
// A sealed name is not seen by the server, so that nobody but this can say in time that it will not be shown. These
// rules are the server's (src/domain/text), and stricter where that is shorter: what passes here passes there.

const NAME_CHARS = 100;
const NOT_SEEN = new RegExp(
  '[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2028\\u2029\\u2800\\u3164\\ufe00-\\ufe0f' +
    '\\uff01-\\uff07\\uff0a-\\uff5e\\uffa0\\ufffc\\ufffd]',
  'u',
);
const COSTUME = /[\u2100-\u218f\u2460-\u24ff\u{1d400}-\u{1d7ff}\u{1f100}-\u{1f1ff}]/u;
const IN_NAMES = /^[\p{L}\p{M}\p{Nd} '’‘`´\-‐‑–.·・׳״־,()“”"&/،（）]+$/u;
const IN_TITLES = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;
const MARKS = /(^|[^\p{L}\p{M}\p{N}])\p{M}|\p{M}{7}/u;
const LINKS = [
  /:\/\/|www\.|mailto:|@\S*\./i,
  /[^\s.]\.+(app|biz|com|dev|info|net|online|org|shop|site|top|xyz)[.,]*($|[\s/])/i,
  /\S\.[^\s./]+[.,]*\/\S/,
];
const scripts = (names) => names.split(' ').map((name) => `\\p{scx=${name}}`).join('');
const onlyIn = (names) => new RegExp(`^[${scripts(`${names} Zyyy Zinh`)}]+$`, 'u');
// Joiners between letters that join, and variants of Han characters: the only invisible things that names need.
const JOIN = `[${scripts('Arab Syrc Nkoo Adlm Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt')}]`;
const JOINED = new RegExp(`(${JOIN})[\\u200c\\u200d](?=${JOIN})`, 'gu');
const HAN_VARIANT = /(\p{sc=Han})[\u{e0100}-\u{e01ef}]/gu;
const ONE_SCRIPT = [
  ...'Latn Grek Cyrl Armn Geor Hebr Arab Syrc Thaa Nkoo Adlm Tfng Ethi Vaii Cher Cans Osge Yiii Olck Mtei'.split(' '),
  ...'Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Tibt Mymr Khmr Java Bali Mong'.split(' '),
  // Beside these, Latin letters are taken for nothing else.
  ...['Latn Han Hira Kana', 'Latn Han Hang', 'Latn Han Bopo'],
].map(onlyIn);
// Letters of Greek, Cyrillic and Armenian that UTS 39 confuses with ASCII.
const LIKE_LATIN = new RegExp(
  '^[ͿΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγινορσυϒϜϱϲϳϸϹϺЅІЈАВЕЗКМНОРСТУХЫЬЮабгеорсухшѕіјѡѴѵѸѹґҮүҺһҽӀӏӔӕӠԁԌԚԛԜԝ' +
    'ՅՍՏՕՠագզհյոռսցւքօֆᲂᲃᲄᴦꙄꙇꚘꚙ]+$',
  'u',
);

/** Every word is of one script, and none passes for a Latin one beside Latin ones. */
function isPlainlyWritten(text) {
  const words = text.split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
  const isLatin = words.some((word) => /\p{sc=Latn}/u.test(word));
  return words.every((word) => {
    const bare = word.replace(/\p{Nd}/gu, '');
    const isOneScript = !bare || ONE_SCRIPT.some((script) => script.test(bare));
    return isOneScript && !(isLatin && bare && LIKE_LATIN.test(bare));
  });
}

const isShort = (text) => Array.from(text).length <= NAME_CHARS;

function isReadable(text, allowed) {
  const bare = text.replace(HAN_VARIANT, '$1').replace(JOINED, '$1');
  const isBad = [NOT_SEEN, COSTUME, MARKS, ...LINKS].some((bad) => bad.test(bare));
  return isShort(text) && allowed.test(bare) && !isBad && isPlainlyWritten(bare);
}

/** Whether the list will surely take a name and a job title, both tidy: one kind of space, none around, NFC. */
export function canBeShown(name, title) {
  return /\p{L}/u.test(name) && isReadable(name, IN_NAMES) && (title === undefined || isReadable(title, IN_TITLES));
}

// --- QR codes (ISO/IEC 18004: bytes, correction level L, versions 1 to 40) -------------------------------------

// For level L, by version: how many correction codewords each block has, and how many blocks there are.
const QR_CORRECTION = [
  7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30,
  30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
];
const QR_BLOCKS = [
  1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19,
  20, 21, 22, 24, 25,
];
const QR_MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** Centers of the alignment patterns, along one side. */
function qrAlignment(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  return Array.from({ length: count }, (_, at) => (at === 0 ? 6 : 4 * version + 10 - step * (count - 1 - at)));
}

/** How many codewords a version holds, correction included. */
function qrCodewords(version) {
  const aligned = qrAlignment(version).length;
  const patterns = aligned > 0 ? (25 * aligned - 10) * aligned - 55 : 0;
  return Math.floor(((16 * version + 128) * version + 64 - patterns - (version >= 7 ? 36 : 0)) / 8);
}

const qrCapacity = (version) => qrCodewords(version) - QR_CORRECTION[version - 1] * QR_BLOCKS[version - 1];

/** Product in GF(256), modulo x^8 + x^4 + x^3 + x^2 + 1. */
function qrTimes(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((b >> bit) & 1) * a);
  return product;
}

/** The remainder of a Reed-Solomon division: `length` correction codewords. */
function qrCorrection(block, length) {
  let divisor = [1];
  let root = 1;
  for (let degree = 0; degree < length; degree += 1) {
    divisor = [...divisor, 0].map((term, at) => term ^ (at > 0 ? qrTimes(divisor[at - 1], root) : 0));
    root = qrTimes(root, 2);
  }
  const rest = new Array(length).fill(0);
  for (const byte of block) {
    const factor = byte ^ rest.shift();
    rest.push(0);
    for (let at = 0; at < length; at += 1) rest[at] ^= qrTimes(divisor[at + 1], factor);
  }
  return rest;
}

/** All codewords of a version, in the order in which they are drawn. */
function qrSequence(bytes, version) {
  const capacity = qrCapacity(version);
  const bits = [[4, 4], [bytes.length, version < 10 ? 8 : 16], ...Array.from(bytes, (byte) => [byte, 8])];
  let text = bits.map(([value, length]) => value.toString(2).padStart(length, '0')).join('');
  text = text.padEnd(Math.min(8 * capacity, text.length + 4), '0');
  const words = text.padEnd(Math.ceil(text.length / 8) * 8, '0').match(/.{8}/g).map((word) => parseInt(word, 2));
  for (let at = 0; words.length < capacity; at += 1) words.push(at % 2 === 0 ? 0xec : 0x11);
  const [count, correction] = [QR_BLOCKS[version - 1], QR_CORRECTION[version - 1]];
  const short = Math.floor(capacity / count);
  const firstLong = count - (capacity % count);
  const blocks = Array.from({ length: count }, (_, at) => {
    const begin = short * at + Math.max(0, at - firstLong);
    return words.slice(begin, begin + short + (at >= firstLong ? 1 : 0));
  });
  const corrections = blocks.map((block) => qrCorrection(block, correction));
  const across = (rows, width) => Array.from({ length: width }, (_, at) => rows.map((row) => row[at])).flat();
  return [...across(blocks, short + 1), ...across(corrections, correction)].filter((word) => word !== undefined);
}

/** Appends the remainder of a division by `divisor`, which has `length` bits after its first. */
function qrProtected(value, divisor, length) {
  let rest = value << length;
  while (rest >> length) rest ^= divisor << (31 - Math.clz32(rest) - length);
  return (value << length) | rest;
}

/** How hard it is to read (ISO/IEC 18004, section 7.8.3): less is better. */
function qrPenalty(dark) {
  const size = dark.length;
  const columns = dark.map((_, x) => dark.map((row) => row[x]));
  let penalty = 0;
  for (const line of [...dark, ...columns]) {
    const text = line.map(Number).join('');
    for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) penalty += run.length - 2;
    penalty += 40 * (text.match(/(?=00001011101|10111010000)/g) ?? []).length;
  }
  for (let y = 1; y < size; y += 1) {
    for (let x = 1; x < size; x += 1) {
      const four = [dark[y][x], dark[y][x - 1], dark[y - 1][x], dark[y - 1][x - 1]];
      if (four.every((module) => module === four[0])) penalty += 3;
    }
  }
  const share = dark.flat().filter(Boolean).length / (size * size);
  return penalty + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}

/**
 * A QR code: rows of modules, `true` is dark, without the four light modules that must be around it.
 * @param {Bytes} bytes at most 2953
 * @returns {boolean[][]}
 * @throws {Refused} `qr-length`
 */
export function qrCode(bytes) {
  let version = 1;
  const needed = (at) => Math.ceil((4 + (at < 10 ? 8 : 16)) / 8 + bytes.length);
  while (version <= 40 && needed(version) > qrCapacity(version)) version += 1;
  refuseUnless(version <= 40, 'qr-length', 'too long for a QR code');
  const size = 4 * version + 17;
  const dark = Array.from({ length: size }, () => new Array(size).fill(false));
  const fixed = Array.from({ length: size }, () => new Array(size).fill(false));
  const draw = (x, y, isDark) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    dark[y][x] = Boolean(isDark);
    fixed[y][x] = true;
  };
  const square = (x, y, radius, isDark) => {
    for (let dy = -radius; dy <= radius; dy += 1) {
      for (let dx = -radius; dx <= radius; dx += 1) draw(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  };
  for (let at = 0; at < size; at += 1) {
    draw(6, at, at % 2 === 0);
    draw(at, 6, at % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, (far) => far !== 2 && far !== 4);
  const centers = qrAlignment(version);
  const last = centers[centers.length - 1];
  for (const x of centers) {
    for (const y of centers) {
      const isCorner = [[6, 6], [6, last], [last, 6]].some(([a, b]) => a === x && b === y);
      if (!isCorner) square(x, y, 2, (far) => far !== 1);
    }
  }
  if (version >= 7) {
    const bits = qrProtected(version, 0x1f25, 12);
    for (let at = 0; at < 18; at += 1) {
      const [near, far] = [Math.floor(at / 3), size - 11 + (at % 3)];
      draw(far, near, (bits >> at) & 1);
      draw(near, far, (bits >> at) & 1);
    }
  }
  const drawFormat = (mask) => {
    const bits = qrProtected((1 << 3) | mask, 0x537, 10) ^ 0x5412; // 01 is level L
    for (let at = 0; at < 15; at += 1) {
      const isDark = (bits >> at) & 1;
      if (at < 8) draw(size - 1 - at, 8, isDark);
      else draw(8, size - 15 + at, isDark);
      if (at < 6) draw(8, at, isDark);
      else if (at < 8) draw(8, at + 1, isDark);
      else if (at === 8) draw(7, 8, isDark);
      else draw(14 - at, 8, isDark);
    }
    draw(8, size - 8, true);
  };
  drawFormat(0);
  const bits = qrSequence(bytes, version).map((word) => word.toString(2).padStart(8, '0')).join('');
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5; // past the timing pattern
    for (let step = 0; step < size; step += 1) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y][x]) continue;
        dark[y][x] = bits[at] === '1';
        at += 1;
      }
    }
  }
  const masked = QR_MASKS.map((isFlipped, mask) => {
    drawFormat(mask);
    return dark.map((row, y) => row.map((isDark, x) => (fixed[y][x] ? isDark : isDark !== isFlipped(x, y))));
  });
  const penalties = masked.map(qrPenalty);
  return masked[penalties.indexOf(Math.min(...penalties))];
}

// --- The page: the network ------------------------------------------------------------------------------------
// Everything goes to this site; the page's policy lets nothing else through. (To a page that was saved to disk the site
// is another origin: nothing of it carries credentials then.) The cast alone is sent without
// credentials: browsers then use another connection for it than for all that came before, and nothing that travels with
// it (no cookie, no ETag, no referrer, no length) is shared with the request for the token.

const ANSWER_MS = 30_000;
const CAST_BYTES = 2560;
const RETRY_SECS = 60;

/** Something that words on the page tell about: `code` names the words. */
class Failure extends Error {
  /** @param {{detail?: string, secs?: number, technical?: string, isFinal?: boolean}} [more] isFinal: it was refused */
  constructor(code, more = {}) {
    super(code);
    Object.assign(this, { code, ...more });
  }
}

/** Fetches, and reads the answer with `read`. No connection, a broken one and none in time are the same: `offline`. */
async function request(url, read, options) {
  const isOwnSite = new URL(url, location.href).origin === location.origin;
  let answer, content;
  try {
    answer = await fetch(url, {
      cache: 'no-store',
      credentials: isOwnSite ? 'same-origin' : 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(ANSWER_MS),
      ...options,
    });
    content = answer.ok ? await read(answer) : await answer.text();
  } catch (error) {
    throw new Failure(error instanceof SyntaxError ? 'unexpected' : 'offline');
  }
  if (answer.ok) return content;
  throw refusalOf(answer.status, content, Number(answer.headers.get('retry-after')) || RETRY_SECS);
}

function refusalOf(status, content, secs) {
  if (status === 429) return new Failure('wait', { secs });
  if (status >= 500) return new Failure('away', { secs });
  let problem = {};
  try {
    problem = JSON.parse(content);
  } catch {
    // Not from this site's own program: a proxy's page, say.
  }
  if (typeof problem?.code !== 'string') problem = {};
  const code = problem.code ?? (status === 404 ? 'gone' : 'unexpected');
  return new Failure(code, { detail: problem.detail, technical: `${status} ${code}`, isFinal: 'code' in problem });
}

const fetchBytes = (url) => request(url, async (answer) => new Uint8Array(await answer.arrayBuffer()));

const postJson = (url, body, options) =>
  request(url, (answer) => answer.json(), {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body,
    ...options,
  });

/** All casts are equally long on the way, whatever they show. */
function padded(body) {
  const bare = JSON.stringify({ ...body, padding: '' }).length;
  return JSON.stringify({ ...body, padding: '0'.repeat(Math.max(0, CAST_BYTES - bare)) });
}

// --- The page: what this tab keeps ----------------------------------------------------------------------------

/**
 * The state of one signature, in this tab alone: written before each request, so that a tab that was reloaded, killed
 * or dropped for the mail app goes on where it was. What is not needed any more is thrown away at each step; all of it
 * once the promise is in, but for the withdrawal code: a reload must not lose what nobody can make again. That one goes
 * with the tab, or when its owner says so.
 */
class Kept {
  #key;

  constructor(key) {
    this.#key = key;
  }

  read() {
    try {
      const state = JSON.parse(sessionStorage.getItem(this.#key));
      return state?.v === 1 ? state : null;
    } catch {
      return null;
    }
  }

  /** Some browsers keep nothing for a site. */
  isPossible() {
    try {
      sessionStorage.setItem('undersigned', '');
      sessionStorage.removeItem('undersigned');
      return true;
    } catch {
      return false;
    }
  }

  write(state) {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(state));
    } catch {
      // The person was told.
    }
  }

  wipe() {
    try {
      sessionStorage.removeItem(this.#key);
    } catch {
      // Then nothing was kept either.
    }
  }
}

// --- The page: steps ------------------------------------------------------------------------------------------

const byId = (id) => document.getElementById(id);

/** A text as a QR code, black on white whatever the page's colors are. */
function qrPicture(text, label) {
  const make = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const rows = qrCode(utf8(text));
  const side = rows.length + 8;
  const module = (isDark, x, y) => (isDark ? `M${x + 4} ${y + 4}h1v1h-1z` : '');
  const d = rows.map((row, y) => row.map((isDark, x) => module(isDark, x, y)).join('')).join('');
  const picture = make('svg', { viewBox: `0 0 ${side} ${side}`, class: 'qr', role: 'img', 'aria-label': label });
  const light = make('rect', { width: side, height: side, fill: '#fff' });
  picture.append(light, make('path', { d, fill: '#000', 'shape-rendering': 'crispEdges' }));
  return picture;
}
const word = (code) => byId('words').content.querySelector(`[data-word="${CSS.escape(code)}"]`)?.textContent;
const inAMinute = (secs) =>
  new Date(Date.now() + 1000 * secs + 59_000).toLocaleTimeString(document.documentElement.lang, {
    hour: '2-digit',
    minute: '2-digit',
  });

/** As the server writes names: one kind of space, none around. */
const tidy = (text) => text.normalize('NFC').trim().replace(/\s+/g, ' ');

/** The part of a mail address that decides about the crowd, as in genesis; the server has the last word. */
function domainOf(address) {
  try {
    return new URL(`http://${address.trim().split('@').pop()}`).hostname;
  } catch {
    return '';
  }
}

/** Which input a problem belongs to. */
const FIELD_OF = {
  'proof-empty': 's-proof',
  crowd: 's-proof',
  'address-empty': 's-address',
  'typed-invitation': 's-invitation',
  address: 's-address',
  'address-refused': 's-address',
  'code-empty': 's-code',
  'code-shape': 's-code',
  'wrong-code': 's-code',
  'name-empty': 's-name',
  'name-form': 's-name',
  'sealed-too-long': 's-name',
  'ballot-empty': 's-ballot',
  ballot: 's-ballot',
  'ballot-other': 's-ballot',
};
/** What ends this attempt. */
const ENDS = ['proof-used', 'proof-used-invitation', 'closed', 'taken-down', 'gone', 'invalid'];
/** Where another press of the same button would change nothing. */
const NO_RETRY = ['too-many-tries', 'expired', 'too-soon', 'unknown-invitation', 'no-invitations', 'invitation-shape'];
const RESEND_MS = 60_000;

/**
 * One person signing on one page. The page gives facts (data attributes), words and steps (templates); this fills them.
 *
 * The state: `typed` (what stands in the inputs), `invitation`, `seen` (the log, as checked last), `w` (of the
 * withdrawal code), `crowd`, `ticket`, `asked` (when), `begun` (the blinding), `sent` (a token may have been given for
 * it); then `token`, `shown`, `later`; then `leaf`, `salt`, `extension` or `sealed`; then `done`.
 */
class SigningPage {
  #root;
  #facts;
  #kept;
  #state;
  #view = document.createElement('div');
  #status = document.createElement('p');
  #title = document.title;
  #busy = false;
  #retry = null;
  #texts = {};
  #canSeal = false;

  constructor(root) {
    this.#root = root;
    this.#facts = root.dataset;
    const place = byId('step-open') ? 'cast' : 'sign';
    this.#kept = new Kept(`undersigned ${place} ${this.#facts.petition}`);
    this.#state = this.#kept.read() ?? { v: 1, typed: {} };
  }

  async start() {
    const all = await missing();
    const lacks = all.filter((name) => name !== 'x25519'); // which only sealing needs
    this.#canSeal = !all.includes('x25519');
    const invitation = /^#i=(.+)$/.exec(location.hash)?.[1];
    const plain = byId('plain');
    if (lacks.length > 0) {
      const note = plain.matches('.note') ? plain : plain.querySelector('.note');
      const words = [word(lacks[0] === 'secure-context' ? lacks[0] : 'browser')];
      if (invitation) words.push(word('invitation-kept'));
      note.textContent = words.join(' ');
      return;
    }
    this.#status.setAttribute('role', 'status');
    this.#status.className = 'hint';
    this.#root.append(this.#view, this.#status);
    this.#view.addEventListener('click', (event) => this.#press(event));
    plain.remove(); // so that no tool fills in a form that nobody sees
    this.#root.hidden = false;
    let isWhole = true;
    if (invitation) {
      // Out of the address bar and the history before anything else: whoever reads it there could use it.
      history.replaceState(null, '', location.pathname + location.search);
      isWhole = this.#invited(invitation);
    }
    this.#goOn();
    if (!isWhole) this.#tell(new Failure('invitation-shape'));
    if (!this.#kept.isPossible()) this.#say('not-kept');
  }

  #invited(text) {
    try {
      const invitation = readInvitation(decodeURIComponent(text));
      // A signature that is under way is not dropped for a link that was opened once more.
      if (!this.#state.token && !this.#state.done && !this.#state.sent) this.#state.invitation = invitation;
      this.#keep();
      return true;
    } catch {
      return false;
    }
  }

  #keep() {
    this.#kept.write(this.#state);
  }

  /** To where this tab was. What was already sent is sent again: the same bytes, which count once. */
  #goOn() {
    const state = this.#state;
    if (state.done) return this.#showDone();
    if (state.token && state.later) return this.#showBallot();
    if (state.token && state.mend) return this.#showName();
    if (state.token) {
      this.#show('step-working');
      return this.#run(() => this.#cast());
    }
    if (byId('step-open')) return this.#showOpen();
    if (state.ticket) this.#showCode();
    else this.#showChoice();
    if (state.sent) this.#run(() => this.#prove());
  }

  // Words and inputs

  #show(id, flags = []) {
    this.#view.replaceChildren(byId(id).content.cloneNode(true));
    this.#flag(flags);
    this.#clear();
    const isFirst = !this.#root.dataset.step;
    this.#root.dataset.step = id;
    this.#status.textContent = '';
    if (!isFirst) this.#focus(this.#view.querySelector('[tabindex="-1"]:not([hidden])'));
  }

  #focus(element) {
    element?.focus();
    element?.scrollIntoView({ block: 'nearest' });
  }

  /** Shows what belongs to these flags, and hides what belongs to others. */
  #flag(flags) {
    for (const part of this.#view.querySelectorAll('[data-if]')) part.hidden = !flags.includes(part.dataset.if);
    for (const part of this.#view.querySelectorAll('[data-unless]')) part.hidden = flags.includes(part.dataset.unless);
  }

  #say(code) {
    this.#status.textContent = code ? word(code) : '';
  }

  #clear() {
    this.#retry = null;
    document.title = this.#title;
    for (const alert of this.#view.querySelectorAll('[role="alert"], .problem')) alert.remove();
    for (const bad of this.#view.querySelectorAll('.bad')) bad.classList.remove('bad');
    for (const input of this.#view.querySelectorAll('[aria-invalid]')) {
      input.removeAttribute('aria-invalid');
      this.#describe(input, []);
    }
  }

  #describe(input, more) {
    const ids = [`${input.id}-hint`, ...more].filter((id) => byId(id));
    if (ids.length > 0) input.setAttribute('aria-describedby', ids.join(' '));
    else input.removeAttribute('aria-describedby');
  }

  /** One thing at a time: a second press of any button does nothing while the first is at work. */
  async #run(task) {
    if (this.#busy) return;
    this.#busy = true;
    this.#clear();
    this.#view.setAttribute('aria-busy', 'true');
    try {
      await task();
    } catch (error) {
      this.#tell(error, task);
    } finally {
      this.#busy = false;
      this.#view.removeAttribute('aria-busy');
      if (this.#view.querySelector('[role="alert"]')) this.#say();
    }
  }

  /** Says what went wrong and what to do. The focus goes there, and what was typed stays. */
  #tell(error, task) {
    const code = word(error.code) ? error.code : 'unexpected';
    const ownWords = word(code).replace('{time}', () => inAMinute(error.secs));
    const isTheirs = ['wrong-code', 'address', 'address-refused'].includes(code) && isText(error.detail);
    const words = isTheirs ? error.detail : ownWords;
    if (ENDS.includes(code)) {
      this.#show('step-stopped');
      this.#view.querySelector('[data-say]').textContent = words;
      return;
    }
    const alert = byId('alert').content.cloneNode(true).firstElementChild;
    const say = alert.querySelector('[data-say]');
    const field = byId(FIELD_OF[code]) ?? byId(`${FIELD_OF[code]}-again`);
    if (field) {
      const link = document.createElement('a');
      link.href = `#${field.id}`;
      link.textContent = words;
      say.append(link);
      this.#mark(field, words);
    } else {
      say.textContent = words;
      // With the token here, what failed is the cast, whatever began it.
      const again = this.#state.token ? () => this.#cast() : task;
      this.#retry = NO_RETRY.includes(code) ? null : again;
      alert.querySelector('[data-retry]').hidden = !this.#retry;
    }
    const technical = error.technical ?? (code === error.code ? null : String(error.code ?? error.name));
    if (technical && ['keys', 'response', 'promise', 'unexpected'].includes(code)) {
      const line = alert.querySelector('[data-technical]');
      line.textContent = word('technical').replace('{code}', () => technical);
      line.hidden = false;
    }
    this.#view.prepend(alert);
    document.title = `${word('error-prefix')} ${this.#title}`;
    this.#focus(alert);
  }

  #mark(field, words) {
    const line = document.createElement('p');
    line.className = 'problem';
    line.id = `${field.id}-problem`;
    line.textContent = words;
    (field.closest('.field') ?? field).classList.add('bad');
    if (field.matches('fieldset')) field.querySelector('legend').after(line);
    else field.before(line);
    field.setAttribute('aria-invalid', 'true');
    this.#describe(field, [line.id]);
  }

  #press(event) {
    const button = event.target.closest('button[data-do]');
    const deed = {
      retry: () => this.#run(this.#retry),
      forget: () => this.#startOver(),
      again: () => this.#run(() => this.#askAgain()),
      'other-address': () => this.#otherAddress(),
      copy: () => this.#copy(button.dataset.what),
      download: () => this.#download(button.dataset.what),
      print: () => print(),
      leave: () => this.#leave(),
      'cast-now': () => this.#run(() => this.#notLater()),
    }[button?.dataset.do];
    if (deed && !this.#busy) deed();
  }

  #onSubmit(act) {
    this.#view.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#run(act);
    });
  }

  // The choice: who will see my name, and how is it proved

  #showChoice() {
    const { typed, invitation } = this.#state;
    this.#show('step-choose');
    const form = this.#view.querySelector('form');
    if (!this.#canSeal) byId('s-sealed')?.closest('.choice').remove();
    // With no proof chosen before, the page's own choice stands.
    for (const [name, value] of Object.entries(typed)) {
      const input = form.elements[name];
      if (input?.type === 'checkbox') input.checked = value;
      else if (input) input.value = value;
    }
    const read = () => {
      for (const name of ['s-mode', 's-invitation', 's-proof', 's-address', 's-name', 's-title']) {
        typed[name] = form.elements[name]?.value ?? '';
      }
      typed['s-later'] = form.elements['s-later'].checked;
    };
    const sealing = this.#canSeal ? 'can-seal' : 'cannot-seal';
    const follow = () => this.#flag([form.elements['s-mode'].value, invitation ? 'invited' : 'by-mail', sealing]);
    form.addEventListener('input', () => {
      read();
      this.#keep();
      follow();
    });
    follow();
    this.#onSubmit(() => {
      read();
      return this.#begin();
    });
  }

  /** What the signature shows, now or once it is opened. */
  #shown() {
    const { typed } = this.#state;
    const mode = typed['s-mode'];
    if (mode !== 'public' && mode !== 'sealed') return { mode: 'anonymous' };
    const [name, title] = [tidy(typed['s-name']), tidy(typed['s-title'])];
    if (!name) throw new Failure('name-empty');
    const shown = title ? { mode, name, title } : { mode, name };
    if (mode === 'sealed') {
      // The server will not see it, and so cannot send it back.
      if (!canBeShown(name, shown.title)) throw new Failure('name-form');
      openingOf(new Uint8Array(32), extensionOf(shown));
    }
    return shown;
  }

  async #begin() {
    const state = this.#state;
    this.#shown();
    this.#takeTypedInvitation();
    if (!state.invitation && this.#view.querySelector('#s-invitation[required]')) throw new Failure('typed-invitation');
    if (!state.invitation && !state.typed['s-proof']) throw new Failure('proof-empty');
    if (!state.invitation && !state.typed['s-address'].trim()) throw new Failure('address-empty');
    const genesis = await this.#check();
    state.w ??= base64url(await newCode());
    if (state.invitation) {
      const takesThem = genesis.crowds.some((crowd) => crowd.proof === 'invite');
      return takesThem ? this.#prove() : this.#withoutInvitation('no-invitations');
    }
    await this.#askCode(genesis);
    this.#showCode();
  }

  /** An invitation on paper serves like one in a link. */
  #takeTypedInvitation() {
    const text = (this.#state.typed['s-invitation'] ?? '').trim();
    if (this.#state.invitation || !text) return;
    try {
      this.#state.invitation = readInvitation(text);
    } catch {
      throw new Failure('typed-invitation');
    }
    this.#keep();
  }

  #withoutInvitation(code) {
    delete this.#state.invitation;
    delete this.#state.begun;
    this.#keep();
    this.#showChoice();
    throw new Failure(code);
  }

  // The key check: before anything is blinded, and once more before the cast

  async #check() {
    this.#say('checking');
    const { logKey, path, petition, genesis: expected, sealingKey = '' } = this.#facts;
    const fetched = new Map();
    const fetchOnce = (below) => {
      if (!fetched.has(below)) fetched.set(below, fetchBytes(`${path}/log/${below}`));
      return fetched.get(below);
    };
    try {
      const { name: origin } = await readNoteKey(logKey);
      const { size } = await readCheckpoint(await fetchOnce('checkpoint'), logKey, origin);
      refuseUnless(size > 0, 'log-genesis', 'the log is empty');
      const genesis = await readGenesis(await new Tiles(fetchOnce, size).entry(0));
      const found = [base64url(genesis.hash), petitionText(genesis.petition), genesis.origin];
      const isOurs = found.join() === [expected, petition, origin].join();
      refuseUnless(isOurs, 'log-genesis', 'the log begins with another genesis than the page names');
      const isTheirKey = base64url(genesis.sealingKey ?? []) === sealingKey;
      refuseUnless(isTheirKey, 'sealing-key', 'the page speaks of another trustee than the log');
      this.#state.seen = await checkLog(fetchOnce, logKey, genesis, this.#state.seen);
      this.#keep();
      return genesis;
    } catch (error) {
      if (error instanceof Refused) throw new Failure('keys', { technical: error.code });
      throw error;
    }
  }

  // The code

  async #askCode(genesis) {
    const { typed } = this.#state;
    const address = typed['s-address'].trim();
    this.#say('asking');
    this.#keep();
    const body = JSON.stringify({ proof: typed['s-proof'], address });
    const { ticket } = await postJson(`${this.#facts.api}/codes`, body);
    const domain = domainOf(address);
    const employer = genesis.fields.employers.find(({ domains }) => domains.includes(domain))?.name;
    const crowd = genesis.crowds.findIndex(
      (one) => one.proof === typed['s-proof'] && (one.employer === null || one.employer === employer),
    );
    if (crowd < 0) throw new Failure('crowd');
    // A request for a token may be under way: its bytes stay as they are.
    Object.assign(this.#state, { ticket, asked: Date.now(), ...(!this.#state.begun && { crowd }) });
    this.#keep();
  }

  async #askAgain() {
    const { asked } = this.#state;
    const wait = asked + RESEND_MS - Date.now();
    if (wait > 0 && wait <= RESEND_MS) throw new Failure('too-soon', { secs: wait / 1000 });
    await this.#askCode(await this.#check());
    this.#say('sent-again');
  }

  #otherAddress() {
    const { typed, seen } = this.#state;
    this.#state = { v: 1, typed, seen };
    this.#keep();
    this.#showChoice();
    this.#focus(byId('s-address'));
  }

  #showCode() {
    const { typed, sent } = this.#state;
    this.#show('step-code', sent ? [] : ['unsent']);
    const input = byId('s-code');
    input.value = typed['s-code'] ?? '';
    input.addEventListener('input', () => {
      typed['s-code'] = input.value;
      this.#keep();
    });
    this.#onSubmit(() => {
      typed['s-code'] = input.value;
      return this.#prove();
    });
  }

  #mailedCode() {
    const typed = this.#state.typed['s-code'] ?? '';
    if (!typed.trim()) throw new Failure('code-empty');
    try {
      return readMailedCode(typed);
    } catch {
      throw new Failure('code-shape');
    }
  }

  // The token

  async #prove() {
    const state = this.#state;
    const { invitation, ticket } = state;
    const proof = invitation ? { invitation } : { ticket, code: this.#mailedCode() };
    const shown = this.#shown();
    const genesis = await this.#check();
    if (invitation) {
      const crowd = genesis.crowds.findIndex((one) => one.proof === 'invite');
      if (crowd !== state.crowd) delete state.begun;
      state.crowd = crowd;
    }
    state.begun ??= await begin(genesis, state.crowd, fromBase64url(state.w));
    state.sent = true;
    this.#keep();
    this.#say('proving');
    const body = JSON.stringify({ ...proof, request: state.begun.request });
    const response = await postJson(`${this.#facts.api}/tokens`, body).catch((error) => this.#noToken(error));
    let token;
    try {
      token = await finish(state.begun, fromBase64url(response.response));
    } catch (error) {
      throw new Failure('response', { technical: error.code });
    }
    // Address, ticket, code and blinding are not needed any more, and gone.
    const later = shown.mode === 'anonymous' && state.typed['s-later'] === true;
    this.#state = { v: 1, seen: state.seen, w: state.w, token: base64url(token), shown, later };
    this.#keep();
    if (later) return this.#showBallot();
    return this.#castNow();
  }

  /** A plain refusal: no token was given for these bytes. Anything else leaves it open. */
  #noToken(error) {
    const state = this.#state;
    if (!error.isFinal) throw error;
    state.sent = false;
    if (error.code === 'unknown-invitation') return this.#withoutInvitation(error.code);
    if (error.code === 'proof-used') {
      const code = state.invitation ? 'proof-used-invitation' : 'proof-used';
      this.#state = { v: 1, typed: state.typed, seen: state.seen };
      delete state.typed['s-code'];
      this.#keep();
      throw new Failure(code);
    }
    this.#keep();
    throw error;
  }

  // The cast

  async #cast() {
    const state = this.#state;
    const genesis = await this.#check();
    if (!state.leaf) {
      const extension = extensionOf(state.shown);
      const made = await cast(genesis.petition, fromBase64url(state.token), fromBase64url(state.w), extension);
      // Before the leaf is kept: without it, a leaf that promises a sealed name would be cast without one.
      if (state.shown.mode === 'sealed') {
        state.sealed = base64url(await sealName(genesis, made.leaf, made.salt, extension));
      }
      state.leaf = base64url(made.leaf);
      // What opens an anonymous signature is kept by nobody; what opens a sealed one, by its trustee.
      if (state.shown.mode === 'public') {
        Object.assign(state, { salt: base64url(made.salt), extension: base64url(extension) });
      }
      this.#keep();
    }
    this.#say('casting');
    const { leaf, salt, extension, sealed } = state;
    const body = padded({ leaf, ...(salt && { salt, extension }), ...(sealed && { sealed }) });
    let answer;
    try {
      answer = await postJson(`${this.#facts.cast}/casts`, body, { credentials: 'omit' });
    } catch (error) {
      // Only whoever holds this token, and so this code, can have cast it.
      if (error.code === 'other-leaf') return this.#finished({ before: true });
      if (error.code === 'name') return this.#mendName();
      throw error;
    }
    try {
      await readPromise(utf8(answer.promise), this.#facts.logKey, genesis, fromBase64url(leaf));
    } catch (error) {
      throw new Failure('promise', { technical: error.code });
    }
    return this.#finished({});
  }

  #mendName() {
    const { v, seen, w, token, shown } = this.#state;
    this.#state = { v, seen, w, token, shown, mend: true };
    this.#keep();
    this.#showName();
  }

  #showName() {
    const { shown } = this.#state;
    this.#show('step-name');
    byId('s-name-again').value = shown.name;
    byId('s-title-again').value = shown.title ?? '';
    this.#onSubmit(() => {
      this.#state.typed = {
        's-mode': 'public',
        's-name': byId('s-name-again').value,
        's-title': byId('s-title-again').value,
      };
      this.#state.shown = this.#shown();
      delete this.#state.mend;
      delete this.#state.leaf;
      this.#keep();
      return this.#castNow();
    });
  }

  // For later

  async #showBallot() {
    const { token, w } = this.#state;
    this.#show('step-ballot');
    this.#texts.ballot = canonical({
      v: 1,
      petition: this.#facts.petition,
      origin: (await readNoteKey(this.#facts.logKey)).name,
      genesis_hash: this.#facts.genesis,
      token,
      withdrawal_code: await showCode(fromBase64url(w)),
    });
    this.#view.querySelector('[data-copied="ballot"]').textContent = this.#texts.ballot;
    // Drawn when it is asked for: nobody who looks over a shoulder is to get it by accident.
    const picture = this.#view.querySelector('[data-qr]');
    const draw = () => picture.append(qrPicture(this.#texts.ballot, picture.querySelector('summary').textContent));
    picture.addEventListener('toggle', draw, { once: true });
  }

  /** The form that was filled in is done with: from here on there is nothing to do but to send the same bytes. */
  #castNow() {
    this.#show('step-working');
    return this.#cast();
  }

  #notLater() {
    this.#state.later = false;
    this.#keep();
    return this.#castNow();
  }

  #showOpen() {
    this.#show('step-open');
    const [file, text] = [byId('s-file'), byId('s-ballot')];
    text.value = this.#state.typed.ballot ?? '';
    this.#onSubmit(async () => {
      const content = file.files.length > 0 ? await file.files[0].text() : text.value;
      if (!content.trim()) throw new Failure('ballot-empty');
      const genesis = await this.#check();
      let ballot;
      try {
        ballot = await readBallot(content, genesis);
      } catch (error) {
        throw new Failure(error.code === 'ballot-other' ? error.code : 'ballot');
      }
      const [token, w] = [base64url(ballot.token), base64url(ballot.w)];
      this.#state = { v: 1, seen: this.#state.seen, w, token, shown: { mode: 'anonymous' } };
      this.#keep();
      return this.#castNow();
    });
  }

  // Done

  async #finished({ before = false }) {
    const { w, shown } = this.#state;
    const code = await showCode(fromBase64url(w));
    this.#state = { v: 1, done: { code, mode: shown.mode, before } };
    this.#keep();
    this.#showDone();
  }

  #showDone() {
    const { code, mode, before } = this.#state.done;
    this.#show('step-done', before ? [mode, 'before'] : [mode]);
    this.#texts.code = code;
    const groups = code.split('-').map((group) => {
      const part = document.createElement('span');
      part.textContent = group;
      return part;
    });
    // Spaces between the groups, so that copying by hand copies them too.
    this.#view.querySelector('[data-copied="code"]').append(...groups.flatMap((group) => [group, ' ']));
    this.#texts.share = this.#view.querySelector('[data-copied="share"]').textContent.replace(/\s+/g, ' ').trim();
  }

  /** Forgets everything about it in this tab. */
  #leave() {
    this.#kept.wipe();
    location.replace(this.#facts.path);
  }

  #startOver() {
    this.#state = { v: 1, typed: this.#state.typed ?? {} };
    this.#keep();
    this.#goOn();
  }

  // Copying always works, at worst by hand; files and print are extras

  async #copy(what) {
    try {
      await navigator.clipboard.writeText(this.#texts[what]);
      this.#say('copied');
    } catch {
      getSelection().selectAllChildren(this.#view.querySelector(`[data-copied="${what}"]`));
      this.#say(document.execCommand('copy') ? 'copied' : 'copy-by-hand');
    }
  }

  #download(what) {
    const link = document.createElement('a');
    // Names that tell nothing to whoever looks over a list of files.
    link.download = what === 'ballot' ? 'ballot.json' : 'code.txt';
    link.href = URL.createObjectURL(new Blob([this.#texts[what]], { type: 'text/plain' }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}

const place = globalThis.document?.getElementById('signing');
if (place) new SigningPage(place).start();

/**
 * Undersigned: what your browser does so that nobody, the server included, can tell which signature is yours.
 *
 * This is one module, served as it was written: no build step, nothing from elsewhere. (Its source is the files of
 * src/web/static/signing, one after the other in the order of their names.) First comes the protocol: bytes in,
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
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {Bytes | readonly number[]} Octets bytes, also as a list of numbers
 * @typedef {(path: string) => Promise<Bytes>} FetchBytes a file below an address; throws what is not there
 */

/** Something is not as it must be. `code` is stable, for programs; neither it nor the message holds a secret. */
export class Refused extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'Refused';
    this.code = code;
  }
}

/**
 * @param {unknown} condition
 * @param {string} code
 * @param {string} message
 * @returns {asserts condition}
 */
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
  /**
   * @param {string} name
   * @param {Bytes} wrapping
   * @param {KeyUsage[]} uses
   */
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

/**
 * `length` bytes from the browser's own source of chance.
 * @param {number} length
 */
export const randomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

// --- Bytes ----------------------------------------------------------------------------------------------------

/**
 * UTF-8 of a text.
 * @param {string} text
 */
export const utf8 = (text) => new TextEncoder().encode(text);

/**
 * The text of UTF-8 bytes. Refuses others: `encoding`.
 * @param {Bytes} bytes
 */
export function fromUtf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refused('encoding', 'not UTF-8');
  }
}

/**
 * All parts, bytes or lists of numbers, one after the other.
 * @param {...Octets} parts
 */
export function concat(...parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Whether both are the same bytes. What is compared here is public.
 * @param {Octets} a
 * @param {Octets} b
 */
export const equal = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

/**
 * Base64 (RFC 4648, section 4), padded: the spelling of notes and checkpoints.
 * @param {Octets} bytes
 */
export const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));

/**
 * Base64url without padding: the spelling of everything else.
 * @param {Octets} bytes
 */
export const base64url = (bytes) => base64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');

/**
 * Reads {@link base64}, this spelling only. Refuses others: `encoding`.
 * @param {string} text
 */
export const fromBase64 = (text) => decode(text, base64);

/**
 * Reads {@link base64url}, this spelling only. Refuses others: `encoding`.
 * @param {string} text
 */
export const fromBase64url = (text) => decode(text, base64url);

/**
 * @param {string} text
 * @param {(bytes: Bytes) => string} encode
 */
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

/** @param {string} text */
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
/** @param {Octets} bytes */
const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
/** @param {number} number */
const twoBytes = (number) => [number >> 8, number & 255];

/**
 * The number that big-endian bytes are.
 * @param {Octets} bytes
 */
export const toNumber = (bytes) => BigInt(`0x0${toHex(bytes)}`);

/**
 * A number that fits, as `length` big-endian bytes.
 * @param {bigint} number
 * @param {number} length
 */
export const toBytes = (number, length) => fromHex(number.toString(16).padStart(2 * length, '0'));

/**
 * The 16 bytes of a petition id, which is a UUID in lower case. Refuses others: `petition`.
 * @param {string} uuid
 */
export function petitionBytes(uuid) {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid);
  refuseUnless(isId, 'petition', 'not the id of a petition');
  return fromHex(uuid.replace(/-/g, ''));
}

/**
 * A petition's id as text, from its 16 bytes.
 * @param {Octets} bytes
 */
export const petitionText = (bytes) => toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

// --- Hashes ---------------------------------------------------------------------------------------------------

/**
 * @param {string} name
 * @param {Octets[]} parts
 */
const digest = async (name, parts) => new Uint8Array(await subtle().digest(name, concat(...parts)));

/**
 * SHA-256 of all parts, one after the other: 32 bytes.
 * @param {...Octets} parts
 */
export const sha256 = (...parts) => digest('SHA-256', parts);

/**
 * SHA-384 of all parts, one after the other: 48 bytes.
 * @param {...Octets} parts
 */
export const sha384 = (...parts) => digest('SHA-384', parts);

/**
 * HMAC-SHA256 (RFC 2104) under a key that is not empty: 32 bytes.
 * @param {Bytes} key
 * @param {...Octets} parts
 */
export async function hmac(key, ...parts) {
  const imported = await subtle().importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle().sign('HMAC', imported, concat(...parts)));
}

// An empty salt stands for 32 zeros (RFC 5869, section 2.2).
const NO_SALT = new Uint8Array(32);

/**
 * HKDF-SHA256 with empty salt (RFC 5869), the first block: 32 bytes.
 * @param {Bytes} secret
 * @param {Octets} info
 */
export const hkdf = async (secret, info) => hmac(await hmac(NO_SALT, secret), info, [1]);

// --- Canonical JSON -------------------------------------------------------------------------------------------

const DEPTH_MAX = 16;

/**
 * The order of fields that RFC 8785 asks for: by UTF-16 code units.
 * @param {[string, unknown]} a
 * @param {[string, unknown]} b
 */
const byName = ([a], [b]) => (a < b ? -1 : Number(a > b));

/**
 * Canonical JSON (RFC 8785) of the values that this protocol knows: text, whole numbers below 2^53, lists, objects.
 * Refuses anything else, and half of a surrogate pair in a text: `json`.
 * @param {unknown} value
 * @param {number} [depth]
 * @returns {string}
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
  const fields = Object.entries(value).sort(byName);
  return `{${fields.map(([key, one]) => `${canonical(key, depth)}:${canonical(one, depth + 1)}`).join(',')}}`;
}

/**
 * Reads canonical JSON. Refuses another spelling of the same: `json`, `encoding`.
 * @param {Bytes} bytes
 * @returns {unknown}
 */
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

// --- K, the signer's own key ----------------------------------------------------------------------------------

// PKCS#8 (RFC 8410) around the 32 bytes of a private key: the only way in that browsers offer.
const PKCS8_ED25519 = fromHex('302e020100300506032b657004220420');
const PKCS8_X25519 = fromHex('302e020100300506032b656e04220420');

/** @param {Bytes} w */
const seedOf = (w) => hkdf(w, utf8('petition v1 ed25519'));

// WebKitGTK loses a zero at the beginning of a private key, and then refuses the key (bugs.webkit.org 307095). Secrets
// are drawn without one in every browser: a code from here must serve in another. It costs 0.006 bits.
/** @param {Bytes} secret */
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
    publicKey = fromBase64url((await subtle().exportKey('jwk', key)).x ?? '');
  } catch {
    throw new Refused('ed25519', 'this browser has no Ed25519');
  }
  return { publicKey, sign: async (message) => new Uint8Array(await subtle().sign('Ed25519', key, message)) };
}

// The y of the eight points of small order, in every encoding that some verifier reads; without the sign of x.
const SMALL_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];
/** @param {Bytes} point */
const isOfSmallOrder = (point) => SMALL_ORDER.includes(toHex(point.map((byte, at) => (at === 31 ? byte & 127 : byte))));
/** The order of the curve's large subgroup (RFC 8032, section 5.1). */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/**
 * Whether `signature` (64 bytes) is an Ed25519 signature of `message` by `publicKey` (32). Strictly, as the server and
 * auditors verify: browsers differ in what they take beyond that, which only a key or signature made for it has.
 * @param {Bytes} publicKey
 * @param {Bytes} signature
 * @param {Bytes} message
 * @throws {Refused} `ed25519`
 */
export async function isSignedBy(publicKey, signature, message) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const isBelowOrder = signature[63] < 16 || toNumber(Uint8Array.from(signature.slice(32)).reverse()) < ORDER;
  if (!isBelowOrder || isOfSmallOrder(publicKey) || isOfSmallOrder(signature.slice(0, 32))) return false;
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

/**
 * What stands in a token for K: a hash of its public half, 32 bytes.
 * @param {Bytes} publicKey
 */
export const nonceOf = (publicKey) => sha256(utf8('petition-nonce/v1\0'), publicKey);


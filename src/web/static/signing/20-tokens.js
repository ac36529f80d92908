// --- Issuing keys ---------------------------------------------------------------------------------------------
/**
 * @typedef {{n: bigint, e: bigint}} RsaKey
 * @typedef {RsaKey & {spki: Bytes, id: Bytes}} IssuingKey 342 bytes, and their SHA-256
 * @typedef {{salt?: Bytes, r?: bigint}} Chance what is drawn otherwise: for vectors, and nothing else may give it
 * @typedef {{spki: string, input: string, request: string, inverse: string}} TokenState from {@link requestToken}
 */

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
/** @param {bigint} number */
const bitLength = (number) => number.toString(2).length;
/** @param {bigint} n */
const byteLength = (n) => Math.ceil(bitLength(n) / 8);

/**
 * base^exponent mod n, for a public exponent.
 * @param {bigint} base
 * @param {bigint} exponent
 * @param {bigint} n
 */
export function modPow(base, exponent, n) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % n;
    if (bit === '1') result = (result * base) % n;
  }
  return result;
}

/**
 * The number that times `a` is 1 mod n, by Euclid; null where there is none.
 * @param {bigint} a
 * @param {bigint} n
 */
export function modInverse(a, n) {
  let [r0, r1, t0, t1] = [n, a % n, 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1];
  }
  if (r0 !== 1n) return null;
  return t0 < 0n ? t0 + n : t0;
}

/**
 * MGF1 with SHA-384 (RFC 8017, appendix B.2.1).
 * @param {Bytes} seed
 * @param {number} length
 */
async function mask(seed, length) {
  const blocks = [];
  for (let count = 0; count * HASH_BYTES < length; count += 1) blocks.push(await sha384(seed, [0, 0, 0, count]));
  return concat(...blocks).slice(0, length);
}

/**
 * @param {Bytes} a
 * @param {Bytes} b
 */
const xor = (a, b) => a.map((byte, at) => byte ^ b[at]);

/**
 * EMSA-PSS-ENCODE with SHA-384 (RFC 8017, section 9.1.1). `bits`: those of the key, less one.
 * @param {Bytes} message
 * @param {Bytes} salt
 * @param {number} bits
 */
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
 * @param {RsaKey} key
 * @param {Bytes} message
 * @param {Bytes} signature
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

/**
 * Evenly drawn from 1 to n - 1: candidates of n's length, until one fits.
 * @param {bigint} n
 */
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
 * @param {RsaKey} key
 * @param {Bytes} message
 * @param {Chance} [chance]
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
 * @param {RsaKey} key
 * @param {Bytes} message
 * @param {Bytes} blindSignature
 * @param {Bytes} inverse
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

/**
 * What a token's signature covers, 98 bytes: type, nonce (32), digest of the challenge, id of the key.
 * @param {IssuingKey} key
 * @param {Bytes} challenge
 * @param {Octets} nonce
 */
export const tokenInput = async (key, challenge, nonce) => concat(TOKEN_TYPE, nonce, await sha256(challenge), key.id);

/**
 * Blinds a token. The state is plain JSON: kept until the token is there, so that a tab that died asks again with the
 * same bytes, and thrown away then. Whoever has `inverse` could tell which token came of which request.
 * @param {IssuingKey} key
 * @param {Bytes} input 98 bytes
 * @param {Chance} [chance]
 * @returns {Promise<TokenState>} base64url; request: 259 bytes
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
 * @param {Chance} [chance]
 * @returns {Promise<TokenState>}
 * @throws {Refused} `crowd`, `ed25519`, `webcrypto`
 */
export async function begin(genesis, crowd, w, chance) {
  const { key, challenge } = await crowdOf(genesis, crowd);
  const { publicKey } = await signingKey(w);
  return requestToken(key, await tokenInput(key, challenge, await nonceOf(publicKey)), chance);
}

/**
 * Takes the blinding off the issuer's answer and verifies the token.
 * @param {TokenState} state from {@link begin}
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

/**
 * @param {Genesis} genesis
 * @param {number} index
 */
async function crowdOf(genesis, index) {
  const crowd = genesis.crowds[index];
  refuseUnless(crowd, 'crowd', 'genesis names no such crowd');
  return { key: crowd.key, challenge: await tokenChallenge(genesis.origin, genesis.petition, genesis.hash, index) };
}


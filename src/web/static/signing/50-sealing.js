// --- Sealing a name (RFC 9180, base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM) ---------------

const KEM = concat(utf8('KEM'), [0x00, 0x20]);
const SUITE = concat(utf8('HPKE'), [0x00, 0x20], [0x00, 0x01], [0x00, 0x02]);
const EMPTY = new Uint8Array(0);

/**
 * @param {Bytes} suite
 * @param {Bytes} salt
 * @param {string} label
 * @param {Bytes} secret
 */
const extract = (suite, salt, label, secret) =>
  hmac(salt.length > 0 ? salt : NO_SALT, utf8('HPKE-v1'), suite, utf8(label), secret);

/**
 * @param {Bytes} suite
 * @param {Bytes} secret
 * @param {string} label
 * @param {Bytes} info
 * @param {number} length
 */
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
  return { privateKey, publicKey: await subtle().importKey('raw', fromBase64url(x ?? ''), 'X25519', true, []) };
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
 * @param {Bytes} [ephemeral] 32 bytes, for vectors; nothing else may give it
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
 * @param {Pick<Genesis, 'petition' | 'hash' | 'sealingKey'>} genesis
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


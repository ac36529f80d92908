// --- Auditing: a whole log, entry by entry --------------------------------------------------------------------
// What `undersigned audit` does (docs/protocol.md, "Audit"), for readers without that program: every entry is fetched
// and verified, and what is found has the same codes. tests/vectors/audit.json holds the two against each other.
/**
 * @typedef {{key: IssuingKey, modulus: Bytes, imported: ?CryptoKey, digest: Bytes}} AuditedCrowd `digest`: of
 *   its challenge
 * @typedef {{genesis: Genesis, crowds: AuditedCrowd[], ids: string[], batch: number}} AuditFacts
 * @typedef {{crowd: number, nonce: Bytes, commitment: Bytes}} ReadCast
 * @typedef {{nonce: Bytes, commitment: ?Bytes}} ReadReference `commitment` of an amendment
 * @typedef {{found?: [FoundWhat, FoundMore?], cast?: ReadCast, reference?: ReadReference, notice?: Notice}} ReadEntry
 *   what is wrong with an entry, or what it says
 */

const PSS = { name: 'RSA-PSS', saltLength: PSS_SALT_BYTES };

/**
 * What genesis says, made ready for verifying many.
 * @param {Genesis} genesis
 * @returns {Promise<AuditFacts>}
 */
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

/**
 * Whether a number is below another of the same length, both as big-endian bytes.
 * @param {Bytes} a
 * @param {Bytes} b
 */
function isBelow(a, b) {
  const at = a.findIndex((byte, place) => byte !== b[place]);
  return at >= 0 && a[at] < b[at];
}

/**
 * Whether the key of a crowd signed a token. A browser's no is looked at again before anybody is accused of it.
 * @param {AuditedCrowd} crowd
 * @param {Bytes} input
 * @param {Bytes} signature
 */
async function isOfCrowd({ key, modulus, imported }, input, signature) {
  if (!isBelow(signature, modulus)) return false;
  const isGood = imported && (await subtle().verify(PSS, imported, signature, input).catch(() => false));
  return isGood || pssVerify(key, input, signature);
}

/**
 * A cast, verified as far as genesis and the leaf alone allow.
 * @param {AuditFacts} facts
 * @param {Bytes} leaf
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

/**
 * A retraction or an amendment: of which nonce, and what it commits to. Null where K did not sign it.
 * @param {Leaf} read
 * @param {Bytes} leaf
 * @returns {Promise<?ReadReference>}
 */
async function verifyReference({ petition, notice }, leaf) {
  const fields = notice?.kind === AMEND ? notice.fields : null;
  const publicKey = fields ? fromBase64url(fields.K_pub) : leaf.slice(18, 50);
  const signature = fields ? fromBase64url(fields.signature) : leaf.slice(50);
  const commitment = fields ? fromBase64url(fields.ext_commit) : null;
  const message = commitment
    ? concat(utf8('petition-amend/v1\0'), petition, publicKey, commitment)
    : retractMessage(petition, publicKey);
  const [nonce, isSigned] = await Promise.all([nonceOf(publicKey), isSignedBy(publicKey, signature, message)]);
  return isSigned ? { nonce, commitment } : null;
}

/**
 * One entry by itself, verified.
 * @param {?AuditFacts} facts
 * @param {Bytes} entry
 * @returns {Promise<ReadEntry>}
 */
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
  if (leaf.kind !== RETRACT && leaf.kind !== AMEND) return { notice: leaf.notice };
  const reference = await verifyReference(leaf, entry);
  return reference ? { reference } : { found: ['unsigned'] };
}

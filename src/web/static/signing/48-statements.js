// --- Statements: proving one's own signature to others --------------------------------------------------------

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

/**
 * What was typed as a phrase, in the one form in which phrases are signed.
 * @param {string} typed
 */
export const tidyPhrase = (typed) =>
  typed
    .replace(ALL_MARKS, '')
    .replace(AROUND_PHRASE, '')
    .replace(ALL_SPACE, ' ')
    .normalize('NFC');

/**
 * Refuses a text that is no phrase in that form: `phrase-empty`, `phrase-long`, `phrase`.
 * @param {string} phrase
 */
export function checkPhrase(phrase) {
  refuseUnless(phrase !== '', 'phrase-empty', 'no phrase');
  const isPlain = !NOT_IN_PHRASES.test(phrase) && tidyPhrase(phrase) === phrase;
  refuseUnless(isPlain, 'phrase', 'a character that changes how the rest is read, or another form');
  refuseUnless(Array.from(phrase).length <= PHRASE_MAX, 'phrase-long', 'a phrase has at most 200 characters');
}

/**
 * @param {Bytes} petition
 * @param {Bytes} genesisHash
 * @param {Bytes} publicKey
 * @param {string} phrase
 */
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
  /** @param {unknown} value */
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
    /** @param {unknown} value */
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

// What all statements share: the module, the vectors as bytes, and two assertions.

/**
 * @typedef {import('signing').Bytes} Bytes
 */

/** @param {ArrayLike<number>} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
/** @param {string} text */
export const unhex = (text) => Uint8Array.from(text.replace(/^0x/, '').match(/../g) ?? [], (pair) => parseInt(pair, 16));
/** @param {string} text */
export const number = (text) => BigInt(text.startsWith('0x') ? text : `0x${text}`);

/**
 * A copy with one bit of one byte turned.
 * @param {Bytes} bytes
 * @param {number} at
 * @param {number} [bit]
 */
export const flipped = (bytes, at, bit = 1) => bytes.map((byte, place) => (place === at ? byte ^ bit : byte));

/**
 * What must be there, so that a test can go on.
 * @template T
 * @param {T} value
 * @returns {NonNullable<T>}
 */
export function there(value) {
  if (value === null || value === undefined) throw new Error(`it is ${value}`);
  return value;
}

/**
 * @typedef {object} AuditLog a log of audit.json
 * @property {string} name
 * @property {(string | [string, number])[]} entries names of leaves, or a name and how often
 * @property {string} checkpoint
 * @property {string} vkey
 * @property {?object[]} openings
 * @property {?object} numbers
 * @property {object[]} [found]
 * @property {number[][]} [crowds]
 * @property {string} [refused]
 * @property {string} [after]
 * @property {{with_all_entries: string[], with_the_checkpoint: string[]}} [kinds]
 *
 * @typedef {'withdrawal_code_bytes' | 'k_pub' | 'nonce' | 'spki' | 'genesis' | 'genesis_hash' | 'challenge' | 'token' |
 *   'extension' | 'salt' | 'commitment' | 'cast' | 'retract'} OwnBytes
 *
 * @typedef {{taken: string[], refused: string[], tidied: [string, string][]}} Lines
 *
 * @typedef {object} Vectors what the files of tests/vectors hold; bytes as text
 * @property {Record<OwnBytes | 'withdrawal_code', string> & {crowd: number}} own
 * @property {Record<string, string>[]} rfc9474
 * @property {Record<string, string>[]} rfc9578
 * @property {Record<string, string>} sealedName
 * @property {{names: Lines, titles: Lines}} names
 * @property {{kind: string, text: string, code: string, refused?: string}[]} codes
 * @property {{leaves: Record<string, string>, logs: AuditLog[]}} audit
 * @property {{leaves: Record<string, string>, logs: AuditLog[]}} auditLater
 * @property {StatementVectors} statements
 * @property {{challenge: string, bits: number, solution: number}[]} work
 * @property {Record<string, string>} sealed
 *
 * @typedef {object} StatementVectors
 * @property {string} withdrawal_code
 * @property {string} petition
 * @property {string} genesis_hash
 * @property {string} k_pub
 * @property {{phrase: string, statement: string}[]} good
 * @property {[string, string][]} read_as
 * @property {string[]} refused
 * @property {string[]} unsigned
 * @property {{taken: string[], refused: string[], folded: [string, string][]}} phrases
 *
 * @typedef {object} Handed
 * @property {import('../program.mjs').Signing} signing
 * @property {Vectors} vectors
 * @property {{ok: (value: unknown, what?: string) => void, equal: (found: unknown, expected: unknown,
 *   what?: string) => void}} assert
 * @property {(bytes: Bytes) => Bytes | Promise<Bytes>} hash SHA-256, of somebody else
 * @property {number[]} sizes
 * @property {(name: string, check: () => unknown) => Promise<void>} statement
 */

/** @param {Handed} handed */
export async function prepare({ signing: s, vectors, assert, hash, sizes, statement }) {
  const { crowd, withdrawal_code, ...inHex } = vectors.own;
  const isHex = /^([0-9a-f]{2})+$/;
  const inBytes = Object.entries(inHex).filter(([, text]) => isHex.test(String(text)));
  const bytes = Object.fromEntries(inBytes.map(([name, text]) => [name, unhex(String(text))]));
  const own = { .../** @type {Record<OwnBytes, Bytes>} */ (bytes), crowd, withdrawal_code };
  const w = own.withdrawal_code_bytes;
  const petition = own.cast.slice(2, 18);
  const genesis = await s.readGenesis(own.genesis);

  /**
   * @param {ArrayLike<number>} found
   * @param {ArrayLike<number>} expected
   * @param {unknown} [what]
   */
  const same = (found, expected, what) =>
    assert.equal(hex(found), hex(expected), what === undefined ? undefined : String(what));
  /**
   * @param {string | string[]} code
   * @param {() => unknown} attempt
   * @param {unknown} [what]
   */
  async function refused(code, attempt, what = '') {
    let outcome = 'nothing was refused';
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof s.Refused)) throw error;
      outcome = error.code;
    }
    const codes = [code].flat();
    assert.ok(codes.includes(outcome), `${what} expected ${codes.join(' or ')}, found: ${outcome}`);
  }

  return { s, vectors, assert, hash, sizes, statement, own, w, petition, genesis, same, refused };
}

/** @typedef {Awaited<ReturnType<typeof prepare>>} Given */

// What all statements share: the module, the vectors as bytes, and two assertions.

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
export const unhex = (text) => Uint8Array.from(text.replace(/^0x/, '').match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const number = (text) => BigInt(text.startsWith('0x') ? text : `0x${text}`);

/** A copy with one bit of one byte turned. */
export const flipped = (bytes, at, bit = 1) => bytes.map((byte, place) => (place === at ? byte ^ bit : byte));

/**
 * @param {{signing: object, vectors: object, assert: {ok: Function, equal: Function}, hash: Function,
 *   sizes: number[], statement: (name: string, check: () => Promise<void>) => Promise<void>}} handed
 */
export async function prepare({ signing: s, vectors, assert, hash, sizes, statement }) {
  const own = Object.fromEntries(
    Object.entries(vectors.own).map(([name, value]) => [name, /^([0-9a-f]{2})+$/.test(value) ? unhex(value) : value]),
  );
  const w = own.withdrawal_code_bytes;
  const petition = own.cast.slice(2, 18);
  const genesis = await s.readGenesis(own.genesis);

  const same = (found, expected, what) => assert.equal(hex(found), hex(expected), what);
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

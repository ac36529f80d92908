// Bytes, canonical JSON and proof of work.
import { unhex } from './given.mjs';

/** @param {import('./given.mjs').Given} given */
export async function bytes(given) {
  const { s, vectors, assert, statement, same, refused } = given;

  await statement('this engine has all that signing needs', async () => {
    assert.equal((await s.missing()).join(), '');
  });

  await statement('work is solved with the first number that the server would take', async () => {
    for (const { challenge, bits, solution } of vectors.work) {
      assert.equal(await s.solveWork(challenge, bits), solution);
    }
    // A server that asks for minutes of it gets none.
    const asked = await s.solveWork('challenge', 25).catch((error) => error.code);
    assert.equal(asked, 'wait');
  });

  await statement('base64url has one spelling, and every other one is refused', async () => {
    assert.equal(s.base64url(unhex('fbff00')), '-_8A');
    for (let length = 0; length < 70; length += 1) {
      const bytes = s.randomBytes(length);
      same(s.fromBase64url(s.base64url(bytes)), bytes);
      same(s.fromBase64(s.base64(bytes)), bytes);
    }
    for (const text of ['A', 'AB', 'AAA=', 'AA==', '-_8A\n', ' -_8A', '+/8A', 'AAB', 'ü', '-_8A-', undefined, 7, null]) {
      await refused('encoding', () => s.fromBase64url(/** @type {string} */ (text)), text);
    }
    for (const text of ['-_8A', 'AA', 'AAA', 'AB==', '+/8A=', '+/8A\n']) {
      await refused('encoding', () => s.fromBase64(text), text);
    }
    await refused('encoding', () => s.fromUtf8(unhex('c328')));
    assert.equal(s.fromUtf8(unhex('efbbbf41')), '\ufeffA');
  });

  await statement('canonical JSON is that of RFC 8785, and another spelling of it is refused', async () => {
    assert.equal(
      s.canonical({ b: [1, 'é\u2028"\\\t\u0007'], a: {}, aa: 9007199254740991 }),
      '{"a":{},"aa":9007199254740991,"b":[1,"é\u2028\\"\\\\\\t\\u0007"]}',
    );
    // The order of RFC 8785, section 3.2.3: by UTF-16 code units.
    const keys = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const sorted = Object.keys(JSON.parse(s.canonical(Object.fromEntries(keys.map((key) => [`k${key}`, 0])))));
    assert.equal(sorted.join(' '), ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'].map((key) => `k${key}`).join(' '));
    for (const value of [1.5, -0, NaN, 2 ** 53, null, undefined, true, '\ud800', { a: undefined }, { '\udc00': 1 }, () => 1]) {
      await refused('json', () => s.canonical(value), String(value));
    }
    for (const text of [
      '{"a": 1}', '{"b":1,"a":1}', '{"a":1,"a":1}', '{"a":1.0}', '{"a":1e0}', '{"a":"\\u0041"}', '{"a":"\\/"}', '{"a":1}\n', '\ufeff{}', '{',
      '{"a":null}', '{"a":"\\ud800"}', `${'['.repeat(5000)}${']'.repeat(5000)}`, `{"a":${'9'.repeat(400)}}`, '',
    ]) {
      await refused('json', () => s.readCanonical(s.utf8(text)), text.slice(0, 40));
    }
    const read = /** @type {{a?: number}} */ (s.readCanonical(s.utf8('{"__proto__":{"a":1}}')));
    assert.equal(read.a, undefined);
  });
}

// What the module of src/web/static/signing promises, as statements that run alike in Node and in a browser: nothing else is
// imported here, the runner (vectors.mjs) hands in the module, the vectors and the few assertions.
import { auditStatements } from './audit_statements.mjs';

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const unhex = (text) => Uint8Array.from(text.replace(/^0x/, '').match(/../g) ?? [], (pair) => parseInt(pair, 16));
const number = (text) => BigInt(text.startsWith('0x') ? text : `0x${text}`);

/** A copy with one bit of one byte turned. */
const flipped = (bytes, at, bit = 1) => bytes.map((byte, place) => (place === at ? byte ^ bit : byte));

/**
 * @param {{signing: object, vectors: object, assert: {ok: Function, equal: Function}, hash: Function,
 *   sizes: number[], statement: (name: string, check: () => Promise<void>) => Promise<void>}} given
 */
export async function statements({ signing: s, vectors, assert, hash, sizes, statement }) {
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

  await statement('this engine has all that signing needs', async () => {
    assert.equal((await s.missing()).join(), '');
  });

  await statement('work is solved with the first number that the server would take', async () => {
    for (const { challenge, bits, solution } of vectors.work) assert.equal(await s.solveWork(challenge, bits), solution);
    // A server that asks for minutes of it gets none.
    const asked = await s.solveWork('challenge', 25).catch((error) => error.code);
    assert.equal(asked, 'wait');
  });

  // --- Bytes and JSON ---------------------------------------------------------------------------------------

  await statement('base64url has one spelling, and every other one is refused', async () => {
    assert.equal(s.base64url(unhex('fbff00')), '-_8A');
    for (let length = 0; length < 70; length += 1) {
      const bytes = s.randomBytes(length);
      same(s.fromBase64url(s.base64url(bytes)), bytes);
      same(s.fromBase64(s.base64(bytes)), bytes);
    }
    for (const text of ['A', 'AB', 'AAA=', 'AA==', '-_8A\n', ' -_8A', '+/8A', 'AAB', 'ü', '-_8A-', undefined, 7, null]) {
      await refused('encoding', () => s.fromBase64url(text), text);
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
    assert.equal(s.readCanonical(s.utf8('{"__proto__":{"a":1}}')).a, undefined);
  });

  // --- Codes ------------------------------------------------------------------------------------------------

  await statement('a withdrawal code gives the text, K and nonce of the vectors', async () => {
    assert.equal(await s.showCode(w), own.withdrawal_code);
    same(await s.readCode(own.withdrawal_code), w);
    const { publicKey } = await s.signingKey(w);
    same(publicKey, own.k_pub);
    same(await s.nonceOf(publicKey), own.nonce);
    const counting = Uint8Array.from({ length: 15 }, (_, at) => at);
    assert.equal((await s.showCode(counting)).slice(0, 30), '000G-40R4-0M30-E209-185G-R38E-');
  });

  await statement('a code reads back however it was typed', async () => {
    const counting = Uint8Array.from({ length: 15 }, (_, at) => at);
    const shown = await s.showCode(counting);
    const sloppy = shown.toLowerCase().replace(/0/g, 'o').replace(/1/g, 'l').replace(/-/g, ' \u2013\u00ad\u200b\u2212\u00a0');
    same(await s.readCode(`\n${sloppy}\t`), counting);
    same(await s.readCode(shown.replace(/-/g, '').replace(/1/g, 'I')), counting);
    for (let turn = 0; turn < 20; turn += 1) {
      const code = await s.newCode();
      assert.equal(code.length, 15);
      same(await s.readCode(await s.showCode(code)), code);
    }
  });

  await statement('a wrong length, an unknown character and a mistyped one are told apart', async () => {
    const shown = own.withdrawal_code;
    await refused('code-length', () => s.readCode(''));
    await refused('code-length', () => s.readCode(shown.slice(0, -1)));
    await refused('code-length', () => s.readCode(`${shown}0`));
    for (const strange of ['U', 'u', 'ü', 'Ж']) {
      await refused('code-character', () => s.readCode(strange + shown.slice(1)), strange);
    }
    for (let at = 0; at < shown.length; at += 1) {
      if (shown[at] === '-') continue;
      const other = shown[at] === 'Z' ? 'Y' : 'Z';
      await refused('code-mistyped', () => s.readCode(shown.slice(0, at) + other + shown.slice(at + 1)), at);
    }
  });

  await statement('a mailed code has 8 characters, an invitation 16', async () => {
    assert.equal(s.readMailedCode(' abcd efgo '), 'ABCD-EFG0');
    assert.equal(s.readInvitation('abcd\u2014efgh jkmn-pqil'), 'ABCD-EFGH-JKMN-PQ11');
    await refused('code-length', () => s.readMailedCode('ABCD-EFG'));
    await refused('code-length', () => s.readMailedCode('ABCD-EFGHJ'));
    await refused('code-character', () => s.readMailedCode('ABCD-EFGU'));
    await refused('code-length', () => s.readInvitation('ABCD-EFGH'));
    await refused('code-character', () => s.readInvitation('ABCD-EFGH-JKMN-PQRU'));
  });

  await statement('codes are read however people paste them', async () => {
    const codeOf = { mailed: s.readMailedCode, invitation: s.readInvitation };
    codeOf.withdrawal = async (text) => s.showCode(await s.readCode(text));
    for (const { kind, text, code, refused: why } of vectors.codes) {
      const what = JSON.stringify([kind, text]);
      if (why) await refused(`code-${why}`, async () => codeOf[kind](text), what);
      else assert.equal(await codeOf[kind](text), code, what);
    }
  });

  // --- Keys and tokens --------------------------------------------------------------------------------------

  await statement('an issuing key has exactly one encoding', async () => {
    const key = await s.readIssuingKey(own.spki);
    assert.equal(key.e, 65537n);
    same(key.id, own.token.slice(66, 98));
    for (let at = 0; at < own.spki.length; at += 1) {
      const other = flipped(own.spki, at, at === 81 ? 0x80 : 1);
      if (at > 81 && at < 336) assert.ok(hex((await s.readIssuingKey(other)).id) !== hex(key.id));
      else await refused('key', () => s.readIssuingKey(other), at);
    }
    await refused('key', () => s.readIssuingKey(own.spki.slice(0, -1)));
    await refused('key', () => s.readIssuingKey(s.concat(own.spki, [0])));
    await refused('key', () => s.readIssuingKey(new Uint8Array(0)));
    await refused('key', () => s.readIssuingKey(own.spki.slice(72)));
  });

  await statement('the deterministic variant of RFC 9474 gives the vectors of its appendix', async () => {
    const v = vectors.rfc9474.find((vector) => vector.name === 'RSABSSA-SHA384-PSS-Deterministic');
    const key = { n: number(v.n), e: number(v.e) };
    const [message, salt, inverse, blindSig, sig] = [v.input_msg, v.salt, v.inv, v.blind_sig, v.sig].map(unhex);
    same(await s.pssEncode(message, salt, 4095), unhex(v.encoded_msg));
    const r = s.modInverse(number(v.inv), key.n);
    const made = await s.blind(key, message, { salt, r });
    same(made.blinded, unhex(v.blinded_msg));
    same(s.toBytes(s.modPow(s.toNumber(made.blinded), number(v.d), key.n), 512), blindSig);
    same(await s.finalize(key, message, blindSig, made.inverse), sig);
    assert.ok(await s.pssVerify(key, message, sig));
    for (const at of [0, 1, 255, 510, 511]) {
      assert.ok(!(await s.pssVerify(key, message, flipped(sig, at))));
      await refused('response', () => s.finalize(key, message, flipped(blindSig, at), inverse), at);
      await refused('response', () => s.finalize(key, message, blindSig, flipped(made.inverse, at)), at);
    }
    await refused('response', () => s.finalize(key, flipped(message, 0), blindSig, made.inverse));
    await refused('response', () => s.finalize(key, message, blindSig.slice(1), made.inverse));
    assert.ok(!(await s.pssVerify(key, message, s.concat([0], sig))));
    await refused('response', () => s.finalize(key, message, s.concat([0], blindSig), made.inverse));
    // s + n is the same number to a careless verifier: a salt is looked for under which it has as many bytes.
    const isTooLarge = (found) => s.toNumber(found) + key.n >= 1n << 4096n;
    let [small, turn] = [sig, 0];
    while (isTooLarge(small)) {
      const encoded = await s.pssEncode(message, salt.map((byte) => byte ^ turn), 4095);
      small = s.toBytes(s.modPow(s.toNumber(encoded), number(v.d), key.n), 512);
      turn += 1;
    }
    assert.ok(await s.pssVerify(key, message, small));
    const raised = s.toBytes(s.toNumber(small) + key.n, 512);
    assert.ok(!(await s.pssVerify(key, message, raised)));
    const one = s.toBytes(1n, 512);
    same(await s.finalize(key, message, small, one), small);
    await refused('response', () => s.finalize(key, message, raised, one));
    // A salt of another length is another scheme.
    const zero = vectors.rfc9474.find((vector) => vector.name === 'RSABSSA-SHA384-PSSZERO-Deterministic');
    assert.ok(!(await s.pssVerify({ n: number(zero.n), e: number(zero.e) }, unhex(zero.input_msg), unhex(zero.sig))));
    same(await s.pssEncode(unhex(zero.input_msg), new Uint8Array(0), 4095), unhex(zero.encoded_msg));
  });

  await statement('tokens are those of RFC 9578, appendix B.2, request and response included', async () => {
    assert.equal(vectors.rfc9578.length, 5);
    for (const v of vectors.rfc9578) {
      const key = await s.readIssuingKey(unhex(v.pkS));
      const challenge = unhex(v.token_challenge);
      const input = await s.tokenInput(key, challenge, unhex(v.nonce));
      const state = await s.requestToken(key, input, { salt: unhex(v.salt), r: number(v.blind) });
      same(s.fromBase64url(state.request), unhex(v.token_request));
      assert.equal(s.fromBase64url(state.request).length, 259);
      const kept = JSON.parse(JSON.stringify(state));
      const response = unhex(v.token_response);
      const token = await s.finish(kept, response);
      same(token, unhex(v.token));
      same(await s.checkToken(token, key, challenge), unhex(v.nonce));
      for (const at of [0, 1, 2, 34, 66, 97, 98, 200, 353]) {
        // A turned bit of the nonce is another token, which the issuer did not sign either.
        await refused('token', () => s.checkToken(flipped(token, at), key, challenge), at);
      }
      await refused('token', () => s.checkToken(token, key, flipped(challenge, 5)));
      await refused('response', () => s.finish(kept, flipped(response, 255)));
    }
  });

  await statement('what blinds a token is fresh each time, and of the right size', async () => {
    const key = await s.readIssuingKey(own.spki);
    const seen = new Set();
    for (let turn = 0; turn < 20; turn += 1) {
      const { blinded, inverse } = await s.blind(key, own.token.slice(0, 98));
      assert.equal(blinded.length + inverse.length, 512);
      assert.ok(s.toNumber(blinded) < key.n && s.toNumber(inverse) > 1n);
      seen.add(hex(blinded)).add(hex(inverse));
    }
    assert.equal(seen.size, 40);
    // A key that shares a factor with the message or with r gives itself away, and hides nothing.
    const weak = { n: key.n - (key.n % 6n) + 3n, e: key.e };
    let divisible = 0;
    for (let turn = 0; turn < 60; turn += 1) {
      const salt = new Uint8Array(48).fill(turn);
      const isDivisible = s.toNumber(await s.pssEncode(own.token, salt, 2047)) % 3n === 0n;
      if (isDivisible) divisible += 1;
      await refused('key', () => s.blind(weak, own.token, { salt, r: isDivisible ? 1n : 3n }), turn);
    }
    assert.ok(divisible > 0 && divisible < 60);
    assert.equal(s.modInverse(6n, 9n), null);
    assert.equal(s.modInverse(0n, 9n), null);
    for (let a = 1n; a < 101n; a += 1n) assert.equal((s.modInverse(a, 101n) * a) % 101n, 1n);
    assert.equal(s.modPow(3n, 200n, 1000007n), 3n ** 200n % 1000007n);
  });

  await statement('one petition goes from genesis to token, cast and retraction in this engine', async () => {
    const pair = await crypto.subtle.generateKey(
      { name: 'RSA-PSS', modulusLength: 2048, publicExponent: unhex('010001'), hash: 'SHA-384' },
      true,
      ['sign', 'verify'],
    );
    const { n, d } = await crypto.subtle.exportKey('jwk', pair.privateKey);
    const spki = s.concat(own.spki.slice(0, 81), s.fromBase64url(n), own.spki.slice(-5));
    const fields = { ...genesis.fields, crowds: [genesis.fields.crowds[0], { proof: 'work-mail', spki: s.base64url(spki) }] };
    const opened = await s.readGenesis(s.concat([1, 0], petition, s.utf8(s.canonical(fields))));
    const code = await s.newCode();
    const state = await s.begin(opened, 1, code);
    const request = s.fromBase64url(state.request);
    assert.equal(request[2], opened.crowds[1].key.id[31]);
    const answerTo = (asked) =>
      s.toBytes(s.modPow(s.toNumber(asked.slice(3)), s.toNumber(s.fromBase64url(d)), opened.crowds[1].key.n), 256);
    const token = await s.finish(JSON.parse(JSON.stringify(state)), answerTo(request));
    // Asked for anew, nothing is as it was but what the token says: the salt is fresh as well.
    const again = await s.begin(opened, 1, code);
    const other = await s.finish(again, answerTo(s.fromBase64url(again.request)));
    same(other.slice(0, 98), token.slice(0, 98));
    assert.ok(hex(other.slice(98)) !== hex(token.slice(98)) && again.inverse !== state.inverse && again.request !== state.request);
    await refused('response', () => s.finish(again, answerTo(request)));
    // Another verifier than our own.
    const pss = { name: 'RSA-PSS', saltLength: 48 };
    assert.ok(await crypto.subtle.verify(pss, pair.publicKey, token.slice(98), token.slice(0, 98)));
    const shown = s.extensionOf({ mode: 'anonymous' });
    const { leaf, salt } = await s.cast(petition, token, code, shown);
    assert.equal(leaf.length, 500);
    const { publicKey, commitment } = await s.checkCast(leaf, opened, 1);
    same(commitment, await s.commit(salt, shown));
    same(publicKey, await s.checkRetraction(await s.retract(petition, code), petition));
    await refused('token', async () => s.cast(petition, token, await s.newCode(), shown));
    await refused('token', () => s.checkCast(leaf, opened, 0));
    await refused('crowd', () => s.checkCast(leaf, opened, 2));
    await refused('crowd', () => s.begin(opened, 2, code));
    const ballot = await s.writeBallot(opened, token, code);
    assert.equal((await s.readBallot(ballot, opened)).crowd, 1);
    await refused('ballot-other', () => s.readBallot(ballot, genesis));
  });

  await statement('the token of the vectors verifies, and no turned bit of it does', async () => {
    const { key } = genesis.crowds[own.crowd];
    const challenge = await s.tokenChallenge(genesis.origin, petition, own.genesis_hash, own.crowd);
    same(challenge, own.challenge);
    same(await s.checkToken(own.token, key, challenge), own.nonce);
    for (let at = 0; at < 354; at += 1) {
      await refused('token', () => s.checkToken(flipped(own.token, at, 1 << at % 8), key, challenge), at);
    }
    await refused('token', () => s.checkToken(own.token.slice(0, -1), key, challenge));
    await refused('token', () => s.checkToken(s.concat(own.token, [0]), key, challenge));
    const other = await s.tokenChallenge(genesis.origin, petition, own.genesis_hash, 0);
    await refused('token', () => s.checkToken(own.token, key, other));
  });

  // --- Leaves -----------------------------------------------------------------------------------------------

  await statement('genesis reads, and its hash is G', async () => {
    same(genesis.hash, own.genesis_hash);
    same(genesis.petition, petition);
    assert.equal(s.petitionText(petition), '0b5e9f7e-52c3-4d27-9a3c-6f1d2e4b8a90');
    same(s.petitionBytes('0b5e9f7e-52c3-4d27-9a3c-6f1d2e4b8a90'), petition);
    await refused('petition', () => s.petitionBytes('0B5E9F7E-52C3-4D27-9A3C-6F1D2E4B8A90'));
    assert.equal(genesis.crowds.map((crowd) => `${crowd.proof} ${crowd.employer}`).join(), 'work-mail Example,any-mail null');
    assert.equal(genesis.sealingKey, null);
    assert.equal(genesis.fields.text.title, 'Über die Verträge – “now”');
  });

  await statement('a turned bit of genesis is refused or gives another G', async () => {
    for (let at = 0; at < own.genesis.length; at += 1) {
      let read;
      try {
        read = await s.readGenesis(flipped(own.genesis, at));
      } catch (error) {
        assert.ok(error instanceof s.Refused, `${at}: ${error.stack}`);
        continue;
      }
      assert.ok(hex(read.hash) !== hex(genesis.hash), at);
    }
  });

  await statement('a genesis that is not of this protocol is refused', async () => {
    const json = s.fromUtf8(own.genesis.slice(18));
    const read = (text) => s.readGenesis(s.concat(own.genesis.slice(0, 18), s.utf8(text)));
    same((await read(json)).hash, genesis.hash);
    for (const [from, to] of [
      ['"v":1', '"v":2'], ['"v":1', '"v": 1'], ['"v":1', '"v":"1"'], ['"attributes":[]', '"attributes":[1]'], ['"attributes":[],', ''],
      ['"attributes":[]', '"a":1,"attributes":[]'], ['any-mail', 'shouting'], ['petition.undersigned/', 'example.com/'],
      ['ayeaudaocajbifqydiob4', 'ayeaudaocajbifqydiobB'], ['10:00:00Z', '10:00:00+00:00'], ['10:00:00Z', '24:00:00Z'],
      ['10:00:00Z', '10:00:0Z'], ['10:00:00Z', '10:00:00.5Z'], ['2026-11-23T', '2026-02-30T'], ['"spki":"MIIB', '"spki":"NIIB'],
      ['"batch":10', '"batch":-1'], ['"batch":10', '"batch":4294967296'], ['"batch":10', '"batch":"10"'], ['"title":"', '"title":"\\u0041'],
      ['"demands":["One\\n","Two"]', '"demands":["One\\n",2]'], ['"demands":["One\\n","Two"]', '"demands":"One"'],
      ['"employer":"Example"', '"employer":7'], ['"min_cell":10', '"min_cell":10,"opens":1'], ['"body":"S', '"body":"'],
    ]) {
      assert.ok(json.includes(from), from);
      await refused(['genesis', 'json', 'encoding', 'key'], () => read(json.replace(from, () => to)), `${from} -> ${to}`);
    }
    const without = { ...genesis.fields, crowds: [] };
    await refused('genesis', () => read(s.canonical(without)));
    await refused('genesis', () => read(s.canonical({ ...genesis.fields, sealing_key: 'AA' })));
    const sealing = s.base64url(s.randomBytes(32));
    const withKey = await read(s.canonical({ ...genesis.fields, sealing_key: sealing }));
    assert.equal(s.base64url(withKey.sealingKey), sealing);
    await refused('genesis', () => s.readGenesis(own.cast));
    await refused('genesis', () => s.readGenesis(new Uint8Array(0)));
    const long = s.canonical({ ...genesis.fields, text: { ...genesis.fields.text, title: 'x'.repeat(65000) } });
    await refused('genesis', () => read(long));
    for (const text of ['null', '[]', '{}', '7', '""']) await refused(['genesis', 'json'], () => read(text), text);
  });

  await statement('cast and retraction come out byte for byte as in the vectors', async () => {
    const shown = JSON.parse(s.fromUtf8(own.extension));
    same(s.extensionOf(shown), own.extension);
    same(await s.commit(own.salt, own.extension), own.commitment);
    same((await s.cast(petition, own.token, w, own.extension, own.salt)).leaf, own.cast);
    same(await s.retract(petition, w), own.retract);
    same((await s.checkCast(own.cast, genesis, own.crowd)).publicKey, own.k_pub);
    same(await s.checkRetraction(own.retract, petition), own.k_pub);
  });

  await statement('a turned bit anywhere in a cast or a retraction is refused', async () => {
    for (let at = 0; at < 500; at += 1) {
      await refused(['leaf', 'token'], () => s.checkCast(flipped(own.cast, at, 1 << at % 8), genesis, own.crowd), at);
    }
    for (let at = 0; at < 114; at += 1) {
      await refused('leaf', () => s.checkRetraction(flipped(own.retract, at, 1 << at % 8), petition), at);
    }
    await refused('leaf', () => s.checkCast(own.cast.slice(0, -1), genesis, own.crowd));
    // Somebody else's K, with a good signature by it.
    const thief = await s.signingKey(await s.newCode());
    const stolen = s.concat(own.cast.slice(0, 372), thief.publicKey, own.commitment);
    const signature = await thief.sign(s.concat(s.utf8('petition-cast/v1\0'), stolen));
    await refused('leaf', () => s.checkCast(s.concat(stolen, signature), genesis, own.crowd));
    await refused('leaf', () => s.checkRetraction(s.concat(own.retract, [0]), petition));
    same(await s.commit(own.salt, own.extension), own.commitment);
    assert.ok(hex(await s.commit(flipped(own.salt, 0), own.extension)) !== hex(own.commitment));
    assert.ok(hex(await s.commit(own.salt, flipped(own.extension, 9))) !== hex(own.commitment));
  });

  await statement('an extension has a known mode, and a name where the mode shows one', async () => {
    assert.equal(s.fromUtf8(s.extensionOf({ mode: 'anonymous' })), '{"mode":"anonymous"}');
    assert.equal(s.fromUtf8(s.extensionOf({ title: 'T', name: 'A', mode: 'sealed' })), '{"mode":"sealed","name":"A","title":"T"}');
    for (const shown of [
      { mode: 'public' }, { mode: 'sealed', name: '' }, { mode: 'anonymous', name: 'A' }, { mode: 'anonymous', title: 'A' },
      { mode: 'secret', name: 'A' }, { name: 'A' }, { mode: 'public', name: 7 },
    ]) {
      await refused('extension', () => s.extensionOf(shown), JSON.stringify(shown));
    }
    await refused('json', () => s.extensionOf({ mode: 'public', name: '\ud800' }));
  });

  await statement('a ballot file reads back, and a changed one is refused', async () => {
    const text = await s.writeBallot(genesis, own.token, w);
    assert.equal(Object.keys(JSON.parse(text)).join(), 'genesis_hash,origin,petition,token,v,withdrawal_code');
    assert.ok(text.length < 1000);
    const read = await s.readBallot(`${text}\n`, genesis);
    same(read.token, own.token);
    same(read.w, w);
    assert.equal(read.crowd, own.crowd);
    const ballot = JSON.parse(text);
    const altered = (change) => s.readBallot(s.canonical({ ...ballot, ...change }), genesis);
    await refused('ballot', () => altered({ v: 2 }));
    await refused('ballot', () => altered({ more: 1 }));
    await refused('ballot-other', () => altered({ petition: '0b5e9f7e-52c3-4d27-9a3c-6f1d2e4b8a91' }));
    await refused('ballot-other', () => altered({ origin: ballot.origin.replace('a', 'b') }));
    await refused('ballot-other', () => altered({ genesis_hash: s.base64url(flipped(own.genesis_hash, 3)) }));
    await refused('ballot', () => altered({ withdrawal_code: own.withdrawal_code.toLowerCase() }));
    const other = await s.showCode(await s.newCode());
    await refused('ballot', () => altered({ withdrawal_code: other }));
    await refused('code-mistyped', () => altered({ withdrawal_code: own.withdrawal_code.replace('BW7', 'BW8') }));
    for (const at of [34, 65, 66, 97]) await refused('ballot', () => altered({ token: s.base64url(flipped(own.token, at)) }), at);
    for (const at of [0, 1, 2, 33, 98, 353]) await refused('token', () => altered({ token: s.base64url(flipped(own.token, at)) }), at);
    await refused('json', () => s.readBallot(text.replace(',', ', '), genesis));
    await refused('json', () => s.readBallot('my ballot', genesis));
    await refused('ballot', () => s.readBallot('{}', genesis));
  });

  // --- The log ----------------------------------------------------------------------------------------------

  const makeLogKey = async (name) => {
    const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    const key = s.concat([1], new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
    const id = (await s.sha256(s.utf8(`${name}\n`), key)).slice(0, 4);
    return { name, id, vkey: `${name}+${hex(id)}+${s.base64(key)}`, privateKey: pair.privateKey };
  };
  const signLine = async (key, text) => {
    const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', key.privateKey, s.utf8(text)));
    return `\u2014 ${key.name} ${s.base64(s.concat(key.id, signature))}\n`;
  };
  const sign = async (key, text) => s.utf8(`${text}\n${await signLine(key, text)}`);
  const logKey = await makeLogKey(genesis.origin);
  const checkpointText = (size, root) => `${genesis.origin}\n${size}\n${s.base64(root)}\n`;

  await statement('a signed note is opened by its key alone', async () => {
    const other = await makeLogKey('witness.example/1');
    const note = await sign(logKey, 'one\ntwo\n');
    assert.equal(await s.openNote(note, logKey.vkey), 'one\ntwo\n');
    const cosigned = s.concat(note, s.utf8(await signLine(other, 'one\ntwo\n')));
    assert.equal(await s.openNote(cosigned, logKey.vkey), 'one\ntwo\n');
    assert.equal(await s.openNote(cosigned, other.vkey), 'one\ntwo\n');
    await refused('note-signature', () => s.openNote(note, other.vkey));
    const sameName = await makeLogKey(genesis.origin);
    await refused('note-signature', () => s.openNote(note, sameName.vkey));
    for (let at = 0; at < note.length; at += 1) {
      await refused(['note', 'note-signature', 'encoding'], () => s.openNote(flipped(note, at), logKey.vkey), at);
    }
    for (const text of ['', 'one\n', 'one\n\n', '\n\n\u2014 a AAAA\n', 'one\n\nno dash\n', s.fromUtf8(note).slice(0, -1), `\ta${s.fromUtf8(note)}`]) {
      await refused('note', () => s.openNote(s.utf8(text), logKey.vkey), text);
    }
    const [, name, id, key] = /^(.+?)\+(.+?)\+(.+)$/.exec(logKey.vkey);
    for (const vkey of ['', `${name}+${id}`, `${name}x+${id}+${key}`, `${name}+${id.replace(/./, 'g')}+${key}`, `${name}+00000000+${key}`]) {
      await refused('note-key', () => s.readNoteKey(vkey), vkey);
    }
    // Another kind of key: a witness's timestamped one, its hash right.
    const ofWitness = s.concat([4], s.fromBase64(key).slice(1));
    const itsId = hex((await s.sha256(s.utf8(`${name}\n`), ofWitness)).slice(0, 4));
    await refused('note-key', () => s.readNoteKey(`${name}+${itsId}+${s.base64(ofWitness)}`));
    // Two signatures of the same key: nothing that a log writes, whether or not one is false.
    const lines = [await signLine(logKey, 'one\ntwo\n'), await signLine(logKey, 'two\n')];
    await refused('note-signature', () => s.openNote(s.utf8(`one\ntwo\n\n${lines[0]}${lines[0]}`), logKey.vkey));
    await refused('note-signature', () => s.openNote(s.utf8(`one\ntwo\n\n${lines[0]}${lines[1]}`), logKey.vkey));
    await refused('note-signature', () => s.openNote(s.utf8(`one\ntwo\n\n${lines[1]}${lines[0]}`), logKey.vkey));
    // The example of the signed-note document: a key made by somebody else.
    const example = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    const saying = 'If you think cryptography is the answer to your problem,\nthen you don\'t know what your problem is.\n';
    const signed = `${saying}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
    assert.equal(await s.openNote(s.utf8(signed), example), saying);
    await refused('note-signature', () => s.openNote(s.utf8(signed.replace('answer', 'Answer')), example));
  });

  await statement('a promise is for this very leaf of this log, and for a batch no smaller than genesis says', async () => {
    const { batch } = genesis.fields;
    const leaf = own.cast;
    const hash = s.base64(await s.sha256(leaf));
    const text = (count = batch, first = genesis.origin) =>
      `${first}\npromise/v1\n${hash}\nbatch of at least ${count} by 2026-06-03T12:00:00Z\n`;
    const read = async (body, of = leaf) => s.readPromise(await sign(logKey, body), logKey.vkey, genesis, of);
    const promise = await read(text());
    assert.equal(promise.batch, batch);
    assert.equal(promise.until, '2026-06-03T12:00:00Z');
    assert.equal((await read(text(batch + 1))).batch, batch + 1);
    for (const body of [
      text(batch - 1),
      text(0),
      text(batch, 'petition.undersigned/aaaaaaaaaaaaaaaaaaaaaaaaaa'),
      `${text()}more\n`,
      text().replace('v1', 'v2'),
      text().replace('12:00:00Z', '12:00'),
      text().replace(' by ', ' before '),
      checkpointText(257, own.genesis.slice(0, 32)),
    ]) {
      await refused('promise', () => read(body), body);
    }
    await refused('promise', () => read(text(), flipped(leaf, 499)));
    const note = await sign(logKey, text());
    const other = await makeLogKey(genesis.origin);
    await refused('note-signature', () => s.readPromise(note, other.vkey, genesis, leaf));
  });

  await statement('no file of a log is read beyond what it can be', async () => {
    for (const [path, entries, most] of [
      ['/p/a/log/vkey', 0, 1024],
      ['/p/a/log/checkpoint', 0, 65536],
      ['tile/0/000', 0, 256 * 32],
      ['tile/1/000.p/3', 0, 96],
      ['https://site.example/p/a/log/tile/entries/x001/x234/067.p/2', 0, 2 * 65537],
      ['/p/a/log/tile/entries/067', 0, 256 * 65537],
      ['/p/a/openings.json', 9, 20480],
      ['/p/a/numbers.json', 9, 65536],
      ['/api/v1/petitions/a/casts', 0, 65536],
    ]) {
      assert.equal(s.mostBytes(path, entries), most, path);
    }
  });

  await statement('a checkpoint names its log, its size in plain decimals and a root', async () => {
    const root = s.randomBytes(32);
    const read = async (text) => s.readCheckpoint(await sign(logKey, text), logKey.vkey, genesis.origin);
    const checkpoint = await read(checkpointText(257, root));
    assert.equal(checkpoint.size, 257);
    same(checkpoint.root, root);
    assert.equal((await read(`${checkpointText(0, root)}more\n`)).extensions.join(), 'more');
    const good = checkpointText(257, root);
    for (const text of [
      good.replace('257', '0257'), good.replace('257', '-1'), good.replace('257', '2.0'), good.replace('257', '0x1'), good.replace('257', ''),
      `${good}\nmore\n`, good.replace('257', '9007199254740992'), `${genesis.origin}\n257\n`, `${genesis.origin}\n`, `${genesis.origin}\n257\n${s.base64(root.slice(1))}\n`,
    ]) {
      await refused('checkpoint', () => read(text), text);
    }
    await refused('encoding', () => read(good.replace(/=/, '')));
    await refused('origin', () => read(good.replace('petition', 'Petition')));
  });

  await statement('tiles are where C2SP tlog-tiles says', async () => {
    assert.equal(s.tilePath(0, 0, 1), 'tile/0/000.p/1');
    assert.equal(s.tilePath('entries', 0), 'tile/entries/000');
    assert.equal(s.tilePath(1, 999), 'tile/1/999');
    assert.equal(s.tilePath(0, 1000), 'tile/0/x001/000');
    assert.equal(s.tilePath(0, 1234067, 8), 'tile/0/x001/x234/067.p/8');
  });

  // A reference tree, straight from RFC 6962, section 2.1: slow, and sharing nothing with the module.
  const reference = {
    split: (n) => 2 ** Math.floor(Math.log2(n - 1)),
    node: (left, right) => hash(Uint8Array.of(1, ...left, ...right)),
    async root(leaves) {
      if (leaves.length === 0) return hash(new Uint8Array(0));
      if (leaves.length === 1) return hash(Uint8Array.of(0, ...leaves[0]));
      const k = reference.split(leaves.length);
      return reference.node(await reference.root(leaves.slice(0, k)), await reference.root(leaves.slice(k)));
    },
    /** RFC 9162, section 2.1.3.2, which goes up from the leaf by bits. */
    async verifyInclusion(leaf, index, size, proof, root) {
      let [fn, sn, r] = [index, size - 1, await hash(Uint8Array.of(0, ...leaf))];
      for (const p of proof) {
        if (sn === 0) return false;
        if (fn % 2 === 1 || fn === sn) {
          r = await reference.node(p, r);
          while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
        } else {
          r = await reference.node(r, p);
        }
        [fn, sn] = [fn >> 1, sn >> 1];
      }
      return sn === 0 && hex(r) === hex(root);
    },
    /** RFC 9162, section 2.1.4.2. */
    async verifyConsistency(first, firstRoot, second, secondRoot, proof) {
      const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof];
      let [fn, sn] = [first - 1, second - 1];
      while (fn % 2 === 1) [fn, sn] = [fn >> 1, sn >> 1];
      let [fr, sr] = [path[0], path[0]];
      for (const c of path.slice(1)) {
        if (sn === 0) return false;
        if (fn % 2 === 1 || fn === sn) {
          [fr, sr] = [await reference.node(c, fr), await reference.node(c, sr)];
          while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
        } else {
          sr = await reference.node(sr, c);
        }
        [fn, sn] = [fn >> 1, sn >> 1];
      }
      return hex(fr) === hex(firstRoot) && hex(sr) === hex(secondRoot) && sn === 0;
    },
    /** Every tile that a log of these leaves serves. */
    async tiles(leaves) {
      const served = new Map();
      for (let first = 0; first < leaves.length; first += 256) {
        const bundle = leaves.slice(first, first + 256);
        const bytes = bundle.flatMap((leaf) => [leaf.length >> 8, leaf.length & 255, ...leaf]);
        served.set(s.tilePath('entries', first / 256, bundle.length), Uint8Array.from(bytes));
      }
      let hashes = [];
      for (const leaf of leaves) hashes.push(await reference.root([leaf]));
      for (let level = 0; hashes.length > 0; level += 1) {
        const above = [];
        for (let first = 0; first < hashes.length; first += 256) {
          const tile = hashes.slice(first, first + 256);
          served.set(s.tilePath(level, first / 256, tile.length), s.concat(...tile));
          if (tile.length < 256) continue;
          let row = tile;
          while (row.length > 1) {
            const next = [];
            for (let at = 0; at < row.length; at += 2) next.push(await reference.node(row[at], row[at + 1]));
            row = next;
          }
          above.push(row[0]);
        }
        hashes = above;
      }
      return served;
    },
  };
  const leavesOf = (size) =>
    Array.from({ length: size }, (_, at) => (at === 0 ? own.genesis : Uint8Array.of(1, 4, at >> 16, (at >> 8) & 255, at & 255)));
  const fetchFrom = (served, asked = []) => async (path) => {
    asked.push(path);
    if (!served.has(path)) throw new Error(`not there: ${path}`);
    return served.get(path);
  };
  const logs = new Map();
  const logOf = async (size) => {
    if (!logs.has(size)) {
      const leaves = leavesOf(size);
      const root = await reference.root(leaves);
      const served = await reference.tiles(leaves);
      served.set('checkpoint', await sign(logKey, checkpointText(size, root)));
      logs.set(size, { size, leaves, root, served });
    }
    return logs.get(size);
  };

  await statement(`roots and inclusion proofs from tiles are right at sizes ${sizes.join(', ')}`, async () => {
    for (const size of sizes) {
      const log = await logOf(size);
      const tiles = new s.Tiles(fetchFrom(log.served), size);
      same(await tiles.hash(0, size), log.root, size);
      const places = size < 6 ? [...Array(size).keys()] : [0, 1, 100, 127, 128, 254, size - 2, size - 1, 255, 256, 511, 512, 700];
      for (const index of places.filter((place) => place < size)) {
        const leaf = log.leaves[index];
        same(await tiles.entry(index), leaf);
        const proof = await s.inclusionProof(tiles, index, size);
        assert.ok(await reference.verifyInclusion(leaf, index, size, proof, log.root), `${index} of ${size}`);
        const found = await s.leafHash(leaf);
        same(await s.rootOf(found, index, size, proof), log.root);
        await refused('proof', () => s.rootOf(found, index, size, [...proof, found]), `${index} of ${size}`);
        if (proof.length === 0) continue;
        await refused('proof', () => s.rootOf(found, index, size, proof.slice(1)));
        assert.ok(hex(await s.rootOf(flipped(found, 0), index, size, proof)) !== hex(log.root));
        for (let at = 0; at < proof.length; at += 1) {
          const forged = proof.map((node, place) => (place === at ? flipped(node, 31) : node));
          assert.ok(hex(await s.rootOf(found, index, size, forged)) !== hex(log.root));
        }
      }
      await refused('tile', () => tiles.entry(Math.ceil(size / 256) * 256));
      await refused('proof', () => s.rootOf(log.root, size, size, []));
    }
  });

  await statement('a log that grew is consistent at all of these sizes, and one that changed is not', async () => {
    for (const size of sizes) {
      const now = await logOf(size);
      const tiles = new s.Tiles(fetchFrom(now.served), size);
      for (const old of [...sizes, 4, 7, 8, 128, 300, 512, 999].filter((older) => older <= size)) {
        const seen = { size: old, root: await reference.root(now.leaves.slice(0, old)) };
        const proof = await s.consistencyProof(tiles, old, size);
        if (old < size) assert.ok(await reference.verifyConsistency(old, seen.root, size, now.root, proof), `${old} ${size}`);
        await s.checkConsistency(seen, now, proof);
        await refused('log-changed', () => s.checkConsistency({ ...seen, root: flipped(seen.root, 7) }, now, proof), `${old} ${size}`);
        await refused('log-changed', () => s.checkConsistency(seen, { ...now, root: flipped(now.root, 7) }, proof));
        await refused('proof', () => s.checkConsistency(seen, now, [...proof, now.root]));
        for (let at = 0; at < proof.length; at += 1) {
          const forged = proof.map((node, place) => (place === at ? flipped(node, 0) : node));
          await refused('log-changed', () => s.checkConsistency(seen, now, forged), `${old} ${size} ${at}`);
        }
        if (proof.length > 0) await refused('proof', () => s.checkConsistency(seen, now, proof.slice(1)));
      }
      await refused('log-shorter', () => s.checkConsistency({ size: size + 1, root: now.root }, now, []));
      await s.checkConsistency({ size: 0, root: await s.sha256() }, now, []);
    }
  });

  await statement('the key check passes on an honest log, asks for no more than it needs, and remembers', async () => {
    let seen;
    for (const size of sizes) {
      const log = await logOf(size);
      const asked = [];
      seen = JSON.parse(JSON.stringify(await s.checkLog(fetchFrom(log.served, asked), logKey.vkey, genesis, seen)));
      assert.equal(seen.size, size);
      assert.equal(seen.root, s.base64url(log.root));
      assert.equal(new Set(asked).size, asked.length, `${asked}`);
      assert.ok(asked.every((path) => path === 'checkpoint' || path.startsWith('tile/')));
      assert.ok(asked.filter((path) => path.includes('entries')).length === 1, `${asked}`);
      await s.checkLog(fetchFrom(log.served), logKey.vkey, genesis, seen);
    }
  });

  await statement('a partial tile that is gone since the log has grown is read from the full one', async () => {
    const old = await logOf(255);
    const served = new Map((await logOf(257)).served);
    served.set('checkpoint', old.served.get('checkpoint'));
    assert.ok(!served.has('tile/0/000.p/255'));
    assert.equal((await s.checkLog(fetchFrom(served), logKey.vkey, genesis)).size, 255);
  });

  await statement('a log with a turned bit, another key, origin or genesis, or none, is refused', async () => {
    for (const size of sizes.filter((each) => each <= 1000)) {
      const log = await logOf(size);
      const check = (served, key = logKey.vkey, page = genesis, seen) => s.checkLog(fetchFrom(served), key, page, seen);
      const asked = [];
      await s.checkLog(fetchFrom(log.served, asked), logKey.vkey, genesis);
      for (const path of asked.filter((each) => each !== 'checkpoint')) {
        const bytes = log.served.get(path);
        const places = path.includes('entries') ? [0, 1, 2, 900, 18 + 1000] : [32, 63, bytes.length - 1];
        for (const at of places.filter((place) => place < bytes.length)) {
          const served = new Map(log.served).set(path, flipped(bytes, at));
          // Of a log with a single leaf, the leaf itself is the root: its tile is not asked for.
          await refused(['log-root', 'log-genesis', 'tile'], () => check(served), `${path} ${at}`);
        }
        await refused(['tile', 'log-genesis'], () => check(new Map(log.served).set(path, bytes.slice(0, -1))), path);
        await refused(['tile', 'log-genesis'], () => check(new Map(log.served).set(path, new Uint8Array(0))), path);
      }
      const note = log.served.get('checkpoint');
      for (let at = 0; at < note.length; at += 7) {
        const served = new Map(log.served).set('checkpoint', flipped(note, at));
        await refused(['note', 'note-signature', 'encoding'], () => check(served), at);
      }
      await refused('note-signature', async () => check(log.served, (await makeLogKey(genesis.origin)).vkey));
      // A signed checkpoint that does not fit the tiles.
      const lying = await sign(logKey, checkpointText(size, flipped(log.root, 0)));
      await refused('log-root', () => check(new Map(log.served).set('checkpoint', lying)));
      // Another log's checkpoint, signed by the same key.
      const foreign = await sign(logKey, checkpointText(size, log.root).replace('/aaaq', '/aaba'));
      await refused('origin', () => check(new Map(log.served).set('checkpoint', foreign)));
      // The page shows one person a genesis of their own: a key that only they are given.
      const fields = { ...genesis.fields, crowds: [...genesis.fields.crowds].reverse() };
      const second = await s.readGenesis(s.concat(own.genesis.slice(0, 18), s.utf8(s.canonical(fields))));
      await refused('log-genesis', () => check(log.served, logKey.vkey, second));
      // The log has it too, but not first.
      const leaves = [...log.leaves, second.leaf];
      const both = await reference.tiles(leaves);
      both.set('checkpoint', await sign(logKey, checkpointText(leaves.length, await reference.root(leaves))));
      await refused('log-genesis', () => check(both, logKey.vkey, second));
      await check(both);
      // A log rolled back, a log forked, an empty one.
      const later = { size: size + 1, root: s.base64url(log.root) };
      await refused('log-shorter', () => check(log.served, logKey.vkey, genesis, later));
      const forked = { size, root: s.base64url(flipped(log.root, 0)) };
      await refused('log-changed', () => check(log.served, logKey.vkey, genesis, forked));
      const empty = await sign(logKey, checkpointText(0, await s.sha256()));
      await refused('log-genesis', () => check(new Map([['checkpoint', empty]])));
    }
  });

  // --- One's own signature ----------------------------------------------------------------------------------

  const ownLog = { vkey: logKey.vkey, genesis: s.base64url(genesis.hash), petition: s.petitionText(petition) };
  const notice = (kind, fields) => s.concat([1, kind], petition, s.utf8(s.canonical(fields)));
  /** A log with the signature of the vectors as its entry `place`, and these entries after it. */
  const withOwn = async (size, place, later = []) => {
    const leaves = leavesOf(size);
    leaves.splice(place, 1 + later.length, own.cast, ...later);
    const root = await reference.root(leaves);
    const served = await reference.tiles(leaves);
    served.set('checkpoint', await sign(logKey, checkpointText(leaves.length, root)));
    return { leaves, root, served, size: leaves.length };
  };
  const lookIn = (log, key = own.k_pub, asked = []) => s.lookUp(fetchFrom(log.served, asked), ownLog, key);

  await statement('one\'s own signature is found, with its crowd, by whoever fetches everything and says nothing', async () => {
    for (const [size, place] of [[2, 1], [3, 1], [257, 256], [1000, 700]]) {
      const log = await withOwn(size, place);
      const asked = [];
      const told = [];
      const { standing } = await s.lookUp(fetchFrom(log.served, asked), ownLog, own.k_pub, (done, of) => told.push([done, of]));
      assert.equal(JSON.stringify(standing), JSON.stringify({ entry: place, crowd: own.crowd, retracted: null, voided: null }));
      assert.equal(told[told.length - 1].join(), `${size},${size}`);
      const other = [];
      assert.equal((await lookIn(log, await s.sha256(), other)).standing, null);
      assert.equal([...asked].sort().join(), [...other].sort().join(), 'whatever is looked for, the same is asked for');
      const expected = ['checkpoint', ...[...log.served.keys()].filter((path) => path.includes('entries'))];
      assert.equal([...asked].sort().join(), expected.sort().join());
    }
  });

  await statement('nothing is verified of a signature before all of the log has come, whatever copies a site puts in', async () => {
    // Bent copies of somebody's cast would take long for just that person, and the next request would tell it.
    const log = await withOwn(1600, 3, Array.from({ length: 120 }, () => flipped(own.cast, 499)));
    const { subtle } = crypto;
    const verify = subtle.verify.bind(subtle);
    let verified = 0;
    const before = [];
    const found = Object.getOwnPropertyDescriptor(subtle, 'verify');
    Object.defineProperty(subtle, 'verify', { configurable: true, value: (...of) => ((verified += 1), verify(...of)) });
    try {
      const fetch = fetchFrom(log.served);
      const counted = (path) => (before.push(verified), fetch(path));
      const { standing } = await s.lookUp(counted, ownLog, own.k_pub);
      assert.equal(standing.entry, 3);
    } finally {
      if (found) Object.defineProperty(subtle, 'verify', found);
      else delete subtle.verify;
    }
    assert.equal(before.length, 8);
    assert.equal(before[before.length - 1], 1, 'the checkpoint alone');
    assert.ok(verified > 1);
  });

  await statement('what takes a signature back, voids it or ends the void is told, and nothing else is taken for it', async () => {
    const standing = async (...later) => (await lookIn(await withOwn(40, 3, later))).standing;
    const void_ = notice(7, { index: 3, reason: 'false-name' });
    assert.equal((await standing(own.retract)).retracted, 4);
    assert.equal((await standing(flipped(own.retract, 100), own.retract, own.retract)).retracted, 5);
    assert.equal(JSON.stringify((await standing(void_, notice(7, { index: 3, reason: 'defect' }))).voided), '{"at":4,"reason":"false-name"}');
    assert.equal((await standing(void_, notice(12, { index: 3 }))).voided, null);
    assert.equal((await standing(void_, notice(12, { index: 3 }), notice(7, { index: 3, reason: 'defect' }))).voided.at, 6);
    const elsewhere = void_.map((byte, at) => (at === 10 ? byte ^ 1 : byte));
    for (const leaf of [notice(7, { index: 2, reason: 'defect' }), notice(7, { index: 3, reason: 'other' }), elsewhere, notice(7, { index: 3 })]) {
      assert.equal((await standing(leaf)).voided, null);
    }
    for (const at of [20, 200, 380, 420, 480]) {
      const log = await withOwn(5, 3);
      const bent = await reference.tiles(log.leaves.map((leaf, place) => (place === 3 ? flipped(leaf, at) : leaf)));
      const leaves = log.leaves.map((leaf, place) => (place === 3 ? flipped(leaf, at) : leaf));
      bent.set('checkpoint', await sign(logKey, checkpointText(5, await reference.root(leaves))));
      assert.equal((await lookIn({ served: bent })).standing, null, at);
    }
  });

  await statement('entries that are not those of the checkpoint are refused, and so is another petition\'s log', async () => {
    const log = await withOwn(300, 5);
    const bundle = 'tile/entries/001.p/44';
    const bent = new Map(log.served).set(bundle, flipped(log.served.get(bundle), 40));
    await refused('log-root', () => lookIn({ served: bent }));
    const short = new Map(log.served).set(bundle, log.served.get(bundle).slice(0, -7));
    await refused('tile', () => lookIn({ served: short }));
    const log2 = { ...ownLog, genesis: s.base64url(await s.sha256()) };
    await refused('log-genesis', () => s.lookUp(fetchFrom(log.served), log2, own.k_pub));
    const stranger = (await makeLogKey(genesis.origin)).vkey;
    await refused('note-signature', () => s.lookUp(fetchFrom(log.served), { ...ownLog, vkey: stranger }, own.k_pub));
    // A partial bundle that is gone since the log has grown.
    const grown = await withOwn(600, 5);
    const old = new Map(grown.served).set('checkpoint', log.served.get('checkpoint'));
    assert.equal((await lookIn({ served: old })).standing.entry, 5);
  });

  await statement('a receipt is kept, and says later whether the log still is what it was', async () => {
    const before = await withOwn(300, 200);
    const kept = await lookIn(before);
    const proof = await s.writeLogProof(kept);
    assert.ok(proof.startsWith('c2sp.org/tlog-proof@v1\nindex 200\n') && proof.endsWith('\n'));
    const read = s.findLogProof(proof);
    assert.ok(await reference.verifyInclusion(own.cast, 200, 300, read.path, before.root));
    same(s.utf8(read.note), before.served.get('checkpoint'));
    const text = `Keep it.\r\nCode: ${own.withdrawal_code.toLowerCase()}\r\nhttps://a.example/p/b\r\nKey: ${logKey.vkey}\r\n\r\n${proof.replace(/\n/g, ' \r\n')}\r\nbye`;
    const receipt = await s.readReceipt(text);
    same(receipt.w, w);
    assert.equal(receipt.vkey, logKey.vkey);
    const since = async (log, of = receipt) => JSON.stringify(await s.sinceReceipt(of, await lookIn(log)));
    assert.equal(await since(before), '{"is":"still","size":300}');
    assert.equal(await since(await withOwn(1000, 200)), '{"is":"still","size":300}');
    assert.equal(await since(await withOwn(250, 200)), '{"is":"shorter","size":300}');
    assert.equal(await since(await withOwn(1000, 201)), '{"is":"changed"}');
    assert.equal(await since(await withOwn(300, 200, [own.retract])), '{"is":"changed"}');
    const bent = { ...receipt, proof: { ...receipt.proof, path: receipt.proof.path.map((node) => flipped(node, 3)) } };
    assert.equal(await since(before, bent), '{"is":"damaged"}');
    assert.equal(await since(before, { ...receipt, proof: { ...receipt.proof, note: `${receipt.proof.note}x` } }), '{"is":"damaged"}');
    assert.equal(await since(before, { ...receipt, proof: { ...receipt.proof, index: 7 } }), '{"is":"other-signature"}');
    const otherKey = await makeLogKey(genesis.origin);
    const note = s.fromUtf8(await sign(otherKey, checkpointText(300, before.root)));
    assert.equal(await since(before, { ...receipt, vkey: otherKey.vkey, proof: { ...receipt.proof, note } }), '{"is":"other-key"}');
    assert.equal(await s.sinceReceipt(await s.readReceipt(own.withdrawal_code), kept), null);
  });

  await statement('what is no receipt is said: nothing in it, a mistyped code, half a proof', async () => {
    const proof = await s.writeLogProof(await lookIn(await withOwn(300, 200)));
    await refused('code-length', () => s.readReceipt('hello'));
    await refused('code-length', () => s.readReceipt(''));
    const bad = own.withdrawal_code.replace(/.$/, (last) => (last === 'Z' ? 'Y' : 'Z'));
    await refused('code-mistyped', () => s.readReceipt(`Code: ${bad}\n${proof}`));
    assert.equal((await s.readReceipt(proof)).w, null);
    same((await s.readReceipt(own.withdrawal_code.slice(0, 17) + '\n' + own.withdrawal_code.slice(17))).w, w);
    await refused('receipt', () => s.readReceipt('x'.repeat(200_000)));
    for (const end of [40, 200, proof.indexOf('\n\n') + 1, proof.length - 160]) {
      await refused(['log-proof', 'encoding'], () => s.readReceipt(`${own.withdrawal_code}\n${proof.slice(0, end)}`), end);
    }
    await refused('log-proof', () => s.readReceipt(proof.replace('index 200', 'index 0200')));
    await refused('not-in-log', async () => s.writeLogProof(await lookIn(await logOf(3))));
  });

  await statement('a statement is the bytes of the vectors, and is found in a mail', async () => {
    const v = vectors.statements;
    const about = { petition: v.petition, genesis: v.genesis_hash };
    const code = await s.readCode(v.withdrawal_code);
    for (const { phrase, statement: line } of v.good) {
      const made = await s.makeStatement(about, code, s.tidyPhrase(phrase));
      // Some engines draw a nonce: their signatures differ, and verify.
      assert.equal(made.replace(/"signature":"[^"]*"/, ''), line.replace(/"signature":"[^"]*"/, ''));
      for (const one of [made, line]) {
        const read = await s.readStatement(one);
        assert.ok(read.isSigned, phrase);
        assert.equal([read.phrase, read.petition, read.genesis].join(), [phrase, v.petition, v.genesis_hash].join());
        assert.equal(s.base64url(read.publicKey), v.k_pub);
      }
    }
    for (const [mail, line] of v.read_as) {
      const read = await s.readStatement(mail);
      assert.ok(read.isSigned && read.phrase === JSON.parse(line).phrase, mail);
    }
  });

  await statement('what is no statement is refused, and what its key has not signed is told', async () => {
    const v = vectors.statements;
    for (const text of v.refused) await refused('statement-form', () => s.readStatement(text), text);
    for (const text of ['{', '}{', 'null', '{"a":', `{${' '.repeat(3000)}`]) await refused('statement-form', () => s.readStatement(text), text);
    await refused('statement-empty', () => s.readStatement(' \n'));
    await refused('statement-too-long', () => s.readStatement('x'.repeat(20_001)));
    for (const text of v.unsigned) assert.equal((await s.readStatement(text)).isSigned, false, text);
  });

  await statement('a statement is no retraction, whatever phrase it says', async () => {
    const v = vectors.statements;
    const { signature } = JSON.parse(await s.makeStatement({ petition: v.petition, genesis: v.genesis_hash }, w, 'petition-retract/v1'));
    await refused('leaf', () => s.checkRetraction(s.concat([1, 2], petition, own.k_pub, s.fromBase64url(signature)), petition));
  });

  await statement('phrases are folded, taken and refused as the server does', async () => {
    const { taken, refused: bad, folded } = vectors.statements.phrases;
    for (const phrase of taken) s.checkPhrase(phrase);
    for (const phrase of bad) await refused(['phrase', 'phrase-empty', 'phrase-long'], () => s.checkPhrase(phrase), JSON.stringify(phrase));
    await refused('phrase-empty', () => s.checkPhrase(''));
    await refused('phrase-long', () => s.checkPhrase('\u{1f600}'.repeat(201)));
    for (const [typed, signed] of folded) {
      assert.equal(s.tidyPhrase(typed), signed);
      await refused('phrase', () => s.checkPhrase(typed));
    }
  });

  // --- Sealing ----------------------------------------------------------------------------------------------

  await statement('sealing gives the bytes that another implementation gives', async () => {
    const v = Object.fromEntries(Object.entries(vectors.sealed).map(([name, value]) => [name, unhex(value)]));
    same(await s.seal(v.publicKey, v.info, v.aad, v.plaintext, v.ephemeral), v.sealed);
  });

  await statement('what is sealed is fresh each time, 48 bytes longer, and never for a key that everybody holds', async () => {
    const to = unhex(vectors.sealed.publicKey);
    const [one, two] = [await s.seal(to, s.utf8('i'), s.utf8('a'), s.utf8('text')), await s.seal(to, s.utf8('i'), s.utf8('a'), s.utf8('text'))];
    assert.equal(one.length, 32 + 4 + 16);
    assert.ok(hex(one.slice(0, 32)) !== hex(two.slice(0, 32)));
    await refused('sealing-key', () => s.seal(new Uint8Array(32), s.utf8(''), s.utf8(''), s.utf8('')));
    await refused('sealing-key', () => s.seal(flipped(new Uint8Array(32), 0), s.utf8(''), s.utf8(''), s.utf8('')));
    await refused('sealing-key', () => s.seal(new Uint8Array(31), s.utf8(''), s.utf8(''), s.utf8('')));
  });

  const name = Object.fromEntries(Object.entries(vectors.sealedName).map(([key, value]) => [key, unhex(value)]));
  const ofTrustee = { petition: name.petition_id, hash: name.genesis_hash, sealingKey: name.public_key };

  await statement('a sealed name is the bytes of the vectors, and what it opens is the leaf', async () => {
    const { cast: leaf, salt, extension } = name;
    same(s.openingOf(salt, extension), name.plain);
    same(await s.sealName(ofTrustee, leaf, salt, extension, name.ephemeral_private_key), name.sealed);
    same(await s.commit(salt, extension), leaf.slice(404, 436));
  });

  await statement('every sealed name is equally long, and one that has no room is refused', async () => {
    const sealed = async (letter, length) => {
      const extension = s.extensionOf({ mode: 'sealed', name: letter.repeat(length), title: letter.repeat(length) });
      return (await s.sealName(ofTrustee, name.cast, name.salt, extension)).length;
    };
    assert.equal(await sealed('a', 1), 1072);
    assert.equal(await sealed('a', 100), 1072);
    await refused('sealed-too-long', () => sealed('𠀀', 100));
    await refused('sealing-key', () => s.sealName({ ...ofTrustee, sealingKey: null }, name.cast, name.salt, name.extension));
  });

  await statement('a name that the list takes is taken to be sealed, and one that it refuses is refused before', () => {
    const { names, titles } = vectors.names;
    for (const one of names.taken) assert.ok(s.canBeShown(one), one);
    for (const one of names.refused) assert.ok(!s.canBeShown(one), one);
    for (const one of titles.taken) assert.ok(s.canBeShown('Ada', one), one);
    for (const one of titles.refused) assert.ok(!s.canBeShown('Ada', one), one);
    assert.ok(s.canBeShown('a'.repeat(100)) && !s.canBeShown('a'.repeat(101)));
    for (const [typed, kept] of [...names.tidied, ...titles.tidied]) {
      assert.equal(s.tidyLine(typed), kept, JSON.stringify(typed));
    }
    assert.equal(JSON.stringify(s.unseenIn('Ann\u200b Smith')), '{"code":"U+200B","before":"Ann"}');
    assert.equal(s.unseenIn('Ann Smith'), null);
  });

  // --- Auditing ---------------------------------------------------------------------------------------------

  await auditStatements({ signing: s, vectors, assert, statement, refused });
}

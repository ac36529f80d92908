// Issuing keys, blind signatures and tokens.
import { hex, unhex, number, flipped, there } from './given.mjs';

/**
 * @typedef {import('signing').Bytes} Bytes
 */

/** @param {import('./given.mjs').Given} given */
export async function tokens(given) {
  const { s, vectors, assert, statement, own, petition, genesis, same, refused } = given;

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
    const v = there(vectors.rfc9474.find((vector) => vector.name === 'RSABSSA-SHA384-PSS-Deterministic'));
    const key = { n: number(v.n), e: number(v.e) };
    const [message, salt, inverse, blindSig, sig] = [v.input_msg, v.salt, v.inv, v.blind_sig, v.sig].map(unhex);
    same(await s.pssEncode(message, salt, 4095), unhex(v.encoded_msg));
    const r = there(s.modInverse(number(v.inv), key.n));
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
    /** @param {Bytes} found */
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
    const zero = there(vectors.rfc9474.find((vector) => vector.name === 'RSABSSA-SHA384-PSSZERO-Deterministic'));
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
    for (let a = 1n; a < 101n; a += 1n) assert.equal((there(s.modInverse(a, 101n)) * a) % 101n, 1n);
    assert.equal(s.modPow(3n, 200n, 1000007n), 3n ** 200n % 1000007n);
  });

  await statement('one petition goes from genesis to token, cast and retraction in this engine', async () => {
    const pair = await crypto.subtle.generateKey(
      { name: 'RSA-PSS', modulusLength: 2048, publicExponent: unhex('010001'), hash: 'SHA-384' },
      true,
      ['sign', 'verify'],
    );
    const { n, d } = await crypto.subtle.exportKey('jwk', pair.privateKey);
    const spki = s.concat(own.spki.slice(0, 81), s.fromBase64url(there(n)), own.spki.slice(-5));
    const fields = { ...genesis.fields, crowds: [genesis.fields.crowds[0], { proof: 'work-mail', spki: s.base64url(spki) }] };
    const opened = await s.readGenesis(s.concat([1, 0], petition, s.utf8(s.canonical(fields))));
    const code = await s.newCode();
    const state = await s.begin(opened, 1, code);
    const request = s.fromBase64url(state.request);
    assert.equal(request[2], opened.crowds[1].key.id[31]);
    const secret = s.toNumber(s.fromBase64url(there(d)));
    /** @param {Bytes} asked */
    const answerTo = (asked) =>
      s.toBytes(s.modPow(s.toNumber(asked.slice(3)), secret, opened.crowds[1].key.n), 256);
    const token = await s.finish(JSON.parse(JSON.stringify(state)), answerTo(request));
    // Asked for anew, nothing is as it was but what the token says: the salt is fresh as well.
    const again = await s.begin(opened, 1, code);
    const other = await s.finish(again, answerTo(s.fromBase64url(again.request)));
    same(other.slice(0, 98), token.slice(0, 98));
    assert.ok(hex(other.slice(98)) !== hex(token.slice(98)));
    assert.ok(again.inverse !== state.inverse && again.request !== state.request);
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
}

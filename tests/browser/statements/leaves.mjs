// Leaves, and the ballot file.
import { hex, flipped, there } from './given.mjs';

/** @param {import('./given.mjs').Given} given */
export async function leaves(given) {
  const { s, assert, statement, own, w, petition, genesis, same, refused } = given;

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
      assert.ok(hex(read.hash) !== hex(genesis.hash), String(at));
    }
  });

  await statement('a genesis that is not of this protocol is refused', async () => {
    const json = s.fromUtf8(own.genesis.slice(18));
    /** @param {string} text */
    const read = (text) => s.readGenesis(s.concat(own.genesis.slice(0, 18), s.utf8(text)));
    same((await read(json)).hash, genesis.hash);
    for (const [from, to] of [
      ['"v":1', '"v":2'], ['"v":1', '"v": 1'], ['"v":1', '"v":"1"'], ['"attributes":[]', '"attributes":[1]'], ['"attributes":[],', ''],
      ['"attributes":[]', '"a":1,"attributes":[]'], ['any-mail', 'Shouting'], ['any-mail', '-any'], ['any-mail', 'a'.repeat(33)], ['petition.undersigned/', 'example.com/'],
      ['ayeaudaocajbifqydiob4', 'ayeaudaocajbifqydiobB'], ['10:00:00Z', '10:00:00+00:00'], ['10:00:00Z', '24:00:00Z'],
      ['10:00:00Z', '10:00:0Z'], ['10:00:00Z', '10:00:00.5Z'], ['2026-11-23T', '2026-02-30T'], ['"spki":"MIIB', '"spki":"NIIB'],
      ['"batch":10', '"batch":-1'], ['"batch":10', '"batch":4294967296'], ['"batch":10', '"batch":"10"'], ['"title":"', '"title":"\\u0041'],
      ['"demands":["One\\n","Two"]', '"demands":["One\\n",2]'], ['"demands":["One\\n","Two"]', '"demands":"One"'],
      ['"employer":"Example"', '"employer":7'], ['"min_cell":10', '"min_cell":10,"opens":1'], ['"body":"S', '"body":"'],
    ]) {
      assert.ok(json.includes(from), from);
      await refused(['genesis', 'json', 'encoding', 'key'], () => read(json.replace(from, () => to)), `${from} -> ${to}`);
    }
    // A kind of proof that came later is read: whoever audits knows it by its name.
    const later = await read(json.replace('any-mail', 'later-kind'));
    assert.ok(later.crowds.some(({ proof }) => proof === 'later-kind'));
    const without = { ...genesis.fields, crowds: [] };
    await refused('genesis', () => read(s.canonical(without)));
    await refused('genesis', () => read(s.canonical({ ...genesis.fields, sealing_key: 'AA' })));
    // The mark for what may be left out is no part of a name.
    await refused('genesis', () => read(s.canonical({ ...genesis.fields, 'sealing_key?': 'AA' })));
    const sealing = s.base64url(s.randomBytes(32));
    const withKey = await read(s.canonical({ ...genesis.fields, sealing_key: sealing }));
    assert.equal(s.base64url(there(withKey.sealingKey)), sealing);
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
    /** @type {{mode?: string, name?: unknown, title?: string}[]} */
    const wrong = [
      { mode: 'public' }, { mode: 'sealed', name: '' }, { mode: 'anonymous', name: 'A' }, { mode: 'anonymous', title: 'A' },
      { mode: 'secret', name: 'A' }, { name: 'A' }, { mode: 'public', name: 7 },
    ];
    for (const shown of wrong) {
      await refused('extension', () => s.extensionOf(/** @type {import('signing').Shown} */ (shown)), JSON.stringify(shown));
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
    /** @param {object} change */
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
}

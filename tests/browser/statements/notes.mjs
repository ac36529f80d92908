// What a log signs: notes, promises, checkpoints; and where its files are.
import { hex, flipped, there } from './given.mjs';

/**
 * @typedef {import('signing').Bytes} Bytes
 */

/**
 * @param {import('./given.mjs').Given} given
 * @param {import('./logs.mjs').Logs} logs
 */
export async function notes(given, logs) {
  const { s, assert, statement, own, genesis, same, refused } = given;
  const { makeLogKey, signLine, sign, logKey, checkpointText } = logs;

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
    const [, name, id, key] = there(/^(.+?)\+(.+?)\+(.+)$/.exec(logKey.vkey));
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
    /**
     * @param {string} body
     * @param {Bytes} [of]
     */
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
    /** @type {[string, number, number][]} */
    const files = [
      ['/p/a/log/vkey', 0, 1024],
      ['/p/a/log/checkpoint', 0, 65536],
      ['tile/0/000', 0, 256 * 32],
      ['tile/1/000.p/3', 0, 96],
      ['https://site.example/p/a/log/tile/entries/x001/x234/067.p/2', 0, 2 * 65537],
      ['/p/a/log/tile/entries/067', 0, 256 * 65537],
      ['/p/a/openings.json', 9, 20480],
      ['/p/a/numbers.json', 9, 65536],
      ['/api/v1/petitions/a/casts', 0, 65536],
    ];
    for (const [path, entries, most] of files) {
      assert.equal(s.mostBytes(path, entries), most, path);
    }
  });

  await statement('a checkpoint names its log, its size in plain decimals and a root', async () => {
    const root = s.randomBytes(32);
    /** @param {string} text */
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
}

// One's own signature: found, kept as a receipt, proved in a statement.
import { flipped, there } from './given.mjs';

/**
 * @typedef {import('signing').Bytes} Bytes
 * @typedef {import('signing').Receipt} Receipt
 */

/**
 * @param {import('./given.mjs').Given} given
 * @param {import('./logs.mjs').Logs} logs
 */
export async function ownSignature(given, logs) {
  const { s, vectors, assert, statement, own, w, petition, genesis, same, refused } = given;
  const { makeLogKey, sign, logKey, checkpointText, reference, leavesOf, fetchFrom, logOf } = logs;

  const ownLog = { vkey: logKey.vkey, genesis: s.base64url(genesis.hash), petition: s.petitionText(petition) };
  /**
   * @param {number} kind
   * @param {object} fields
   */
  const notice = (kind, fields) => s.concat([1, kind], petition, s.utf8(s.canonical(fields)));
  /**
   * A log with the signature of the vectors as its entry `place`, and these entries after it.
   * @param {number} size
   * @param {number} place
   * @param {Bytes[]} [later]
   */
  const withOwn = async (size, place, later = []) => {
    const leaves = leavesOf(size);
    leaves.splice(place, 1 + later.length, own.cast, ...later);
    const root = await reference.root(leaves);
    const served = await reference.tiles(leaves);
    served.set('checkpoint', await sign(logKey, checkpointText(leaves.length, root)));
    return { leaves, root, served, size: leaves.length };
  };
  /**
   * @param {{served: Map<string, Bytes>}} log
   * @param {Bytes} [key]
   * @param {string[]} [asked]
   */
  const lookIn = (log, key = own.k_pub, asked = []) => s.lookUp(fetchFrom(log.served, asked), ownLog, key);

  await statement('one\'s own signature is found, with its crowd, by whoever fetches everything and says nothing', async () => {
    for (const [size, place] of [[2, 1], [3, 1], [257, 256], [1000, 700]]) {
      const log = await withOwn(size, place);
      /** @type {string[]} */
      const asked = [];
      /** @type {number[][]} */
      const told = [];
      const { standing } = await s.lookUp(fetchFrom(log.served, asked), ownLog, own.k_pub, (done, of) => {
        told.push([done, of]);
      });
      const counted = { entry: place, crowd: own.crowd, retracted: null, voided: null };
      assert.equal(JSON.stringify(standing), JSON.stringify(counted));
      assert.equal(told[told.length - 1].join(), `${size},${size}`);
      /** @type {string[]} */
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
    /** @type {number[]} */
    const before = [];
    const found = Object.getOwnPropertyDescriptor(subtle, 'verify');
    /** @param {Parameters<typeof verify>} given */
    const counting = (...given) => ((verified += 1), verify(...given));
    Object.defineProperty(subtle, 'verify', { configurable: true, value: counting });
    try {
      const fetch = fetchFrom(log.served);
      /** @param {string} path */
      const counted = (path) => (before.push(verified), fetch(path));
      const { standing } = await s.lookUp(counted, ownLog, own.k_pub);
      assert.equal(standing?.entry, 3);
    } finally {
      if (found) Object.defineProperty(subtle, 'verify', found);
      else Reflect.deleteProperty(subtle, 'verify');
    }
    assert.equal(before.length, 8);
    assert.equal(before[before.length - 1], 1, 'the checkpoint alone');
    assert.ok(verified > 1);
  });

  await statement('what takes a signature back, voids it or ends the void is told, and nothing else is taken for it', async () => {
    /** @param {...Bytes} later */
    const standing = async (...later) => there((await lookIn(await withOwn(40, 3, later))).standing);
    const void_ = notice(7, { index: 3, reason: 'false-name' });
    assert.equal((await standing(own.retract)).retracted, 4);
    assert.equal((await standing(flipped(own.retract, 100), own.retract, own.retract)).retracted, 5);
    assert.equal(JSON.stringify((await standing(void_, notice(7, { index: 3, reason: 'defect' }))).voided), '{"at":4,"reason":"false-name"}');
    assert.equal((await standing(void_, notice(12, { index: 3 }))).voided, null);
    assert.equal((await standing(void_, notice(12, { index: 3 }), notice(7, { index: 3, reason: 'defect' }))).voided?.at, 6);
    const elsewhere = void_.map((byte, at) => (at === 10 ? byte ^ 1 : byte));
    for (const leaf of [notice(7, { index: 2, reason: 'defect' }), notice(7, { index: 3, reason: 'other' }), elsewhere, notice(7, { index: 3 })]) {
      assert.equal((await standing(leaf)).voided, null);
    }
    for (const at of [20, 200, 380, 420, 480]) {
      const log = await withOwn(5, 3);
      const bent = await reference.tiles(log.leaves.map((leaf, place) => (place === 3 ? flipped(leaf, at) : leaf)));
      const leaves = log.leaves.map((leaf, place) => (place === 3 ? flipped(leaf, at) : leaf));
      bent.set('checkpoint', await sign(logKey, checkpointText(5, await reference.root(leaves))));
      assert.equal((await lookIn({ served: bent })).standing, null, String(at));
    }
  });

  await statement('entries that are not those of the checkpoint are refused, and so is another petition\'s log', async () => {
    const log = await withOwn(300, 5);
    const bundle = 'tile/entries/001.p/44';
    const bent = new Map(log.served).set(bundle, flipped(there(log.served.get(bundle)), 40));
    await refused('log-root', () => lookIn({ served: bent }));
    const short = new Map(log.served).set(bundle, there(log.served.get(bundle)).slice(0, -7));
    await refused('tile', () => lookIn({ served: short }));
    const log2 = { ...ownLog, genesis: s.base64url(await s.sha256()) };
    await refused('log-genesis', () => s.lookUp(fetchFrom(log.served), log2, own.k_pub));
    const stranger = (await makeLogKey(genesis.origin)).vkey;
    await refused('note-signature', () => s.lookUp(fetchFrom(log.served), { ...ownLog, vkey: stranger }, own.k_pub));
    // A partial bundle that is gone since the log has grown.
    const grown = await withOwn(600, 5);
    const old = new Map(grown.served).set('checkpoint', there(log.served.get('checkpoint')));
    assert.equal((await lookIn({ served: old })).standing?.entry, 5);
  });

  await statement('a receipt is kept, and says later whether the log still is what it was', async () => {
    const before = await withOwn(300, 200);
    const kept = await lookIn(before);
    const proof = await s.writeLogProof(kept);
    assert.ok(proof.startsWith('c2sp.org/tlog-proof@v1\nindex 200\n') && proof.endsWith('\n'));
    const read = there(s.findLogProof(proof));
    assert.ok(await reference.verifyInclusion(own.cast, 200, 300, read.path, before.root));
    same(s.utf8(read.note), there(before.served.get('checkpoint')));
    const text = `Keep it.\r\nCode: ${own.withdrawal_code.toLowerCase()}\r\nhttps://a.example/p/b\r\nKey: ${logKey.vkey}\r\n\r\n${proof.replace(/\n/g, ' \r\n')}\r\nbye`;
    const receipt = await s.readReceipt(text);
    same(there(receipt.w), w);
    assert.equal(receipt.vkey, logKey.vkey);
    /**
     * @param {{served: Map<string, Bytes>}} log
     * @param {Receipt} [of]
     */
    const since = async (log, of = receipt) => JSON.stringify(await s.sinceReceipt(of, await lookIn(log)));
    assert.equal(await since(before), '{"is":"still","size":300}');
    assert.equal(await since(await withOwn(1000, 200)), '{"is":"still","size":300}');
    assert.equal(await since(await withOwn(250, 200)), '{"is":"shorter","size":300}');
    assert.equal(await since(await withOwn(1000, 201)), '{"is":"changed"}');
    assert.equal(await since(await withOwn(300, 200, [own.retract])), '{"is":"changed"}');
    const proofThen = there(receipt.proof);
    const bent = { ...receipt, proof: { ...proofThen, path: proofThen.path.map((node) => flipped(node, 3)) } };
    assert.equal(await since(before, bent), '{"is":"damaged"}');
    assert.equal(await since(before, { ...receipt, proof: { ...proofThen, note: `${proofThen.note}x` } }), '{"is":"damaged"}');
    assert.equal(await since(before, { ...receipt, proof: { ...proofThen, index: 7 } }), '{"is":"other-signature"}');
    const otherKey = await makeLogKey(genesis.origin);
    const note = s.fromUtf8(await sign(otherKey, checkpointText(300, before.root)));
    assert.equal(await since(before, { ...receipt, vkey: otherKey.vkey, proof: { ...proofThen, note } }), '{"is":"other-key"}');
    assert.equal(await s.sinceReceipt(await s.readReceipt(own.withdrawal_code), kept), null);
  });

  await statement('what is no receipt is said: nothing in it, a mistyped code, half a proof', async () => {
    const proof = await s.writeLogProof(await lookIn(await withOwn(300, 200)));
    await refused('code-length', () => s.readReceipt('hello'));
    await refused('code-length', () => s.readReceipt(''));
    const bad = own.withdrawal_code.replace(/.$/, (last) => (last === 'Z' ? 'Y' : 'Z'));
    await refused('code-mistyped', () => s.readReceipt(`Code: ${bad}\n${proof}`));
    assert.equal((await s.readReceipt(proof)).w, null);
    same((await s.readReceipt(own.withdrawal_code.slice(0, 17) + '\n' + own.withdrawal_code.slice(17))).w ?? [], w);
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
}

// Proofs from tiles, and the key check of a log.
import { hex, flipped, there } from './given.mjs';

/**
 * @typedef {import('signing').Bytes} Bytes
 * @typedef {import('signing').Genesis} Genesis
 * @typedef {import('signing').Seen} Seen
 */

/**
 * @param {import('./given.mjs').Given} given
 * @param {import('./logs.mjs').Logs} logs
 */
export async function trees(given, logs) {
  const { s, assert, sizes, statement, own, genesis, same, refused } = given;
  const { makeLogKey, sign, logKey, checkpointText, reference, fetchFrom, logOf } = logs;

  await statement(`roots and inclusion proofs from tiles are right at sizes ${sizes.join(', ')}`, async () => {
    for (const size of sizes) {
      const log = await logOf(size);
      const tiles = new s.Tiles(fetchFrom(log.served), size);
      same(await tiles.hash(0, size), log.root, size);
      const some = [0, 1, 100, 127, 128, 254, size - 2, size - 1, 255, 256, 511, 512, 700];
      const places = size < 6 ? [...Array(size).keys()] : some;
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
    /** @type {Seen | undefined} */
    let seen;
    for (const size of sizes) {
      const log = await logOf(size);
      /** @type {string[]} */
      const asked = [];
      seen = await s.checkLog(fetchFrom(log.served, asked), logKey.vkey, genesis, seen);
      // As it comes back out of what a tab keeps.
      seen = /** @type {Seen} */ (JSON.parse(JSON.stringify(seen)));
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
    served.set('checkpoint', there(old.served.get('checkpoint')));
    assert.ok(!served.has('tile/0/000.p/255'));
    assert.equal((await s.checkLog(fetchFrom(served), logKey.vkey, genesis)).size, 255);
  });

  await statement('a log with a turned bit, another key, origin or genesis, or none, is refused', async () => {
    for (const size of sizes.filter((each) => each <= 1000)) {
      const log = await logOf(size);
      /**
       * @param {Map<string, Bytes>} served
       * @param {string} [key]
       * @param {Genesis} [page]
       * @param {Seen} [seen]
       */
      const check = (served, key = logKey.vkey, page = genesis, seen) => s.checkLog(fetchFrom(served), key, page, seen);
      /** @type {string[]} */
      const asked = [];
      await s.checkLog(fetchFrom(log.served, asked), logKey.vkey, genesis);
      for (const path of asked.filter((each) => each !== 'checkpoint')) {
        const bytes = there(log.served.get(path));
        const places = path.includes('entries') ? [0, 1, 2, 900, 18 + 1000] : [32, 63, bytes.length - 1];
        for (const at of places.filter((place) => place < bytes.length)) {
          const served = new Map(log.served).set(path, flipped(bytes, at));
          // Of a log with a single leaf, the leaf itself is the root: its tile is not asked for.
          await refused(['log-root', 'log-genesis', 'tile'], () => check(served), `${path} ${at}`);
        }
        await refused(['tile', 'log-genesis'], () => check(new Map(log.served).set(path, bytes.slice(0, -1))), path);
        await refused(['tile', 'log-genesis'], () => check(new Map(log.served).set(path, new Uint8Array(0))), path);
      }
      const note = there(log.served.get('checkpoint'));
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
}

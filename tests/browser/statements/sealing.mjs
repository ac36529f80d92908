// Sealed names, and which names can be shown.
import { hex, unhex, flipped } from './given.mjs';

/** @param {import('./given.mjs').Given} given */
export async function sealing(given) {
  const { s, vectors, assert, statement, same, refused } = given;

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
    /**
     * @param {string} letter
     * @param {number} length
     */
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
}

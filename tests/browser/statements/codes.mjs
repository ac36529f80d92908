// Codes that people read and type.

/** @param {import('./given.mjs').Given} given */
export async function codes(given) {
  const { s, vectors, assert, statement, own, w, same, refused } = given;

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
    /** @type {Record<string, (text: string) => string | Promise<string>>} */
    const codeOf = {
      mailed: s.readMailedCode,
      invitation: s.readInvitation,
      withdrawal: async (text) => s.showCode(await s.readCode(text)),
    };
    for (const { kind, text, code, refused: why } of vectors.codes) {
      const what = JSON.stringify([kind, text]);
      if (why) await refused(`code-${why}`, async () => codeOf[kind](text), what);
      else assert.equal(await codeOf[kind](text), code, what);
    }
  });
}

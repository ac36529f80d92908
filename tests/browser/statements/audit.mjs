// What an audit in the browser promises. The logs are those of tests/vectors/audit.json, and the program is held
// against the same.

/** What a site serves of a log of the vectors: path to bytes, null where there is nothing. */
export function served(s, { leaves }, log) {
  const entries = log.entries.flatMap((one) => (Array.isArray(one) ? Array(one[1]).fill(one[0]) : [one])).map((name) => leaves[name]);
  const files = new Map([
    ['log/vkey', s.utf8(log.vkey)],
    ['log/checkpoint', s.utf8(log.checkpoint)],
  ]);
  if (log.openings !== null) files.set('openings.json', s.utf8(JSON.stringify(log.openings)));
  if (log.numbers !== null) files.set('numbers.json', s.utf8(JSON.stringify(log.numbers)));
  for (let first = 0; first < entries.length; first += 256) {
    const bundle = entries.slice(first, first + 256);
    const parts = bundle.flatMap((leaf) => [[leaf.length >> 8, leaf.length & 255], leaf]);
    files.set(`log/${s.tilePath('entries', first / 256, bundle.length)}`, s.concat(...parts));
  }
  return files;
}

export const readFrom = (files, asked = []) => async (path) => {
  asked.push(path);
  return files.get(path) ?? null;
};

const byText = (list) => list.map((one) => JSON.stringify(Object.fromEntries(Object.entries(one).sort()))).sort().join('\n');
const kindsOf = ({ findings }) => [...new Set(findings.map(({ code }) => code))].sort().join();

/** @param {import('./given.mjs').Given} given */
export async function auditStatements({ s, vectors, assert, statement, refused }) {
  const leaves = Object.fromEntries(Object.entries(vectors.audit.leaves).map(([name, text]) => [name, s.fromBase64url(text)]));
  const { logs } = vectors.audit;
  const named = (name) => logs.find((log) => log.name === name);
  const audit = (log, way) => s.auditLog(readFrom(served(s, { leaves }, log)), way);
  const [lively, thousand] = [named('people sign, withdraw and mend their names'), named('1000 entries')];

  const judged = logs.filter((log) => log.found);
  await statement(`an audit finds what it must in ${judged.length} logs, and where`, async () => {
    for (const log of judged) {
      const { findings, crowds, size } = await audit(log);
      assert.equal(byText(findings.map(({ code, ...rest }) => rest)), byText(log.found), log.name);
      assert.ok(findings.every(({ code }) => s.AUDIT_KINDS.includes(code)), log.name);
      const counts = crowds.map(({ cast, takenBack, voided, issued }) => [cast, takenBack, voided, issued]);
      assert.equal(JSON.stringify(counts), JSON.stringify(log.crowds), log.name);
      assert.ok(crowds.every(({ cast, takenBack, voided, counted }) => counted === cast - takenBack - voided));
      assert.equal(String(size), log.checkpoint.split('\n')[1]);
    }
  });

  const hopeless = logs.filter((log) => log.refused);
  await statement(`an audit does not begin with ${hopeless.length} that are no logs`, async () => {
    for (const log of hopeless) await refused(log.refused, () => audit(log), log.name);
    await refused('not-found', () => s.auditLog(async () => null));
    const files = served(s, { leaves }, lively);
    files.delete('log/checkpoint');
    await refused('not-found', () => s.auditLog(readFrom(files)));
    await refused('other-key', () => audit(lively, { logKey: 'another' }));
    await refused('other-genesis', () => audit(lively, { genesis: s.base64url(new Uint8Array(32)) }));
    const { genesis, vkey } = await audit(lively);
    assert.ok((await audit(lively, { logKey: vkey, genesis: s.base64url(genesis.hash) })).findings.length === 0);
  });

  const later = logs.filter((log) => log.after);
  await statement(`whoever kept a checkpoint finds ${later.length} times whether the log goes on from it`, async () => {
    for (const log of later) {
      const earlier = named(log.after).checkpoint;
      const found = await audit(log, { earlier });
      assert.equal(kindsOf(found), log.kinds.with_the_checkpoint.join(), log.name);
      // As it comes out of a mail program.
      const copied = `\n  ${earlier.trim().replace(/\n/g, '  \r\n ')}\n\n`;
      assert.equal(kindsOf(await audit(log, { earlier: copied })), kindsOf(found), log.name);
      assert.equal(found.earlier.note, earlier);
    }
  });

  await statement('an earlier checkpoint of any length is gone on from, and what is none is refused', async () => {
    const sizes = [255, 256, 257, 512, 1000].map((size) => `${size} entries`);
    for (const name of ['nobody has signed yet', lively.name, 'the day before', ...sizes]) {
      assert.equal((await audit(thousand, { earlier: named(name).checkpoint })).findings.length, 0, name);
    }
    const { checkpoint } = lively;
    for (const text of ['x', checkpoint.slice(0, -9), checkpoint.replace('21', '22'), named('a checkpoint of another key').checkpoint]) {
      await refused('earlier', () => audit(lively, { earlier: text }), text);
    }
  });

  await statement('an audit asks for each bundle once, and for nothing that tells whose entry is looked for', async () => {
    const asked = [];
    const steps = [];
    const found = await s.auditLog(readFrom(served(s, { leaves }, thousand), asked), { progress: (done, size) => steps.push([done, size]) });
    assert.equal(found.findings.length, 0);
    const bundles = ['000', '001', '002', '003.p/232'].map((name) => `log/tile/entries/${name}`);
    assert.equal(asked.sort().join(), ['log/checkpoint', 'log/checkpoint', ...bundles, 'log/vkey', 'numbers.json', 'openings.json'].sort().join());
    assert.equal(JSON.stringify(steps), JSON.stringify([0, 256, 512, 768, 1000].map((done) => [done, 1000])));
  });

  await statement('an audit waits for whoever shows how far it is, so that a page can be drawn', async () => {
    let [shown, most] = [0, 0];
    const progress = async () => {
      most = Math.max(most, (shown += 1));
      await s.sha256();
      shown -= 1;
    };
    await audit(thousand, { progress });
    assert.equal(`${most} ${shown}`, '1 0');
  });

  await statement('a partial bundle that is gone since the log has grown is read from the full one', async () => {
    const files = served(s, { leaves }, named('255 entries'));
    files.set('log/tile/entries/000', served(s, { leaves }, thousand).get('log/tile/entries/000'));
    files.delete('log/tile/entries/000.p/255');
    assert.equal((await s.auditLog(readFrom(files))).findings.length, 0);
  });

  await statement('names and numbers that change with the log are read again until they are of one moment', async () => {
    const [old, now] = [served(s, { leaves }, lively), served(s, { leaves }, named('a signature is voided'))];
    let looks = 0;
    const read = async (path) => {
      if (path === 'log/checkpoint') looks += 1;
      // Somebody voids a signature just after the first look.
      return (looks < 2 && path !== 'numbers.json' ? old : now).get(path) ?? null;
    };
    const { size, findings } = await s.auditLog(read);
    assert.equal(`${size} ${findings.length} ${looks}`, '22 0 3');
  });

  await statement('an audit ends when it is told to, and when the connection breaks', async () => {
    const files = served(s, { leaves }, thousand);
    const stop = new AbortController();
    const outcome = (task) => task.then(() => 'done', (error) => error.name);
    const progress = (done) => done === 256 && stop.abort();
    assert.equal(await outcome(s.auditLog(readFrom(files), { progress, signal: stop.signal })), 'AbortError');
    const broken = async (path) => {
      if (path.endsWith('entries/001')) throw new TypeError('offline');
      return files.get(path) ?? null;
    };
    assert.equal(await outcome(s.auditLog(broken)), 'TypeError');
  });

  await statement('more findings than a hundred are counted, not told', async () => {
    const log = named('a number that is not the log\'s');
    const openings = Array.from({ length: 250 }, () => log.openings[0]).map((one) => ({ ...one, index: 1 }));
    const { findings, more } = await audit({ ...log, openings });
    assert.equal(`${findings.length} ${more}`, '100 151');
  });

  await statement('a browser that does not take an issuing key verifies its tokens all the same', async () => {
    const { subtle } = crypto;
    const own = Object.getOwnPropertyDescriptor(subtle, 'importKey');
    const importKey = (form, ...rest) =>
      form === 'jwk' ? Promise.reject(new DOMException('no', 'NotSupportedError')) : Object.getPrototypeOf(subtle).importKey.call(subtle, form, ...rest);
    try {
      Object.defineProperty(subtle, 'importKey', { value: importKey, configurable: true });
      assert.equal((await audit(lively)).findings.length, 0);
      assert.equal(kindsOf(await audit(named('a bent authenticator'))), 'cast');
    } finally {
      delete subtle.importKey;
      if (own) Object.defineProperty(subtle, 'importKey', own);
    }
  });
}

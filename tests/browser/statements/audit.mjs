// What an audit in the browser promises. The logs are those of tests/vectors/audit.json, and the program is held
// against the same.
import { there } from './given.mjs';

/**
 * @typedef {import('./given.mjs').AuditLog} AuditLog
 * @typedef {import('signing').Audited} Audited
 * @typedef {import('signing').Bytes} Bytes
 * @typedef {import('../program.mjs').Signing} Signing
 */

/**
 * What a site serves of a log of the vectors: path to bytes, null where there is nothing.
 * @param {Signing} s
 * @param {{leaves: Record<string, Bytes>}} vectors
 * @param {AuditLog} log
 */
export function served(s, { leaves }, log) {
  const names = log.entries.flatMap((one) => (Array.isArray(one) ? new Array(one[1]).fill(one[0]) : [one]));
  const entries = names.map((name) => leaves[name]);
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

/**
 * @param {Map<string, Bytes>} files
 * @param {string[]} [asked]
 */
export const readFrom = (files, asked = []) => async (/** @type {string} */ path) => {
  asked.push(path);
  return files.get(path) ?? null;
};

/** @param {object[]} list */
const byText = (list) => list.map((one) => JSON.stringify(Object.fromEntries(Object.entries(one).sort()))).sort().join('\n');
/** @param {Audited} audited */
const kindsOf = ({ findings }) => [...new Set(findings.map(({ code }) => code))].sort().join();

/** @param {import('./given.mjs').Given} given */
export async function auditStatements({ s, vectors, assert, statement, refused }) {
  const inBytes = Object.entries(vectors.audit.leaves).map(([name, text]) => [name, s.fromBase64url(text)]);
  /** @type {Record<string, Bytes>} */
  const leaves = Object.fromEntries(inBytes);
  const { logs } = vectors.audit;
  /** @param {string} name */
  const named = (name) => there(logs.find((log) => log.name === name));
  /**
   * @param {AuditLog} log
   * @param {Parameters<Signing['auditLog']>[1]} [way]
   */
  const audit = (log, way) => s.auditLog(readFrom(served(s, { leaves }, log)), way);
  const [lively, thousand] = [named('people sign, withdraw and mend their names'), named('1000 entries')];

  const judged = logs.filter((log) => log.found);
  await statement(`an audit finds what it must in ${judged.length} logs, and where`, async () => {
    for (const log of judged) {
      const { findings, crowds, size } = await audit(log);
      const found = findings.map((finding) => ({ ...finding, code: undefined }));
      assert.equal(byText(found), byText(there(log.found)), log.name);
      assert.ok(findings.every(({ code }) => s.AUDIT_KINDS.includes(code)), log.name);
      const counts = crowds.map(({ cast, takenBack, voided, issued }) => [cast, takenBack, voided, issued]);
      assert.equal(JSON.stringify(counts), JSON.stringify(log.crowds), log.name);
      assert.ok(crowds.every(({ cast, takenBack, voided, counted }) => counted === cast - takenBack - voided));
      assert.equal(String(size), log.checkpoint.split('\n')[1]);
    }
  });

  await statement('an audit takes what came later, and counts kinds of proof that it does not know', async () => {
    const { logs: later } = vectors.auditLater;
    const bytes = Object.entries(vectors.auditLater.leaves).map(([name, text]) => [name, s.fromBase64url(text)]);
    for (const log of later) {
      const { findings, crowds } = await s.auditLog(readFrom(served(s, { leaves: Object.fromEntries(bytes) }, log)));
      const found = findings.map((finding) => ({ ...finding, code: undefined }));
      assert.equal(byText(found), byText(there(log.found)), log.name);
      const counts = crowds.map(({ cast, takenBack, voided, issued }) => [cast, takenBack, voided, issued]);
      assert.equal(JSON.stringify(counts), JSON.stringify(log.crowds), log.name);
      assert.equal(crowds.map(({ proof }) => proof).join(), 'work-mail,later-kind,any-mail');
    }
    assert.equal(later.length, 4);
  });

  const hopeless = logs.filter((log) => log.refused);
  await statement(`an audit does not begin with ${hopeless.length} that are no logs`, async () => {
    for (const log of hopeless) await refused(there(log.refused), () => audit(log), log.name);
    await refused('not-found', () => s.auditLog(async () => null));
    const files = served(s, { leaves }, lively);
    files.delete('log/checkpoint');
    await refused('not-found', () => s.auditLog(readFrom(files)));
    await refused('other-key', () => audit(lively, { logKey: 'another' }));
    await refused('other-genesis', () => audit(lively, { genesis: s.base64url(new Uint8Array(32)) }));
    const { genesis, vkey } = await audit(lively);
    assert.ok((await audit(lively, { logKey: vkey, genesis: s.base64url(there(genesis).hash) })).findings.length === 0);
  });

  const later = logs.filter((log) => log.after);
  await statement(`whoever kept a checkpoint finds ${later.length} times whether the log goes on from it`, async () => {
    for (const log of later) {
      const earlier = named(there(log.after)).checkpoint;
      const found = await audit(log, { earlier });
      assert.equal(kindsOf(found), there(log.kinds).with_the_checkpoint.join(), log.name);
      // As it comes out of a mail program.
      const copied = `\n  ${earlier.trim().replace(/\n/g, '  \r\n ')}\n\n`;
      assert.equal(kindsOf(await audit(log, { earlier: copied })), kindsOf(found), log.name);
      assert.equal(found.earlier?.note, earlier);
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
    /** @type {string[]} */
    const asked = [];
    /** @type {number[][]} */
    const steps = [];
    const found = await s.auditLog(readFrom(served(s, { leaves }, thousand), asked), {
      progress: (done, size) => steps.push([done, size]),
    });
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
    files.set('log/tile/entries/000', there(served(s, { leaves }, thousand).get('log/tile/entries/000')));
    files.delete('log/tile/entries/000.p/255');
    assert.equal((await s.auditLog(readFrom(files))).findings.length, 0);
  });

  await statement('names and numbers that change with the log are read again until they are of one moment', async () => {
    const [old, now] = [served(s, { leaves }, lively), served(s, { leaves }, named('a signature is voided'))];
    let looks = 0;
    /** @param {string} path */
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
    /** @param {Promise<unknown>} task */
    const outcome = (task) => task.then(() => 'done', (error) => error.name);
    /** @param {number} done */
    const progress = (done) => done === 256 && stop.abort();
    assert.equal(await outcome(s.auditLog(readFrom(files), { progress, signal: stop.signal })), 'AbortError');
    /** @param {string} path */
    const broken = async (path) => {
      if (path.endsWith('entries/001')) throw new TypeError('offline');
      return files.get(path) ?? null;
    };
    assert.equal(await outcome(s.auditLog(broken)), 'TypeError');
  });

  await statement('more findings than a hundred are counted, not told', async () => {
    const log = named('a number that is not the log\'s');
    const openings = Array.from({ length: 250 }, () => there(log.openings)[0]).map((one) => ({ ...one, index: 1 }));
    const { findings, more } = await audit({ ...log, openings });
    assert.equal(`${findings.length} ${more}`, '100 151');
  });

  await statement('a browser that does not take an issuing key verifies its tokens all the same', async () => {
    const { subtle } = crypto;
    const own = Object.getOwnPropertyDescriptor(subtle, 'importKey');
    /** @param {Parameters<SubtleCrypto['importKey']>} given */
    const importKey = (...given) => {
      if (String(given[0]) === 'jwk') return Promise.reject(new DOMException('no', 'NotSupportedError'));
      return Object.getPrototypeOf(subtle).importKey.call(subtle, ...given);
    };
    try {
      Object.defineProperty(subtle, 'importKey', { value: importKey, configurable: true });
      assert.equal((await audit(lively)).findings.length, 0);
      assert.equal(kindsOf(await audit(named('a bent authenticator'))), 'cast');
    } finally {
      Reflect.deleteProperty(subtle, 'importKey');
      if (own) Object.defineProperty(subtle, 'importKey', own);
    }
  });
}

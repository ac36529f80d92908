// How long an audit in the browser's module takes, beside nothing but the verification of the two signatures of each
// entry by the same engine: as a ratio within one run, in Node and, where SUITE_CHROMIUM and SUITE_NODE_MODULES say
// where it is, in Chromium.
//
//   BENCH_CASTS=20000 node tests/browser/audit_bench.mjs
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { load, source } from './program.mjs';

/**
 * @typedef {import('signing').Bytes} Bytes
 * @typedef {import('./program.mjs').Signing} Signing
 * @typedef {{secs: number, pause: number}} Timed
 */

const CASTS = Number(process.env.BENCH_CASTS ?? 20_000);

/**
 * Makes a log of so many casts, times both; the same in either engine. Nothing from outside may be used in here.
 * @param {Signing} s
 * @param {number} casts
 */
async function measure(s, casts) {
  const { subtle } = crypto;
  const [PSS, ROUNDS, BATCH] = [{ name: 'RSA-PSS', saltLength: 48 }, 3, 256];
  const algorithm = { name: 'RSA-PSS', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-384' };
  const issuer = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const logKey = await subtle.generateKey('Ed25519', true, ['sign', 'verify']);
  /** @param {CryptoKeyPair} pair */
  const raw = async ({ publicKey }) => new Uint8Array(await subtle.exportKey('raw', publicKey));
  /**
   * @param {CryptoKeyPair} pair
   * @param {Bytes} message
   */
  const sign = async ({ privateKey }, message) => new Uint8Array(await subtle.sign('Ed25519', privateKey, message));
  /** @param {string} text */
  const hex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const prefix = hex('30820152303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108300b0609608648016503040202a2030201300382010f003082010a0282010100');
  const { n } = await subtle.exportKey('jwk', issuer.publicKey);
  const spki = s.concat(prefix, s.fromBase64url(String(n)), hex('0203010001'));
  const [petition, origin] = [new Uint8Array(16).fill(7), 'petition.undersigned/ljnfuws2ljnfuws2ljnfuws2li'];
  /**
   * @param {number} kind
   * @param {object} value
   */
  const leaf = (kind, value) => s.concat([1, kind], petition, s.utf8(s.canonical(value)));
  const time = '2026-06-03T12:00:00Z';
  const genesis = leaf(0, {
    v: 1, origin, text: { title: 'End the contract', addressed_to: 'The board', demands: [] }, body: s.base64url(new Uint8Array(32)), employers: [],
    crowds: [{ proof: 'work-mail', spki: s.base64url(spki) }], opens: time, issue_until: time, closes: time, cast_until: time, batch: 10, min_cell: 10, attributes: [],
  });
  const read = await s.readGenesis(genesis);
  const challenge = await s.tokenChallenge(origin, petition, read.hash, 0);
  const made = async () => {
    const key = await subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    const publicKey = await raw(key);
    const input = await s.tokenInput(read.crowds[0].key, challenge, await s.nonceOf(publicKey));
    const authenticator = new Uint8Array(await subtle.sign(PSS, issuer.privateKey, input));
    const unsigned = s.concat([1, 1], petition, input, authenticator, publicKey, s.randomBytes(32));
    return s.concat(unsigned, await sign(key, s.concat(s.utf8('petition-cast/v1\0'), unsigned)));
  };
  const entries = [genesis, leaf(5, { issued: [casts - (casts % 10)] })];
  while (entries.length < casts + 2) {
    const count = Math.min(BATCH, casts + 2 - entries.length);
    entries.push(...(await Promise.all(Array.from({ length: count }, made))));
  }

  /**
   * @param {Bytes[]} hashes
   * @returns {Promise<Bytes>}
   */
  const rootOf = async (hashes) => {
    if (hashes.length === 1) return hashes[0];
    let k = 1;
    while (2 * k < hashes.length) k *= 2;
    return s.sha256([1], ...(await Promise.all([rootOf(hashes.slice(0, k)), rootOf(hashes.slice(k))])));
  };
  const hashes = [];
  for (let at = 0; at < entries.length; at += BATCH) {
    hashes.push(...(await Promise.all(entries.slice(at, at + BATCH).map((entry) => s.leafHash(entry)))));
  }
  const key = s.concat([1], await raw(logKey));
  const id = (await s.sha256(s.utf8(`${origin}\n`), key)).slice(0, 4);
  const text = `${origin}\n${entries.length}\n${s.base64(await rootOf(hashes))}\n`;
  const note = `${text}\n\u2014 ${origin} ${s.base64(s.concat(id, await sign(logKey, s.utf8(text))))}\n`;
  const idText = Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const files = new Map([['log/vkey', s.utf8(`${origin}+${idText}+${s.base64(key)}\n`)], ['log/checkpoint', s.utf8(note)], ['openings.json', s.utf8('[]')]]);
  for (let at = 0; at < entries.length; at += BATCH) {
    const part = entries.slice(at, at + BATCH);
    files.set(`log/${s.tilePath('entries', at / BATCH, part.length)}`, s.concat(...part.flatMap((entry) => [[entry.length >> 8, entry.length & 255], entry])));
  }

  const signed = entries.slice(2).map((entry) => ({
    input: entry.slice(18, 116),
    authenticator: entry.slice(116, 372),
    publicKey: entry.slice(372, 404),
    signature: entry.slice(436),
    message: s.concat(s.utf8('petition-cast/v1\0'), entry.slice(0, 436)),
  }));
  /** @param {typeof signed[0]} one */
  const verify = async ({ input, authenticator, publicKey, signature, message }) => {
    const [isOfCrowd, isSigned] = await Promise.all([
      subtle.verify(PSS, issuer.publicKey, authenticator, input),
      subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']).then((imported) => subtle.verify('Ed25519', imported, signature, message)),
    ]);
    if (!isOfCrowd || !isSigned) throw new Error('a signature does not verify');
  };
  const alone = async () => {
    for (let at = 0; at < signed.length; at += BATCH) await Promise.all(signed.slice(at, at + BATCH).map(verify));
  };
  const audit = async () => {
    const progress = () => new Promise((go) => setTimeout(go));
    const { findings, size } = await s.auditLog(async (path) => files.get(path) ?? null, { progress });
    if (findings.length > 0 || size !== casts + 2) throw new Error(JSON.stringify(findings));
  };
  // How long a reader who presses something would have to wait at most: the longest time between two turns of a timer.
  /** @param {() => Promise<void>} task */
  const timed = async (task) => {
    const began = performance.now();
    let [turn, pause] = [began, 0];
    const timer = setInterval(() => {
      const now = performance.now();
      [turn, pause] = [now, Math.max(pause, now - turn)];
    }, 1);
    await task();
    clearInterval(timer);
    return { secs: (performance.now() - began) / 1000, pause };
  };
  /** @type {{alone: Timed[], audit: Timed[]}} */
  const rounds = { alone: [], audit: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.alone.push(await timed(alone));
    rounds.audit.push(await timed(audit));
  }
  /** @param {Timed[]} list */
  const best = (list) => list.reduce((one, other) => (other.secs < one.secs ? other : one));
  return { alone: best(rounds.alone).secs, audit: best(rounds.audit).secs, pause: best(rounds.audit).pause };
}

/**
 * @param {string} engine
 * @param {{alone: number, audit: number, pause: number}} took
 */
function print(engine, { alone, audit, pause }) {
  console.log(`${engine} | ${CASTS} | ${alone.toFixed(2)} s | ${audit.toFixed(2)} s | ${(audit / alone).toFixed(2)} | ${pause.toFixed(0)} ms`);
}

console.log('engine | casts | signatures alone | whole audit | ratio | longest pause\n---|---|---|---|---|---');
print(`Node ${process.versions.node.split('.')[0]}`, await measure(await load(), CASTS));

const { SUITE_CHROMIUM, SUITE_NODE_MODULES } = process.env;
if (SUITE_CHROMIUM && SUITE_NODE_MODULES) {
  const { chromium } = /** @type {typeof import('playwright-core')} */ (
    createRequire(join(SUITE_NODE_MODULES, 'bench.js'))('playwright-core')
  );
  const browser = await chromium.launch({ executablePath: SUITE_CHROMIUM, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
  try {
    const page = await browser.newPage();
    // A name of this machine, where browsers have WebCrypto; nothing is asked for over the network.
    await page.route('**', async (route) => {
      const isModule = route.request().url().endsWith('.js');
      const body = isModule ? await source() : '<!doctype html><title>Bench</title>';
      await route.fulfill({ contentType: isModule ? 'text/javascript' : 'text/html', body });
    });
    await page.goto('http://localhost/');
    const run = `import('/signing.js').then((signing) => (${measure})(signing, ${CASTS}))`;
    print(`Chromium ${browser.version().split('.')[0]}`, await page.evaluate(run));
  } finally {
    await browser.close();
  }
}

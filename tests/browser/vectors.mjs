// Holds the module of src/web/static/signing against the vectors and against other people's code: in Node, and, where
// the program is named, in real browsers under the content policy that pages have.
//
//   SUITE_NODE_MODULES   where the packages of package.json are (scripts/test sets it)
//   SUITE_CHROMIUM       optional: a Chromium to run the statements in as well
//   SUITE_FIREFOX        optional: a Firefox to run them in as well
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { load, source } from './program.mjs';
import { statements } from './statements.mjs';

/** @typedef {import('signing').Bytes} Bytes */

const signing = await load();
const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const require = createRequire(join(process.env.SUITE_NODE_MODULES ?? join(root, 'target/tools/npm/node_modules'), 'x.js'));
/** @param {string} name */
const foreign = (name) => import(pathToFileURL(require.resolve(name)).href);
/** @param {string} name */
const read = async (name) => JSON.parse(await readFile(join(root, 'tests/vectors', name), 'utf8'));

if (!globalThis.crypto?.subtle) {
  console.error('tests/browser/vectors.mjs needs Node 20 or newer; this is ' + process.version);
  process.exit(1);
}

let passed = 0;
let failed = 0;
/**
 * @param {string} name
 * @param {string} [error]
 */
function report(name, error) {
  if (error) failed += 1;
  else passed += 1;
  console.log(error ? `FAILED ${name}\n${error}` : `ok ${name}`);
}
/**
 * @param {string} name
 * @param {() => unknown} check
 */
async function statement(name, check) {
  try {
    await check();
    report(name);
  } catch (error) {
    // Node names the module by all of its text.
    report(name, error.stack.replace(/data:\S*?(?=:\d+:\d+)/g, 'signing'));
  }
}

/** @param {Uint8Array} bytes */
const hex = (bytes) => Buffer.from(bytes).toString('hex');
/** @param {string} text */
const unhex = (text) => new Uint8Array(Buffer.from(text, 'hex'));
/**
 * @param {Uint8Array} found
 * @param {Uint8Array} expected
 */
const same = (found, expected) => assert.equal(hex(found), hex(expected));

// --- HPKE: the vectors, and a second implementation -----------------------------------------------------------

const { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } = await foreign('@hpke/core');
const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const rfc9180 = await read('rfc9180-x25519-aes256gcm.json');

/**
 * DeriveKeyPair of RFC 9180, section 7.1.3.
 * @param {Uint8Array} seed
 */
function privateKeyFrom(seed) {
  const kem = Buffer.from('KEM\0\x20', 'latin1');
  /**
   * @param {Uint8Array} key
   * @param {...Uint8Array} parts
   */
  const mac = (key, ...parts) => createHmac('sha256', key).update(Buffer.concat(parts)).digest();
  const prk = mac(Buffer.alloc(32), Buffer.from('HPKE-v1'), kem, Buffer.from('dkp_prk'), seed);
  return new Uint8Array(mac(prk, Buffer.from([0, 32]), Buffer.from('HPKE-v1'), kem, Buffer.from('sk'), Buffer.from([1])));
}

/** @param {typeof toSeal} given */
async function foreignSeal({ publicKey, info, aad, plaintext, ephemeral }) {
  const recipientPublicKey = await suite.kem.deserializePublicKey(publicKey);
  const secret = await suite.kem.importKey('raw', ephemeral, false);
  const ekm = { privateKey: secret, publicKey: await suite.kem.deserializePublicKey(await ephemeralPublic(ephemeral)) };
  const sender = await suite.createSenderContext({ recipientPublicKey, info, ekm });
  return Buffer.concat([new Uint8Array(sender.enc), new Uint8Array(await sender.seal(plaintext, aad))]);
}

/** @param {Bytes} secret */
async function ephemeralPublic(secret) {
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
  const key = await crypto.subtle.importKey('pkcs8', Buffer.concat([prefix, secret]), 'X25519', true, ['deriveBits']);
  return new Uint8Array(Buffer.from(String((await crypto.subtle.exportKey('jwk', key)).x), 'base64url'));
}

const toSeal = {
  publicKey: unhex(rfc9180.pkRm),
  info: unhex(rfc9180.info),
  aad: new TextEncoder().encode('Count-0'),
  plaintext: new TextEncoder().encode('Beauty is truth, truth beauty'),
  ephemeral: privateKeyFrom(unhex(rfc9180.ikmE)),
};
const sealed = await foreignSeal(toSeal);

// --- The statements, in Node ----------------------------------------------------------------------------------

const vectors = {
  own: await read('own.json'),
  rfc9474: await read('rfc9474-appendix-a.json'),
  rfc9578: await read('rfc9578-type-0x0002.json'),
  sealedName: await read('sealed.json'),
  names: await read('names.json'),
  codes: await read('codes.json'),
  audit: await read('audit.json'),
  auditLater: await read('audit_later.json'),
  statements: await read('statements.json'),
  work: await read('work.json'),
  sealed: Object.fromEntries(Object.entries({ ...toSeal, sealed }).map(([name, value]) => [name, hex(value)])),
};
const sizes = [1, 2, 3, 5, 255, 256, 257, 1000];

console.log(`# Node ${process.version}`);
await statements({
  signing,
  vectors,
  assert,
  /** @param {Bytes} bytes */
  hash: (bytes) => Uint8Array.from(createHash('sha256').update(bytes).digest()),
  // The largest is the first with a tile of the third level.
  sizes: [...sizes, 65793],
  statement,
});

// --- Against other people's code, in Node ---------------------------------------------------------------------

await statement('HPKE gives the 1,000 ciphertexts that belong to RFC 9180', async () => {
  const { enc, key, nonce } = await signing.setupSeal(toSeal.publicKey, toSeal.info, toSeal.ephemeral);
  assert.equal(hex(enc), rfc9180.enc);
  const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt']);
  const source = createHash('shake128', { outputLength: 2000 * 256 }).digest();
  const sink = createHash('shake128', { outputLength: 16 });
  let at = 0;
  const draw = () => source.subarray(at + 1, (at += 1 + source[at]));
  for (let count = 0; count < 1000; count += 1) {
    const [aad, plaintext] = [draw(), draw()];
    const iv = Uint8Array.from(nonce);
    iv[11] ^= count & 255;
    iv[10] ^= count >> 8;
    sink.update(new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: aad }, aes, plaintext)));
  }
  assert.equal(hex(sink.digest()), rfc9180.encryptions_accumulated);
});

await statement('what we draw as a QR code, jsqr reads, in every version that it knows rightly', async () => {
  const { default: jsQR } = await foreign('jsqr');
  /** @param {boolean[][]} rows */
  const read = (rows) => {
    const [scale, side] = [3, 3 * (rows.length + 8)];
    const pixels = new Uint8ClampedArray(4 * side * side).fill(255);
    for (let y = 0; y < side; y += 1) {
      for (let x = 0; x < side; x += 1) {
        const isDark = rows[Math.floor(y / scale) - 4]?.[Math.floor(x / scale) - 4];
        if (isDark) pixels.fill(0, 4 * (y * side + x), 4 * (y * side + x) + 3);
      }
    }
    return (jsQR.default ?? jsQR)(pixels, side, side);
  };
  // What each version holds at most (ISO/IEC 18004, table 7, level L), and one more: the next version.
  const most = [
    17, 32, 53, 78, 106, 134, 154, 192, 230, 271, 321, 367, 425, 458, 520, 586, 644, 718, 792, 858, 929, 1003, 1091,
    1171, 1273, 1367, 1465, 1528, 1628, 1732, 1840, 1952, 2068, 2188, 2303, 2431, 2563, 2699, 2809, 2953,
  ];
  for (const length of [0, 1, ...most.flatMap((bytes) => [bytes, bytes + 1]).slice(0, -1)]) {
    const text = '{"v":1,"token":"'.padEnd(length, 'aZ9_-"{}:x').slice(0, length);
    const rows = signing.qrCode(signing.utf8(text));
    const version = 1 + most.findIndex((bytes) => length <= bytes);
    assert.equal(rows.length, 4 * version + 17, `${length} bytes`);
    // jsqr looks for an alignment pattern of version 23 at 74, where the standard has 78.
    if (version !== 23) assert.equal(read(rows)?.data, text, `${length} bytes`);
  }
  assert.equal(read(signing.qrCode(signing.utf8('naïve ✓'))).data, 'naïve ✓');
  assert.throws(() => signing.qrCode(new Uint8Array(2954)), { code: 'qr-length' });
});

await statement('what we seal, @hpke/core opens, and only unchanged', async () => {
  const recipientKey = await suite.kem.importKey('raw', unhex(rfc9180.skRm), false);
  const [info, aad] = [signing.utf8('info'), signing.utf8('aad')];
  for (const length of [0, 1, 16, 200, 5000]) {
    const plaintext = signing.randomBytes(length);
    const bytes = await signing.seal(toSeal.publicKey, info, aad, plaintext);
    /**
     * @param {Bytes} ciphertext
     * @param {Bytes} [more]
     */
    const open = (ciphertext, more = aad) =>
      suite.open({ recipientKey, enc: ciphertext.slice(0, 32), info }, ciphertext.slice(32), more);
    same(new Uint8Array(await open(bytes)), plaintext);
    for (const at of [0, 31, 32, bytes.length - 1]) {
      await assert.rejects(open(bytes.map((byte, place) => (place === at ? byte ^ 1 : byte))));
    }
    await assert.rejects(open(bytes, info));
  }
});

await statement('we and @cloudflare/blindrsa-ts blind, sign, finish and verify for each other', async () => {
  const { RSABSSA } = await foreign('@cloudflare/blindrsa-ts');
  const theirs = RSABSSA.SHA384.PSS.Deterministic();
  const { spki: template } = vectors.own;
  for (let turn = 0; turn < 3; turn += 1) {
    const { privateKey, publicKey } = await RSABSSA.SHA384.generateKey({
      modulusLength: 2048,
      publicExponent: Uint8Array.of(1, 0, 1),
    });
    const { n } = await crypto.subtle.exportKey('jwk', publicKey);
    const modulus = signing.fromBase64url(String(n));
    const spki = signing.concat(unhex(template.slice(0, 162)), modulus, unhex(template.slice(-10)));
    const key = await signing.readIssuingKey(spki);
    const message = signing.randomBytes(98);

    // We blind, they sign, we finish; they and WebCrypto verify.
    const ours = await signing.blind(key, message);
    const answer = await theirs.blindSign(privateKey, ours.blinded);
    const signature = await signing.finalize(key, message, answer, ours.inverse);
    assert.ok(await theirs.verify(publicKey, signature, message));
    assert.ok(await crypto.subtle.verify({ name: 'RSA-PSS', saltLength: 48 }, publicKey, signature, message));

    // They blind, they sign, they finish; we verify. They finish what we unblind, and we what they blinded.
    const { blindedMsg, inv } = await theirs.blind(publicKey, message);
    const answered = await theirs.blindSign(privateKey, blindedMsg);
    const finished = await theirs.finalize(publicKey, message, answered, inv);
    assert.ok(await signing.pssVerify(key, message, finished));
    same(await signing.finalize(key, message, answered, inv), finished);
    same(await theirs.finalize(publicKey, message, answer, ours.inverse), signature);

    // A signature made by WebCrypto, with a salt of ours and of another length.
    /** @param {number} saltLength */
    const made = (saltLength) => crypto.subtle.sign({ name: 'RSA-PSS', saltLength }, privateKey, message);
    assert.ok(await signing.pssVerify(key, message, new Uint8Array(await made(48))));
    assert.ok(!(await signing.pssVerify(key, message, new Uint8Array(await made(47)))));
    assert.ok(!(await signing.pssVerify(key, message, new Uint8Array(await made(0)))));

    // The whole way of a token, with their signer.
    const challenge = signing.utf8('a challenge');
    const state = await signing.requestToken(key, await signing.tokenInput(key, challenge, signing.randomBytes(32)));
    const response = await theirs.blindSign(privateKey, signing.fromBase64url(state.request).slice(3));
    await signing.checkToken(await signing.finish(state, response), key, challenge);
  }
});

/**
 * @typedef {{getRandomValues?: (bytes: Bytes) => Bytes, importKey?: Function, generateKey?: Function,
 *   deriveBits?: Function}} CryptoParts
 */

/**
 * Runs `check` with some of crypto's functions replaced.
 * @param {CryptoParts} parts
 * @param {() => unknown} check
 */
async function withCrypto({ getRandomValues, ...others }, check) {
  const { crypto: real } = globalThis;
  const subtle = new Proxy(real.subtle, {
    get: (_, name) => Reflect.get(others, name) ?? Reflect.get(real.subtle, name).bind(real.subtle),
  });
  const value = { subtle, getRandomValues: getRandomValues ?? real.getRandomValues.bind(real) };
  try {
    Object.defineProperty(globalThis, 'crypto', { value, configurable: true });
    await check();
  } finally {
    Object.defineProperty(globalThis, 'crypto', { value: real, configurable: true });
  }
}

await statement('a tab without WebCrypto, or without the curves, is told so', async () => {
  const none = async () => {
    throw new DOMException('no', 'NotSupportedError');
  };
  const { crypto: real } = globalThis;
  /** @param {Parameters<SubtleCrypto['importKey']>} given */
  const importKey = (...given) => (/25519$/.test(String(given[2])) ? none() : real.subtle.importKey(...given));
  const seal = () => signing.seal(toSeal.publicKey, toSeal.info, toSeal.aad, toSeal.plaintext);
  await withCrypto({ importKey, generateKey: none }, async () => {
    assert.deepEqual(await signing.missing(), ['ed25519', 'x25519']);
    await assert.rejects(signing.signingKey(new Uint8Array(15)), { code: 'ed25519' });
    await assert.rejects(signing.isSignedBy(new Uint8Array(32).fill(8), new Uint8Array(64).fill(8), new Uint8Array(0)), { code: 'ed25519' });
    await assert.rejects(seal(), { code: 'x25519' });
  });
  try {
    Object.defineProperty(globalThis, 'crypto', { value: {}, configurable: true });
    assert.deepEqual(await signing.missing(), ['webcrypto']);
    await assert.rejects(signing.signingKey(new Uint8Array(15)), { code: 'webcrypto' });
    await assert.rejects(seal(), { code: 'webcrypto' });
    Object.defineProperty(globalThis, 'isSecureContext', { value: false, configurable: true });
    assert.deepEqual(await signing.missing(), ['secure-context']);
  } finally {
    Reflect.deleteProperty(globalThis, 'isSecureContext');
    Object.defineProperty(globalThis, 'crypto', { value: real, configurable: true });
  }
});

await statement('a secret that WebKitGTK would refuse is not drawn', async () => {
  const { crypto: real } = globalThis;
  // As WebKitGTK does: no private key with a zero at its beginning.
  /** @param {Parameters<SubtleCrypto['importKey']>} given */
  const importKey = (...given) => {
    const [form, key] = /** @type {[string, Bytes]} */ (/** @type {unknown} */ (given));
    return form === 'pkcs8' && key[16] === 0
      ? Promise.reject(new DOMException('Data provided to an operation does not meet requirements', 'DataError'))
      : real.subtle.importKey(...given);
  };
  let refused = new Uint8Array(15);
  while ((await signing.hkdf(refused, signing.utf8('petition v1 ed25519')))[0] !== 0) refused = signing.randomBytes(15);
  const badOnes = [new Uint8Array(32), refused];
  /** @param {Bytes} bytes */
  const getRandomValues = (bytes) => {
    const bad = badOnes.findIndex((one) => one.length === bytes.length);
    if (bad < 0) return real.getRandomValues(bytes);
    bytes.set(badOnes.splice(bad, 1)[0]);
    return bytes;
  };
  await withCrypto({ importKey, getRandomValues }, async () => {
    await assert.rejects(signing.signingKey(refused), { code: 'ed25519' });
    assert.equal((await signing.signingKey(await signing.newCode())).publicKey.length, 32);
    await signing.seal(toSeal.publicKey, toSeal.info, toSeal.aad, toSeal.plaintext);
    assert.equal(badOnes.length, 0, 'both were drawn, and drawn again');
    assert.deepEqual(await signing.missing(), []);
  });
});

await statement('a blinding factor of n or above, or of zero, is drawn again and never reduced', async () => {
  const key = await signing.readIssuingKey(unhex(vectors.own.spki));
  const good = new Uint8Array(256).fill(7);
  const salt = new Uint8Array(48);
  const draws = [new Uint8Array(256).fill(0xff), signing.toBytes(key.n, 256), new Uint8Array(256), good];
  /** @param {Bytes} bytes */
  const getRandomValues = (bytes) => (bytes.set(draws.shift() ?? []), bytes);
  await withCrypto({ getRandomValues }, async () => {
    const { inverse } = await signing.blind(key, good, { salt });
    assert.equal((signing.toNumber(inverse) * signing.toNumber(good)) % key.n, 1n);
    assert.equal(draws.length, 0);
  });
});

await statement('an engine that takes a key of small order does not get a name sealed for it', async () => {
  await withCrypto({ deriveBits: async () => new ArrayBuffer(32) }, async () => {
    await assert.rejects(signing.seal(toSeal.publicKey, toSeal.info, toSeal.aad, toSeal.plaintext), { code: 'sealing-key' });
  });
});

await statement('the module stands alone: no import, no eval; and its protocol knows no page, store or network', async () => {
  const text = await source();
  const code = text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  for (const word of ['import ', 'import(', 'require(', 'eval', 'Function', 'window', 'localStorage', 'innerHTML', 'outerHTML', 'insertAdjacent', 'document.write', 'cookie', 'Math.random']) {
    assert.ok(!code.includes(word), word);
  }
  const [before] = text.split('// --- The page');
  const protocol = before.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  assert.ok(protocol.length > code.length / 3 && protocol.length < code.length);
  for (const word of ['document', 'sessionStorage', 'fetch(', 'setTimeout', 'location']) {
    assert.ok(!protocol.includes(word), word);
  }
  assert.ok(text.split('\n').every((line) => line.length <= 120));
});

// --- In real browsers -----------------------------------------------------------------------------------------

const CSP = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; require-trusted-types-for 'script'";
const PAGE = '<!doctype html><meta charset="utf-8"><title>Statements</title><script type="module" src="/page.mjs"></script>';
const PAGE_SCRIPT = `
import * as signing from '/signing.js';
import { statements } from '/statements.mjs';

/**
 * @typedef {import('signing').Bytes} Bytes
 */
const tell = (body) => fetch('/told', { method: 'POST', body: JSON.stringify(body) });
const assert = {
  ok(value, what) { if (!value) throw new Error(what ?? 'not so'); },
  equal(found, expected, what) { if (found !== expected) throw new Error((what ?? '') + ': ' + found + ' is not ' + expected); },
};
const blocked = [];
document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.violatedDirective));
await tell({ agent: navigator.userAgent, missing: await signing.missing() });
const { vectors, sizes } = await (await fetch('/vectors')).json();
try {
  await statements({
    signing, vectors, assert, hash: (bytes) => signing.sha256(bytes), sizes,
    statement: async (name, check) => {
      try { await check(); await tell({ name }); } catch (error) { await tell({ name, error: String(error.stack ?? error) }); }
    },
  });
  await tell({ name: 'nothing in it is against the content policy', error: blocked.join() || undefined });
} catch (error) {
  await tell({ name: 'the statements run to their end', error: String(error.stack ?? error) });
}
await tell({ end: true });
`;

/**
 * @param {string} program
 * @param {(profile: string) => string[]} flags
 */
async function inBrowser(program, flags) {
  const profile = await mkdtemp(join(tmpdir(), 'statements-'));
  /** @type {(isWell: boolean) => void} */
  let end = () => {};
  /** @type {Promise<boolean>} */
  const ended = new Promise((resolve) => (end = resolve));
  const server = createServer(async (request, response) => {
    /**
     * @param {string} type
     * @param {string | Buffer} body
     */
    const answer = (type, body) => response.writeHead(200, { 'content-type': type, 'content-security-policy': CSP }).end(body);
    const { url = '' } = request;
    if (url === '/') return answer('text/html', PAGE);
    if (url === '/page.mjs') return answer('text/javascript', PAGE_SCRIPT);
    if (url === '/signing.js') return answer('text/javascript', await source());
    if (/^\/statements(\/[a-z]+)?\.mjs$/.test(url)) return answer('text/javascript', await readFile(join(here, url)));
    if (url === '/vectors') return answer('application/json', JSON.stringify({ vectors, sizes }));
    if (url !== '/told') return response.writeHead(404).end();
    let text = '';
    for await (const chunk of request) text += chunk;
    const told = JSON.parse(text);
    if (told.agent) console.log(`# ${told.agent}, lacking: ${told.missing.join(', ') || 'nothing'}`);
    if (told.name) report(told.name, told.error);
    answer('application/json', '{}');
    if (told.end) end(true);
    return undefined;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const address = `http://127.0.0.1:${port}/`;
  const browser = spawn(program, [...flags(profile), address], { stdio: 'ignore', detached: true });
  browser.on('exit', () => end(false));
  browser.on('error', () => end(false));
  const deadline = setTimeout(() => end(false), 180_000);
  if (!(await ended)) report(`the statements run in ${program}`, 'the browser did not come to the end of them');
  clearTimeout(deadline);
  try {
    // The browser and the processes it has started, which share its group.
    if (browser.pid) process.kill(-browser.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
  server.closeAllConnections();
  server.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}

if (process.env.SUITE_CHROMIUM) {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  await inBrowser(process.env.SUITE_CHROMIUM, (profile) => [
    '--headless', ...sandbox, '--no-first-run', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${profile}`,
  ]);
}
if (process.env.SUITE_FIREFOX) {
  await inBrowser(process.env.SUITE_FIREFOX, (profile) => ['--headless', '--no-remote', '--profile', profile]);
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

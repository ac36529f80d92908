// Logs to hold the module against: a key, a tree straight from the RFC, and everything that such a log serves.
import { hex, there } from './given.mjs';

/**
 * @typedef {import('signing').Bytes} Bytes
 * @typedef {{name: string, id: Bytes, vkey: string, privateKey: CryptoKey}} LogKey
 * @typedef {{size: number, leaves: Bytes[], root: Bytes, served: Map<string, Bytes>}} Log
 */

/** @param {import('./given.mjs').Given} given */
export async function makeLogs(given) {
  const { s, hash, own, genesis } = given;

  /** @param {string} name */
  const makeLogKey = async (name) => {
    const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    const key = s.concat([1], new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
    const id = (await s.sha256(s.utf8(`${name}\n`), key)).slice(0, 4);
    return { name, id, vkey: `${name}+${hex(id)}+${s.base64(key)}`, privateKey: pair.privateKey };
  };
  /**
   * @param {LogKey} key
   * @param {string} text
   */
  const signLine = async (key, text) => {
    const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', key.privateKey, s.utf8(text)));
    return `\u2014 ${key.name} ${s.base64(s.concat(key.id, signature))}\n`;
  };
  /**
   * @param {LogKey} key
   * @param {string} text
   */
  const sign = async (key, text) => s.utf8(`${text}\n${await signLine(key, text)}`);
  const logKey = await makeLogKey(genesis.origin);
  /**
   * @param {number} size
   * @param {Bytes} root
   */
  const checkpointText = (size, root) => `${genesis.origin}\n${size}\n${s.base64(root)}\n`;

  // A reference tree, straight from RFC 6962, section 2.1: slow, and sharing nothing with the module.
  const reference = {
    /** @param {number} n */
    split: (n) => 2 ** Math.floor(Math.log2(n - 1)),
    /**
     * @param {Bytes} left
     * @param {Bytes} right
     */
    node: (left, right) => hash(Uint8Array.of(1, ...left, ...right)),
    /**
     * @param {Bytes[]} leaves
     * @returns {Promise<Bytes>}
     */
    async root(leaves) {
      if (leaves.length === 0) return hash(new Uint8Array(0));
      if (leaves.length === 1) return hash(Uint8Array.of(0, ...leaves[0]));
      const k = reference.split(leaves.length);
      return reference.node(await reference.root(leaves.slice(0, k)), await reference.root(leaves.slice(k)));
    },
    /**
     * RFC 9162, section 2.1.3.2, which goes up from the leaf by bits.
     * @param {Bytes} leaf
     * @param {number} index
     * @param {number} size
     * @param {Bytes[]} proof
     * @param {Bytes} root
     */
    async verifyInclusion(leaf, index, size, proof, root) {
      let [fn, sn, r] = [index, size - 1, await hash(Uint8Array.of(0, ...leaf))];
      for (const p of proof) {
        if (sn === 0) return false;
        if (fn % 2 === 1 || fn === sn) {
          r = await reference.node(p, r);
          while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
        } else {
          r = await reference.node(r, p);
        }
        [fn, sn] = [fn >> 1, sn >> 1];
      }
      return sn === 0 && hex(r) === hex(root);
    },
    /**
     * RFC 9162, section 2.1.4.2.
     * @param {number} first
     * @param {Bytes} firstRoot
     * @param {number} second
     * @param {Bytes} secondRoot
     * @param {Bytes[]} proof
     */
    async verifyConsistency(first, firstRoot, second, secondRoot, proof) {
      const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : [...proof];
      let [fn, sn] = [first - 1, second - 1];
      while (fn % 2 === 1) [fn, sn] = [fn >> 1, sn >> 1];
      let [fr, sr] = [path[0], path[0]];
      for (const c of path.slice(1)) {
        if (sn === 0) return false;
        if (fn % 2 === 1 || fn === sn) {
          [fr, sr] = [await reference.node(c, fr), await reference.node(c, sr)];
          while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
        } else {
          sr = await reference.node(sr, c);
        }
        [fn, sn] = [fn >> 1, sn >> 1];
      }
      return hex(fr) === hex(firstRoot) && hex(sr) === hex(secondRoot) && sn === 0;
    },
    /**
     * Every tile that a log of these leaves serves.
     * @param {Bytes[]} leaves
     */
    async tiles(leaves) {
      /** @type {Map<string, Bytes>} */
      const served = new Map();
      for (let first = 0; first < leaves.length; first += 256) {
        const bundle = leaves.slice(first, first + 256);
        const bytes = bundle.flatMap((leaf) => [leaf.length >> 8, leaf.length & 255, ...leaf]);
        served.set(s.tilePath('entries', first / 256, bundle.length), Uint8Array.from(bytes));
      }
      /** @type {Bytes[]} */
      let hashes = [];
      for (const leaf of leaves) hashes.push(await reference.root([leaf]));
      for (let level = 0; hashes.length > 0; level += 1) {
        /** @type {Bytes[]} */
        const above = [];
        for (let first = 0; first < hashes.length; first += 256) {
          const tile = hashes.slice(first, first + 256);
          served.set(s.tilePath(level, first / 256, tile.length), s.concat(...tile));
          if (tile.length < 256) continue;
          let row = tile;
          while (row.length > 1) {
              /** @type {Bytes[]} */
            const next = [];
            for (let at = 0; at < row.length; at += 2) next.push(await reference.node(row[at], row[at + 1]));
            row = next;
          }
          above.push(row[0]);
        }
        hashes = above;
      }
      return served;
    },
  };
  /** @param {number} size */
  const leavesOf = (size) =>
    Array.from({ length: size }, (_, at) => {
      return at === 0 ? own.genesis : Uint8Array.of(1, 4, at >> 16, (at >> 8) & 255, at & 255);
    });
  /**
   * @param {Map<string, Bytes>} served
   * @param {string[]} [asked]
   */
  const fetchFrom = (served, asked = []) => async (/** @type {string} */ path) => {
    asked.push(path);
    const found = served.get(path);
    if (!found) throw new Error(`not there: ${path}`);
    return found;
  };
  /** @type {Map<number, Log>} */
  const logs = new Map();
  /** @param {number} size */
  const logOf = async (size) => {
    if (!logs.has(size)) {
      const leaves = leavesOf(size);
      const root = await reference.root(leaves);
      const served = await reference.tiles(leaves);
      served.set('checkpoint', await sign(logKey, checkpointText(size, root)));
      logs.set(size, { size, leaves, root, served });
    }
    return there(logs.get(size));
  };
  return { makeLogKey, signLine, sign, logKey, checkpointText, reference, leavesOf, fetchFrom, logOf };
}

/** @typedef {Awaited<ReturnType<typeof makeLogs>>} Logs */

// --- Receipts: a proof to keep, and what became of the log since ----------------------------------------------
/**
 * @typedef {{index: number, path: Bytes[], note: string}} LogProof
 * @typedef {{w: ?Bytes, vkey: ?string, proof: ?LogProof}} Receipt
 * @typedef {{is: string, size?: number}} Since
 */

const PROOF_LINE = 'c2sp.org/tlog-proof@v1';
const PATH_MAX = 64;
const RECEIPT_MAX = 131072;

/**
 * The proof that the signature of {@link lookUp} is in its log: a C2SP tlog-proof. Refuses: `not-in-log`.
 * @param {LookedUp} looked
 */
export async function writeLogProof({ size, note, leaves, standing }) {
  refuseUnless(standing, 'not-in-log', 'there is no entry to prove');
  const path = await inclusionProof(leaves, standing.entry, size);
  return `${PROOF_LINE}\nindex ${standing.entry}\n${path.map((hash) => `${base64(hash)}\n`).join('')}\n${note}`;
}

/**
 * The proof in a text that may hold other lines too; null where nothing begins like one. Refuses: `log-proof`.
 * @param {string} text
 * @returns {?LogProof}
 */
export function findLogProof(text) {
  const lines = text.split('\n').map((line) => line.trim());
  const begin = lines.indexOf(PROOF_LINE);
  if (begin < 0) return null;
  let at = begin + 1;
  if (lines[at]?.startsWith('extra ')) at += 1;
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(lines[at] ?? '') ?? [];
  const end = lines.indexOf('', at);
  const textEnd = lines.indexOf('', end + 1);
  refuseUnless(index && end > 0 && textEnd > 0 && end - at - 1 <= PATH_MAX, 'log-proof', 'not a whole proof');
  const path = lines.slice(at + 1, end).map((line) => {
    const hash = /^[A-Za-z0-9+/]{43}=$/.test(line) ? fromBase64(line) : new Uint8Array(0);
    refuseUnless(hash.length === 32, 'log-proof', 'not a hash');
    return hash;
  });
  const signatures = [];
  for (const line of lines.slice(textEnd + 1)) {
    if (!line.startsWith('\u2014 ')) break;
    signatures.push(line);
  }
  refuseUnless(signatures.length > 0, 'log-proof', 'a checkpoint without a signature');
  return { index: Number(index), path, note: [...lines.slice(end + 1, textEnd), '', ...signatures, ''].join('\n') };
}

/**
 * Reads what somebody has kept: a withdrawal code, alone or in a receipt. Each line is a code or the log's key, alone
 * or after a colon, or belongs to the proof, or says something to people.
 * @param {string} text
 * @returns {Promise<Receipt>}
 * @throws {Refused} `receipt` (neither code nor proof), `log-proof`, and as {@link readCode} for a code that is none
 */
export async function readReceipt(text) {
  refuseUnless(text.length <= RECEIPT_MAX, 'receipt', 'longer than any receipt');
  const proof = findLogProof(text);
  let [w, vkey, why] = [/** @type {?Bytes} */ (null), /** @type {?string} */ (null), /** @type {?Error} */ (null)];
  for (const line of text.split('\n')) {
    const value = line.slice(line.lastIndexOf(':') + 1).replace(/^[\s\ufeff]+|\s+$/g, '');
    try {
      w ??= await readCode(value);
    } catch (error) {
      if (error.code === 'code-mistyped') why = error;
    }
    try {
      if (vkey || !value.includes('+')) continue;
      await readNoteKey(value);
      vkey = value;
    } catch {
      // Another line.
    }
  }
  if (!w && why) throw why;
  // A code typed over several lines.
  if (!w && !proof) w = await readCode(text);
  return { w, vkey, proof };
}

/**
 * What became of a log since a receipt was kept.
 * @param {Receipt} receipt
 * @param {LookedUp} looked for the code of that receipt
 * @returns {Promise<?Since>} `still`, `shorter` (both with the size it had), `other-key`,
 *   `changed`, `other-signature`, `damaged`; null where nothing but a code was kept
 */
export async function sinceReceipt({ vkey, proof }, { size, vkey: now, leaves, standing }) {
  if (!proof) return null;
  const key = vkey ?? now;
  let before;
  try {
    before = await readCheckpoint(utf8(proof.note), key, (await readNoteKey(key)).name);
  } catch {
    return { is: 'damaged' };
  }
  if (key !== now) return { is: 'other-key' };
  if (before.size > size) return { is: 'shorter', size: before.size };
  const isSame = before.size > 0 && equal(await leaves.hash(0, before.size), before.root);
  if (!isSame) return { is: 'changed' };
  if (standing?.entry !== proof.index) return { is: 'other-signature' };
  try {
    const leaf = await leaves.hash(proof.index, proof.index + 1);
    const root = await rootOf(leaf, proof.index, before.size, proof.path);
    return equal(root, before.root) ? { is: 'still', size: before.size } : { is: 'damaged' };
  } catch {
    return { is: 'damaged' };
  }
}

// --- The page: proof of work ----------------------------------------------------------------------------------
// Where too many requests come from one network, the site takes a proof of work in place of a wait: a number for which
// SHA-256(SHA-256(challenge) | 0000 | number) begins with so many zero bits (src/protocol/work.rs). One block a try,
// in plain script: asking the browser for each hash would take longer than the hash.

const MOST_BITS = 24;
const TRIES_AT_ONCE = 4096;

const primes = [2];
for (let n = 3; primes.length < 64; n += 2) if (primes.every((prime) => n % prime)) primes.push(n);
/** @param {number} root */
const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const SHA_START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const SHA_ROUNDS = primes.map((prime) => fraction(Math.cbrt(prime)));

/**
 * The first 32 bits of the SHA-256 of one block: 64 words, of which the first 16 are given.
 * @param {Int32Array} w
 */
function firstWord(w) {
  /**
   * @param {number} x
   * @param {number} n
   */
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  let [a, b, c, d, e, f, g, h] = SHA_START;
  for (let i = 0; i < 64; i += 1) {
    if (i > 15) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    const t1 = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + SHA_ROUNDS[i] + w[i];
    const t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return (a + SHA_START[0]) >>> 0;
}

/**
 * Looks for the first solution, and lets the page breathe in between.
 * @param {string} challenge
 * @param {number} bits
 */
export async function solveWork(challenge, bits) {
  if (!(bits <= MOST_BITS)) throw new Failure('wait', { secs: RETRY_SECS });
  const seed = new DataView(await crypto.subtle.digest('SHA-256', utf8(challenge)));
  const block = new Int32Array(64);
  for (let i = 0; i < 8; i += 1) block[i] = seed.getInt32(4 * i);
  block[10] = 1 << 31;
  block[15] = 8 * 40;
  for (let number = 0; ; number += 1) {
    block[9] = number;
    if (firstWord(block) < 2 ** (32 - bits)) return number;
    if (number % TRIES_AT_ONCE === 0) await new Promise((goOn) => setTimeout(goOn));
  }
}

/**
 * The header that shows the work: always as long.
 * @param {Work} work
 */
const workHeader = async ({ challenge, bits }) =>
  `${challenge} ${String(await solveWork(challenge, bits)).padStart(10, '0')}`;

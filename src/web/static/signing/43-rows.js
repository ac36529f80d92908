// --- Auditing: casts and references as columns ----------------------------------------------------------------

/**
 * Casts (or what refers to them), without an object for each: 70 bytes a row, and 4 for their order. Made larger as
 * they come, and never for more rows than the log has entries.
 */
class Rows {
  length = 0;
  #most;
  #room = 0;

  /** @param {number} most */
  constructor(most) {
    this.#most = most;
    this.at = new Uint32Array(0);
    this.nonce = new Uint8Array(0);
    this.commitment = new Uint8Array(0);
    this.crowd = new Uint8Array(0);
    this.state = new Uint8Array(0);
  }

  /**
   * @param {number} at
   * @param {Bytes} nonce
   * @param {Bytes} commitment
   * @param {number} [crowd]
   */
  add(at, nonce, commitment, crowd = 0) {
    if (this.length === this.#room) this.#grow();
    const row = this.length;
    this.at[row] = at;
    this.nonce.set(nonce, 32 * row);
    this.commitment.set(commitment, 32 * row);
    this.crowd[row] = crowd;
    this.length += 1;
  }

  #grow() {
    this.#room = Math.min(Math.max(this.#most, 1), Math.max(1024, 2 * this.#room));
    /**
     * @param {Bytes} old
     * @param {number} each
     */
    const larger = (old, each) => {
      const column = new Uint8Array(each * this.#room);
      column.set(old);
      return column;
    };
    const at = new Uint32Array(this.#room);
    at.set(this.at);
    this.at = at;
    this.nonce = larger(this.nonce, 32);
    this.commitment = larger(this.commitment, 32);
    this.crowd = larger(this.crowd, 1);
    this.state = larger(this.state, 1);
  }

  /** @param {number} row */
  commitmentOf(row) {
    return this.commitment.slice(32 * row, 32 * row + 32);
  }

  /**
   * The row of the entry at `at`, or -1: they are in the order of the log.
   * @param {number} at
   */
  rowAt(at) {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at[middle] < at) low = middle + 1;
      else high = middle;
    }
    return low < this.length && this.at[low] === at ? low : -1;
  }
}

/** Rows found by their nonce. The order of nonces is any that puts equal ones together, the earlier first. */
class ByNonce {
  #words;
  #rows;

  /** @param {Rows} rows */
  constructor(rows) {
    this.#rows = rows;
    this.#words = new Uint32Array(rows.nonce.buffer);
    const order = Uint32Array.from({ length: rows.length }, (_, row) => row);
    this.order = order.sort((a, b) => this.#compare(this.#words, 8 * a, 8 * b) || a - b);
  }

  /**
   * @param {Uint32Array} others
   * @param {number} from
   * @param {number} at
   */
  #compare(others, from, at) {
    for (let word = 0; word < 8; word += 1) {
      const [a, b] = [others[from + word], this.#words[at + word]];
      if (a !== b) return a < b ? -1 : 1;
    }
    return 0;
  }

  /**
   * @param {number} a
   * @param {number} b
   */
  isSame(a, b) {
    return this.#compare(this.#words, 8 * a, 8 * b) === 0;
  }

  /**
   * The first row with this nonce, or -1.
   * @param {Bytes} nonce
   */
  first(nonce) {
    const words = new Uint32Array(nonce.slice().buffer);
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(words, 0, 8 * this.order[middle]) > 0) low = middle + 1;
      else high = middle;
    }
    const row = this.order[low];
    return low < this.order.length && this.#compare(words, 0, 8 * row) === 0 ? row : -1;
  }
}

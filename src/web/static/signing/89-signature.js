// --- The page: one signature, from the proof to the cast ------------------------------------------------------

const RESEND_MS = 60_000;

/**
 * A value of the state that an earlier step has set. Fails as `unexpected` if it is missing.
 * @template T
 * @param {T | undefined} value
 * @returns {T}
 */
function keptOf(value) {
  if (value === undefined) throw new Failure('unexpected');
  return value;
}

/**
 * The state of one signature and the requests for it. Which step the page shows is decided by {@link SigningPage}.
 *
 * @typedef {object} SigningState what is kept of it, bytes in base64url: first up to `sent`; then `token`, `shown` and
 *   `later`; then `leaf`, with `salt` and `extension` or `sealed`; then `done`
 * @property {1} v
 * @property {Typed} [typed]
 * @property {string} [invitation]
 * @property {Seen} [seen] the log, as checked last
 * @property {string} [w] of the withdrawal code
 * @property {number} [crowd]
 * @property {string} [ticket]
 * @property {number} [asked] when
 * @property {boolean} [hadCode] a code was there before the ticket
 * @property {TokenState} [begun]
 * @property {boolean} [sent] a token may have been given for `begun`
 * @property {string} [token]
 * @property {Shown} [shown]
 * @property {boolean} [later]
 * @property {boolean} [mend] the list cannot show the name
 * @property {string} [leaf]
 * @property {string} [salt]
 * @property {string} [extension]
 * @property {string} [sealed]
 * @property {{code: string, mode: string, before: boolean}} [done]
 */
class Signature extends Steps {
  /** @type {SigningFacts} */
  facts;
  /** @type {SigningState} */
  state;
  #kept;

  /** @param {HTMLElement} root */
  constructor(root) {
    super(root);
    this.facts = /** @type {SigningFacts} */ ({ ...root.dataset });
    const place = byId('step-open') ? 'cast' : 'sign';
    this.#kept = new Kept(`undersigned ${place} ${this.facts.petition}`);
    this.state = this.#kept.read() ?? { v: 1, typed: {} };
  }

  /** What stands in the inputs. */
  get typed() {
    return (this.state.typed ??= {});
  }

  /**
   * Replaces the state, in memory and in this tab's storage, so that values of earlier steps are deleted.
   * @param {SigningState} state
   */
  become(state) {
    this.state = state;
    this.keep();
  }

  keep() {
    this.#kept.write(this.state);
  }

  /** Deletes the state from this tab's storage. */
  wipe() {
    this.#kept.wipe();
  }

  /** Whether this browser can keep the state across a reload. */
  isKept() {
    return this.#kept.isPossible();
  }

  // The invitation

  /**
   * Takes the invitation from a link. Returns false if it is not a complete one.
   * @param {string} text
   */
  invited(text) {
    try {
      const invitation = readInvitation(decodeURIComponent(text));
      // A signature that is under way is not dropped for a link that was opened once more.
      if (!this.state.token && !this.state.done && !this.state.sent) this.state.invitation = invitation;
      this.keep();
      return true;
    } catch {
      return false;
    }
  }

  /** An invitation on paper serves like one in a link. */
  takeTypedInvitation() {
    const text = textIn(this.typed, 's-invitation').trim();
    if (this.state.invitation || !text) return;
    try {
      this.state.invitation = readInvitation(text);
    } catch {
      throw new Failure('typed-invitation');
    }
    this.keep();
  }

  dropInvitation() {
    delete this.state.invitation;
    delete this.state.begun;
    this.keep();
  }

  // The key check: before anything is blinded, and once more before the cast

  async check() {
    this.say('checking');
    const { genesis, seen } = await checkedGenesis(this.facts, this.state.seen);
    this.state.seen = seen;
    this.keep();
    return genesis;
  }

  // The code

  /**
   * Asks for a ticket, and to have a code sent unless one was sent before.
   * @param {Genesis} genesis
   * @param {{send?: boolean}} [way]
   */
  async askCode(genesis, { send = true } = {}) {
    const [proof, address] = [textIn(this.typed, 's-proof'), textIn(this.typed, 's-address').trim()];
    this.say('asking');
    this.keep();
    const body = JSON.stringify({ proof, address, ...(!send && { send }) });
    const { ticket } = await this.post(`${this.facts.api}/codes`, body);
    const crowd = crowdFor(genesis, proof, address);
    if (crowd < 0) throw new Failure('crowd');
    // A request for a token may be under way: its bytes stay as they are.
    const isBegun = Boolean(this.state.begun);
    Object.assign(this.state, { ticket, asked: Date.now(), hadCode: !send, ...(!isBegun && { crowd }) });
    this.keep();
  }

  async askAgain() {
    const { asked = 0 } = this.state;
    const wait = asked + RESEND_MS - Date.now();
    if (wait > 0 && wait <= RESEND_MS) throw new Failure('too-soon', { secs: wait / 1000 });
    await this.askCode(await this.check());
    this.say('sent-again');
  }

  mailedCode() {
    const typed = textIn(this.typed, 's-code');
    if (!typed.trim()) throw new Failure('code-empty');
    try {
      return readMailedCode(typed);
    } catch {
      throw new Failure('code-shape');
    }
  }

  // The token

  /**
   * Sends the proof with a blinded token and unblinds the answer. The request is stored first, so that a retry sends
   * the same bytes.
   */
  async takeToken() {
    const state = this.state;
    const { invitation, ticket } = state;
    const proof = invitation ? { invitation } : { ticket, code: this.mailedCode() };
    const shown = shownBy(this.typed);
    const genesis = await this.check();
    if (invitation) {
      const crowd = genesis.crowds.findIndex((one) => one.proof === 'invite');
      if (crowd !== state.crowd) delete state.begun;
      state.crowd = crowd;
    }
    state.begun ??= await begin(genesis, keptOf(state.crowd), fromBase64url(keptOf(state.w)));
    state.sent = true;
    this.keep();
    this.say('proving');
    const body = JSON.stringify({ ...proof, request: state.begun.request });
    const response = await this.post(`${this.facts.api}/tokens`, body).catch((error) => this.#noToken(error));
    let token;
    try {
      token = await finish(state.begun, fromBase64url(response.response));
    } catch (error) {
      throw new Failure('response', { technical: error.code });
    }
    // Address, ticket, code and blinding are not needed any more, and gone.
    const later = shown.mode === 'anonymous' && state.typed?.['s-later'] === true;
    this.become({ v: 1, seen: state.seen, w: state.w, token: base64url(token), shown, later });
  }

  /**
   * A plain refusal: no token was given for these bytes. Anything else leaves it open.
   * @param {PageError} error
   * @returns {never}
   */
  #noToken(error) {
    const state = this.state;
    if (!error.isFinal) throw error;
    state.sent = false;
    if (error.code === 'unknown-invitation') this.dropInvitation();
    if (error.code === 'proof-used') {
      const code = state.invitation ? 'proof-used-invitation' : 'proof-used';
      this.state = { v: 1, typed: state.typed, seen: state.seen };
      delete state.typed?.['s-code'];
      this.keep();
      throw new Failure(code);
    }
    this.keep();
    throw error;
  }

  // The cast

  /**
   * Makes the cast once, and sends it.
   * @returns {Promise<'cast' | 'before' | 'name'>} `before`: it had been cast before; `name`: the list cannot show
   *   the name
   */
  async send() {
    const state = this.state;
    const genesis = await this.check();
    if (!state.leaf) {
      const shown = keptOf(state.shown);
      const extension = extensionOf(shown);
      const [token, w] = [keptOf(state.token), keptOf(state.w)].map(fromBase64url);
      const made = await cast(genesis.petition, token, w, extension);
      // Before the leaf is kept: without it, a leaf that promises a sealed name would be cast without one.
      if (shown.mode === 'sealed') {
        state.sealed = base64url(await sealName(genesis, made.leaf, made.salt, extension));
      }
      state.leaf = base64url(made.leaf);
      // What opens an anonymous signature is kept by nobody; what opens a sealed one, by its trustee.
      if (shown.mode === 'public') {
        Object.assign(state, { salt: base64url(made.salt), extension: base64url(extension) });
      }
      this.keep();
    }
    this.say('casting');
    const { salt, extension, sealed } = state;
    const leaf = keptOf(state.leaf);
    const body = padded({ leaf, ...(salt && { salt, extension }), ...(sealed && { sealed }) });
    let answer;
    try {
      answer = await this.post(`${this.facts.cast}/casts`, body, { credentials: 'omit' });
    } catch (error) {
      // Only whoever holds this token, and so this code, can have cast it.
      if (error.code === 'other-leaf') return 'before';
      if (error.code === 'name') return 'name';
      throw error;
    }
    try {
      await readPromise(utf8(answer.promise), this.facts.logKey, genesis, fromBase64url(leaf));
    } catch (error) {
      throw new Failure('promise', { technical: error.code });
    }
    return 'cast';
  }
}

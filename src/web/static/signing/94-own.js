// --- The page: one's own signature, and what others say of theirs ---------------------------------------------
// Both fetch the whole log, as everyone does who looks. Codes, receipts, phrases and statements stay in this page: none
// is stored, none is sent, and what was typed is gone when the page is left.

/**
 * What the log says of a signature, a sentence or two each: as the server says it.
 * @param {LookedUp} looked
 * @param {Standing} standing
 */
function standingInWords({ genesis }, standing) {
  /**
   * @param {string} code
   * @param {Record<string, unknown>} [values]
   */
  const say = (code, values) => wordsIn('standing-words', code, values) ?? '';
  const lines = [say('crowd', { proof: proofInWords('standing-words', genesis.crowds[standing.crowd]) })];
  if (standing.retracted !== null) lines.push(say('retracted', { entry: inDigits(standing.retracted) }));
  if (standing.voided) {
    lines.push(say('voided', { entry: inDigits(standing.voided.at), reason: say(standing.voided.reason) }));
  }
  if (standing.retracted === null && !standing.voided) lines.push(say('counts'));
  return lines;
}

/** @param {string[]} lines */
const asParagraphs = (lines) =>
  lines.map((line) => {
    const paragraph = document.createElement('p');
    paragraph.textContent = line;
    return paragraph;
  });

/** A part of a page that looks into the log: one thing at a time, progress, and what went wrong. */
class Looking {
  /** @type {HTMLElement} */
  root;
  /** @type {SigningFacts & {address: string}} */
  facts;
  /** The id of the template with its words. */
  template = 'standing-words';
  #busy = false;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.facts = /** @type {SigningFacts & {address: string}} */ ({ ...root.dataset });
  }

  /** @param {string} name */
  part(name) {
    return partOf(this.root, `[data-${name}]`);
  }

  /** @param {string} text */
  say(text) {
    this.part('status').textContent = text;
  }

  /**
   * Words of this part; those that all parts share otherwise.
   * @param {string} code
   * @param {Record<string, unknown>} [values]
   */
  words(code, values) {
    return wordsIn(this.template, code, values) ?? wordsIn('standing-words', code, values) ?? '';
  }

  /**
   * @param {HTMLFormElement} form
   * @param {Task} task
   */
  async run(form, task) {
    if (this.#busy) return;
    this.#busy = true;
    this.clear();
    this.root.setAttribute('aria-busy', 'true');
    try {
      await task();
    } catch (error) {
      this.tell(error, form);
    } finally {
      this.#busy = false;
      this.root.removeAttribute('aria-busy');
      this.say('');
    }
  }

  clear() {
    for (const alert of this.root.querySelectorAll('[role="alert"], .problem')) alert.remove();
    for (const bad of this.root.querySelectorAll('.bad')) bad.classList.remove('bad');
    for (const input of this.root.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
  }

  /**
   * What went wrong, before the form that it belongs to. What was typed stays.
   * @param {PageError} error
   * @param {HTMLFormElement} form
   */
  tell(error, form) {
    const isLog = error instanceof Refused && !wordsIn(this.template, error.code);
    const code = isLog ? 'log-bad' : (error.code ?? '');
    const { secs, values } = error;
    const text = this.words(code, { ...values, ...(secs && { time: inAMinute(secs) }) }) || this.words('unexpected');
    const alert = sure(copyOf('standing-alert').firstElementChild, HTMLElement);
    partOf(alert, '[data-say]').textContent = text;
    form.before(alert);
    if (!isLog && error instanceof Refused) {
      const input = partOf(form, 'textarea, input');
      input.setAttribute('aria-invalid', 'true');
      input.closest('.field')?.classList.add('bad');
    }
    alert.focus();
    alert.scrollIntoView({ block: 'nearest' });
  }

  /**
   * Fetches everything, whatever is looked for.
   * @param {Bytes} publicKey
   */
  look(publicKey) {
    const { path, petition, genesis, logKey: vkey } = this.facts;
    this.say(this.words('working'));
    let tenths = 0;
    /**
     * @param {number} done
     * @param {number} size
     */
    const progress = (done, size) => {
      const now = Math.floor((10 * done) / size);
      if (now === tenths) return;
      tenths = now;
      this.say(this.words('progress', { done: inDigits(done), size: inDigits(size) }));
    };
    // Without credentials: whoever is signed in here as an organizer is nobody in particular, too.
    /** @param {string} below */
    const fetchBelow = (below) => fetchBytes(`${path}/log/${below}`, { credentials: 'omit' });
    return lookUp(fetchBelow, { vkey, petition, genesis }, publicKey, progress);
  }
}

/** One's own signature: found with the code, kept as a receipt, proved to others. */
class OwnPage extends Looking {
  /** @override */
  template = 'own-words';
  /** @type {Record<string, string>} */
  #texts = {};
  /** @type {?Bytes} */
  #w = null;

  async start() {
    const lacks = (await missing()).filter((name) => name !== 'x25519');
    if (lacks.length > 0) {
      this.part('lacks').hidden = false;
      this.part('without').hidden = true;
      return;
    }
    sure(byId('own-plain'), HTMLElement).hidden = true;
    this.root.append(copyOf('own-look'));
    const form = formOf(this.root);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(form, () => this.#lookUp());
    });
    this.root.addEventListener('click', (event) => this.#press(event));
    // Some browsers keep a page that is left, with all that stands in it.
    addEventListener('pagehide', () => this.#forget());
  }

  #forget() {
    this.#w = null;
    this.#texts = {};
    this.part('answer').replaceChildren();
    formOf(this.root).reset();
  }

  async #lookUp() {
    this.part('answer').replaceChildren();
    const typed = inputOf('own-input').value.trim();
    const file = await fileIn('own-file');
    const receipt = await readReceipt(file ?? typed);
    // A receipt may have come without its code: it is typed beside it.
    if (!receipt.w && file !== null && typed) receipt.w = await readCode(typed);
    refuseUnless(receipt.w, 'no-code', 'a proof without a code');
    const { publicKey } = await signingKey(receipt.w);
    const looked = await this.look(publicKey);
    const since = await sinceReceipt(receipt, looked);
    this.#w = receipt.w;
    await this.#show(receipt.w, looked, since);
  }

  /**
   * @param {Bytes} w
   * @param {LookedUp} looked
   * @param {?Since} since
   */
  async #show(w, looked, since) {
    const { standing, size } = looked;
    const answer = this.part('answer');
    answer.replaceChildren(copyOf('own-found'));
    const place = { entry: standing && inDigits(standing.entry), size: inDigits(size) };
    const lines = [this.words(standing ? 'found' : 'not-yet', place)];
    if (standing) lines.push(...standingInWords(looked, standing));
    if (since) {
      const [before, now] = [since.size, size].map((number) => (number === undefined ? '' : inDigits(number)));
      lines.push(this.words(since.is, since.is === 'still' ? { size: before } : { before, size: now }));
    }
    const isWell = standing && standing.retracted === null && !standing.voided && (!since || since.is === 'still');
    const note = this.part('lines');
    // Not yet is no reason for alarm.
    if (standing || since) note.classList.add(isWell ? 'good' : 'warning');
    note.replaceChildren(...asParagraphs(lines));
    for (const part of partsOf(answer, '[data-if]')) part.hidden = (part.dataset.if === 'found') !== !!standing;
    if (standing) {
      this.#texts.receipt = await this.#receipt(w, looked);
      partOf(answer, '[data-copied="receipt"]').textContent = this.#texts.receipt;
    }
    const form = formOf(answer);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(form, () => this.#prove());
    });
    this.#focus(partOf(answer, 'h3'));
  }

  /**
   * @param {Bytes} w
   * @param {LookedUp} looked
   */
  async #receipt(w, looked) {
    /**
     * @param {string} label
     * @param {string} value
     */
    const line = (label, value) => `${this.words(label)}: ${value}\n`;
    return [
      `${this.words('title')}\n\n`,
      line('petition', this.facts.address),
      line('code', await showCode(w)),
      line('key', this.facts.logKey),
      `\n${this.words('proof')}\n\n`,
      await writeLogProof(looked),
    ].join('');
  }

  async #prove() {
    if (!this.#w) return;
    const phrase = tidyPhrase(inputOf('own-phrase').value);
    this.#texts.statement = await makeStatement(this.facts, this.#w, phrase);
    const place = this.part('statement');
    partOf(place, '[data-copied]').textContent = this.#texts.statement;
    place.hidden = false;
    this.#focus(partOf(place, 'h3'));
  }

  /** @param {HTMLElement} heading */
  #focus(heading) {
    heading.focus();
    heading.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Event} event */
  #press(event) {
    const { do: deed, what = '' } = pressedBy(event)?.dataset ?? {};
    if (deed === 'copy') this.#copy(what);
    if (deed === 'download') this.#download();
  }

  /** @param {string} what */
  async #copy(what) {
    let isCopied = true;
    try {
      await navigator.clipboard.writeText(this.#texts[what]);
    } catch {
      const place = partOf(this.root, `[data-copied="${what}"]`);
      const details = place.closest('details');
      if (details) details.open = true;
      getSelection()?.selectAllChildren(place);
      isCopied = document.execCommand('copy');
    }
    this.part('said').textContent = this.words(isCopied ? 'copied' : 'copy-by-hand');
  }

  #download() {
    const link = document.createElement('a');
    // A name that tells nothing to whoever looks over a list of files.
    link.download = 'note.txt';
    link.href = URL.createObjectURL(new Blob([this.#texts.receipt], { type: 'text/plain' }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}

/** What somebody says to prove that they signed, checked here instead of by the server. */
class StatementPage extends Looking {
  /** @override */
  template = 'statement-words';

  async start() {
    // The form is left to the server where this browser cannot check.
    if ((await missing()).some((name) => name !== 'x25519')) return;
    const form = formOf(this.root);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(form, () => this.#check(inputOf('statement').value));
    });
  }

  /** @param {string} text */
  async #check(text) {
    this.part('answer').replaceChildren();
    const { petition, genesis, publicKey, phrase, isSigned } = await readStatement(text);
    const isOurs = petition === this.facts.petition && genesis === this.facts.genesis;
    refuseUnless(isOurs, 'other-petition', 'about another petition');
    refuseUnless(isSigned, 'not-signed', 'not signed by its key');
    const looked = await this.look(publicKey);
    const { standing, size } = looked;
    if (!standing) throw new Failure('not-in-log', { values: { size: inDigits(size) } });
    const counts = standing.retracted === null && !standing.voided;
    this.part('answer').replaceChildren(copyOf('statement-answer'));
    const [head, lines] = [this.part('head'), this.part('lines')];
    head.textContent = this.words(counts ? 'holds' : 'holds-no-more', { entry: inDigits(standing.entry) });
    this.part('phrase').textContent = phrase;
    lines.replaceChildren(...asParagraphs(standingInWords(looked, standing)));
    head.parentElement?.classList.add(counts ? 'good' : 'warning');
    const heading = partOf(this.root, '[data-answer] h3');
    heading.focus();
    heading.scrollIntoView({ block: 'nearest' });
  }
}

const ownPlace = globalThis.document?.getElementById('own');
if (ownPlace) new OwnPage(ownPlace).start();
const statementPlace = globalThis.document?.getElementById('check-statement');
if (statementPlace) new StatementPage(statementPlace).start();

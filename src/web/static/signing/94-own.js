// --- The page: one's own signature, and what others say of theirs ---------------------------------------------
// Both fetch the whole log, as everyone does who looks. Codes, receipts, phrases and statements stay in this page: none
// is stored, none is sent, and what was typed is gone when the page is left.

/** What the log says of a signature, a sentence or two each: as the server says it. */
function standingInWords({ genesis, standing }) {
  const say = (code, values) => wordsIn('standing-words', code, values);
  const { proof, employer } = genesis.crowds[standing.crowd];
  const isNamed = proof === 'work-mail' && employer !== null;
  const lines = [say('crowd', { proof: say(isNamed ? 'work-mail-at' : proof, { employer }) })];
  if (standing.retracted !== null) lines.push(say('retracted', { entry: inDigits(standing.retracted) }));
  if (standing.voided) {
    lines.push(say('voided', { entry: inDigits(standing.voided.at), reason: say(standing.voided.reason) }));
  }
  if (standing.retracted === null && !standing.voided) lines.push(say('counts'));
  return lines;
}

const asParagraphs = (lines) =>
  lines.map((line) => {
    const paragraph = document.createElement('p');
    paragraph.textContent = line;
    return paragraph;
  });

/** A part of a page that looks into the log: one thing at a time, progress, and what went wrong. */
class Looking {
  root;
  facts;
  #busy = false;

  constructor(root) {
    this.root = root;
    this.facts = root.dataset;
  }

  part(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  say(text) {
    this.part('status').textContent = text;
  }

  /** Words of this part; those that all parts share otherwise. */
  words(code, values) {
    return wordsIn(this.template, code, values) ?? wordsIn('standing-words', code, values);
  }

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

  /** What went wrong, before the form that it belongs to. What was typed stays. */
  tell(error, form) {
    const isLog = error instanceof Refused && !wordsIn(this.template, error.code);
    const code = isLog ? 'log-bad' : error.code;
    const { secs, values } = error;
    const text = this.words(code, { ...values, ...(secs && { time: inAMinute(secs) }) }) ?? this.words('unexpected');
    const alert = byId('standing-alert').content.cloneNode(true).firstElementChild;
    alert.querySelector('[data-say]').textContent = text;
    form.before(alert);
    if (!isLog && error instanceof Refused) {
      const input = form.querySelector('textarea, input');
      input.setAttribute('aria-invalid', 'true');
      input.closest('.field').classList.add('bad');
    }
    alert.focus();
    alert.scrollIntoView({ block: 'nearest' });
  }

  /** Fetches everything, whatever is looked for. */
  look(publicKey) {
    const { path, petition, genesis, logKey: vkey } = this.facts;
    this.say(this.words('working'));
    let tenths = 0;
    const progress = (done, size) => {
      const now = Math.floor((10 * done) / size);
      if (now === tenths) return;
      tenths = now;
      this.say(this.words('progress', { done: inDigits(done), size: inDigits(size) }));
    };
    // Without credentials: whoever is signed in here as an organizer is nobody in particular, too.
    const fetchBelow = (below) => fetchBytes(`${path}/log/${below}`, { credentials: 'omit' });
    return lookUp(fetchBelow, { vkey, petition, genesis }, publicKey, progress);
  }
}

/** One's own signature: found with the code, kept as a receipt, proved to others. */
class OwnPage extends Looking {
  template = 'own-words';
  #found = null;
  #texts = {};

  async start() {
    const lacks = (await missing()).filter((name) => name !== 'x25519');
    if (lacks.length > 0) {
      this.part('lacks').hidden = false;
      this.part('without').hidden = true;
      return;
    }
    byId('own-plain').hidden = true;
    this.root.append(byId('own-look').content.cloneNode(true));
    this.root.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(event.target, () => this.#lookUp());
    });
    this.root.addEventListener('click', (event) => this.#press(event));
    // Some browsers keep a page that is left, with all that stands in it.
    addEventListener('pagehide', () => this.#forget());
  }

  #forget() {
    this.#found = null;
    this.#texts = {};
    this.part('answer').replaceChildren();
    this.root.querySelector('form').reset();
  }

  async #lookUp() {
    const [file, input] = [byId('own-file'), byId('own-input')];
    this.part('answer').replaceChildren();
    const typed = input.value.trim();
    const receipt = await readReceipt(file.files.length > 0 ? await file.files[0].text() : typed);
    // A receipt may have come without its code: it is typed beside it.
    if (!receipt.w && file.files.length > 0 && typed) receipt.w = await readCode(typed);
    refuseUnless(receipt.w, 'no-code', 'a proof without a code');
    const { publicKey } = await signingKey(receipt.w);
    const looked = await this.look(publicKey);
    const since = await sinceReceipt(receipt, looked);
    this.#found = { w: receipt.w, looked, since };
    await this.#show();
  }

  async #show() {
    const { w, looked, since } = this.#found;
    const { standing, size } = looked;
    const answer = this.part('answer');
    answer.replaceChildren(byId('own-found').content.cloneNode(true));
    const lines = standing
      ? [this.words('found', { entry: inDigits(standing.entry), size: inDigits(size) }), ...standingInWords(looked)]
      : [this.words('not-yet', { size: inDigits(size) })];
    if (since) {
      const [before, now] = [since.size, size].map((number) => (number === undefined ? '' : inDigits(number)));
      lines.push(this.words(since.is, since.is === 'still' ? { size: before } : { before, size: now }));
    }
    const isWell = standing && standing.retracted === null && !standing.voided && (!since || since.is === 'still');
    const note = this.part('lines');
    // Not yet is no reason for alarm.
    if (standing || since) note.classList.add(isWell ? 'good' : 'warning');
    note.replaceChildren(...asParagraphs(lines));
    for (const part of answer.querySelectorAll('[data-if]')) part.hidden = (part.dataset.if === 'found') !== !!standing;
    if (standing) {
      this.#texts.receipt = await this.#receipt(w, looked);
      answer.querySelector('[data-copied="receipt"]').textContent = this.#texts.receipt;
    }
    const form = answer.querySelector('form');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(form, () => this.#prove());
    });
    this.#focus(answer.querySelector('h3'));
  }

  async #receipt(w, looked) {
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
    const phrase = tidyPhrase(byId('own-phrase').value);
    this.#texts.statement = await makeStatement(this.facts, this.#found.w, phrase);
    const place = this.part('statement');
    place.querySelector('[data-copied]').textContent = this.#texts.statement;
    place.hidden = false;
    this.#focus(place.querySelector('h3'));
  }

  #focus(heading) {
    heading.focus();
    heading.scrollIntoView({ block: 'nearest' });
  }

  #press(event) {
    const button = event.target.closest('button[data-do]');
    if (button?.dataset.do === 'copy') this.#copy(button.dataset.what);
    if (button?.dataset.do === 'download') this.#download();
  }

  async #copy(what) {
    let isCopied = true;
    try {
      await navigator.clipboard.writeText(this.#texts[what]);
    } catch {
      const place = this.root.querySelector(`[data-copied="${what}"]`);
      if (place.closest('details')) place.closest('details').open = true;
      getSelection().selectAllChildren(place);
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
  template = 'statement-words';

  async start() {
    // The form is left to the server where this browser cannot check.
    if ((await missing()).some((name) => name !== 'x25519')) return;
    const form = this.root.querySelector('form');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(form, () => this.#check(byId('statement').value));
    });
  }

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
    this.part('answer').replaceChildren(byId('statement-answer').content.cloneNode(true));
    const [head, lines] = [this.part('head'), this.part('lines')];
    head.textContent = this.words(counts ? 'holds' : 'holds-no-more', { entry: inDigits(standing.entry) });
    this.part('phrase').textContent = phrase;
    lines.replaceChildren(...asParagraphs(standingInWords(looked)));
    head.parentElement.classList.add(counts ? 'good' : 'warning');
    const heading = this.root.querySelector('[data-answer] h3');
    heading.focus();
    heading.scrollIntoView({ block: 'nearest' });
  }
}

const ownPlace = globalThis.document?.getElementById('own');
if (ownPlace) new OwnPage(ownPlace).start();
const statementPlace = globalThis.document?.getElementById('check-statement');
if (statementPlace) new StatementPage(statementPlace).start();

// --- The page: steps ------------------------------------------------------------------------------------------

const byId = (id) => document.getElementById(id);

/** A text as a QR code, black on white whatever the page's colors are. */
function qrPicture(text, label) {
  const make = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const rows = qrCode(utf8(text));
  const side = rows.length + 8;
  const module = (isDark, x, y) => (isDark ? `M${x + 4} ${y + 4}h1v1h-1z` : '');
  const d = rows.map((row, y) => row.map((isDark, x) => module(isDark, x, y)).join('')).join('');
  const picture = make('svg', { viewBox: `0 0 ${side} ${side}`, class: 'qr', role: 'img', 'aria-label': label });
  const light = make('rect', { width: side, height: side, fill: '#fff' });
  picture.append(light, make('path', { d, fill: '#000', 'shape-rendering': 'crispEdges' }));
  return picture;
}
const word = (code) => byId('words').content.querySelector(`[data-word="${CSS.escape(code)}"]`)?.textContent;
const inAMinute = (secs) =>
  new Date(Date.now() + 1000 * secs + 59_000).toLocaleTimeString(document.documentElement.lang, {
    hour: '2-digit',
    minute: '2-digit',
  });

/** The part of a mail address that decides about the crowd, as in genesis; the server has the last word. */
function domainOf(address) {
  try {
    return new URL(`http://${address.trim().split('@').pop()}`).hostname;
  } catch {
    return '';
  }
}

/** Which input a problem belongs to. */
const FIELD_OF = {
  'proof-empty': 's-proof',
  crowd: 's-proof',
  'address-empty': 's-address',
  'typed-invitation': 's-invitation',
  address: 's-address',
  'address-refused': 's-address',
  'code-empty': 's-code',
  'code-shape': 's-code',
  'wrong-code': 's-code',
  'code-too-old': 's-code',
  'name-empty': 's-name',
  'name-form': 's-name',
  'sealed-too-long': 's-name',
  'ballot-empty': 's-ballot',
  ballot: 's-ballot',
  'ballot-other': 's-ballot',
};
/** What ends this attempt. */
const ENDS = ['proof-used', 'proof-used-invitation', 'closed', 'taken-down', 'gone', 'invalid'];
/** Where another press of the same button would change nothing. */
const NO_RETRY = ['too-many-tries', 'expired', 'too-soon', 'unknown-invitation', 'no-invitations', 'invitation-shape'];
const RESEND_MS = 60_000;

/**
 * One person signing on one page. The page gives facts (data attributes), words and steps (templates); this fills them.
 *
 * The state: `typed` (what stands in the inputs), `invitation`, `seen` (the log, as checked last), `w` (of the
 * withdrawal code), `crowd`, `ticket`, `asked` (when), `hadCode` (a code was there before the ticket), `begun` (the
 * blinding), `sent` (a token may have been given for it); then `token`, `shown`, `later`; then `leaf`, `salt`,
 * `extension` or `sealed`; then `done`.
 */
class SigningPage {
  #root;
  #facts;
  #kept;
  #state;
  #view = document.createElement('div');
  #status = document.createElement('p');
  #title = document.title;
  #busy = false;
  #retry = null;
  #texts = {};
  #canSeal = false;

  constructor(root) {
    this.#root = root;
    this.#facts = root.dataset;
    const place = byId('step-open') ? 'cast' : 'sign';
    this.#kept = new Kept(`undersigned ${place} ${this.#facts.petition}`);
    this.#state = this.#kept.read() ?? { v: 1, typed: {} };
  }

  async start() {
    const all = await missing();
    const lacks = all.filter((name) => name !== 'x25519'); // which only sealing needs
    this.#canSeal = !all.includes('x25519');
    const invitation = /^#i=(.+)$/.exec(location.hash)?.[1];
    const plain = byId('plain');
    if (lacks.length > 0) {
      const note = plain.matches('.note') ? plain : plain.querySelector('.note');
      const words = [word(lacks[0] === 'secure-context' ? lacks[0] : 'browser')];
      if (invitation) words.push(word('invitation-kept'));
      note.textContent = words.join(' ');
      return;
    }
    this.#status.setAttribute('role', 'status');
    this.#status.className = 'hint';
    this.#root.append(this.#view, this.#status);
    this.#view.addEventListener('click', (event) => this.#press(event));
    plain.remove(); // so that no tool fills in a form that nobody sees
    this.#root.hidden = false;
    let isWhole = true;
    if (invitation) {
      // Out of the address bar and the history before anything else: whoever reads it there could use it.
      history.replaceState(null, '', location.pathname + location.search);
      isWhole = this.#invited(invitation);
    }
    this.#goOn();
    if (!isWhole) this.#tell(new Failure('invitation-shape'));
    if (!this.#kept.isPossible()) this.#say('not-kept');
  }

  #invited(text) {
    try {
      const invitation = readInvitation(decodeURIComponent(text));
      // A signature that is under way is not dropped for a link that was opened once more.
      if (!this.#state.token && !this.#state.done && !this.#state.sent) this.#state.invitation = invitation;
      this.#keep();
      return true;
    } catch {
      return false;
    }
  }

  #keep() {
    this.#kept.write(this.#state);
  }

  /** To where this tab was. What was already sent is sent again: the same bytes, which count once. */
  #goOn() {
    const state = this.#state;
    if (state.done) return this.#showDone('again');
    if (state.token && state.later) return this.#showBallot();
    if (state.token && state.mend) return this.#showName();
    if (state.token) {
      this.#show('step-working');
      return this.#run(() => this.#cast());
    }
    if (byId('step-open')) return this.#showOpen();
    if (state.ticket && !state.hadCode) this.#showCode();
    else this.#showChoice();
    if (state.sent) this.#run(() => this.#prove());
  }

  // Words and inputs

  #show(id, flags = []) {
    this.#view.replaceChildren(byId(id).content.cloneNode(true));
    this.#flag(flags);
    this.#clear();
    const isFirst = !this.#root.dataset.step;
    this.#root.dataset.step = id;
    this.#status.textContent = '';
    if (!isFirst) this.#focus(this.#view.querySelector('[tabindex="-1"]:not([hidden])'));
  }

  #focus(element) {
    element?.focus();
    element?.scrollIntoView({ block: 'nearest' });
  }

  /** Shows what belongs to these flags, and hides what belongs to others. */
  #flag(flags) {
    for (const part of this.#view.querySelectorAll('[data-if]')) part.hidden = !flags.includes(part.dataset.if);
    for (const part of this.#view.querySelectorAll('[data-unless]')) part.hidden = flags.includes(part.dataset.unless);
  }

  #say(code) {
    this.#status.textContent = code ? word(code) : '';
  }

  #post(url, body, options) {
    return postJson(url, body, { onWork: () => this.#say('work'), ...options });
  }

  #clear() {
    this.#retry = null;
    document.title = this.#title;
    for (const alert of this.#view.querySelectorAll('[role="alert"], .problem')) alert.remove();
    for (const bad of this.#view.querySelectorAll('.bad')) bad.classList.remove('bad');
    for (const input of this.#view.querySelectorAll('[aria-invalid]')) {
      input.removeAttribute('aria-invalid');
      this.#describe(input, []);
    }
  }

  #describe(input, more) {
    const ids = [`${input.id}-hint`, ...more].filter((id) => byId(id));
    if (ids.length > 0) input.setAttribute('aria-describedby', ids.join(' '));
    else input.removeAttribute('aria-describedby');
  }

  /** One thing at a time: a second press of any button does nothing while the first is at work. */
  async #run(task) {
    if (this.#busy) return;
    this.#busy = true;
    this.#clear();
    this.#view.setAttribute('aria-busy', 'true');
    try {
      await task();
    } catch (error) {
      this.#tell(error, task);
    } finally {
      this.#busy = false;
      this.#view.removeAttribute('aria-busy');
      if (this.#view.querySelector('[role="alert"]')) this.#say();
    }
  }

  /** Says what went wrong and what to do. The focus goes there, and what was typed stays. */
  #tell(error, task) {
    const code = word(error.code) ? error.code : 'unexpected';
    const values = { ...error.values, ...(error.secs && { time: inAMinute(error.secs) }) };
    const ownWords = word(code).replace(/\{(time|code|before)\}/g, (whole, name) => isolated(values[name] ?? whole));
    const isTheirs = ['wrong-code', 'address', 'address-refused'].includes(code) && isText(error.detail);
    const words = isTheirs ? error.detail : ownWords;
    if (ENDS.includes(code)) {
      this.#show('step-stopped');
      this.#view.querySelector('[data-say]').textContent = words;
      return;
    }
    const alert = byId('alert').content.cloneNode(true).firstElementChild;
    const say = alert.querySelector('[data-say]');
    const fieldId = error.field ?? FIELD_OF[code];
    const field = byId(fieldId) ?? byId(`${fieldId}-again`);
    if (field) {
      const link = document.createElement('a');
      link.href = `#${field.id}`;
      link.textContent = words;
      say.append(link);
      this.#mark(field, words);
    } else {
      say.textContent = words;
      // With the token here, what failed is the cast, whatever began it.
      const again = this.#state.token ? () => this.#cast() : task;
      this.#retry = NO_RETRY.includes(code) ? null : again;
      alert.querySelector('[data-retry]').hidden = !this.#retry;
    }
    const technical = error.technical ?? (code === error.code ? null : String(error.code ?? error.name));
    if (technical && ['keys', 'response', 'promise', 'unexpected'].includes(code)) {
      const line = alert.querySelector('[data-technical]');
      line.textContent = word('technical').replace('{code}', () => technical);
      line.hidden = false;
    }
    this.#view.prepend(alert);
    document.title = `${word('error-prefix')} ${this.#title}`;
    this.#focus(alert);
  }

  #mark(field, words) {
    const line = document.createElement('p');
    line.className = 'problem';
    line.id = `${field.id}-problem`;
    line.textContent = words;
    (field.closest('.field') ?? field).classList.add('bad');
    if (field.matches('fieldset')) field.querySelector('legend').after(line);
    else field.before(line);
    field.setAttribute('aria-invalid', 'true');
    this.#describe(field, [line.id]);
  }

  #press(event) {
    const button = event.target.closest('button[data-do]');
    const deed = {
      retry: () => this.#run(this.#retry),
      forget: () => this.#startOver(),
      again: () => this.#run(() => this.#askAgain()),
      'other-address': () => this.#otherAddress(),
      copy: () => this.#copy(button.dataset.what),
      download: () => this.#download(button.dataset.what),
      print: () => print(),
      leave: () => this.#leave(),
      'cast-now': () => this.#run(() => this.#notLater()),
    }[button?.dataset.do];
    if (deed && !this.#busy) deed();
  }

  #onSubmit(act) {
    this.#view.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#run(act);
    });
  }

  // The choice: who will see my name, and how is it proved

  #showChoice() {
    const { typed, invitation } = this.#state;
    this.#show('step-choose');
    const form = this.#view.querySelector('form');
    if (!this.#canSeal) byId('s-sealed')?.closest('.choice').remove();
    // With no proof chosen before, the page's own choice stands.
    for (const [name, value] of Object.entries(typed)) {
      const input = form.elements[name];
      if (input?.type === 'checkbox') input.checked = value;
      else if (input) input.value = value;
    }
    const read = () => {
      for (const name of ['s-mode', 's-invitation', 's-proof', 's-address', 's-code', 's-name', 's-title']) {
        typed[name] = form.elements[name]?.value ?? '';
      }
      typed['s-later'] = form.elements['s-later'].checked;
    };
    const sealing = this.#canSeal ? 'can-seal' : 'cannot-seal';
    const follow = () => this.#flag([form.elements['s-mode'].value, invitation ? 'invited' : 'by-mail', sealing]);
    form.addEventListener('input', () => {
      read();
      this.#keep();
      follow();
    });
    follow();
    this.#onSubmit(() => {
      read();
      return this.#begin();
    });
  }

  /** What the signature shows, now or once it is opened. */
  #shown() {
    const { typed } = this.#state;
    const mode = typed['s-mode'];
    if (mode !== 'public' && mode !== 'sealed') return { mode: 'anonymous' };
    const [name, title] = [tidyLine(typed['s-name']), tidyLine(typed['s-title'])];
    if (!name) throw new Failure('name-empty');
    for (const [field, line] of Object.entries({ 's-name': name, 's-title': title })) {
      const unseen = unseenIn(line);
      if (unseen) throw new Failure(unseen.before ? 'name-unseen' : 'name-unseen-first', { field, values: unseen });
    }
    const shown = title ? { mode, name, title } : { mode, name };
    if (mode === 'sealed') {
      // The server will not see it, and so cannot send it back.
      if (!canBeShown(name, shown.title)) throw new Failure('name-form');
      openingOf(new Uint8Array(32), extensionOf(shown));
    }
    return shown;
  }

  async #begin() {
    const state = this.#state;
    this.#shown();
    this.#takeTypedInvitation();
    if (!state.invitation && this.#view.querySelector('#s-invitation[required]')) throw new Failure('typed-invitation');
    if (!state.invitation && !state.typed['s-proof']) throw new Failure('proof-empty');
    if (!state.invitation && !state.typed['s-address'].trim()) throw new Failure('address-empty');
    const hasCode = Boolean(byId('s-code')) && !state.invitation;
    if (hasCode) this.#mailedCode();
    const genesis = await this.#check();
    state.w ??= base64url(await newCode());
    if (state.invitation) {
      const takesThem = genesis.crowds.some((crowd) => crowd.proof === 'invite');
      return takesThem ? this.#prove() : this.#withoutInvitation('no-invitations');
    }
    await this.#askCode(genesis, { send: !hasCode });
    if (hasCode) return this.#prove();
    return this.#showCode();
  }

  /** An invitation on paper serves like one in a link. */
  #takeTypedInvitation() {
    const text = (this.#state.typed['s-invitation'] ?? '').trim();
    if (this.#state.invitation || !text) return;
    try {
      this.#state.invitation = readInvitation(text);
    } catch {
      throw new Failure('typed-invitation');
    }
    this.#keep();
  }

  #withoutInvitation(code) {
    delete this.#state.invitation;
    delete this.#state.begun;
    this.#keep();
    this.#showChoice();
    throw new Failure(code);
  }

  // The key check: before anything is blinded, and once more before the cast

  async #check() {
    this.#say('checking');
    const { logKey, path, petition, genesis: expected, sealingKey = '' } = this.#facts;
    const fetched = new Map();
    const fetchOnce = (below) => {
      if (!fetched.has(below)) fetched.set(below, fetchBytes(`${path}/log/${below}`));
      return fetched.get(below);
    };
    try {
      const { name: origin } = await readNoteKey(logKey);
      const { size } = await readCheckpoint(await fetchOnce('checkpoint'), logKey, origin);
      refuseUnless(size > 0, 'log-genesis', 'the log is empty');
      const genesis = await readGenesis(await new Tiles(fetchOnce, size).entry(0));
      const found = [base64url(genesis.hash), petitionText(genesis.petition), genesis.origin];
      const isOurs = found.join() === [expected, petition, origin].join();
      refuseUnless(isOurs, 'log-genesis', 'the log begins with another genesis than the page names');
      const isTheirKey = base64url(genesis.sealingKey ?? []) === sealingKey;
      refuseUnless(isTheirKey, 'sealing-key', 'the page speaks of another trustee than the log');
      this.#state.seen = await checkLog(fetchOnce, logKey, genesis, this.#state.seen);
      this.#keep();
      return genesis;
    } catch (error) {
      if (error instanceof Refused) throw new Failure('keys', { technical: error.code });
      throw error;
    }
  }

  // The code

  /** Asks for a ticket, and to have a code sent unless one was sent before. */
  async #askCode(genesis, { send = true } = {}) {
    const { typed } = this.#state;
    const address = typed['s-address'].trim();
    this.#say('asking');
    this.#keep();
    const body = JSON.stringify({ proof: typed['s-proof'], address, ...(!send && { send }) });
    const { ticket } = await this.#post(`${this.#facts.api}/codes`, body);
    const domain = domainOf(address);
    const employer = genesis.fields.employers.find(({ domains }) => domains.includes(domain))?.name;
    const crowd = genesis.crowds.findIndex(
      (one) => one.proof === typed['s-proof'] && (one.employer === null || one.employer === employer),
    );
    if (crowd < 0) throw new Failure('crowd');
    // A request for a token may be under way: its bytes stay as they are.
    const isBegun = Boolean(this.#state.begun);
    Object.assign(this.#state, { ticket, asked: Date.now(), hadCode: !send, ...(!isBegun && { crowd }) });
    this.#keep();
  }

  async #askAgain() {
    const { asked } = this.#state;
    const wait = asked + RESEND_MS - Date.now();
    if (wait > 0 && wait <= RESEND_MS) throw new Failure('too-soon', { secs: wait / 1000 });
    await this.#askCode(await this.#check());
    this.#say('sent-again');
  }

  #otherAddress() {
    const { typed, seen } = this.#state;
    this.#state = { v: 1, typed, seen };
    this.#keep();
    this.#showChoice();
    this.#focus(byId('s-address'));
  }

  #showCode() {
    const { typed, sent } = this.#state;
    this.#show('step-code', sent ? [] : ['unsent']);
    const input = byId('s-code');
    input.value = typed['s-code'] ?? '';
    input.addEventListener('input', () => {
      typed['s-code'] = input.value;
      this.#keep();
    });
    this.#onSubmit(() => {
      typed['s-code'] = input.value;
      return this.#prove();
    });
  }

  #mailedCode() {
    const typed = this.#state.typed['s-code'] ?? '';
    if (!typed.trim()) throw new Failure('code-empty');
    try {
      return readMailedCode(typed);
    } catch {
      throw new Failure('code-shape');
    }
  }

  // The token

  async #prove() {
    const state = this.#state;
    const { invitation, ticket } = state;
    const proof = invitation ? { invitation } : { ticket, code: this.#mailedCode() };
    const shown = this.#shown();
    const genesis = await this.#check();
    if (invitation) {
      const crowd = genesis.crowds.findIndex((one) => one.proof === 'invite');
      if (crowd !== state.crowd) delete state.begun;
      state.crowd = crowd;
    }
    state.begun ??= await begin(genesis, state.crowd, fromBase64url(state.w));
    state.sent = true;
    this.#keep();
    this.#say('proving');
    const body = JSON.stringify({ ...proof, request: state.begun.request });
    const response = await this.#post(`${this.#facts.api}/tokens`, body).catch((error) => this.#noToken(error));
    let token;
    try {
      token = await finish(state.begun, fromBase64url(response.response));
    } catch (error) {
      throw new Failure('response', { technical: error.code });
    }
    // Address, ticket, code and blinding are not needed any more, and gone.
    const later = shown.mode === 'anonymous' && state.typed['s-later'] === true;
    this.#state = { v: 1, seen: state.seen, w: state.w, token: base64url(token), shown, later };
    this.#keep();
    if (later) return this.#showBallot();
    return this.#castNow();
  }

  /** A plain refusal: no token was given for these bytes. Anything else leaves it open. */
  #noToken(error) {
    const state = this.#state;
    if (!error.isFinal) throw error;
    state.sent = false;
    if (error.code === 'unknown-invitation') return this.#withoutInvitation(error.code);
    if (error.code === 'proof-used') {
      const code = state.invitation ? 'proof-used-invitation' : 'proof-used';
      this.#state = { v: 1, typed: state.typed, seen: state.seen };
      delete state.typed['s-code'];
      this.#keep();
      throw new Failure(code);
    }
    this.#keep();
    throw error;
  }

  // The cast

  async #cast() {
    const state = this.#state;
    const genesis = await this.#check();
    if (!state.leaf) {
      const extension = extensionOf(state.shown);
      const made = await cast(genesis.petition, fromBase64url(state.token), fromBase64url(state.w), extension);
      // Before the leaf is kept: without it, a leaf that promises a sealed name would be cast without one.
      if (state.shown.mode === 'sealed') {
        state.sealed = base64url(await sealName(genesis, made.leaf, made.salt, extension));
      }
      state.leaf = base64url(made.leaf);
      // What opens an anonymous signature is kept by nobody; what opens a sealed one, by its trustee.
      if (state.shown.mode === 'public') {
        Object.assign(state, { salt: base64url(made.salt), extension: base64url(extension) });
      }
      this.#keep();
    }
    this.#say('casting');
    const { leaf, salt, extension, sealed } = state;
    const body = padded({ leaf, ...(salt && { salt, extension }), ...(sealed && { sealed }) });
    let answer;
    try {
      answer = await this.#post(`${this.#facts.cast}/casts`, body, { credentials: 'omit' });
    } catch (error) {
      // Only whoever holds this token, and so this code, can have cast it.
      if (error.code === 'other-leaf') return this.#finished({ before: true });
      if (error.code === 'name') return this.#mendName();
      throw error;
    }
    try {
      await readPromise(utf8(answer.promise), this.#facts.logKey, genesis, fromBase64url(leaf));
    } catch (error) {
      throw new Failure('promise', { technical: error.code });
    }
    return this.#finished({});
  }

  #mendName() {
    const { v, seen, w, token, shown } = this.#state;
    this.#state = { v, seen, w, token, shown, mend: true };
    this.#keep();
    this.#showName();
  }

  #showName() {
    const { shown } = this.#state;
    this.#show('step-name');
    byId('s-name-again').value = shown.name;
    byId('s-title-again').value = shown.title ?? '';
    this.#onSubmit(() => {
      this.#state.typed = {
        's-mode': 'public',
        's-name': byId('s-name-again').value,
        's-title': byId('s-title-again').value,
      };
      this.#state.shown = this.#shown();
      delete this.#state.mend;
      delete this.#state.leaf;
      this.#keep();
      return this.#castNow();
    });
  }

  // For later

  async #showBallot() {
    const { token, w } = this.#state;
    this.#show('step-ballot');
    this.#texts.ballot = canonical({
      v: 1,
      petition: this.#facts.petition,
      origin: (await readNoteKey(this.#facts.logKey)).name,
      genesis_hash: this.#facts.genesis,
      token,
      withdrawal_code: await showCode(fromBase64url(w)),
    });
    this.#view.querySelector('[data-copied="ballot"]').textContent = this.#texts.ballot;
    // Drawn when it is asked for: nobody who looks over a shoulder is to get it by accident.
    const picture = this.#view.querySelector('[data-qr]');
    const draw = () => picture.append(qrPicture(this.#texts.ballot, picture.querySelector('summary').textContent));
    picture.addEventListener('toggle', draw, { once: true });
  }

  /** The form that was filled in is done with: from here on there is nothing to do but to send the same bytes. */
  #castNow() {
    this.#show('step-working');
    return this.#cast();
  }

  #notLater() {
    this.#state.later = false;
    this.#keep();
    return this.#castNow();
  }

  #showOpen() {
    this.#show('step-open');
    const [file, text] = [byId('s-file'), byId('s-ballot')];
    text.value = this.#state.typed.ballot ?? '';
    this.#onSubmit(async () => {
      const content = file.files.length > 0 ? await file.files[0].text() : text.value;
      if (!content.trim()) throw new Failure('ballot-empty');
      const genesis = await this.#check();
      let ballot;
      try {
        ballot = await readBallot(content, genesis);
      } catch (error) {
        throw new Failure(error.code === 'ballot-other' ? error.code : 'ballot');
      }
      const [token, w] = [base64url(ballot.token), base64url(ballot.w)];
      this.#state = { v: 1, seen: this.#state.seen, w, token, shown: { mode: 'anonymous' } };
      this.#keep();
      return this.#castNow();
    });
  }

  // Done

  async #finished({ before = false }) {
    const { w, shown } = this.#state;
    const code = await showCode(fromBase64url(w));
    this.#state = { v: 1, done: { code, mode: shown.mode, before } };
    this.#keep();
    this.#showDone();
  }

  /** `when`: now, or again in a reloaded tab, which cannot know what has become of the signature since. */
  #showDone(when = 'now') {
    const { code, mode, before } = this.#state.done;
    const isNow = when === 'now';
    this.#show('step-done', [mode, isNow ? `${mode}-now` : 'again', ...(isNow && before ? ['before'] : [])]);
    this.#texts.code = code;
    const groups = code.split('-').map((group) => {
      const part = document.createElement('span');
      part.textContent = group;
      return part;
    });
    // Spaces between the groups, so that copying by hand copies them too.
    this.#view.querySelector('[data-copied="code"]').append(...groups.flatMap((group) => [group, ' ']));
    this.#texts.share = this.#view.querySelector('[data-copied="share"]').textContent.replace(/\s+/g, ' ').trim();
  }

  /** Forgets everything about it in this tab. */
  #leave() {
    this.#kept.wipe();
    location.replace(this.#facts.path);
  }

  #startOver() {
    this.#state = { v: 1, typed: this.#state.typed ?? {} };
    this.#keep();
    this.#goOn();
  }

  // Copying always works, at worst by hand; files and print are extras

  async #copy(what) {
    try {
      await navigator.clipboard.writeText(this.#texts[what]);
      this.#say('copied');
    } catch {
      getSelection().selectAllChildren(this.#view.querySelector(`[data-copied="${what}"]`));
      this.#say(document.execCommand('copy') ? 'copied' : 'copy-by-hand');
    }
  }

  #download(what) {
    const link = document.createElement('a');
    // Names that tell nothing to whoever looks over a list of files.
    link.download = what === 'ballot' ? 'ballot.json' : 'code.txt';
    link.href = URL.createObjectURL(new Blob([this.#texts[what]], { type: 'text/plain' }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}

const place = globalThis.document?.getElementById('signing');
if (place) new SigningPage(place).start();

// --- The page: signing ----------------------------------------------------------------------------------------

/**
 * One person signing on one page. The page gives facts (data attributes), words and steps (templates); this fills them.
 */
class SigningPage extends Signature {
  #canSeal = false;
  /** @override */
  deeds = {
    forget: () => this.#startOver(),
    again: () => this.run(() => this.askAgain()),
    'other-address': () => this.#otherAddress(),
    leave: () => this.#leave(),
    'cast-now': () => this.run(() => this.#notLater()),
  };

  /**
   * With the token here, what failed is the cast, whatever began it.
   * @param {Task} task
   * @override
   */
  againAfter(task) {
    return this.state.token ? () => this.#cast() : task;
  }

  async start() {
    const all = await missing();
    const lacks = all.filter((name) => name !== 'x25519'); // which only sealing needs
    this.#canSeal = !all.includes('x25519');
    const invitation = /^#i=(.+)$/.exec(location.hash)?.[1];
    const plain = sure(byId('plain'), HTMLElement);
    if (lacks.length > 0) {
      const note = plain.matches('.note') ? plain : partOf(plain, '.note');
      const words = [word(lacks[0] === 'secure-context' ? lacks[0] : 'browser')];
      if (invitation) words.push(word('invitation-kept'));
      note.textContent = words.join(' ');
      return;
    }
    this.unfold();
    plain.remove(); // so that no tool fills in a form that nobody sees
    this.root.hidden = false;
    let isWhole = true;
    if (invitation) {
      // Out of the address bar and the history before anything else: whoever reads it there could use it.
      history.replaceState(null, '', location.pathname + location.search);
      isWhole = this.invited(invitation);
    }
    this.#goOn();
    if (!isWhole) this.tell(new Failure('invitation-shape'));
    if (!this.isKept()) this.say('not-kept');
  }

  /** To where this tab was. What was already sent is sent again: the same bytes, which count once. */
  #goOn() {
    const state = this.state;
    if (state.done) return this.#showDone('again');
    if (state.token && state.later) return this.#showBallot();
    if (state.token && state.mend) return this.#showName();
    if (state.token) {
      this.show('step-working');
      return this.run(() => this.#cast());
    }
    if (byId('step-open')) return this.#showOpen();
    if (state.ticket && !state.hadCode) this.#showCode();
    else this.#showChoice();
    if (state.sent) this.run(() => this.#prove());
  }

  // The choice: who will see my name, and how is it proved

  #showChoice() {
    const { typed } = this;
    const { invitation } = this.state;
    this.show('step-choose');
    const form = formOf(this.view);
    /** @param {string} name */
    const inputs = (name) => {
      const found = form.elements.namedItem(name);
      return found instanceof RadioNodeList || found instanceof HTMLInputElement ? found : null;
    };
    /** @param {string} name */
    const box = (name) => sure(byId(name), HTMLInputElement);
    if (!this.#canSeal) byId('s-sealed')?.closest('.choice')?.remove();
    // With no proof chosen before, the page's own choice stands.
    for (const [name, value] of Object.entries(typed)) {
      const input = inputs(name);
      if (input instanceof HTMLInputElement && input.type === 'checkbox') input.checked = Boolean(value);
      else if (input) input.value = String(value);
    }
    const read = () => {
      // What this form does not ask for is not kept from an earlier step.
      for (const name of Object.keys(typed)) if (!inputs(name)) typed[name] = '';
      for (const { name, type } of form.querySelectorAll('input')) {
        typed[name] = type === 'checkbox' ? box(name).checked : (inputs(name)?.value ?? '');
      }
    };
    const sealing = this.#canSeal ? 'can-seal' : 'cannot-seal';
    const follow = () => this.flag([inputs('s-mode')?.value ?? '', invitation ? 'invited' : 'by-mail', sealing]);
    form.addEventListener('input', () => {
      read();
      this.keep();
      follow();
    });
    follow();
    this.onSubmit(() => {
      read();
      return this.#begin();
    });
  }

  async #begin() {
    const state = this.state;
    shownBy(this.typed);
    this.takeTypedInvitation();
    if (!state.invitation && this.view.querySelector('#s-invitation[required]')) throw new Failure('typed-invitation');
    if (!state.invitation && !this.typed['s-proof']) throw new Failure('proof-empty');
    if (!state.invitation && !textIn(this.typed, 's-address').trim()) throw new Failure('address-empty');
    const hasCode = Boolean(byId('s-code')) && !state.invitation;
    if (hasCode) this.mailedCode();
    const genesis = await this.check();
    state.w ??= base64url(await newCode());
    if (state.invitation) {
      const takesThem = genesis.crowds.some((crowd) => crowd.proof === 'invite');
      if (takesThem) return this.#prove();
      this.dropInvitation();
      this.#showChoice();
      throw new Failure('no-invitations');
    }
    await this.askCode(genesis, { send: !hasCode });
    if (hasCode) return this.#prove();
    return this.#showCode();
  }

  // The code

  #otherAddress() {
    const { typed, seen } = this.state;
    this.become({ v: 1, typed, seen });
    this.#showChoice();
    this.focus(byId('s-address'));
  }

  #showCode() {
    const { typed } = this;
    this.show('step-code', this.state.sent ? [] : ['unsent']);
    const input = inputOf('s-code');
    input.value = textIn(typed, 's-code');
    input.addEventListener('input', () => {
      typed['s-code'] = input.value;
      this.keep();
    });
    this.onSubmit(() => {
      typed['s-code'] = input.value;
      return this.#prove();
    });
  }

  // The token and the cast

  async #prove() {
    try {
      await this.takeToken();
    } catch (error) {
      if (error.code === 'unknown-invitation') this.#showChoice();
      throw error;
    }
    return this.state.later ? this.#showBallot() : this.#castNow();
  }

  async #cast() {
    const became = await this.send();
    if (became === 'name') return this.#mendName();
    return this.#finished({ before: became === 'before' });
  }

  #mendName() {
    const { seen, w, token, shown } = this.state;
    this.become({ v: 1, seen, w, token, shown, mend: true });
    this.#showName();
  }

  #showName() {
    const { name = '', title = '' } = keptOf(this.state.shown);
    this.show('step-name');
    inputOf('s-name-again').value = name;
    inputOf('s-title-again').value = title;
    this.onSubmit(() => {
      this.state.typed = {
        's-mode': 'public',
        's-name': inputOf('s-name-again').value,
        's-title': inputOf('s-title-again').value,
      };
      this.state.shown = shownBy(this.typed);
      delete this.state.mend;
      delete this.state.leaf;
      this.keep();
      return this.#castNow();
    });
  }

  // For later

  async #showBallot() {
    const { token, w } = this.state;
    this.show('step-ballot');
    this.texts.ballot = canonical({
      v: 1,
      petition: this.facts.petition,
      origin: (await readNoteKey(this.facts.logKey)).name,
      genesis_hash: this.facts.genesis,
      token,
      withdrawal_code: await showCode(fromBase64url(keptOf(w))),
    });
    partOf(this.view, '[data-copied="ballot"]').textContent = this.texts.ballot;
    // Drawn when it is asked for: nobody who looks over a shoulder is to get it by accident.
    const picture = partOf(this.view, '[data-qr]');
    const label = partOf(picture, 'summary').textContent ?? '';
    const draw = () => picture.append(qrPicture(this.texts.ballot, label));
    picture.addEventListener('toggle', draw, { once: true });
  }

  /** The form that was filled in is done with: from here on there is nothing to do but to send the same bytes. */
  #castNow() {
    this.show('step-working');
    return this.#cast();
  }

  #notLater() {
    this.state.later = false;
    this.keep();
    return this.#castNow();
  }

  #showOpen() {
    this.show('step-open');
    const text = inputOf('s-ballot');
    text.value = textIn(this.typed, 'ballot');
    this.onSubmit(async () => {
      const content = (await fileIn('s-file')) ?? text.value;
      if (!content.trim()) throw new Failure('ballot-empty');
      const genesis = await this.check();
      let ballot;
      try {
        ballot = await readBallot(content, genesis);
      } catch (error) {
        throw new Failure(error.code === 'ballot-other' ? error.code : 'ballot');
      }
      const [token, w] = [base64url(ballot.token), base64url(ballot.w)];
      this.become({ v: 1, seen: this.state.seen, w, token, shown: { mode: 'anonymous' } });
      return this.#castNow();
    });
  }

  // Done

  async #finished({ before = false }) {
    const { w, shown } = this.state;
    const code = await showCode(fromBase64url(keptOf(w)));
    this.become({ v: 1, done: { code, mode: keptOf(shown).mode, before } });
    this.#showDone();
  }

  /** `when`: now, or again in a reloaded tab, which cannot know what has become of the signature since. */
  #showDone(when = 'now') {
    const { code, mode, before } = keptOf(this.state.done);
    const isNow = when === 'now';
    this.show('step-done', [mode, isNow ? `${mode}-now` : 'again', ...(isNow && before ? ['before'] : [])]);
    this.texts.code = code;
    const groups = code.split('-').map((group) => {
      const part = document.createElement('span');
      part.textContent = group;
      return part;
    });
    // Spaces between the groups, so that copying by hand copies them too.
    partOf(this.view, '[data-copied="code"]').append(...groups.flatMap((group) => [group, ' ']));
    const share = partOf(this.view, '[data-copied="share"]').textContent ?? '';
    this.texts.share = share.replace(/\s+/g, ' ').trim();
  }

  /** Forgets everything about it in this tab. */
  #leave() {
    this.wipe();
    location.replace(this.facts.path);
  }

  #startOver() {
    this.become({ v: 1, typed: this.state.typed ?? {} });
    this.#goOn();
  }
}

const place = globalThis.document?.getElementById('signing');
if (place) new SigningPage(place).start();

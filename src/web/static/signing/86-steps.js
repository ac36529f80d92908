// --- The page: steps ------------------------------------------------------------------------------------------

/** What ends this attempt. */
const ENDS = ['proof-used', 'proof-used-invitation', 'closed', 'taken-down', 'gone', 'invalid'];
/** Where another press of the same button would change nothing. */
const NO_RETRY = ['too-many-tries', 'expired', 'too-soon', 'unknown-invitation', 'no-invitations', 'invitation-shape'];

/** @typedef {() => unknown} Task a returned promise is awaited */

/**
 * A form in steps: shows the page's templates one after the other, with progress and what went wrong, and runs one
 * task at a time. What the steps are about is decided by {@link SigningPage}.
 */
class Steps {
  /** @type {HTMLElement} */
  root;
  view = document.createElement('div');
  /**
   * Texts that can be copied or saved, by the name that buttons use for them (`data-what`).
   * @type {Record<string, string>}
   */
  texts = {};
  /**
   * Actions of buttons, by their `data-do`, in addition to those that every step has.
   * @type {Record<string, Task>}
   */
  deeds = {};
  #status = document.createElement('p');
  #title = document.title;
  #busy = false;
  /** @type {?Task} */
  #retry = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /** Adds the elements of the form to the page, and listens to its buttons. */
  unfold() {
    this.#status.setAttribute('role', 'status');
    this.#status.className = 'hint';
    this.root.append(this.view, this.#status);
    this.view.addEventListener('click', (event) => this.#press(event));
  }

  /**
   * The task for the button "try again" after `task` has failed.
   * @param {Task} task
   * @returns {Task}
   */
  againAfter(task) {
    return task;
  }

  /**
   * @param {string} id
   * @param {string[]} [flags]
   */
  show(id, flags = []) {
    this.view.replaceChildren(copyOf(id));
    this.flag(flags);
    this.#clear();
    const isFirst = !this.root.dataset.step;
    this.root.dataset.step = id;
    this.#status.textContent = '';
    if (!isFirst) this.focus(partsOf(this.view, '[tabindex="-1"]:not([hidden])')[0]);
  }

  /** @param {?HTMLElement | undefined} element */
  focus(element) {
    element?.focus();
    element?.scrollIntoView({ block: 'nearest' });
  }

  /**
   * Shows what belongs to these flags, and hides what belongs to others.
   * @param {string[]} flags
   */
  flag(flags) {
    for (const part of partsOf(this.view, '[data-if]')) part.hidden = !flags.includes(part.dataset.if ?? '');
    for (const part of partsOf(this.view, '[data-unless]')) part.hidden = flags.includes(part.dataset.unless ?? '');
  }

  /** @param {string} [code] */
  say(code) {
    this.#status.textContent = code ? (word(code) ?? '') : '';
  }

  /**
   * @param {string} url
   * @param {string} body
   * @param {PostOptions} [options]
   */
  post(url, body, options) {
    return postJson(url, body, { onWork: () => this.say('work'), ...options });
  }

  #clear() {
    this.#retry = null;
    document.title = this.#title;
    for (const alert of this.view.querySelectorAll('[role="alert"], .problem')) alert.remove();
    for (const bad of this.view.querySelectorAll('.bad')) bad.classList.remove('bad');
    for (const input of this.view.querySelectorAll('[aria-invalid]')) {
      input.removeAttribute('aria-invalid');
      this.#describe(input, []);
    }
  }

  /**
   * @param {Element} input
   * @param {string[]} more
   */
  #describe(input, more) {
    const ids = [`${input.id}-hint`, ...more].filter((id) => byId(id));
    if (ids.length > 0) input.setAttribute('aria-describedby', ids.join(' '));
    else input.removeAttribute('aria-describedby');
  }

  /**
   * One thing at a time: a second press of any button does nothing while the first is at work.
   * @param {Task} task
   */
  async run(task) {
    if (this.#busy) return;
    this.#busy = true;
    this.#clear();
    this.view.setAttribute('aria-busy', 'true');
    try {
      await task();
    } catch (error) {
      this.tell(error, task);
    } finally {
      this.#busy = false;
      this.view.removeAttribute('aria-busy');
      if (this.view.querySelector('[role="alert"]')) this.say();
    }
  }

  /**
   * Says what went wrong and what to do. The focus goes there, and what was typed stays.
   * @param {PageError} error
   * @param {Task} [task]
   */
  tell(error, task) {
    const code = error.code && word(error.code) ? error.code : 'unexpected';
    /** @type {Record<string, unknown>} */
    const values = { ...error.values, ...(error.secs && { time: inAMinute(error.secs) }) };
    const ownWords = filled(word(code) ?? '', values);
    const isTheirs = ['wrong-code', 'address', 'address-refused'].includes(code) && isText(error.detail);
    const words = isTheirs ? String(error.detail) : ownWords;
    if (ENDS.includes(code)) {
      this.show('step-stopped');
      partOf(this.view, '[data-say]').textContent = words;
      return;
    }
    const alert = sure(copyOf('alert').firstElementChild, HTMLElement);
    const say = partOf(alert, '[data-say]');
    const field = this.#fieldOf(error.field, code);
    if (field) {
      const link = document.createElement('a');
      link.href = `#${field.id}`;
      link.textContent = words;
      say.append(link);
      this.#mark(field, words);
    } else {
      say.textContent = words;
      this.#retry = NO_RETRY.includes(code) || !task ? null : this.againAfter(task);
      partOf(alert, '[data-retry]').hidden = !this.#retry;
    }
    const technical = error.technical ?? (code === error.code ? null : String(error.code ?? error.name));
    if (technical && ['keys', 'response', 'promise', 'unexpected'].includes(code)) {
      const line = partOf(alert, '[data-technical]');
      line.textContent = (word('technical') ?? '').replace('{code}', () => technical);
      line.hidden = false;
    }
    this.view.prepend(alert);
    document.title = `${word('error-prefix')} ${this.#title}`;
    this.focus(alert);
  }

  /**
   * The input that a problem belongs to: the one that it names, or the one whose declaration lists its code.
   * @param {string | undefined} id
   * @param {string} code
   * @returns {?HTMLElement}
   */
  #fieldOf(id, code) {
    const named = id ? (byId(id) ?? byId(`${id}-again`)) : null;
    return named ?? this.view.querySelector(`[data-problems~="${CSS.escape(code)}"]`);
  }

  /**
   * @param {HTMLElement} field
   * @param {string} words
   */
  #mark(field, words) {
    const line = document.createElement('p');
    line.className = 'problem';
    line.id = `${field.id}-problem`;
    line.textContent = words;
    (field.closest('.field') ?? field).classList.add('bad');
    if (field.matches('fieldset')) partOf(field, 'legend').after(line);
    else field.before(line);
    field.setAttribute('aria-invalid', 'true');
    this.#describe(field, [line.id]);
  }

  /** @param {Event} event */
  #press(event) {
    const { do: name = '', what = '' } = pressedBy(event)?.dataset ?? {};
    const deed = {
      retry: () => this.#retry && this.run(this.#retry),
      copy: () => this.#copy(what),
      download: () => this.#download(what),
      print: () => print(),
      ...this.deeds,
    }[name];
    if (deed && !this.#busy) deed();
  }

  /** @param {Task} act */
  onSubmit(act) {
    formOf(this.view).addEventListener('submit', (event) => {
      event.preventDefault();
      this.run(act);
    });
  }

  // Copying always works, at worst by hand; files and print are extras

  /** @param {string} what */
  async #copy(what) {
    try {
      await navigator.clipboard.writeText(this.texts[what]);
      this.say('copied');
    } catch {
      getSelection()?.selectAllChildren(partOf(this.view, `[data-copied="${what}"]`));
      this.say(document.execCommand('copy') ? 'copied' : 'copy-by-hand');
    }
  }

  /** @param {string} what */
  #download(what) {
    const link = document.createElement('a');
    // Names that tell nothing to whoever looks over a list of files.
    link.download = what === 'ballot' ? 'ballot.json' : 'code.txt';
    link.href = URL.createObjectURL(new Blob([this.texts[what]], { type: 'text/plain' }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}

// --- The page: checking a whole log ---------------------------------------------------------------------------
// On the page that says how to check a number, and in the page saved as a file. Whoever presses the button fetches all
// of the log: nothing tells whose entry is looked for. Nothing is sent, and nothing is kept.

/** A bundle of 256 entries, or all names at once, over a slow connection. */
const AUDIT_ANSWER_MS = 300_000;
/** How often one file is asked for, and how long at most to wait before it is asked for again. */
const AUDIT_TRIES = 4;
const AUDIT_WAIT_SECS_MAX = 60;
/** What another try may well mend. */
const PASSING = ['offline', 'away', 'wait'];
/** After so many parts of the way it is said aloud how far it is. */
const SAID_PARTS = 4;

/** One reader who checks. The page gives facts, words and steps; this fills them. */
class AuditPage {
  #section;
  #facts;
  #plain = sure(byId('audit-plain'), HTMLElement);
  #view = document.createElement('div');
  #status = document.createElement('p');
  #title = document.title;
  #earlier = '';
  /** @type {?AbortController} */
  #stop = null;

  /** @param {HTMLElement} section */
  constructor(section) {
    this.#section = section;
    this.#facts = sure(byId('auditing') ?? byId('signing'), HTMLElement).dataset;
  }

  async start() {
    const lacks = (await missing()).filter((name) => name !== 'x25519');
    if (lacks.length > 0) {
      this.#plain.textContent = this.#word('lacks');
      return;
    }
    this.#status.setAttribute('role', 'status');
    this.#status.className = 'hint';
    this.#section.append(this.#view, this.#status);
    this.#view.addEventListener('click', (event) => this.#press(event));
    this.#plain.remove();
    this.#showStart();
  }

  /**
   * Words of the page; `{name}` stands for what is given by that name.
   * @param {string} code
   * @param {Record<string, unknown>} [given]
   */
  #word(code, given = {}) {
    return wordsIn('audit-words', code, given) ?? '';
  }

  /** @param {number} number */
  #number = (number) => number.toLocaleString(document.documentElement.lang);

  /** @param {string} name */
  #find(name) {
    return partOf(this.#view, `[data-${name}]`);
  }

  /** @param {string} id */
  #show(id) {
    this.#view.replaceChildren(copyOf(id));
    this.#status.textContent = '';
    document.title = this.#title;
  }

  /** @param {?HTMLElement | undefined} element */
  #focus(element) {
    element?.focus();
    element?.scrollIntoView({ block: 'nearest' });
  }

  #showStart() {
    this.#show('audit-start');
    const text = inputOf('audit-earlier');
    text.value = this.#earlier;
    sure(this.#find('earlier'), HTMLDetailsElement).open = this.#earlier !== '';
    formOf(this.#view).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#earlier = text.value;
      this.#run();
    });
  }

  /** @param {Event} event */
  #press(event) {
    /** @type {Record<string, () => unknown>} */
    const deed = { stop: () => this.#stop?.abort(), copy: () => this.#copy(), again: () => this.#again() };
    deed[pressedBy(event)?.dataset.do ?? '']?.();
  }

  #again() {
    this.#showStart();
    this.#focus(partOf(this.#view, '[type="submit"]'));
  }

  /**
   * A file below the petition's address, null where there is none. Without credentials: everybody gets the same.
   * @param {string} path
   * @param {number | undefined} entries
   * @param {AbortSignal} signal
   */
  async #read(path, entries, signal) {
    for (let tries = 1; ; tries += 1) {
      try {
        /** @type {RequestInit} */
        const options = { credentials: 'omit', signal: AbortSignal.timeout(AUDIT_ANSWER_MS) };
        return await fetchBytes(`${this.#facts.path}/${path}`, options, entries);
      } catch (error) {
        if (/^(404|410) /.test(error.technical ?? '')) return null;
        if (!PASSING.includes(error.code) || tries === AUDIT_TRIES || signal.aborted) throw error;
        const secs = Math.min(error.secs ?? tries ** 2, AUDIT_WAIT_SECS_MAX);
        await new Promise((go) => setTimeout(go, 1000 * secs));
      }
    }
  }

  async #run() {
    this.#show('audit-running');
    this.#focus(this.#view.querySelector('h3'));
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    // What is on its way when somebody stops it need not be waited for.
    /** @type {Promise<never>} */
    const stopped = new Promise((_, stop) => signal.addEventListener('abort', () => stop(signal.reason)));
    const audited = auditLog((path, entries) => this.#read(path, entries, signal), {
      logKey: this.#facts.logKey,
      genesis: this.#facts.genesis,
      earlier: this.#earlier.trim(),
      progress: (done, size) => (signal.aborted ? null : this.#progress(done, size)),
      signal,
    });
    try {
      this.#showVerdict(await Promise.race([audited, stopped]));
    } catch (error) {
      audited.catch(() => {});
      if (signal.aborted) this.#showStopped();
      else this.#showFailed(error);
    }
  }

  /**
   * @param {number} done
   * @param {number} size
   */
  #progress(done, size) {
    const bar = sure(byId('audit-progress'), HTMLProgressElement);
    const words = this.#word('progress', { done: this.#number(done), size: this.#number(size) });
    /** @param {number} number */
    const partOf = (number) => Math.floor((SAID_PARTS * number) / size);
    if (partOf(done) > partOf(bar.value)) this.#status.textContent = words;
    bar.max = size;
    bar.value = done;
    this.#find('done').textContent = words;
    // So that it is drawn, and a press is heard. A tab that nobody sees has slow timers, and needs none.
    return document.hidden ? null : new Promise((go) => setTimeout(go));
  }

  #showStopped() {
    this.#again();
    this.#status.textContent = this.#word('stopped');
  }

  /** @param {PageError} error */
  #showFailed(error) {
    const code = error.code && this.#word(`e-${error.code}`) ? error.code : 'answer';
    this.#showStart();
    const alert = sure(copyOf('audit-failed').firstElementChild, HTMLElement);
    const words = this.#word(`e-${code}`);
    const say = partOf(alert, '[data-say]');
    say.textContent = words;
    if (code === 'earlier') this.#mark(say, words);
    // What an honest site does not show is said to be that, and no excuse is made for it.
    const isPassing = PASSING.includes(code) || ['earlier', 'too-long', 'not-found'].includes(code);
    partOf(alert, '[data-nothing]').hidden = !isPassing;
    if (!isPassing) {
      const technical = partOf(alert, '[data-technical]');
      technical.textContent = this.#word('technical', { code: error.code ?? error.name });
      technical.hidden = false;
    }
    this.#view.prepend(alert);
    document.title = `${this.#word('error-prefix')} ${this.#title}`;
    this.#focus(alert);
  }

  /**
   * What was pasted is no checkpoint of this log: said there too, with a link that leads there.
   * @param {Element} say
   * @param {string} words
   */
  #mark(say, words) {
    const input = inputOf('audit-earlier');
    const link = document.createElement('a');
    link.href = `#${input.id}`;
    link.textContent = words;
    say.replaceChildren(link);
    const line = document.createElement('p');
    line.className = 'problem';
    line.id = `${input.id}-problem`;
    line.textContent = words;
    input.before(line);
    input.closest('.field')?.classList.add('bad');
    input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', `${input.id}-hint ${line.id}`);
  }

  /** @param {Audited} found */
  #showVerdict(found) {
    const isWell = found.findings.length === 0;
    this.#show('audit-verdict');
    /** @param {string} kind */
    const has = (kind) => found.findings.some(({ code }) => code === kind);
    const [forked, shorter] = [has('fork'), !has('fork') && has('rollback')];
    const both = (forked || shorter) && found.earlier;
    const later = found.crowds.find(({ proof }) => !this.#word(`proof-${proof}`))?.proof;
    const page = found.release?.pages.get(document.documentElement.lang);
    /** @type {Record<string, unknown>} */
    const flags = { well: isWell, bad: !isWell, both, forked, shorter, later, released: found.release };
    for (const part of partsOf(this.#view, '[data-if]')) part.hidden = !flags[part.dataset.if ?? ''];
    const texts = {
      well: this.#word('well', { size: this.#number(found.size) }),
      again: this.#againWords(found),
      later: this.#word('unknown-proof', { name: later }),
      'how-many': this.#howMany(found),
      openings: this.#openings(found.openings),
      numbers: this.#word(found.isCompared ? 'numbers' : 'no-numbers'),
      title: found.genesis?.fields.text.title ?? '',
      fingerprint: found.genesis ? base64url(found.genesis.hash) : '',
      line: this.#word('line', { origin: found.origin, size: found.size, root: base64(found.root) }),
      program: found.release ? toHex(found.release.script) : '',
      page: page ? toHex(page) : this.#word('no-page'),
      note: found.note,
      'earlier-note': found.earlier?.note ?? '',
    };
    for (const [name, text] of Object.entries(texts)) this.#find(name).textContent = text;
    this.#find('crowds').append(...found.crowds.map((crowd) => this.#crowd(crowd)));
    this.#find('findings').append(...found.findings.map((finding) => this.#finding(finding)));
    if (found.more > 0) this.#find('findings').append(this.#item(this.#word('more', { n: this.#number(found.more) })));
    this.#focus(partsOf(this.#view, 'h3').find((heading) => !heading.closest('[hidden]')));
  }

  /** @param {Audited} found */
  #againWords({ earlier }) {
    return earlier ? this.#word('means-again', { size: this.#number(earlier.size) }) : this.#word('means-first');
  }

  /** @param {Audited} found */
  #howMany({ findings, more }) {
    const n = findings.length + more;
    return n === 1 ? this.#word('bad-one') : this.#word('bad-many', { n: this.#number(n) });
  }

  /** @param {number} n */
  #openings(n) {
    return n === 1 ? this.#word('openings-one') : this.#word('openings-many', { n: this.#number(n) });
  }

  /** @param {string} text */
  #item(text) {
    const item = document.createElement('li');
    item.textContent = text;
    return item;
  }

  /** @param {Finding} finding */
  #finding({ code, what, why, ...places }) {
    const numbers = Object.entries(places).map(([name, number]) => [name, this.#number(number)]);
    const given = { why: this.#word(`why-${why}`), ...Object.fromEntries(numbers) };
    const item = this.#item(this.#word(`found-${what}`, given));
    item.dataset.code = code;
    return item;
  }

  /** @param {CrowdCount} crowd */
  #crowd({ proof, employer, issued, cast: signed, takenBack, voided, counted }) {
    const row = document.createElement('tr');
    const head = document.createElement('th');
    head.scope = 'row';
    head.textContent = proofInWords('audit-words', { proof, employer });
    const given = issued > 0 ? this.#word('at-least', { n: this.#number(issued) }) : this.#word('too-few');
    const numbers = [counted, signed, takenBack + voided].map((number) => this.#number(number));
    const cells = [...numbers, given].map((text, place) => {
      const cell = document.createElement('td');
      cell.textContent = text;
      if (place < numbers.length) cell.className = 'n';
      return cell;
    });
    row.append(head, ...cells);
    return row;
  }

  async #copy() {
    const note = this.#find('note');
    try {
      await navigator.clipboard.writeText(note.textContent ?? '');
      this.#status.textContent = this.#word('copied');
    } catch {
      getSelection()?.selectAllChildren(note);
      this.#status.textContent = this.#word(document.execCommand('copy') ? 'copied' : 'copy-by-hand');
    }
  }
}

const auditSection = globalThis.document?.getElementById('audit-check');
if (auditSection) new AuditPage(auditSection).start();

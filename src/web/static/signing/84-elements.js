// --- The page: elements and words -----------------------------------------------------------------------------

/** @param {string} id */
const byId = (id) => document.getElementById(id);

/**
 * Returns `found` as the kind of element that the caller needs. Page and script belong to the same release, so an
 * element that is missing or of another kind is a mistake of ours.
 * @template {Element} T
 * @param {?Element | undefined} found
 * @param {new () => T} kind
 * @returns {T}
 */
function sure(found, kind) {
  if (found instanceof kind) return found;
  throw new TypeError(`the page has no such ${kind.name}`);
}

/**
 * The first element in `parent` that matches `selector`. Throws if there is none.
 * @param {ParentNode} parent
 * @param {string} selector
 */
const partOf = (parent, selector) => sure(parent.querySelector(selector), HTMLElement);

/**
 * All elements in `parent` that match `selector`.
 * @param {ParentNode} parent
 * @param {string} selector
 */
const partsOf = (parent, selector) =>
  [...parent.querySelectorAll(selector)].filter((part) => part instanceof HTMLElement);

/** @param {ParentNode} parent */
const formOf = (parent) => sure(parent.querySelector('form'), HTMLFormElement);

/**
 * The content of a template.
 * @param {string} id
 */
const inTemplate = (id) => sure(byId(id), HTMLTemplateElement).content;

/**
 * A copy of the content of a template.
 * @param {string} id
 */
const copyOf = (id) => document.importNode(inTemplate(id), true);

/**
 * The input or text area of this id.
 * @param {string} id
 */
function inputOf(id) {
  const found = byId(id);
  return found instanceof HTMLTextAreaElement ? found : sure(found, HTMLInputElement);
}

/**
 * The text of the file chosen in a file input; null if none is chosen.
 * @param {string} id
 */
async function fileIn(id) {
  const file = sure(byId(id), HTMLInputElement).files?.[0];
  return file ? file.text() : null;
}

/**
 * The button with an action (`data-do`) that an event comes from; null if it comes from elsewhere.
 * @param {Event} event
 */
function pressedBy({ target }) {
  const button = target instanceof Element ? target.closest('button[data-do]') : null;
  return button instanceof HTMLElement ? button : null;
}

/**
 * A text as a QR code, black on white whatever the page's colors are.
 * @param {string} text
 * @param {string} label
 */
function qrPicture(text, label) {
  /**
   * @param {string} name
   * @param {Record<string, string | number>} attributes
   */
  const make = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    return element;
  };
  const rows = qrCode(utf8(text));
  const side = rows.length + 8;
  /**
   * @param {boolean} isDark
   * @param {number} x
   * @param {number} y
   */
  const module = (isDark, x, y) => (isDark ? `M${x + 4} ${y + 4}h1v1h-1z` : '');
  const d = rows.map((row, y) => row.map((isDark, x) => module(isDark, x, y)).join('')).join('');
  const picture = make('svg', { viewBox: `0 0 ${side} ${side}`, class: 'qr', role: 'img', 'aria-label': label });
  const light = make('rect', { width: side, height: side, fill: '#fff' });
  picture.append(light, make('path', { d, fill: '#000', 'shape-rendering': 'crispEdges' }));
  return picture;
}

/** @param {string} code */
const word = (code) => inTemplate('words').querySelector(`[data-word="${CSS.escape(code)}"]`)?.textContent;
/** @param {number} secs */
const inAMinute = (secs) =>
  new Date(Date.now() + 1000 * secs + 59_000).toLocaleTimeString(document.documentElement.lang, {
    hour: '2-digit',
    minute: '2-digit',
  });

/**
 * Fills the placeholders `{name}` of a text. A placeholder without a value stays as it is.
 * @param {string} words
 * @param {Record<string, unknown>} values
 */
const filled = (words, values) =>
  words.replace(/\{(\w+)\}/g, (whole, /** @type {string} */ name) => isolated(values[name] ?? whole));

/**
 * A text from a template, with its placeholders filled; undefined if the template has no such text.
 * @param {string} template
 * @param {string} code
 * @param {Record<string, unknown>} [values]
 */
function wordsIn(template, code, values = {}) {
  const words = inTemplate(template).querySelector(`[data-word="${CSS.escape(code)}"]`)?.textContent;
  return typeof words === 'string' ? filled(words, values) : undefined;
}

/**
 * How a signature was proved. A kind that came later, for which the page has no words, is called by its name.
 * @param {string} template
 * @param {{proof: string, employer: ?string}} crowd
 */
function proofInWords(template, { proof, employer }) {
  const at = employer === null ? undefined : wordsIn(template, `proof-${proof}-at`, { employer });
  return at ?? wordsIn(template, `proof-${proof}`) ?? wordsIn(template, 'proof-unknown', { name: proof }) ?? '';
}

/** @param {number} number */
const inDigits = (number) => number.toLocaleString(document.documentElement.lang);

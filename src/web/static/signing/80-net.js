// --- The page: the network ------------------------------------------------------------------------------------
// Everything goes to this site; the page's policy lets nothing else through. (To a page that was saved to disk the site
// is another origin: nothing of it carries credentials then.) The cast alone is sent without
// credentials: browsers then use another connection for it than for all that came before, and nothing that travels with
// it (no cookie, no ETag, no referrer, no length) is shared with the request for the token.

const ANSWER_MS = 30_000;
const CAST_BYTES = 2560;
const RETRY_SECS = 60;

/**
 * @typedef {{challenge: string, bits: number}} Work
 * @typedef {object} FailureMore
 * @property {string} [detail] what the site says of it, for people
 * @property {number} [secs] after which another try may do
 * @property {string} [technical]
 * @property {boolean} [isFinal] it was refused
 * @property {string} [field] the input that it is about
 * @property {Record<string, unknown>} [values] what its words name
 * @property {Work} [work]
 *
 * @typedef {Error & FailureMore & {code?: string}} PageError a {@link Failure}, a {@link Refused}, or a mistake of ours
 * @typedef {RequestInit & {onWork?: () => void}} PostOptions `onWork` is told when work begins, and what it was about
 *   goes on when it is done
 */

/** Something that words on the page tell about: `code` names the words. */
class Failure extends Error {
  /**
   * @param {string} code
   * @param {FailureMore} [more]
   */
  constructor(code, { detail, secs, technical, isFinal, field, values, work } = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.secs = secs;
    this.technical = technical;
    this.isFinal = isFinal;
    this.field = field;
    this.values = values;
    this.work = work;
  }
}

/**
 * The bytes of an answer. One that is longer than it can be is refused before it fills the memory of this tab.
 * @param {Response} answer
 * @param {number} most
 */
async function bytesOf(answer, most) {
  let [bytes, length] = [new Uint8Array(Math.min(most, 65536)), 0];
  const reader = answer.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || !reader) return bytes.slice(0, length);
    if (length + value.length > most) {
      reader.cancel().catch(() => {}); // It has ended by itself.
      throw new Refused('answer', 'longer than it can be');
    }
    if (length + value.length > bytes.length) {
      const larger = new Uint8Array(Math.min(most, Math.max(2 * bytes.length, length + value.length)));
      larger.set(bytes);
      bytes = larger;
    }
    bytes.set(value, length);
    length += value.length;
  }
}

/** @param {Response} answer */
const textOf = async (answer) => new TextDecoder().decode(await bytesOf(answer, NOTE_BYTES));

/**
 * Fetches, and reads the answer with `read`. No connection, a broken one and none in time are the same: `offline`.
 * @template T
 * @param {string} url
 * @param {(answer: Response) => Promise<T>} read
 * @param {RequestInit} [options]
 * @returns {Promise<T>}
 */
async function request(url, read, options) {
  const isOwnSite = new URL(url, location.href).origin === location.origin;
  let answer, refusal;
  try {
    answer = await fetch(url, {
      cache: 'no-store',
      credentials: isOwnSite ? 'same-origin' : 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(ANSWER_MS),
      ...options,
    });
    if (answer.ok) return await read(answer);
    refusal = await textOf(answer);
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Failure(error instanceof SyntaxError ? 'unexpected' : 'offline');
  }
  throw refusalOf(answer.status, refusal, Number(answer.headers.get('retry-after')) || RETRY_SECS);
}

/**
 * @param {number} status
 * @param {string} content
 * @param {number} secs
 */
function refusalOf(status, content, secs) {
  /** @type {{code?: string, detail?: string, work?: Work}} */
  let problem = {};
  try {
    problem = JSON.parse(content);
  } catch {
    // Not from this site's own program: a proxy's page, say.
  }
  if (typeof problem?.code !== 'string') problem = {};
  if (status === 429) return new Failure(problem.code === 'work' ? 'work' : 'wait', { secs, work: problem.work });
  // 'behind': its operator has to act first. Anything else passes by itself.
  if (status >= 500) return new Failure(problem.code === 'behind' ? 'behind' : 'away', { secs });
  const code = problem.code ?? (status === 404 ? 'gone' : 'unexpected');
  return new Failure(code, { detail: problem.detail, technical: `${status} ${code}`, isFinal: 'code' in problem });
}

/**
 * A file of a log, which has so many entries.
 * @param {string} url
 * @param {RequestInit} [options]
 * @param {number} [entries]
 */
const fetchBytes = (url, options, entries) =>
  request(url, (answer) => bytesOf(answer, mostBytes(url, entries)), options);

const WORK_TRIES = 3;

/**
 * @param {string} url
 * @param {string} body
 * @param {PostOptions} [options]
 */
async function postJson(url, body, { onWork, ...options } = {}) {
  /** @type {Record<string, string>} */
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  /** @param {Response} answer */
  const read = async (answer) => /** @type {Record<string, string>} */ (JSON.parse(await textOf(answer)));
  for (let tried = 0; ; tried += 1) {
    try {
      return await request(url, read, { method: 'POST', headers, body, ...options });
    } catch (error) {
      if (error.code !== 'work') throw error;
      if (tried === WORK_TRIES || !error.work) throw new Failure('wait', { secs: error.secs });
      onWork?.();
      headers.work = await workHeader(error.work);
    }
  }
}

/**
 * All casts are equally long on the way, whatever they show.
 * @param {Record<string, unknown>} body
 */
function padded(body) {
  const bare = JSON.stringify({ ...body, padding: '' }).length;
  return JSON.stringify({ ...body, padding: '0'.repeat(Math.max(0, CAST_BYTES - bare)) });
}

// --- The page: what this tab keeps ----------------------------------------------------------------------------

/**
 * The state of one signature, in this tab alone: written before each request, so that a tab that was reloaded, killed
 * or dropped for the mail app goes on where it was. What is not needed any more is thrown away at each step; all of it
 * once the promise is in, but for the withdrawal code: a reload must not lose what nobody can make again. That one goes
 * with the tab, or when its owner says so.
 */
class Kept {
  #key;

  /** @param {string} key */
  constructor(key) {
    this.#key = key;
  }

  /** @returns {?SigningState} */
  read() {
    try {
      const state = JSON.parse(sessionStorage.getItem(this.#key) ?? 'null');
      return state?.v === 1 ? state : null;
    } catch {
      return null;
    }
  }

  /** Some browsers keep nothing for a site. */
  isPossible() {
    try {
      sessionStorage.setItem('undersigned', '');
      sessionStorage.removeItem('undersigned');
      return true;
    } catch {
      return false;
    }
  }

  /** @param {SigningState} state */
  write(state) {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify(state));
    } catch {
      // The person was told.
    }
  }

  wipe() {
    try {
      sessionStorage.removeItem(this.#key);
    } catch {
      // Then nothing was kept either.
    }
  }
}


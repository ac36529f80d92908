// --- The page: the network ------------------------------------------------------------------------------------
// Everything goes to this site; the page's policy lets nothing else through. (To a page that was saved to disk the site
// is another origin: nothing of it carries credentials then.) The cast alone is sent without
// credentials: browsers then use another connection for it than for all that came before, and nothing that travels with
// it (no cookie, no ETag, no referrer, no length) is shared with the request for the token.

const ANSWER_MS = 30_000;
const CAST_BYTES = 2560;
const RETRY_SECS = 60;

/** Something that words on the page tell about: `code` names the words. */
class Failure extends Error {
  /**
   * @param {{detail?: string, secs?: number, technical?: string, isFinal?: boolean, field?: string,
   *   values?: object}} [more] isFinal: it was refused; field: the input that it is about; values: what its words name
   */
  constructor(code, more = {}) {
    super(code);
    Object.assign(this, { code, ...more });
  }
}

/** The bytes of an answer. One that is longer than it can be is refused before it fills the memory of this tab. */
async function bytesOf(answer, most) {
  let [bytes, length] = [new Uint8Array(Math.min(most, 65536)), 0];
  const reader = answer.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) return bytes.slice(0, length);
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

const textOf = async (answer) => new TextDecoder().decode(await bytesOf(answer, NOTE_BYTES));

/** Fetches, and reads the answer with `read`. No connection, a broken one and none in time are the same: `offline`. */
async function request(url, read, options) {
  const isOwnSite = new URL(url, location.href).origin === location.origin;
  let answer, content;
  try {
    answer = await fetch(url, {
      cache: 'no-store',
      credentials: isOwnSite ? 'same-origin' : 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(ANSWER_MS),
      ...options,
    });
    content = answer.ok ? await read(answer) : await textOf(answer);
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Failure(error instanceof SyntaxError ? 'unexpected' : 'offline');
  }
  if (answer.ok) return content;
  throw refusalOf(answer.status, content, Number(answer.headers.get('retry-after')) || RETRY_SECS);
}

function refusalOf(status, content, secs) {
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

/** A file of a log, which has so many entries. */
const fetchBytes = (url, options, entries) =>
  request(url, (answer) => bytesOf(answer, mostBytes(url, entries)), options);

const WORK_TRIES = 3;

/** `onWork` is told when work begins, and what it was about goes on when it is done. */
async function postJson(url, body, { onWork, ...options } = {}) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const read = async (answer) => JSON.parse(await textOf(answer));
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

/** All casts are equally long on the way, whatever they show. */
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

  constructor(key) {
    this.#key = key;
  }

  read() {
    try {
      const state = JSON.parse(sessionStorage.getItem(this.#key));
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


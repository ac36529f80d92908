// --- Leaves with JSON, and any leaf ---------------------------------------------------------------------------
// The rules for leaves whose payload is JSON. The audit and the look-up of one signature both use them, so that they
// accept the same leaves.
/**
 * @typedef {{kind: 4, fields: {}}} Closed
 * @typedef {{kind: 5, fields: {issued: number[]}}} Issued by crowd
 * @typedef {{kind: 7, fields: {index: number, reason: string}}} VoidNotice `index`: the entry that it is about
 * @typedef {{page: string, script: string} | {pages: Record<string, string>, script: string}} ReleaseFields hashes, in
 *   base64url: of one page without its language, or of one for each language
 * @typedef {{kind: 8, fields: ReleaseFields}} ClientRelease
 * @typedef {{kind: 10, fields: {K_pub: string, ext_commit: string, signature: string}}} Amendment in base64url
 * @typedef {{kind: 12, fields: {index: number}}} VoidEnd
 * @typedef {{kind: 3 | 6 | 11 | 13 | 14 | 15 | 16, fields: object}} OtherNotice
 * @typedef {Closed | Issued | VoidNotice | ClientRelease | Amendment | VoidEnd | OtherNotice} Notice
 *
 * @typedef {{kind: number, petition: Bytes, genesis?: Genesis, notice?: Notice}} Leaf `genesis` of the kind 0, `notice`
 *   of what is JSON
 */

const CLOSED = 4;
const ISSUED = 5;
const VOID = 7;
const CLIENT_RELEASE = 8;
const AMEND = 10;
const VOID_END = 12;
const CARRIED = [3, 6];
const LANGUAGES_MAX = 64;
const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Za-z0-9]{1,8})*$/;
const LANGUAGE_TAG_MAX = 35;
const VOID_REASONS = ['made-mailboxes', 'misused-invitations', 'false-name', 'defect'];
// What the JSON of each kind must be: nothing else, and in this spelling only.
/** @type {Check} */
const isRange = (value) => Array.isArray(value) && value.every(isWhole) && value.length === 2 && value[0] < value[1];
/** @type {Check} */
const isPages = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const pages = Object.entries(value);
  const isCounted = pages.length >= 1 && pages.length <= LANGUAGES_MAX;
  const isTag = (/** @type {string} */ tag) => tag.length <= LANGUAGE_TAG_MAX && LANGUAGE_TAG.test(tag);
  return isCounted && pages.every(([tag, page]) => isTag(tag) && isBytes(32)(page));
};
/** @type {(value: unknown) => value is {page: string, script: string}} */
const isEarlierRelease = isObject({ page: isBytes(32), script: isBytes(32) });
const isRelease = isObject({ pages: isPages, script: isBytes(32) });
/** @type {Record<number, Check>} */
const isPayload = {
  [CLOSED]: isObject({}),
  [ISSUED]: isObject({ issued: isList(isWhole) }),
  [VOID]: isObject({ index: isWhole, reason: (value) => isText(value) && VOID_REASONS.includes(value) }),
  [CLIENT_RELEASE]: (fields) => isEarlierRelease(fields) || isRelease(fields),
  [AMEND]: isObject({ K_pub: isBytes(32), ext_commit: isBytes(32), signature: isBytes(64) }),
  11: isObject({ closes: isTime, issue_until: isTime, cast_until: isTime }),
  [VOID_END]: isObject({ index: isWhole }),
  13: isObject({ reason: isText }),
  14: isObject({ host: isText }),
  15: isObject({ made: isWhole }),
  16: isObject({ range: isRange, text: isText }),
};

/**
 * RFC 8785 of any JSON: what reserved kinds hold is not known yet, so that all of it may stand in them.
 * @param {unknown} value
 * @param {number} [depth]
 * @returns {string}
 */
function canonicalOfAny(value, depth = 0) {
  refuseUnless(depth < 127, 'json', 'too deep');
  if (Array.isArray(value)) return `[${value.map((item) => canonicalOfAny(item, depth + 1)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).sort(byName);
    return `{${fields.map(([key, one]) => `${canonical(key)}:${canonicalOfAny(one, depth + 1)}`).join(',')}}`;
  }
  refuseUnless(typeof value !== 'number' || Number.isFinite(value), 'json', 'a number without an end');
  return typeof value === 'string' ? canonical(value) : JSON.stringify(value);
}

/** @param {Bytes} bytes */
function readCarried(bytes) {
  const text = fromUtf8(bytes);
  const value = JSON.parse(text);
  refuseUnless(text.startsWith('{') && canonicalOfAny(value) === text, 'json', 'not canonical JSON');
  return value;
}

/**
 * Reads the JSON of a leaf. Refuses what is not that of its kind, in its one spelling: `payload`.
 * @param {number} kind
 * @param {Bytes} bytes
 */
function readNotice(kind, bytes) {
  try {
    const fields = CARRIED.includes(kind) ? readCarried(bytes) : readCanonical(bytes);
    if (CARRIED.includes(kind) || isPayload[kind](fields)) return /** @type {Notice} */ ({ kind, fields });
  } catch {
    // It is none, whatever makes it so.
  }
  throw new Refused('payload', 'not the canonical JSON of its kind');
}

/**
 * Reads an entry as a leaf of this protocol.
 * @param {Bytes} entry
 * @returns {Promise<Leaf>}
 * @throws {Refused} `length`, `format`, `kind`, `payload`
 */
async function readLeaf(entry) {
  refuseUnless(entry.length >= 2, 'length', 'too short for a leaf');
  const [format, kind] = entry;
  refuseUnless(format === FORMAT, 'format', 'another format');
  refuseUnless(entry.length >= 18, 'length', 'too short for a leaf');
  const leaf = { kind, petition: entry.slice(2, 18) };
  if (kind === GENESIS) {
    const genesis = await readGenesis(entry).catch(() => null);
    refuseUnless(genesis, 'payload', 'not a genesis');
    return { ...leaf, genesis };
  }
  if (kind === CAST) {
    refuseUnless(entry.length === 500, 'length', 'a signature has 500 bytes');
    refuseUnless(equal(entry.slice(18, 20), TOKEN_TYPE), 'payload', 'another type of token');
    return leaf;
  }
  if (kind === RETRACT) {
    refuseUnless(entry.length === 114, 'length', 'a withdrawal has 114 bytes');
    return leaf;
  }
  refuseUnless(isPayload[kind] || CARRIED.includes(kind), 'kind', 'an unknown kind');
  return { ...leaf, notice: readNotice(kind, entry.slice(18)) };
}

// --- Leaves with JSON, and any leaf ---------------------------------------------------------------------------
// What the log says beside signatures: one check for each kind, used by whoever audits and by whoever looks up one
// signature, so that both accept the same leaves.

const VOID = 7;
const AMEND = 10;
const VOID_END = 12;
const CARRIED = [3, 6];
const VOID_REASONS = ['made-mailboxes', 'misused-invitations', 'false-name', 'defect'];
const isWhole = (value) => Number.isSafeInteger(value) && value >= 0;
// What the JSON of each kind must be: nothing else, and in this spelling only.
const isPayload = {
  4: isObject({}),
  5: isObject({ issued: isList(isWhole) }),
  [VOID]: isObject({ index: isWhole, reason: (value) => VOID_REASONS.includes(value) }),
  8: isObject({ page: isBytes(32), script: isBytes(32) }),
  [AMEND]: isObject({ K_pub: isBytes(32), ext_commit: isBytes(32), signature: isBytes(64) }),
  11: isObject({ closes: isTime, issue_until: isTime, cast_until: isTime }),
  [VOID_END]: isObject({ index: isWhole }),
  13: isObject({ reason: isText }),
  14: isObject({ host: isText }),
  15: isObject({ made: isWhole }),
  16: isObject({ range: (value) => isList(isWhole)(value) && value.length === 2 && value[0] < value[1], text: isText }),
};

/** RFC 8785 of any JSON: what reserved kinds hold is not known yet, so that all of it may stand in them. */
function canonicalOfAny(value, depth = 0) {
  refuseUnless(depth < 127, 'json', 'too deep');
  if (Array.isArray(value)) return `[${value.map((item) => canonicalOfAny(item, depth + 1)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const field = (key) => `${canonical(key)}:${canonicalOfAny(value[key], depth + 1)}`;
    return `{${Object.keys(value).sort().map(field).join(',')}}`;
  }
  refuseUnless(typeof value !== 'number' || Number.isFinite(value), 'json', 'a number without an end');
  return typeof value === 'string' ? canonical(value) : JSON.stringify(value);
}

function readCarried(bytes) {
  const text = fromUtf8(bytes);
  const value = JSON.parse(text);
  refuseUnless(text.startsWith('{') && canonicalOfAny(value) === text, 'json', 'not canonical JSON');
  return value;
}

function readPayload(kind, bytes) {
  try {
    if (CARRIED.includes(kind)) return readCarried(bytes);
    const fields = readCanonical(bytes);
    if (isPayload[kind](fields)) return fields;
  } catch {
    // It is none, whatever makes it so.
  }
  throw new Refused('payload', 'not the canonical JSON of its kind');
}

/**
 * Reads an entry as a leaf of this protocol.
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
  return { ...leaf, fields: readPayload(kind, entry.slice(18)) };
}

// --- Text as people type it -----------------------------------------------------------------------------------
// The rules are the server's (src/domain/text).

const SPACE = '\\t\\n\\r\\p{Zs}\\p{Zl}\\p{Zp}';
const DIRECTION_MARKS = '\\u061c\\u200e\\u200f';
// Without width or ink, needed by no script at the end of a text; and what chat programs put around a word.
const IDLE_AT_ENDS =
  `\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b${DIRECTION_MARKS}\\u202a-\\u202c\\u2060-\\u206f` +
  '\\u2800\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}' +
  '\\u{e0000}-\\u{e00ff}\\u{e01f0}-\\u{e0fff}';
// They change the character before them, and so cannot stand first.
const JOINERS = '\\u200c\\u200d';
const VARIATIONS = '\\u180b-\\u180d\\u180f\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}';
/**
 * Part of a class: the scripts of this list that this browser knows.
 * @param {string} property
 * @param {string} names
 */
function scripts(property, names) {
  const classes = names.split(' ').map((name) => `\\p{${property}=${name}}`);
  /** @param {string} one */
  const isKnown = (one) => {
    try {
      return new RegExp(one, 'u').test('') || true;
    } catch {
      return false;
    }
  };
  return classes.filter(isKnown).join('');
}
const RIGHT_TO_LEFT = new RegExp(
  `(?![${DIRECTION_MARKS}])[${scripts('sc', 'Hebr Arab Syrc Thaa Nkoo Adlm Mand Samr Rohg Mend')}]`,
  'u',
);
const JOINING = 'Arab Syrc Mand Nkoo Adlm Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt';
const JOIN = `[${scripts('sc', JOINING)}]`;
const SPACELESS = `[${scripts('sc', 'Khmr Thai Laoo Mymr Tibt Java Bali')}]`;
const PICTOGRAPH =
  '[\\u203c-\\u2049\\u2122-\\u21ff\\u2300-\\u27bf\\u2900-\\u2bff\\u3030-\\u303d\\u3297-\\u3299' +
  '\\ufe0f\\u{1f000}-\\u{1faff}]';
// Where joiners, breaks and variants belong: there they are part of a text, although they are not seen.
const IN_PLACE = [
  `(${PICTOGRAPH}|[#*0-9©®])[\\ufe0e\\ufe0f]`,
  '(\\p{sc=Mong})[\\u180b-\\u180d\\u180f]',
  '(\\p{sc=Hani})[\\ufe00-\\ufe0d\\u{e0100}-\\u{e01ef}]',
  `(${JOIN})[${JOINERS}](?=${JOIN})`,
  `((?=\\p{M})${JOIN})[${JOINERS}]`,
  `(${PICTOGRAPH})\\u200d(?=${PICTOGRAPH})`,
  `(${SPACELESS})\\u200b(?=${SPACELESS})`,
  '(\\p{sc=Mong})\\u180e(?=\\p{sc=Mong})',
].map((place) => new RegExp(place, 'gu'));
const NOT_SEEN = new RegExp(`[\\p{Cc}\\u202d\\u202e${IDLE_AT_ENDS}${JOINERS}${VARIATIONS}]`, 'u');

const LEAD = new RegExp(`^[${SPACE}${IDLE_AT_ENDS}${JOINERS}${VARIATIONS}]+`, 'u');
const TAIL = new RegExp(`[${SPACE}${IDLE_AT_ENDS}]+$`, 'u');
const JOINER_LAST = new RegExp(`[${JOINERS}]$`, 'u');
const JOINS_LAST = new RegExp(`(?=\\p{M})${JOIN}[${JOINERS}]$`, 'u');
const ALL_SPACE = new RegExp(`[${SPACE}]+`, 'gu');
const ALL_MARKS = new RegExp(`[${DIRECTION_MARKS}]`, 'gu');

/**
 * A value for a sentence: what is read from right to left would turn the words after it around.
 * @param {unknown} value
 */
const isolated = (value) => (RIGHT_TO_LEFT.test(String(value)) ? `\u2068${value}\u2069` : String(value));

/**
 * Without what nobody sees at either end.
 * @param {string} text
 */
function trimmed(text) {
  let rest = text.replace(LEAD, '');
  for (;;) {
    rest = rest.replace(TAIL, '');
    if (!JOINER_LAST.test(rest) || JOINS_LAST.test(rest)) return rest;
    rest = rest.slice(0, -1);
  }
}

/**
 * A line as the server keeps it: NFC, single spaces, nothing around it, no marks of direction that change nothing.
 * @param {string} text
 */
export function tidyLine(text) {
  const line = trimmed(text);
  const plain = RIGHT_TO_LEFT.test(line) ? line : line.replace(ALL_MARKS, '');
  return plain.replace(ALL_SPACE, ' ').replace(/^ | $/g, '').normalize('NFC');
}

/**
 * A text without those invisible characters that belong where they stand.
 * @param {string} text
 */
function withoutPlaced(text) {
  const bare = IN_PLACE.reduce((rest, place) => rest.replace(place, '$1'), text);
  return RIGHT_TO_LEFT.test(text) ? bare.replace(ALL_MARKS, '') : bare;
}

/**
 * The first character of a tidy line that nobody sees and that does not belong there: its code, what stands before.
 * @param {string} line
 */
export function unseenIn(line) {
  const bare = withoutPlaced(line);
  const at = bare.search(NOT_SEEN);
  if (at < 0) return null;
  const code = Number(bare.codePointAt(at)).toString(16).toUpperCase().padStart(4, '0');
  return { code: `U+${code}`, before: Array.from(bare.slice(0, at)).slice(-15).join('').trim() };
}

// --- Codes that people read and type --------------------------------------------------------------------------

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** @type {Record<string, string>} */
const READ_AS = { I: '1', L: '1', O: '0' };
/**
 * @param {Octets} bytes
 * @param {number} symbols
 */
function crockford(bytes, symbols) {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: symbols }, (_, at) => CROCKFORD[parseInt(bits.slice(5 * at, 5 * at + 5), 2)]).join('');
}

// What NFKC leaves alone: digits in black and double circles, letters in black circles, black squares and flags, by the
// first of each; zeros in circles; the i of Turkish keyboards; digits of other scripts.
const DRESSED_ONES = [0x2776, 0x2780, 0x278a, 0x24f5];
const DRESSED_LETTERS = [0x1f150, 0x1f170, 0x1f1e6];
/** @type {Record<string, string>} */
const DRESSED = { '\u24ff': '0', '\u{1f10b}': '0', '\u{1f10c}': '0', '\u0130': 'I', '\u0131': 'I' };
const OTHER_ZEROS = [
  ...[0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20],
  ...[0x1040, 0x17e0, 0x1810],
];

/** @param {string} c */
function undressed(c) {
  const code = Number(c.codePointAt(0));
  for (const first of DRESSED_LETTERS) {
    if (code >= first && code < first + 26) return String.fromCharCode(65 + code - first);
  }
  for (const one of DRESSED_ONES) if (code >= one && code < one + 9) return String(code - one + 1);
  for (const zero of OTHER_ZEROS) if (code >= zero && code < zero + 10) return String(code - zero);
  return DRESSED[c] ?? c;
}

const UNSEEN = new RegExp(`[${IDLE_AT_ENDS}${JOINERS}${VARIATIONS}]|\\p{M}`, 'u');
const LETTER_OR_DIGIT = /[\p{Alphabetic}\p{N}]/u;

/**
 * What may be a code in a text: letters and digits, dashes as `-`, colons, and a space for everything else.
 * @param {string} text
 */
function pasted(text) {
  const plain = Array.from(text.normalize('NFKC'), (c) => {
    if (c === '\u{1f51f}') return '10';
    if (/[-\u2010-\u2015\u2212]/.test(c)) return '-';
    if (UNSEEN.test(c)) return '';
    const bare = undressed(c);
    return bare === ':' || LETTER_OR_DIGIT.test(bare) ? bare : ' ';
  });
  return plain.join('');
}

/**
 * @param {string} reading
 * @param {number} length
 */
function symbolsIn(reading, length) {
  let symbols = '';
  for (const typed of reading) {
    if (!LETTER_OR_DIGIT.test(typed)) continue;
    refuseUnless(symbols.length < length, 'code-length', `the code has ${length} characters`);
    const upper = /[a-z]/.test(typed) ? typed.toUpperCase() : typed;
    const symbol = READ_AS[upper] ?? upper;
    refuseUnless(CROCKFORD.includes(symbol), 'code-character', 'a character that no code holds');
    symbols += symbol;
  }
  refuseUnless(symbols.length === length, 'code-length', `the code has ${length} characters`);
  return symbols;
}

/**
 * The symbols of what a person typed or pasted, however it is dressed: what stands behind the last colon, or all of it
 * where nothing does; then the one place that is written as codes are shown.
 * @param {string} text
 * @param {number} length
 */
function readSymbols(text, length) {
  const plain = pasted(text);
  const labeled = plain.slice(plain.lastIndexOf(':') + 1);
  const isShown = new RegExp(`^-*[0-9A-Za-z]{4}(-[0-9A-Za-z]{4}){${length / 4 - 1}}-*$`);
  const places = plain.split(/[ :]/).filter((one) => isShown.test(one));
  const readings = [LETTER_OR_DIGIT.test(labeled) ? labeled : plain, ...(places.length === 1 ? places : [])];
  let first;
  for (const reading of readings) {
    try {
      return symbolsIn(reading, length);
    } catch (error) {
      first ??= error;
    }
  }
  throw first;
}

/** @param {string} symbols */
const inGroups = (symbols) => (symbols.match(/.{4}/g) ?? []).join('-');

/** A fresh withdrawal code: w, 15 bytes, whose key every browser takes. */
export async function newCode() {
  for (;;) {
    const w = randomBytes(15);
    if (isTakenEverywhere(await seedOf(w))) return w;
  }
}

/**
 * A withdrawal code for people: seven groups of four characters, the last one against mistyping.
 * @param {Bytes} w
 */
export async function showCode(w) {
  return inGroups(crockford(w, 24) + crockford(await sha256(utf8('code/v1\0'), w), 4));
}

/**
 * Reads a withdrawal code, leniently.
 * @param {string} text
 * @returns {Promise<Bytes>} w, 15 bytes
 * @throws {Refused} `code-length`, `code-character`, `code-mistyped`
 */
export async function readCode(text) {
  const symbols = readSymbols(text, 28);
  const bits = Array.from(symbols, (symbol) => CROCKFORD.indexOf(symbol).toString(2).padStart(5, '0')).join('');
  const w = Uint8Array.from(bits.slice(0, 120).match(/.{8}/g) ?? [], (byte) => parseInt(byte, 2));
  refuseUnless((await showCode(w)) === inGroups(symbols), 'code-mistyped', 'a character was mistyped');
  return w;
}

/**
 * Reads a mailed code, as `ABCD-EFGH`. Refuses others: `code-length`, `code-character`.
 * @param {string} text
 */
export const readMailedCode = (text) => inGroups(readSymbols(text, 8));

/**
 * Reads an invitation, 80 bits, as four groups of four, also in its link. Refuses: `code-length`, `code-character`.
 * @param {string} text
 */
export const readInvitation = (text) => inGroups(readSymbols(text.slice(text.lastIndexOf('#i=') + 1), 16));


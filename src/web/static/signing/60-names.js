// --- Names that can be shown ----------------------------------------------------------------------------------
// A sealed name is not seen by the server, so that nobody but this can say in time that it will not be shown. These
// rules are the server's (src/domain/text), and stricter where that is shorter: what passes here passes there.

const NAME_CHARS = 100;
const NOT_SEEN = new RegExp(
  '[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u2028\\u2029\\u2800\\u3164\\ufe00-\\ufe0f' +
    '\\uff01-\\uff07\\uff0a-\\uff5e\\uffa0\\ufffc\\ufffd]',
  'u',
);
const COSTUME = /[\u2100-\u218f\u2460-\u24ff\u{1d400}-\u{1d7ff}\u{1f100}-\u{1f1ff}]/u;
const IN_NAMES = /^[\p{L}\p{M}\p{Nd} '’‘`´\-‐‑–.·・׳״־,()“”"&/،（）]+$/u;
const IN_TITLES = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;
const MARKS = /(^|[^\p{L}\p{M}\p{N}])\p{M}|\p{M}{7}/u;
const LINKS = [
  /:\/\/|www\.|mailto:|@\S*\./i,
  /[^\s.]\.+(app|biz|com|dev|info|net|online|org|shop|site|top|xyz)[.,]*($|[\s/])/i,
  /\S\.[^\s./]+[.,]*\/\S/,
];
const scripts = (names) => names.split(' ').map((name) => `\\p{scx=${name}}`).join('');
const onlyIn = (names) => new RegExp(`^[${scripts(`${names} Zyyy Zinh`)}]+$`, 'u');
// Joiners between letters that join, and variants of Han characters: the only invisible things that names need.
const JOIN = `[${scripts('Arab Syrc Nkoo Adlm Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt')}]`;
const JOINED = new RegExp(`(${JOIN})[\\u200c\\u200d](?=${JOIN})`, 'gu');
const HAN_VARIANT = /(\p{sc=Han})[\u{e0100}-\u{e01ef}]/gu;
const ONE_SCRIPT = [
  ...'Latn Grek Cyrl Armn Geor Hebr Arab Syrc Thaa Nkoo Adlm Tfng Ethi Vaii Cher Cans Osge Yiii Olck Mtei'.split(' '),
  ...'Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Tibt Mymr Khmr Java Bali Mong'.split(' '),
  // Beside these, Latin letters are taken for nothing else.
  ...['Latn Han Hira Kana', 'Latn Han Hang', 'Latn Han Bopo'],
].map(onlyIn);
// Letters of Greek, Cyrillic and Armenian that UTS 39 confuses with ASCII.
const LIKE_LATIN = new RegExp(
  '^[ͿΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγινορσυϒϜϱϲϳϸϹϺЅІЈАВЕЗКМНОРСТУХЫЬЮабгеорсухшѕіјѡѴѵѸѹґҮүҺһҽӀӏӔӕӠԁԌԚԛԜԝ' +
    'ՅՍՏՕՠագզհյոռսցւքօֆᲂᲃᲄᴦꙄꙇꚘꚙ]+$',
  'u',
);

/** Every word is of one script, and none passes for a Latin one beside Latin ones. */
function isPlainlyWritten(text) {
  const words = text.split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
  const isLatin = words.some((word) => /\p{sc=Latn}/u.test(word));
  return words.every((word) => {
    const bare = word.replace(/\p{Nd}/gu, '');
    const isOneScript = !bare || ONE_SCRIPT.some((script) => script.test(bare));
    return isOneScript && !(isLatin && bare && LIKE_LATIN.test(bare));
  });
}

const isShort = (text) => Array.from(text).length <= NAME_CHARS;

function isReadable(text, allowed) {
  const bare = text.replace(HAN_VARIANT, '$1').replace(JOINED, '$1');
  const isBad = [NOT_SEEN, COSTUME, MARKS, ...LINKS].some((bad) => bad.test(bare));
  return isShort(text) && allowed.test(bare) && !isBad && isPlainlyWritten(bare);
}

/** Whether the list will surely take a name and a job title, both tidy: one kind of space, none around, NFC. */
export function canBeShown(name, title) {
  return /\p{L}/u.test(name) && isReadable(name, IN_NAMES) && (title === undefined || isReadable(title, IN_TITLES));
}


// --- Names that can be shown ----------------------------------------------------------------------------------
// A sealed name is not seen by the server, so that nobody but this can say in time that it will not be shown. These
// rules are the server's (src/domain/text), and stricter where that is shorter: what passes here passes there. Both are
// held to tests/vectors/names.json.

const NAME_CHARS = 100;
const DASHES = '\\-֊᐀‐‑‒–—―−﹣－゠＝';
const DOTS = '·•‧∙⋅⸱⸳᛫・･';
const APOSTROPHES = "'’‘‛`´＇՚";
const QUOTES = '"“”„‟«»‹›‚「」『』｢｣〝〞〟《》〈〉＂';
const OTHER_SIGNS = ' .．,，()（）&＆/／՛՟׳״־،۔॰੶૰৽་༌།፡᠇᠊';
const WORD = '\\p{Alphabetic}\\p{M}\\p{N}';
const IN_NAMES = new RegExp(`^[${WORD}${DASHES}${DOTS}${APOSTROPHES}${QUOTES}${OTHER_SIGNS}]+$`, 'u');
const IN_TITLES = /^[\p{Alphabetic}\p{M}\p{N}\p{P}\p{S} ]+$/u;
// Signs that only their neighbors make part of a name.
const BETWEEN = [
  `(^|[ ${DASHES}\\p{Alphabetic}\\p{M}])!(?=\\p{Alphabetic})`,
  '([\\p{Alphabetic}\\p{M}])[:꞉](?=\\p{Alphabetic})',
  '([ー\\p{sc=Kana}\\p{sc=Hira}\\p{sc=Hani}])=(?=[ー\\p{sc=Kana}\\p{sc=Hira}\\p{sc=Hani}])',
].map((place) => new RegExp(place, 'gu'));
// Spreadsheet programs run what begins so.
const FORMULA = /^[=+\-@＝＋－＠]/u;
const DASHED = new RegExp(`^[${DASHES}]`, 'u');
const NO_LOOK = /[\p{Co}\p{Cn}\ufffc\ufffd]/u;
const COSTUME = new RegExp(
  '(?=[\\u2100-\\u214f])[\\p{Alphabetic}\\p{N}]' +
    '|[\\u2460-\\u24ff\\uff21-\\uff3a\\uff41-\\uff5a\\u{1d400}-\\u{1d7ff}\\u{1f100}-\\u{1f1ff}]',
  'u',
);
const MARKS = /(^|\p{White_Space})\p{M}|\p{M}{7}/u;
const LINK_ENDINGS = 'app biz com dev info net online org shop site top xyz'.split(' ');

/**
 * A scheme, `www.`, an address, or a host under a common ending; under any ending, if a path follows.
 * @param {string} text
 */
function holdsLink(text) {
  const lower = text.normalize('NFKC').replace(/。/g, '.').toLowerCase();
  if (/:\/\/|www\.|mailto:|@\S*\./.test(lower)) return true;
  return lower.split(/\p{White_Space}+/u).some((word) => {
    const [whole, ...path] = word.split('/');
    const host = whole.replace(/[.,]+$/, '');
    const dot = host.lastIndexOf('.');
    return dot > 0 && (LINK_ENDINGS.includes(host.slice(dot + 1)) || path.join('/') !== '');
  });
}

/** @param {string} names */
const onlyIn = (names) => new RegExp(`^[${scripts('scx', `${names} Zyyy Zinh`)}]+$`, 'u');
const ONE_SCRIPT = [
  ...'Latn Grek Cyrl Armn Geor Hebr Arab Syrc Thaa Nkoo Adlm Tfng Ethi Vaii Cher Cans Osge Yiii Olck Mtei'.split(' '),
  ...'Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Tibt Mymr Khmr Java Bali Mong Lisu Sund'.split(' '),
  ...'Bamu Batk Cakm Cham Copt Hmnp Kali Lana Lepc Limb Mand Newa Plrd Rohg Saur Sylo Tale Talu Tavt Toto'.split(' '),
  // Beside these, Latin letters are taken for nothing else.
  ...['Latn Han Hira Kana', 'Latn Han Hang', 'Latn Han Bopo'],
].map(onlyIn);
// Letters of Greek, Cyrillic and Armenian that UTS 39 confuses with ASCII.
const LIKE_LATIN = new RegExp(
  '^[ͿΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγινορσυϒϜϱϲϳϸϹϺЅІЈАВЕЗКМНОРСТУХЫЬЮабгеорсухшѕіјѡѴѵѸѹґҮүҺһҽӀӏӔӕӠԁԌԚԛԜԝ' +
    'ՅՍՏՕՠագզհյոռսցւքօֆᲂᲃᲄᴦꙄꙇꚘꚙ]+$',
  'u',
);
const ROMAN = /[\u2160-\u2188]/u;
const GOES_WITH_ROMAN = /^[\p{N}\p{M}ー\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]+$/u;

/**
 * Every word is of one script, and none passes for a Latin one beside Latin ones.
 * @param {string} text
 */
function isPlainlyWritten(text) {
  const words = text.split(new RegExp(`[^${WORD}]+`, 'u')).filter(Boolean);
  const isLatin = words.some((word) => /\p{sc=Latn}/u.test(word));
  return words.every((word) => {
    if (ROMAN.test(word) && !GOES_WITH_ROMAN.test(word)) return false;
    const isOneScript = ONE_SCRIPT.some((script) => script.test(word));
    return isOneScript && !(isLatin && LIKE_LATIN.test(word));
  });
}

/**
 * @param {string} text
 * @param {RegExp} allowed
 */
function isReadable(text, allowed) {
  const bare = withoutPlaced(text);
  const isBad = NOT_SEEN.test(bare) || NO_LOOK.test(bare) || MARKS.test(bare) || COSTUME.test(bare) || holdsLink(bare);
  const isShort = Array.from(text).length <= NAME_CHARS;
  const signs = BETWEEN.reduce((rest, place) => rest.replace(place, '$1'), bare);
  return isShort && allowed.test(signs) && !isBad && !FORMULA.test(text) && isPlainlyWritten(bare);
}

/**
 * Whether the list will surely take a name and a job title, both as {@link tidyLine} gives them.
 * @param {string} name
 * @param {string} [title]
 */
export function canBeShown(name, title) {
  const isName = /\p{Alphabetic}/u.test(name) && !/[@＠]/u.test(name) && !DASHED.test(name);
  return isName && isReadable(name, IN_NAMES) && (title === undefined || isReadable(title, IN_TITLES));
}


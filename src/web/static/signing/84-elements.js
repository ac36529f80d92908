// --- The page: elements and words -----------------------------------------------------------------------------

const byId = (id) => document.getElementById(id);

/** A text as a QR code, black on white whatever the page's colors are. */
function qrPicture(text, label) {
  const make = (name, attributes) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const rows = qrCode(utf8(text));
  const side = rows.length + 8;
  const module = (isDark, x, y) => (isDark ? `M${x + 4} ${y + 4}h1v1h-1z` : '');
  const d = rows.map((row, y) => row.map((isDark, x) => module(isDark, x, y)).join('')).join('');
  const picture = make('svg', { viewBox: `0 0 ${side} ${side}`, class: 'qr', role: 'img', 'aria-label': label });
  const light = make('rect', { width: side, height: side, fill: '#fff' });
  picture.append(light, make('path', { d, fill: '#000', 'shape-rendering': 'crispEdges' }));
  return picture;
}

const word = (code) => byId('words').content.querySelector(`[data-word="${CSS.escape(code)}"]`)?.textContent;
const inAMinute = (secs) =>
  new Date(Date.now() + 1000 * secs + 59_000).toLocaleTimeString(document.documentElement.lang, {
    hour: '2-digit',
    minute: '2-digit',
  });

/** The words that stand in a template, with what belongs between their braces. */
function wordsIn(template, code, values = {}) {
  const words = byId(template).content.querySelector(`[data-word="${CSS.escape(code)}"]`)?.textContent;
  return words?.replace(/\{(\w+)\}/g, (whole, name) => isolated(values[name] ?? whole));
}

const inDigits = (number) => number.toLocaleString(document.documentElement.lang);

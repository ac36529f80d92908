// --- QR codes (ISO/IEC 18004: bytes, correction level L, versions 1 to 40) -------------------------------------

// For level L, by version: how many correction codewords each block has, and how many blocks there are.
const QR_CORRECTION = [
  7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30,
  30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
];
const QR_BLOCKS = [
  1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19,
  20, 21, 22, 24, 25,
];
/** @type {((x: number, y: number) => boolean)[]} */
const QR_MASKS = [
  (x, y) => (x + y) % 2 === 0,
  (x, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/**
 * Centers of the alignment patterns, along one side.
 * @param {number} version
 */
function qrAlignment(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  return Array.from({ length: count }, (_, at) => (at === 0 ? 6 : 4 * version + 10 - step * (count - 1 - at)));
}

/**
 * How many codewords a version holds, correction included.
 * @param {number} version
 */
function qrCodewords(version) {
  const aligned = qrAlignment(version).length;
  const patterns = aligned > 0 ? (25 * aligned - 10) * aligned - 55 : 0;
  return Math.floor(((16 * version + 128) * version + 64 - patterns - (version >= 7 ? 36 : 0)) / 8);
}

/** @param {number} version */
const qrCapacity = (version) => qrCodewords(version) - QR_CORRECTION[version - 1] * QR_BLOCKS[version - 1];

/**
 * Product in GF(256), modulo x^8 + x^4 + x^3 + x^2 + 1.
 * @param {number} a
 * @param {number} b
 */
function qrTimes(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((b >> bit) & 1) * a);
  return product;
}

/**
 * The remainder of a Reed-Solomon division: `length` correction codewords.
 * @param {number[]} block
 * @param {number} length
 */
function qrCorrection(block, length) {
  let divisor = [1];
  let root = 1;
  for (let degree = 0; degree < length; degree += 1) {
    divisor = [...divisor, 0].map((term, at) => term ^ (at > 0 ? qrTimes(divisor[at - 1], root) : 0));
    root = qrTimes(root, 2);
  }
  const rest = new Array(length).fill(0);
  for (const byte of block) {
    const factor = byte ^ rest.shift();
    rest.push(0);
    for (let at = 0; at < length; at += 1) rest[at] ^= qrTimes(divisor[at + 1], factor);
  }
  return rest;
}

/**
 * All codewords of a version, in the order in which they are drawn.
 * @param {Bytes} bytes
 * @param {number} version
 */
function qrSequence(bytes, version) {
  const capacity = qrCapacity(version);
  const bits = [[4, 4], [bytes.length, version < 10 ? 8 : 16], ...Array.from(bytes, (byte) => [byte, 8])];
  let text = bits.map(([value, length]) => value.toString(2).padStart(length, '0')).join('');
  text = text.padEnd(Math.min(8 * capacity, text.length + 4), '0');
  const whole = text.padEnd(Math.ceil(text.length / 8) * 8, '0');
  const words = (whole.match(/.{8}/g) ?? []).map((word) => parseInt(word, 2));
  for (let at = 0; words.length < capacity; at += 1) words.push(at % 2 === 0 ? 0xec : 0x11);
  const [count, correction] = [QR_BLOCKS[version - 1], QR_CORRECTION[version - 1]];
  const short = Math.floor(capacity / count);
  const firstLong = count - (capacity % count);
  const blocks = Array.from({ length: count }, (_, at) => {
    const begin = short * at + Math.max(0, at - firstLong);
    return words.slice(begin, begin + short + (at >= firstLong ? 1 : 0));
  });
  const corrections = blocks.map((block) => qrCorrection(block, correction));
  /**
   * @param {number[][]} rows
   * @param {number} width
   */
  const across = (rows, width) => Array.from({ length: width }, (_, at) => rows.map((row) => row[at])).flat();
  return [...across(blocks, short + 1), ...across(corrections, correction)].filter((word) => word !== undefined);
}

/**
 * Appends the remainder of a division by `divisor`, which has `length` bits after its first.
 * @param {number} value
 * @param {number} divisor
 * @param {number} length
 */
function qrProtected(value, divisor, length) {
  let rest = value << length;
  while (rest >> length) rest ^= divisor << (31 - Math.clz32(rest) - length);
  return (value << length) | rest;
}

/**
 * How hard it is to read (ISO/IEC 18004, section 7.8.3): less is better.
 * @param {boolean[][]} dark
 */
function qrPenalty(dark) {
  const size = dark.length;
  const columns = dark.map((_, x) => dark.map((row) => row[x]));
  let penalty = 0;
  for (const line of [...dark, ...columns]) {
    const text = line.map(Number).join('');
    for (const [run] of text.matchAll(/0{5,}|1{5,}/g)) penalty += run.length - 2;
    penalty += 40 * (text.match(/(?=00001011101|10111010000)/g) ?? []).length;
  }
  for (let y = 1; y < size; y += 1) {
    for (let x = 1; x < size; x += 1) {
      const four = [dark[y][x], dark[y][x - 1], dark[y - 1][x], dark[y - 1][x - 1]];
      if (four.every((module) => module === four[0])) penalty += 3;
    }
  }
  const share = dark.flat().filter(Boolean).length / (size * size);
  return penalty + 10 * Math.floor(Math.abs(share - 0.5) * 20);
}

/**
 * A QR code: rows of modules, `true` is dark, without the four light modules that must be around it.
 * @param {Bytes} bytes at most 2953
 * @returns {boolean[][]}
 * @throws {Refused} `qr-length`
 */
export function qrCode(bytes) {
  let version = 1;
  /** @param {number} at */
  const needed = (at) => Math.ceil((4 + (at < 10 ? 8 : 16)) / 8 + bytes.length);
  while (version <= 40 && needed(version) > qrCapacity(version)) version += 1;
  refuseUnless(version <= 40, 'qr-length', 'too long for a QR code');
  const size = 4 * version + 17;
  const dark = Array.from({ length: size }, () => new Array(size).fill(false));
  const fixed = Array.from({ length: size }, () => new Array(size).fill(false));
  /**
   * @param {number} x
   * @param {number} y
   * @param {boolean | number} isDark
   */
  const draw = (x, y, isDark) => {
    if (x < 0 || y < 0 || x >= size || y >= size) return;
    dark[y][x] = Boolean(isDark);
    fixed[y][x] = true;
  };
  /**
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   * @param {(far: number) => boolean} isDark
   */
  const square = (x, y, radius, isDark) => {
    for (let dy = -radius; dy <= radius; dy += 1) {
      for (let dx = -radius; dx <= radius; dx += 1) draw(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  };
  for (let at = 0; at < size; at += 1) {
    draw(6, at, at % 2 === 0);
    draw(at, 6, at % 2 === 0);
  }
  for (const [x, y] of [[3, 3], [size - 4, 3], [3, size - 4]]) square(x, y, 4, (far) => far !== 2 && far !== 4);
  const centers = qrAlignment(version);
  const last = centers[centers.length - 1];
  for (const x of centers) {
    for (const y of centers) {
      const isCorner = [[6, 6], [6, last], [last, 6]].some(([a, b]) => a === x && b === y);
      if (!isCorner) square(x, y, 2, (far) => far !== 1);
    }
  }
  if (version >= 7) {
    const bits = qrProtected(version, 0x1f25, 12);
    for (let at = 0; at < 18; at += 1) {
      const [near, far] = [Math.floor(at / 3), size - 11 + (at % 3)];
      draw(far, near, (bits >> at) & 1);
      draw(near, far, (bits >> at) & 1);
    }
  }
  /** @param {number} mask */
  const drawFormat = (mask) => {
    const bits = qrProtected((1 << 3) | mask, 0x537, 10) ^ 0x5412; // 01 is level L
    for (let at = 0; at < 15; at += 1) {
      const isDark = (bits >> at) & 1;
      if (at < 8) draw(size - 1 - at, 8, isDark);
      else draw(8, size - 15 + at, isDark);
      if (at < 6) draw(8, at, isDark);
      else if (at < 8) draw(8, at + 1, isDark);
      else if (at === 8) draw(7, 8, isDark);
      else draw(14 - at, 8, isDark);
    }
    draw(8, size - 8, true);
  };
  drawFormat(0);
  const bits = qrSequence(bytes, version).map((word) => word.toString(2).padStart(8, '0')).join('');
  let at = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5; // past the timing pattern
    for (let step = 0; step < size; step += 1) {
      const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (fixed[y][x]) continue;
        dark[y][x] = bits[at] === '1';
        at += 1;
      }
    }
  }
  const masked = QR_MASKS.map((isFlipped, mask) => {
    drawFormat(mask);
    return dark.map((row, y) => row.map((isDark, x) => (fixed[y][x] ? isDark : isDark !== isFlipped(x, y))));
  });
  const penalties = masked.map(qrPenalty);
  return masked[penalties.indexOf(Math.min(...penalties))];
}


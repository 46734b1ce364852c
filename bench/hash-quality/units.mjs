// Units of the shapes that applications have, each a function of its index.

/** A small seeded generator (xorshift32 by Marsaglia, 2003). @param {number} seed */
export function seededRandom(seed) {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** @param {number} index @param {number} multiplier */
function scattered(index, multiplier) {
  return (Math.imul(index, multiplier) ^ (index >>> 3)) >>> 0;
}

/** @param {number} value @param {number} digits */
function hex(value, digits) {
  return value.toString(16).padStart(8, '0').slice(0, digits);
}

/** @type {readonly { name: string, unitOf: (index: number) => string }[]} */
export const shapes = [
  { name: 'sequential integers', unitOf: (i) => String(i) },
  { name: 'sequential integers behind a prefix', unitOf: (i) => `user-${i}` },
  {
    name: 'UUIDs, scattered',
    unitOf(i) {
      const [a, b, c] = [scattered(i, 0x9e3779b1), scattered(i, 0x85ebca6b), i >>> 0];
      return `${hex(a, 8)}-${hex(b, 4)}-4${hex(b >>> 7, 3)}-a${hex(a >>> 5, 3)}-${hex(c, 8)}${hex(b >>> 3, 4)}`;
    },
  },
  { name: 'UUIDs that differ at the end', unitOf: (i) => `01890a5d-ac96-774b-bcce-${i.toString(16).padStart(12, '0')}` },
  { name: 'e-mail addresses', unitOf: (i) => `person.${i}@mail.example` },
  { name: 'a shared prefix of 88 characters', unitOf: (i) => `${'tenant/region/account/'.repeat(4)}${i.toString(36)}` },
  {
    name: 'text beyond ASCII',
    unitOf: (i) => `ключ-${String.fromCodePoint(0x4e00 + (i % 20_000))}${String.fromCodePoint(0x1f300 + (i % 500))}-${i}`,
  },
  {
    // Each of 30 places takes 93 printable characters in turn, under a counter of two characters beyond ASCII.
    name: 'one byte that differs, at varying places',
    unitOf(i) {
      const place = i % 30;
      const character = String.fromCharCode(33 + (Math.floor(i / 30) % 93));
      const rest = Math.floor(i / 2_790);
      const counter = String.fromCodePoint(0x3400 + (rest % 6_000), 0x3400 + Math.floor(rest / 6_000));
      return `${' '.repeat(place)}${character}${' '.repeat(29 - place)}${counter}`;
    },
  },
];

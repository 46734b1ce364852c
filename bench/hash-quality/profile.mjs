import {
  avalancheOfSalt,
  avalancheOfUnit,
  avalancheOfWideUnit,
  evenness,
  hashesOf,
  independence,
  saltPairs,
  uniformity,
} from './measures.mjs';
import { shapes } from './units.mjs';

/** How much each measure looks at. `full` is what the hash had to pass before it was frozen, `fast` runs with the tests. */
export const profiles = {
  full: { uniformUnits: 10_000_000, pairUnits: 100_000, pairs: 10_000, trials: 100_000 },
  fast: { uniformUnits: 1_000_000, pairUnits: 20_000, pairs: 320, trials: 40_000 },
};

/**
 * Bounds. With eight shapes a good hash has a p-value below 1e-6 once in 100,000 times; the figures are seeded, so that it either
 * always passes or never.
 */
export const bounds = { leastUniformP: 1e-6, leastEvenness: 0.001, leastFlips: 0.49, greatestFlips: 0.51 };

const salt = { high: 0x9c5e3f1a | 0, low: 0x7b2d4860 };

/**
 * @param {typeof profiles.full} profile
 * @param {(what: string) => void} tell
 */
export function measureHash({ uniformUnits, pairUnits, pairs, trials }, tell) {
  const uniform = shapes.map(({ name, unitOf }) => {
    tell(`uniformity of ${name}`);
    return { name, p: uniformity(unitOf, uniformUnits, salt) };
  });
  const hashes = shapes.map(({ unitOf }) => hashesOf(unitOf, pairUnits));
  tell(`independence of ${pairs} pairs of salts`);
  const judged = saltPairs(pairs).map(({ first, second, oneBitApart }, i) => {
    // Both kinds of pair meet every shape: pairs come in twos.
    const shape = (i >> 1) % shapes.length;
    const units = hashes[shape];
    if (units === undefined) throw new Error('every pair has its shape of units');
    return { shape, oneBitApart, p: independence(units, first, second) };
  });
  const evennessOf = (/** @type {(pair: typeof judged[number]) => boolean} */ wanted) =>
    evenness(judged.filter(wanted).map(({ p }) => p));
  tell('avalanche');
  return {
    uniform,
    independent: {
      all: evennessOf(() => true),
      oneBitApart: evennessOf((pair) => pair.oneBitApart),
      apart: evennessOf((pair) => !pair.oneBitApart),
      byShape: shapes.map(({ name }, index) => ({ name, evenness: evennessOf(({ shape }) => shape === index) })),
      leastP: Math.min(...judged.map(({ p }) => p)),
      pairsOneBitApart: judged.filter(({ oneBitApart }) => oneBitApart).length,
    },
    avalanche: [
      { name: 'the 64 bits of the salt', ...avalancheOfSalt(trials) },
      { name: 'bits of ASCII letters of the unit', ...avalancheOfUnit(trials) },
      { name: 'bits of letters beyond ASCII of the unit', ...avalancheOfWideUnit(trials) },
    ],
  };
}

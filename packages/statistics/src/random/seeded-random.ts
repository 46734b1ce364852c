/** Numbers that look random and are the same for the same seed. */
export interface SeededRandom {
  /** In [0, 1), in steps of 2⁻⁵³. */
  readonly uniform: () => number;
  /** Standard normal. */
  readonly normal: () => number;
  /** A whole number from 0 to limit − 1; limit is a whole number from 1 to 2³². */
  readonly below: (limit: number) => number;
}

/**
 * xoshiro128** (D. Blackman & S. Vigna 2021, ACM Trans. Math. Softw. 47, 36), its state filled by splitmix32 of the seed; normal
 * numbers by Marsaglia's polar method.
 *
 * @param seed any whole number; its lowest 32 bits count
 */
export function seededRandom(seed: number): SeededRandom {
  const next = xoshiro(seed);
  const uniform = (): number => ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992;
  let spare: number | undefined;
  const normal = (): number => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        spare = y * scale;
        return x * scale;
      }
    }
  };
  return { uniform, normal, below: (limit) => Math.floor(uniform() * limit) };
}

function xoshiro(seed: number): () => number {
  let mixed = seed | 0;
  const fill = (): number => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let value = mixed ^ (mixed >>> 16);
    value = Math.imul(value, 0x21f0aaad);
    value ^= value >>> 15;
    value = Math.imul(value, 0x735a2d97);
    return value ^ (value >>> 15);
  };
  let [a, b, c, d] = [fill(), fill(), fill(), fill()];
  return () => {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return scrambled >>> 0;
  };
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

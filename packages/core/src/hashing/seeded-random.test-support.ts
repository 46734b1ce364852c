/** A small seeded generator (xorshift32 by Marsaglia, 2003) for tests that must give the same answer each time. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** 16 lower-case hex digits. */
export function seededSalt(next: () => number): string {
  return next().toString(16).padStart(8, '0') + next().toString(16).padStart(8, '0');
}

/** Levels of prerequisites, flags and segments within each other; deeper ones are unknown and not met. */
export const maxNesting = 32;

/** Flags and segments that one evaluation may enter; further ones are unknown and not met. Bounds definitions that fan out. */
export const maxNestedEvaluations = 1_000;

/** Levels of a condition tree that are compiled; deeper ones are unknown. */
export const maxCompiledDepth = 64;

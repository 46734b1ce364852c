/**
 * Levels of flags and segments within each other that one evaluation enters on the stack. What lies deeper is evaluated first,
 * from the bottom up, so that prerequisites and segments may nest to any depth.
 */
export const maxNesting = 32;

/** Nested flags and segments after which an evaluation begins to remember their answers, so that none is evaluated twice. */
export const rememberedFrom = 16;

/** Levels of a condition tree that are compiled; deeper ones are unknown. */
export const maxCompiledDepth = 64;

/** Most names of unknown things that a result lists, and that a nested flag or segment hands on. */
export const maxNamedUnknowns = 10;

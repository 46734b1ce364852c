/** Levels of nesting that are copied from a context; deeper values are unknown. */
export const maxContextDepth = 20;

/** Values that are copied from a context, counting every object, list and scalar; further ones are unknown. */
export const maxContextValues = 10_000;

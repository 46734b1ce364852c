/** Levels of nesting that are copied from a context; deeper values are unknown. */
export const maxContextDepth = 20;

/** Values that are copied from a context, counting every object, list and scalar; further ones are unknown. */
export const maxContextValues = 10_000;

/** Texts whose prepared form is remembered at most, such as names of kinds and attributes; then all are forgotten. */
export const maxRememberedTexts = 4_096;

/** UTF-16 units of a text whose prepared form is remembered. */
export const maxRememberedLength = 128;

/** UTF-16 units of the last unit whose hashes are remembered between evaluations; nothing larger is held on to. */
export const maxRememberedUnitLength = 256;

/** Context kinds that one event, exposure or identification carries; the server takes no more. */
export const maxItemKinds = 16;

/** UTF-16 units of a kind's name, and of a unit, that an item carries. */
export const maxKindLength = 100;
export const maxUnitLength = 256;

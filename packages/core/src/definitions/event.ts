export const eventValueTypes = ['none', 'boolean', 'integer', 'double'] as const;

/** What an event carries as its value; a boolean counts as 1 or 0. */
export type EventValueType = (typeof eventValueTypes)[number];

/** Limits of what is noted of contexts, for suggestions. */
export const observationLimits = {
  /** Attributes of all kinds that one process notes in an hour. */
  attributes: 500,
  /** UTF-16 units of a kind, and of an attribute's name or path. */
  nameLength: 100,
  /** Levels of objects whose attributes are noted: `address` and `/address/country`. */
  levels: 2,
  /** Different values of an attribute; of one that has more none is told. */
  valuesPerAttribute: 20,
  /** UTF-16 units of a value; of an attribute that has a longer one none is told. */
  valueLength: 50,
  /** A value is told once so many units had it: one that is somebody's own never is. */
  unitsPerValue: 3,
  /** Attributes in one item: with the longest names and values it stays below 32 KiB. */
  attributesPerItem: 5,
  /** Contexts that are looked at in one report's time. */
  contextsPerReport: 100,
} as const;

/** Sizes of a filter on properties. What exceeds them is refused with its place. */
export const propertyFilterLimits = {
  /** Levels, a condition counted. */
  depth: 5,
  /** Conditions and groups of one filter. */
  nodes: 50,
  /** Values of `in`. */
  values: 100,
  /** UTF-16 units of a text that properties are compared with. */
  textLength: 1_024,
  /** UTF-16 units of a property's path, and names in it: items hold nothing deeper. */
  pathLength: 200,
  pathNames: 10,
} as const;

/** Sizes that a write may have. What exceeds them is refused with the field's path. */
export const validationLimits = {
  /** Of a flag. */
  variants: 100,
  /** Different ones in a split: exposures keep them in 32 bits. */
  variantsPerSplit: 32,
  rangesPerSplit: 1_000,
  holdoutsPerServe: 10,
  prerequisites: 20,
  variantsPerReference: 100,
  targets: 100,
  keysPerTarget: 4_096,
  rules: 200,
  /** Levels of a condition tree, the leaf counted. */
  conditionDepth: 10,
  /** Nodes of a condition tree. */
  conditionNodes: 500,
  valuesPerCondition: 1_000,
  /** UTF-16 units of names and ids. */
  nameLength: 200,
  /** UTF-16 units of keys of contexts, attribute names and text in conditions. */
  textLength: 1_024,
  /** UTF-16 units of a variant's value as JSON. */
  valueLength: 65_536,
  /** Levels of a variant's value. */
  valueDepth: 20,
  /** Keys of a list segment that travel in its body; longer lists are cut into shards. */
  inlineListKeys: 4_096,
  /** UTF-8 bytes of a key in a list: PostgreSQL indexes no more than some 2,700. */
  listKeyBytes: 1_024,
  /** Problems listed at most. */
  reportedErrors: 50,
} as const;

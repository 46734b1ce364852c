/** Keywords by where their subschemas are. */
const keywords = {
  none: '$schema $comment $ref title description default examples deprecated type enum const required dependentRequired minProperties maxProperties minItems maxItems uniqueItems minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf',
  schema: 'additionalProperties propertyNames items contains not if then else',
  list: 'prefixItems allOf anyOf oneOf',
  map: '$defs properties patternProperties',
} as const;

export type SchemaPlace = keyof typeof keywords;

/**
 * The keywords of JSON Schema 2020-12 that a schema may use, with where they hold schemas. Left out on purpose: what names
 * schemas elsewhere ($id, $anchor, $dynamicRef), and what costs time without a bound or is of little use for flat facts.
 */
export const schemaKeywords: ReadonlyMap<string, SchemaPlace> = new Map(
  (Object.keys(keywords) as SchemaPlace[]).flatMap((place) =>
    keywords[place].split(' ').map((keyword) => [keyword, place] as const),
  ),
);

export const schemaDialect = 'https://json-schema.org/draft/2020-12/schema';

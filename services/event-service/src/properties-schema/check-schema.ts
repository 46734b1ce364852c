import { linearPattern, type JsonValue } from '@stitchd/core';
import type { FieldProblem } from '../definitions/read-fields.ts';
import { eventServiceLimits } from '../limits.ts';
import { schemaFormats } from './schema-formats.ts';
import { schemaDialect, schemaKeywords, type SchemaPlace } from './schema-keywords.ts';

export type JsonObject = { readonly [name: string]: JsonValue };

const limits = eventServiceLimits.propertiesSchema;

/** A walk over a schema: what it found, and what it has still to give. */
interface Walk {
  readonly definitions: JsonObject;
  readonly problems: FieldProblem[];
  /** Schemas that may still be met, those behind references counted each time. */
  left: number;
}

/**
 * What keeps a schema from being used, whatever JSON Schema says of it: what it would cost, and what it may not name. A schema
 * without problems takes a time in proportion to its size and that of the properties.
 * @param path - names the schema in problems
 */
export function schemaBoundProblems(schema: JsonObject, path: string): readonly FieldProblem[] {
  if (Buffer.byteLength(JSON.stringify(schema)) > limits.bytes)
    return [{ path, message: `must have at most ${limits.bytes} bytes as compact JSON` }];
  const { $schema: dialect, $defs: definitions } = schema;
  const walk: Walk = { definitions: isObject(definitions) ? definitions : {}, problems: [], left: limits.schemas };
  if (dialect !== undefined && dialect !== schemaDialect)
    walk.problems.push({ path: `${path}/$schema`, message: `must be ${schemaDialect}, or left out` });
  visit(walk, schema, path, []);
  if (walk.left < 0)
    walk.problems.push({ path, message: `must have at most ${limits.schemas} schemas in it, references followed` });
  return walk.problems;
}

/** @param inside - the references that led here */
function visit(walk: Walk, schema: JsonValue | undefined, path: string, inside: readonly string[], depth = 0): void {
  if (!isObject(schema) || --walk.left < 0) return;
  if (depth > limits.depth) return add(walk, path, `must be nested at most ${limits.depth} levels deep`);
  for (const [keyword, value] of Object.entries(schema)) {
    const place = schemaKeywords.get(keyword);
    const at = `${path}/${keyword}`;
    if (place === undefined) add(walk, at, 'is not a keyword that can be used here');
    // Definitions cost where they are referred to.
    if (keyword === '$defs') continue;
    for (const [name, subschema] of subschemas(place, value))
      visit(walk, subschema, name === '' ? at : `${at}/${name}`, inside, depth + 1);
  }
  checkCosts(walk, schema, path);
  if (schema['$ref'] !== undefined) follow(walk, schema['$ref'], path, inside, depth);
}

function subschemas(place: SchemaPlace | undefined, value: JsonValue): readonly (readonly [string, JsonValue])[] {
  if (place === 'schema') return [['', value]];
  if (place === 'list' && Array.isArray(value)) return value.map((schema: JsonValue, index) => [String(index), schema]);
  return place === 'map' && isObject(value) ? Object.entries(value) : [];
}

const reference = /^#\/\$defs\/([\w.-]+)$/;

function follow(walk: Walk, ref: JsonValue, path: string, inside: readonly string[], depth: number): void {
  const [, name = ''] = (typeof ref === 'string' ? reference.exec(ref) : null) ?? [];
  const at = `${path}/$ref`;
  if (name === '' || !Object.hasOwn(walk.definitions, name)) return add(walk, at, 'must be #/$defs/ and a name that is there');
  // What refers to itself could take a time beyond any bound.
  if (inside.includes(name)) return add(walk, at, 'must not lead back to itself');
  visit(walk, walk.definitions[name], at, [...inside, name], depth + 1);
}

function checkCosts(walk: Walk, schema: JsonObject, path: string): void {
  const { pattern, patternProperties, format, uniqueItems, maxItems } = schema;
  if (pattern !== undefined) checkPattern(walk, pattern, `${path}/pattern`);
  if (isObject(patternProperties))
    for (const name of Object.keys(patternProperties)) checkPattern(walk, name, `${path}/patternProperties/${name}`);
  if (format !== undefined && !(typeof format === 'string' && Object.hasOwn(schemaFormats, format)))
    add(walk, `${path}/format`, `must be one of ${Object.keys(schemaFormats).join(', ')}`);
  if (uniqueItems === true && !(typeof maxItems === 'number' && maxItems <= limits.uniqueItems))
    add(walk, `${path}/uniqueItems`, `needs maxItems of at most ${limits.uniqueItems} beside it`);
}

function checkPattern(walk: Walk, pattern: JsonValue, path: string): void {
  if (typeof pattern === 'string' && linearPattern(pattern, limits.patternSize) !== undefined) return;
  add(walk, path, 'must be a pattern of RE2’s syntax (without looking around or back), and not a large one');
}

function add(walk: Walk, path: string, message: string): void {
  if (walk.problems.length < limits.problems) walk.problems.push({ path, message });
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

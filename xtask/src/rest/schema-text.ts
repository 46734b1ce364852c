import { code } from '../references/markdown.ts';
import type { Schema } from './open-api.ts';

/** The largest whole number that JSON carries exactly; as a bound it says nothing. */
const largestExact = Number.MAX_SAFE_INTEGER;

/** What a schema allows, in a few words; named schemas as links to their section of the schemas page. */
export function schemaText(schema: Schema): string {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (schema.$ref !== undefined) return schemaLink(schema.$ref.replace('#/components/schemas/', ''));
  if (alternatives !== undefined) return alternatives.map(schemaText).join(' or ');
  if (schema.allOf !== undefined) return schema.allOf.map(schemaText).join(' and ');
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum !== undefined) return schema.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (schema.type === 'array') return `list of ${schemaText(schema.items ?? {})}${bounds(schema)}`;
  if (schema.type === 'object') return objectText(schema);
  if (schema.type === undefined) return 'any JSON';
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  return `${types.join(' or ')}${schema.format === undefined ? '' : ` (${schema.format})`}${bounds(schema)}`;
}

export function schemaLink(name: string): string {
  return `[${name}](./schemas.md#${name.toLowerCase()})`;
}

function objectText(schema: Schema): string {
  const { properties, additionalProperties } = schema;
  if (properties !== undefined) return `object of ${Object.keys(properties).map(code).join(', ')}`;
  return typeof additionalProperties === 'object' ? `object whose values are ${schemaText(additionalProperties)}` : 'object';
}

function bounds(schema: Schema): string {
  const low = schema.minimum ?? schema.minLength ?? schema.minItems;
  const high = schema.maximum ?? schema.maxLength ?? schema.maxItems;
  const unit = schema.type === 'string' ? ' characters' : schema.type === 'array' ? ' items' : '';
  const [from, to] = [low === -largestExact ? undefined : low, high === largestExact ? undefined : high];
  if (from === undefined && to === undefined) return '';
  if (to === undefined) return `, at least ${amount(from)}${unit}`;
  return from === undefined ? `, at most ${amount(to)}${unit}` : `, ${amount(from)} to ${amount(to)}${unit}`;
}

function amount(value: number | undefined): string {
  return (value ?? 0).toLocaleString('en-US');
}

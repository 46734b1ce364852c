import { filterSql, QueryParameters, textField, type FilterField } from '@stitchd/events';
import type { Exclusion } from './metric-plan.ts';
import type { Parameters } from './query.ts';

/**
 * Which exclusion leaves an exposure out: its place from 1, or 0 for none. What is known at the exposure decides, and nothing
 * later: else an arm could lose units because of what it did to them.
 *
 * @param row - the name of the exposure in the statement
 */
export function exclusionSql(
  exclusions: readonly Exclusion[],
  row: string,
): { readonly sql: string; readonly parameters: Parameters } {
  if (exclusions.length === 0) return { sql: '0', parameters: {} };
  const parameters = new QueryParameters('x');
  const field = (property: string): FilterField => exposureField(property, row, parameters);
  const cases = exclusions.map(({ filter }, index) => `${filterSql(filter, field)}, ${index + 1}`);
  return { sql: `multiIf(${cases.join(', ')}, 0)`, parameters: parameters.values };
}

/** `attributes.<name>`, `unit.<kind>`, `sdk` and `sdkVersion`; anything else is never there. */
function exposureField(property: string, row: string, parameters: QueryParameters): FilterField {
  if (property === 'sdk') return textField(`${row}.sdk`, `${row}.sdk != ''`, parameters);
  if (property === 'sdkVersion') return textField(`${row}.sdk_version`, `${row}.sdk_version != ''`, parameters);
  const dot = property.indexOf('.');
  const [place, name] = [property.slice(0, dot), property.slice(dot + 1)];
  const column = place === 'attributes' ? 'attributes' : place === 'unit' ? 'units' : undefined;
  if (column === undefined) return textField("''", '0', parameters);
  const key = parameters.bind('String', name);
  return textField(`${row}.${column}[${key}]`, `mapContains(${row}.${column}, ${key})`, parameters);
}

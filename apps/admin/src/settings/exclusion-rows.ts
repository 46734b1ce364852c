import type { PropertyFilter } from '@stitchd/core';
import type { Schemas } from '@stitchd/rest-client';
import { filterOf, filterRows, newCondition, emptyFilter, type FilterGroup } from '../metrics/filter-rows.ts';

type Exclusion = Schemas['EventSettings']['exclusions'][number];

/** Traffic that results leave out, as a form holds it. */
export interface ExclusionRow {
  readonly name: string;
  readonly filter: FilterGroup;
}

export const newExclusion: ExclusionRow = { name: '', filter: { ...emptyFilter, parts: [newCondition] } };

/** The server has checked what it holds. */
export function exclusionRows(exclusions: readonly Exclusion[]): readonly ExclusionRow[] {
  return exclusions.map(({ name, filter }) => ({ name, filter: filterRows(filter as unknown as PropertyFilter) }));
}

export function exclusionsOf(rows: readonly ExclusionRow[]): Exclusion[] {
  return rows.map(({ name, filter }) => ({ name, filter: (filterOf(filter) ?? {}) as unknown as Exclusion['filter'] }));
}

/** By the path of the field: what can be seen without asking anybody. */
export function exclusionProblems(rows: readonly ExclusionRow[]): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  for (const [index, { name, filter }] of rows.entries()) {
    if (name.trim() === '') problems[`exclusions.${index}.name`] = 'Say what this leaves out';
    if (filterOf(filter) === undefined)
      problems[`exclusions.${index}.filter`] = 'Without a condition it would leave out everything';
  }
  return problems;
}

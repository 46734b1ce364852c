import { capQuantile } from '@stitchd/events';
import { statsLimits } from '../limits.ts';
import { ask, type Asking } from './asking.ts';
import { readUnitsQuery } from './derived-units.ts';
import type { Caps } from './unit-numbers.ts';

/**
 * What metrics with a cap by quantile are capped at: what was frozen, or what all arms together say now.
 * @param frozen - by name of the column
 */
export async function readCaps(
  asking: Asking,
  hash: string,
  frozen: Caps,
): Promise<{ readonly caps: Caps; readonly settled: Caps }> {
  const units = readUnitsQuery(asking.plan, asking.bounds, hash);
  const open = units.columns.metrics
    .flatMap(({ after }) => after)
    .filter(({ name, cap }) => cap?.kind === 'quantile' && frozen[name] === undefined);
  if (open.length === 0) return { caps: frozen, settled: {} };
  const columns = open.flatMap(({ name, cap }) => [
    `${capQuantile(name, cap?.kind === 'quantile' ? cap.level : 1)} AS ${name}_cap`,
    `countIf(${name} != 0) AS ${name}_units`,
  ]);
  const sql = `WITH ${units.ctes.join(',\n')} SELECT ${columns.join(', ')} FROM measured`;
  const [row = {}] = await ask<Record<string, number | null>>(asking, { sql, parameters: units.parameters });
  const found = open.flatMap(({ name }) => {
    const cap = row[`${name}_cap`];
    return typeof cap === 'number' ? [{ name, cap, isSettled: (row[`${name}_units`] ?? 0) >= statsLimits.capUnits }] : [];
  });
  const named = (some: typeof found): Caps => Object.fromEntries(some.map(({ name, cap }) => [name, cap]));
  return { caps: { ...frozen, ...named(found) }, settled: named(found.filter(({ isSettled }) => isSettled)) };
}

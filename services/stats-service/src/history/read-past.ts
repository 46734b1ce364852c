import type { EventStore } from '@stitchd/db/clickhouse';
import { capQuantile } from '@stitchd/events';
import { ask, type Asking } from '../computation/asking.ts';
import { findLinks } from '../computation/derive-figures.ts';
import { capParameters, type Caps } from '../computation/unit-numbers.ts';
import type { UnitsQuery } from '../computation/units-query.ts';
import { pastPlan, type History } from './history.ts';
import { pastBounds, pastUnits, trafficSql } from './past-units.ts';

/** The past of an environment, ready to be asked. */
export interface Past {
  readonly history: History;
  /** Of an experiment of one arm that all of it was in. */
  readonly asking: Asking;
  readonly units: UnitsQuery;
  /** Units by the day on which they were first seen. */
  readonly days: readonly { readonly day: number; readonly units: number }[];
  /** Of metrics with a cap by quantile: that of all units. */
  readonly caps: Caps;
}

/** Finds out what statements over the past need to know: up to three statements of its own. */
export async function readPast(store: EventStore, history: History, signal: AbortSignal): Promise<Past> {
  const asking: Asking = { store, plan: pastPlan(history), bounds: pastBounds(history), signal };
  const units = pastUnits(history, await findLinks(asking));
  const days = await ask<Past['days'][number]>(asking, { sql: trafficSql(units), parameters: units.parameters });
  const caps = days.length === 0 ? {} : await readCaps({ asking, units });
  return { history, asking, units, days, caps };
}

/** Expressions of a unit's row, over units: one row. Any name but those of the row's columns will do. */
export async function askUnits<Row>(
  { asking, units, caps }: Pick<Past, 'asking' | 'units' | 'caps'>,
  columns: readonly (readonly [name: string, expression: string])[],
  of: { readonly from: string; readonly parameters: Readonly<Record<string, number>> } = { from: 'measured', parameters: {} },
): Promise<Row | undefined> {
  const selected = columns.map(([name, expression]) => `${expression} AS ${name}`).join(',\n  ');
  const [row] = await ask<Row>(asking, {
    sql: `WITH ${units.ctes.join(',\n')}
SELECT ${selected}
FROM ${of.from} WHERE {environmentId:UUID} = {environmentId:UUID}`,
    parameters: { ...units.parameters, ...capParameters(caps), ...of.parameters },
  });
  return row;
}

async function readCaps(past: Pick<Past, 'asking' | 'units'>): Promise<Caps> {
  const capped = past.units.columns.metrics
    .flatMap(({ after }) => after)
    .flatMap(({ name, cap }) => (cap?.kind === 'quantile' ? [{ name, level: cap.level }] : []));
  if (capped.length === 0) return {};
  const columns = capped.map(({ name, level }) => [`${name}_cap`, capQuantile(name, level)] as const);
  const row = await askUnits<Record<string, number | null>>({ ...past, caps: {} }, columns);
  // Without a value that is not 0 there is nothing to cap.
  return Object.fromEntries(
    capped.flatMap(({ name }) => {
      const cap = row?.[`${name}_cap`];
      return cap == null ? [] : [[name, cap]];
    }),
  );
}

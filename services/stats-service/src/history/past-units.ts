import type { JobBounds } from '@stitchd/db/stats';
import { exclusionSql } from '../computation/exclusion-sql.ts';
import { atMs, fromMs, storedSince, storedUntil, toMs, unitUid } from '../computation/item-source.ts';
import { planParameters } from '../computation/plan-parameters.ts';
import type { Parameters } from '../computation/query.ts';
import { allColumns, unitColumns } from '../computation/unit-columns.ts';
import { happenedSql, measuredSql, type UnitsQuery } from '../computation/units-query.ts';
import { statsLimits } from '../limits.ts';
import { pastPlan, type History, type PastTraffic } from './history.ts';

const dayMs = 86_400_000;

/**
 * Every unit of the past as if it had been first exposed when it was first seen: with what it has of every metric, by the same
 * statements as the units of an experiment, so that links, exclusions and windows count as in results.
 *
 * @param hasLinks - whether the environment knows keys that belong to units of this kind
 */
export function pastUnits(history: History, hasLinks: boolean): UnitsQuery {
  const plan = pastPlan(history);
  const columns = unitColumns(plan);
  const seen = seenSql(history);
  const selected = allColumns(columns, 'cells').map(({ name, expression }) => `${expression} AS ${name}`);
  return {
    ctes: [
      `exposed AS (\n  ${seen.sql}\n)`,
      ...happenedSql(plan, columns.readsProperties, hasLinks, false),
      measuredSql(selected, undefined),
    ],
    columns,
    parameters: {
      ...planParameters(plan, pastBounds(history)),
      ...columns.parameters,
      ...seen.parameters,
      ...(hasLinks && { mostLinked: statsLimits.linkedUnits }),
    },
  };
}

/** Nothing that is stored later counts, and no window closes later. */
export const pastBounds = ({ from, to }: History): JobBounds => ({ from, to, dataUntil: to });

/** What a row says of its unit: seen by an event, exposed, or exposed and left out. */
const kinds = { event: 0, exposure: 1, excluded: 2 } as const;

/** An exclusion leaves out exposures, and so units that have no others. A unit that was never exposed is left out by none. */
function seenSql(history: History): { readonly sql: string; readonly parameters: Parameters } {
  const { traffic } = history;
  const excluded = exclusionSql(history.exclusions, 'item');
  const place = trafficCondition(traffic);
  const rows = (table: string, kind: string, condition: string): string =>
    `SELECT ${unitUid(history, 'item')} AS unit_uid, ${atMs('item')} AS at_ms, toUInt8(${kind}) AS kind
    FROM ${table} AS item
    WHERE environment_id = {environmentId:UUID} AND ${storedSince} AND ${storedUntil} AND ${condition}`;
  const exposures = rows('exposure', `if(${excluded.sql} > 0, ${kinds.excluded}, ${kinds.exposure})`, place.condition);
  const events = rows('event', String(kinds.event), 'event IN {events:Array(String)}');
  const sources = traffic.kind === 'anywhere' && history.metrics.length > 0 ? [exposures, events] : [exposures];
  return {
    sql: `SELECT unit_uid, minIf(at_ms, kind != ${kinds.excluded}) AS first_ms, first_ms * 256 AS first, toUInt32(1) AS seen,
    emptyArrayString() AS labels
  FROM (
    ${sources.join('\n    UNION ALL ')}
  )
  WHERE unit_uid != 0 AND at_ms >= ${fromMs} AND at_ms < ${toMs}
  GROUP BY unit_uid HAVING countIf(kind = ${kinds.exposure}) > 0 OR countIf(kind = ${kinds.excluded}) = 0`,
    parameters: { ...excluded.parameters, ...place.parameters },
  };
}

function trafficCondition(traffic: PastTraffic): { readonly condition: string; readonly parameters: Parameters } {
  switch (traffic.kind) {
    case 'anywhere':
      return { condition: '1', parameters: {} };
    case 'flag':
      return { condition: 'flag = {flag:String}', parameters: { flag: traffic.flagKey } };
    case 'rule':
      return {
        condition: 'flag = {flag:String} AND rule = {rule:String}',
        parameters: { flag: traffic.flagKey, rule: traffic.ruleId },
      };
  }
}

/** Units by the day on which they were first seen, in order. */
export function trafficSql({ ctes }: UnitsQuery): string {
  return `WITH ${ctes[0]}
SELECT intDiv(first_ms - ${fromMs}, ${dayMs}) AS day, count() AS units
FROM exposed WHERE {environmentId:UUID} = {environmentId:UUID} GROUP BY day ORDER BY day`;
}

import { metricSql, type MetricColumn } from '@stitchd/events';
import type { JobBounds } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import { exclusionSql } from './exclusion-sql.ts';
import { atMs, countedEvents, fromMs, isOneOf, storedSince, storedUntil, toMs, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { planParameters, plannedMetrics } from './plan-parameters.ts';
import type { Parameters } from './query.ts';
import { touchedUnits } from './touched-units.ts';

/** How much of the raw rows a statement looks at. */
export interface UnitsScope {
  /** Whether the environment knows any key that belongs to one of the experiment's kind: else there is nothing to look up. */
  readonly hasLinks: boolean;
  /** Only units of which something was stored from then on, ISO 8601; left out: all. */
  readonly storedFrom?: string;
}

export interface UnitsQuery {
  /** Named subqueries, of which `measured` has a row for each unit: unit_uid, first, seen, and a column for each of `columns`. */
  readonly ctes: readonly string[];
  /** By planned metric. */
  readonly columns: readonly (readonly MetricColumn[])[];
  readonly parameters: Parameters;
}

/**
 * Every unit of an experiment with what it has of every metric: each unit has the arm of its first exposure, whatever it saw
 * later; units without events have 0; an event counts from the unit's first exposure on.
 *
 * The first exposure and its arm are one number, `time in ms · 256 + index of the arm`, so that ties of time always fall to
 * the arm that comes first in the experiment. Copies of an exposure add nothing to that number and the arms seen; where their
 * senders' clock was corrected differently, the earliest counts.
 */
export function unitsQuery(plan: ComputationPlan, bounds: JobBounds, scope: UnitsScope): UnitsQuery {
  const row = {
    event: 'happened.event',
    value: 'happened.value',
    properties: 'happened.properties',
    atMs: 'happened.at_ms',
    firstMs: 'exposed.first_ms',
  };
  const metrics = plannedMetrics(plan).map(({ definition }, index) =>
    metricSql(definition, { name: `m${index}`, periodEnd: toMs, row }),
  );
  const readsProperties = metrics.some((metric) => metric.readsProperties);
  const excluded = exclusionSql(plan.exclusions, 'item');
  const touched = scope.storedFrom === undefined ? undefined : touchedUnits(plan, scope.hasLinks);
  const happened = happenedSql(plan, readsProperties, scope.hasLinks, touched !== undefined);
  return {
    ctes: [
      ...(touched?.ctes ?? []),
      exposedSql(plan, excluded.sql, touched?.readSet),
      ...(metrics.length === 0
        ? [measuredNothing]
        : [
            ...happened,
            measuredSql(
              metrics.flatMap(({ columns }) => columns),
              touched?.writeSet,
            ),
          ]),
    ],
    columns: metrics.map(({ columns }) => columns),
    parameters: {
      ...planParameters(plan, bounds),
      ...excluded.parameters,
      ...touched?.parameters(scope.storedFrom as string),
      ...(scope.hasLinks && { mostLinked: statsLimits.linkedUnits }),
      ...Object.assign({}, ...metrics.map(({ parameters }) => parameters)),
    },
  };
}

function exposedSql(plan: ComputationPlan, excluded: string, readSet: string | undefined): string {
  const conditions = [
    'environment_id = {environmentId:UUID}',
    'iteration_id = {iterationId:UUID}',
    storedSince,
    storedUntil,
    'variant IN {arms:Array(String)}',
    ...(excluded === '0' ? [] : [`${excluded} = 0`]),
    ...(readSet === undefined ? [] : [isOneOf(plan, 'item', readSet)]),
  ];
  return `exposed AS (
  SELECT unit_uid, min(at_ms * 256 + arm) AS first, intDiv(first, 256) AS first_ms, groupBitOr(bitShiftLeft(toUInt32(1), arm)) AS seen
  FROM (
    SELECT ${unitUid(plan, 'item')} AS unit_uid, ${atMs('item')} AS at_ms, toUInt8(indexOf({arms:Array(String)}, variant) - 1) AS arm
    FROM exposure AS item
    WHERE ${conditions.join(' AND ')}
  )
  WHERE unit_uid != 0 AND at_ms >= ${fromMs} AND at_ms < ${toMs}
  GROUP BY unit_uid
)`;
}

/** The events that may count, each with the one unit that it counts for. */
function happenedSql(plan: ComputationPlan, readsProperties: boolean, hasLinks: boolean, isTouched: boolean): readonly string[] {
  const properties = readsProperties ? ['properties'] : [];
  const facts = ['event', 'value', ...properties, 'at_ms'].join(', ');
  const columns = `unit_uid, ${facts}`;
  const own = isTouched ? [isOneOf(plan, 'copy', 'SELECT unit_uid FROM written')] : [];
  const direct = `SELECT ${columns} FROM ${countedEvents(plan, properties, own)} AND unit_uid != 0`;
  if (!hasLinks) return [`happened AS (\n  ${direct}\n)`];
  const lacking = countedEvents(plan, ['unit_kind', 'uid', 'other_uids', ...properties], [`${unitUid(plan, 'copy')} = 0`]);
  const linked = `SELECT link.unit_uid AS unit_uid, ${facts}
  FROM (
    SELECT item_id, ${facts},
      arrayJoin(arrayConcat([(unit_kind, uid)], arrayZip(mapKeys(other_uids), mapValues(other_uids)))) AS key
    FROM ${lacking}
  ) AS item
  INNER JOIN linked AS link ON link.kind = item.key.1 AND link.uid = item.key.2
  ORDER BY link.first, link.unit_uid LIMIT 1 BY item_id`;
  return [linkedSql, `happened AS (\n  ${direct}\n  UNION ALL\n  SELECT ${columns} FROM (${linked})\n)`];
}

/**
 * Of every key the unit that was exposed first among those it belongs to. A key of very many units is no identity: a shared
 * device, a whole company.
 */
const linkedSql = `linked AS (
  SELECT kind, uid, min((exposed.first, exposed.unit_uid)) AS earliest, earliest.1 AS first, earliest.2 AS unit_uid
  FROM (
    SELECT DISTINCT kind, uid, other_uid FROM identity_link
    WHERE environment_id = {environmentId:UUID} AND other_kind = {unitKind:String}
  ) AS known
  INNER JOIN exposed ON exposed.unit_uid = known.other_uid
  GROUP BY kind, uid HAVING count() <= {mostLinked:UInt32}
)`;

const measuredNothing = 'measured AS (SELECT unit_uid, first, seen FROM exposed)';

function measuredSql(columns: readonly MetricColumn[], writeSet: string | undefined): string {
  const selected = columns.map(({ name, expression }) => `,\n    ${expression} AS ${name}`).join('');
  const where = writeSet === undefined ? '' : `\n  WHERE exposed.unit_uid IN (${writeSet})`;
  return `measured AS (
  SELECT exposed.unit_uid AS unit_uid, any(exposed.first) AS first, any(exposed.seen) AS seen${selected}
  FROM happened RIGHT JOIN exposed ON happened.unit_uid = exposed.unit_uid${where}
  GROUP BY exposed.unit_uid
)`;
}

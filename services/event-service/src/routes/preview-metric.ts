import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { maxKindLength, metricEventKeys, metricWindow, type MetricDefinition } from '@stitchd/core';
import { itemLimits } from '@stitchd/events';
import type { PreviewMetricRequest, PreviewMetricResponseSchema } from '@stitchd/proto/event/v1/event';
import { environmentScope, type EnvironmentScope } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { type FieldProblem, refuseProblems } from '../definitions/read-fields.ts';
import { eventServiceLimits } from '../limits.ts';
import { previewSql, type PreviewPeriod } from '../metrics/preview-sql.ts';
import { readDefinition, requireEvents } from '../metrics/read-definition.ts';
import { requireMetric } from './metrics.ts';

const { dayMs } = itemLimits;

interface PreviewRow {
  /** 0: all days together. */
  readonly day_ms: number;
  readonly value: number | null;
  readonly events: number;
  readonly units: number;
  readonly active_units: number;
  /** A bit for each event of the metric that there was, by its place. */
  readonly seen: number;
}

/** What a metric says of the last days: today is the last of them, and not over. */
export async function previewMetric(
  ctx: EventContext,
  request: PreviewMetricRequest,
): Promise<MessageInitShape<typeof PreviewMetricResponseSchema>> {
  const scope = environmentScope();
  const nowMs = ctx.nowMs();
  const period = readPeriod(request, nowMs);
  const definition = await definitionOf(ctx, scope, request);
  const { sql, parameters } = previewSql(definition, period);
  const { executionSeconds, memoryBytes } = eventServiceLimits.preview;
  const rows = await ctx.store.query<PreviewRow>({
    environmentId: scope.environmentId,
    sql,
    params: parameters,
    limits: { executionSeconds, memoryBytes },
  });
  const all = rows.find((row) => row.day_ms === 0);
  const seen = all?.seen ?? 0;
  return {
    days: daysOf(definition, period, nowMs, rows),
    events: all?.events ?? 0,
    units: all?.units ?? 0,
    sql,
    parameters: { ...(parameters as JsonObject), environmentId: scope.environmentId },
    unitKind: period.unitKind,
    eventsWithoutData: metricEventKeys(definition).filter((_, place) => Math.floor(seen / 2 ** place) % 2 === 0),
  };
}

function readPeriod({ days, unitKind }: PreviewMetricRequest, nowMs: number): PreviewPeriod {
  const { usual, most } = eventServiceLimits.preview.days;
  const problems: FieldProblem[] = [];
  if (days < 0 || days > most) problems.push({ path: 'days', message: `must be from 1 to ${most}` });
  if (unitKind.length > maxKindLength)
    problems.push({ path: 'unitKind', message: `must have at most ${maxKindLength} characters` });
  refuseProblems(problems);
  const today = Math.floor(nowMs / dayMs) * dayMs;
  return { fromMs: today - ((days || usual) - 1) * dayMs, toMs: nowMs, unitKind: unitKind || 'user' };
}

/** Of a metric of the project, or the one that is asked about. */
async function definitionOf(
  ctx: EventContext,
  { organisationId, projectId }: EnvironmentScope,
  { key, definition: json }: PreviewMetricRequest,
): Promise<MetricDefinition> {
  if (json === undefined && key !== '')
    return (await ctx.database.inTenant(organisationId, (tx) => requireMetric(tx, projectId, key))).definition;
  const { definition, problems } = readDefinition(json);
  refuseProblems(problems);
  if (definition === undefined) throw new Error('a definition with problems is refused');
  await ctx.database.inTenant(organisationId, (tx) => requireEvents(tx, projectId, definition));
  return definition;
}

/** Every day, also those on which nobody was there. */
function daysOf(definition: MetricDefinition, period: PreviewPeriod, nowMs: number, rows: readonly PreviewRow[]) {
  const endMs = definition.type === 'retention' ? (metricWindow(definition).toMs ?? dayMs) : dayMs;
  const count = Math.ceil((period.toMs - period.fromMs) / dayMs) || 1;
  return Array.from({ length: count }, (_, index) => {
    const fromMs = period.fromMs + index * dayMs;
    const row = rows.find((each) => each.day_ms === fromMs);
    return {
      from: timestampFromMs(fromMs),
      ...(row?.value !== null && row?.value !== undefined && { value: row.value }),
      events: row?.events ?? 0,
      units: row?.units ?? 0,
      activeUnits: row?.active_units ?? 0,
      complete: fromMs + Math.max(endMs, dayMs) <= nowMs,
    };
  });
}

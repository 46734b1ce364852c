import { isDeepStrictEqual } from 'node:util';
import { metricDirections, metricTypes, type MetricDefinition } from '@stitchd/core';
import { decodeCursor, encodeCursor, pageLimits, type Tx } from '@stitchd/db/postgres';
import { doOnce } from '@stitchd/db/platform';
import * as store from '@stitchd/db/event';
import {
  CreateMetricRequestSchema,
  MetricSchema,
  type CreateMetricRequest,
  type GetMetricRequest,
  type ListMetricsRequest,
  type ListMetricVersionsRequest,
  type Metric,
  type UpdateMetricRequest,
} from '@stitchd/proto/event/v1/event';
import {
  problem,
  readPage,
  repeatableRequest,
  repeatableResponse,
  requireVersion,
  storedResponse,
  projectScope,
} from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { choiceProblems, keyProblems, refuseAboveLimit, refuseProblems, textProblems } from '../definitions/read-fields.ts';
import { recordDefinitionChange } from '../definitions/record-definition-change.ts';
import { eventServiceLimits } from '../limits.ts';
import { metricJson, metricMessage, metricVersionMessage } from '../metrics/metric-message.ts';
import { readDefinition, requireEvents } from '../metrics/read-definition.ts';

export async function createMetric(ctx: EventContext, request: CreateMetricRequest): Promise<Metric> {
  const scope = projectScope();
  const metric = readNewMetric(request);
  const repeatable = repeatableRequest('CreateMetric', CreateMetricRequestSchema, request);
  const outcome = await ctx.database.inTenant(scope.organisationId, (tx) =>
    doOnce(tx, repeatable, storedResponse(MetricSchema), async () => {
      refuseAboveLimit(await store.countMetrics(tx, scope.projectId), 'metrics');
      await requireEvents(tx, scope.projectId, metric.definition);
      const row = await store.insertMetric(tx, { ...scope, ...metric, id: ctx.newId() });
      if (row === undefined) throw problem('ALREADY_EXISTS', `There is a metric ${metric.key} in this project already.`);
      await recordDefinitionChange(tx, ctx.newId, { kind: 'metric', verb: 'create', row, after: metricJson(row) });
      return metricMessage(row);
    }),
  );
  return repeatableResponse(MetricSchema, outcome);
}

function readNewMetric(request: CreateMetricRequest) {
  const { key, description } = request;
  const fields = { key, description, name: request.name === '' ? key : request.name };
  const { definition, problems } = readDefinition(request.definition);
  refuseProblems([...keyProblems('key', key), ...textProblems(fields), ...problems]);
  if (definition === undefined) throw new Error('a definition with problems is refused');
  return { ...fields, definition };
}

export async function getMetric(ctx: EventContext, { key, definitionVersion }: GetMetricRequest): Promise<Metric> {
  const { organisationId, projectId } = projectScope();
  const row = await ctx.database.inTenant(organisationId, async (tx) => {
    const current = await requireMetric(tx, projectId, key);
    if (definitionVersion === 0 || definitionVersion === current.definition_version) return current;
    return store.findMetricVersion(tx, current, definitionVersion);
  });
  if (row === undefined) throw problem('NOT_FOUND', `The metric ${key} has no version ${definitionVersion}.`);
  return metricMessage(row);
}

export async function listMetrics(ctx: EventContext, request: ListMetricsRequest) {
  const { organisationId, projectId } = projectScope();
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, 1));
  refuseProblems([
    ...(request.type === '' ? [] : choiceProblems('type', request.type, metricTypes)),
    ...(request.direction === '' ? [] : choiceProblems('direction', request.direction, metricDirections)),
    ...(request.eventKey === '' ? [] : keyProblems('eventKey', request.eventKey)),
  ]);
  const query = {
    projectId,
    limit: page.limit,
    afterKey: page.after?.[0],
    text: page.query,
    archived: request.archived,
    type: request.type || undefined,
    eventKey: request.eventKey || undefined,
    direction: request.direction || undefined,
  };
  const { items, hasMore } = await ctx.database.inTenant(organisationId, (tx) => store.listMetrics(tx, query));
  const last = items.at(-1);
  return { items: items.map(metricMessage), nextCursor: hasMore && last !== undefined ? encodeCursor([last.key]) : '' };
}

/** Whatever changes numbers becomes a new version of the definition; name and description don't. */
export async function updateMetric(ctx: EventContext, request: UpdateMetricRequest): Promise<Metric> {
  const { organisationId, projectId } = projectScope();
  return ctx.database.inTenant(organisationId, async (tx) => {
    const current = await requireMetric(tx, projectId, request.key, true);
    requireVersion(request.ifVersion, current, metricJson(current));
    const texts = { name: request.name ?? current.name, description: request.description ?? current.description };
    const read = request.definition && readDefinition(request.definition);
    refuseProblems([...textProblems(texts), ...(read?.problems ?? [])]);
    const definition = await nextDefinition(tx, current, read?.definition);
    const change = { ...texts, archived: request.archived ?? current.archived, definition };
    const row = await store.updateMetric(tx, current, change);
    const before = metricJson(current);
    await recordDefinitionChange(tx, ctx.newId, { kind: 'metric', verb: 'update', row, before, after: metricJson(row) });
    return metricMessage(row);
  });
}

/** Undefined where it says what the current one says. */
async function nextDefinition(tx: Tx, current: store.MetricRow, wanted: MetricDefinition | undefined) {
  if (wanted === undefined || isDeepStrictEqual(wanted, current.definition)) return undefined;
  const { versionsPerMetric } = eventServiceLimits;
  if (current.definition_version >= versionsPerMetric)
    throw problem('VALIDATION_FAILED', `A metric has at most ${versionsPerMetric} versions: make another one.`);
  await requireEvents(tx, current.project_id, wanted);
  return wanted;
}

export async function listMetricVersions(ctx: EventContext, request: ListMetricVersionsRequest) {
  const { organisationId, projectId } = projectScope();
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, 1));
  const before = page.after === undefined ? undefined : Number(page.after[0]);
  const { items, hasMore } = await ctx.database.inTenant(organisationId, async (tx) => {
    const { id } = await requireMetric(tx, projectId, request.key);
    return store.listMetricVersions(tx, id, { before, limit: page.limit });
  });
  const last = items.at(-1);
  return {
    items: items.map(metricVersionMessage),
    nextCursor: hasMore && last !== undefined ? encodeCursor([String(last.number)]) : '',
  };
}

/** @throws NOT_FOUND */
export async function requireMetric(tx: Tx, projectId: string, key: string, lock = false): Promise<store.MetricRow> {
  const row = await store.findMetric(tx, projectId, key, lock);
  if (row === undefined) throw problem('NOT_FOUND', `There is no metric ${JSON.stringify(key)} in this project.`);
  return row;
}

import { decodeCursor, encodeCursor, pageLimits, type Tx } from '@stitchd/db/postgres';
import { doOnce } from '@stitchd/db/platform';
import * as store from '@stitchd/db/event';
import {
  CreateMetricRequestSchema,
  MetricSchema,
  type CreateMetricRequest,
  type GetMetricRequest,
  type ListMetricsRequest,
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
  type ProjectScope,
} from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { metricJson, metricMessage } from '../definitions/messages.ts';
import {
  choiceProblems,
  keyProblems,
  refuseAboveLimit,
  refuseProblems,
  textProblems,
  type FieldProblem,
} from '../definitions/read-fields.ts';
import { recordDefinitionChange } from '../definitions/record-definition-change.ts';
import { eventServiceLimits } from '../limits.ts';

export async function createMetric(ctx: EventContext, request: CreateMetricRequest): Promise<Metric> {
  const scope = projectScope();
  const metric = readNewMetric(request);
  const repeatable = repeatableRequest('CreateMetric', CreateMetricRequestSchema, request);
  const outcome = await ctx.database.inTenant(scope.organisationId, (tx) =>
    doOnce(tx, repeatable, storedResponse(MetricSchema), async () => {
      refuseAboveLimit(await store.countMetrics(tx, scope.projectId), 'metrics');
      await requireEvent(tx, scope, metric);
      const row = await store.insertMetric(tx, { ...scope, ...metric, id: ctx.newId() });
      if (row === undefined) throw problem('ALREADY_EXISTS', `There is a metric ${metric.key} in this project already.`);
      await recordDefinitionChange(tx, ctx.newId, { kind: 'metric', verb: 'create', row, after: metricJson(row) });
      return metricMessage(row);
    }),
  );
  return repeatableResponse(MetricSchema, outcome);
}

function readNewMetric(request: CreateMetricRequest) {
  const { key, description, eventKey, windowHours } = request;
  const fields = { key, description, eventKey, windowHours, name: request.name === '' ? key : request.name };
  const type = store.metricTypes.find((choice) => choice === request.type);
  const direction = store.metricDirections.find((choice) => choice === request.direction);
  refuseProblems([
    ...keyProblems('key', key),
    ...textProblems(fields),
    ...choiceProblems('type', request.type, store.metricTypes),
    ...keyProblems('eventKey', eventKey),
    ...choiceProblems('direction', request.direction, store.metricDirections),
    ...windowProblems(windowHours),
  ]);
  if (type === undefined || direction === undefined) throw new Error('an unknown choice is refused');
  return { ...fields, type, direction };
}

function windowProblems(windowHours: number): readonly FieldProblem[] {
  const most = eventServiceLimits.windowHours;
  const isRight = windowHours >= 0 && windowHours <= most;
  return isRight ? [] : [{ path: 'windowHours', message: `must be from 0 (without limit) to ${most}` }];
}

/** @throws VALIDATION_FAILED where the event is not defined, or a mean is asked of one that carries no value */
async function requireEvent(tx: Tx, scope: ProjectScope, metric: { readonly type: string; readonly eventKey: string }) {
  const event = await store.findEventDefinition(tx, scope.projectId, metric.eventKey);
  if (event === undefined) refuseProblems([{ path: 'eventKey', message: 'must be the key of an event of this project' }]);
  if (metric.type === 'mean' && event?.value_type === 'none')
    refuseProblems([{ path: 'eventKey', message: 'must be an event that carries a number, for a mean' }]);
}

export async function getMetric(ctx: EventContext, { key }: GetMetricRequest): Promise<Metric> {
  const { organisationId, projectId } = projectScope();
  const row = await ctx.database.inTenant(organisationId, (tx) => store.findMetric(tx, projectId, key));
  return metricMessage(row ?? unknownMetric(key));
}

export async function listMetrics(ctx: EventContext, request: ListMetricsRequest) {
  const { organisationId, projectId } = projectScope();
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, 1));
  const query = { projectId, limit: page.limit, afterKey: page.after?.[0], text: page.query };
  const { items, hasMore } = await ctx.database.inTenant(organisationId, (tx) => store.listMetrics(tx, query));
  const last = items.at(-1);
  return { items: items.map(metricMessage), nextCursor: hasMore && last !== undefined ? encodeCursor([last.key]) : '' };
}

export async function updateMetric(ctx: EventContext, request: UpdateMetricRequest): Promise<Metric> {
  const { organisationId, projectId } = projectScope();
  return ctx.database.inTenant(organisationId, async (tx) => {
    const current = (await store.findMetric(tx, projectId, request.key, true)) ?? unknownMetric(request.key);
    requireVersion(request.ifVersion, current, metricJson(current));
    const wanted = request.direction ?? current.direction;
    const direction = store.metricDirections.find((choice) => choice === wanted);
    const change = {
      name: request.name ?? current.name,
      description: request.description ?? current.description,
      windowHours: request.windowHours ?? current.window_hours,
    };
    refuseProblems([
      ...textProblems(change),
      ...choiceProblems('direction', wanted, store.metricDirections),
      ...windowProblems(change.windowHours),
    ]);
    if (direction === undefined) throw new Error('an unknown direction is refused');
    const row = await store.updateMetric(tx, current, { ...change, direction });
    const before = metricJson(current);
    await recordDefinitionChange(tx, ctx.newId, { kind: 'metric', verb: 'update', row, before, after: metricJson(row) });
    return metricMessage(row);
  });
}

function unknownMetric(key: string): never {
  throw problem('NOT_FOUND', `There is no metric ${JSON.stringify(key)} in this project.`);
}

import { decodeCursor, encodeCursor, pageLimits } from '@stitchd/db/postgres';
import { doOnce } from '@stitchd/db/platform';
import * as store from '@stitchd/db/event';
import {
  CreateEventDefinitionRequestSchema,
  EventDefinitionSchema,
  type CreateEventDefinitionRequest,
  type EventDefinition,
  type GetEventDefinitionRequest,
  type ListEventDefinitionsRequest,
  type UpdateEventDefinitionRequest,
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
import { eventDefinitionJson, eventDefinitionMessage } from '../definitions/messages.ts';
import { lockProjectEnvironments, publishEvent } from '../definitions/event-publication.ts';
import { readChangedDefinition, readNewDefinition } from '../definitions/read-definition.ts';
import { requestReplay } from '../quarantine/request-replay.ts';
import { refuseAboveLimit } from '../definitions/read-fields.ts';
import { definitionChange } from '../definitions/record-definition-change.ts';

export async function createEventDefinition(ctx: EventContext, request: CreateEventDefinitionRequest): Promise<EventDefinition> {
  const scope = projectScope();
  const definition = readNewDefinition(request);
  const repeatable = repeatableRequest('CreateEventDefinition', CreateEventDefinitionRequestSchema, request);
  const outcome = await ctx.database.inTenant(scope.organisationId, (tx) =>
    doOnce(tx, repeatable, storedResponse(EventDefinitionSchema), async () => {
      const environments = await lockProjectEnvironments(tx, scope);
      refuseAboveLimit(await store.countEventDefinitions(tx, scope.projectId), 'event definitions');
      const row = await store.insertEventDefinition(tx, { ...scope, ...definition, id: ctx.newId() });
      if (row === undefined) throw problem('ALREADY_EXISTS', `There is an event ${definition.key} in this project already.`);
      const change = definitionChange(scope, { kind: 'event', verb: 'create', row, after: eventDefinitionJson(row) });
      await publishEvent(tx, ctx.newId, environments, row, change);
      await requestReplay(tx, ctx.newId, scope, environments);
      return eventDefinitionMessage(row);
    }),
  );
  afterChange(ctx, scope.projectId);
  return repeatableResponse(EventDefinitionSchema, outcome);
}

export async function getEventDefinition(ctx: EventContext, { key }: GetEventDefinitionRequest): Promise<EventDefinition> {
  const { organisationId, projectId } = projectScope();
  const row = await ctx.database.inTenant(organisationId, (tx) => store.findEventDefinition(tx, projectId, key));
  return eventDefinitionMessage(row ?? unknownEvent(key));
}

export async function listEventDefinitions(ctx: EventContext, request: ListEventDefinitionsRequest) {
  const { organisationId, projectId } = projectScope();
  const page = readPage(request.page, pageLimits, (cursor) => decodeCursor(cursor, 1));
  const query = { projectId, limit: page.limit, afterKey: page.after?.[0], text: page.query };
  const { items, hasMore } = await ctx.database.inTenant(organisationId, (tx) => store.listEventDefinitions(tx, query));
  const last = items.at(-1);
  return {
    items: items.map(eventDefinitionMessage),
    nextCursor: hasMore && last !== undefined ? encodeCursor([last.key]) : '',
  };
}

export async function updateEventDefinition(ctx: EventContext, request: UpdateEventDefinitionRequest): Promise<EventDefinition> {
  const scope = projectScope();
  const message = await ctx.database.inTenant(scope.organisationId, async (tx) => {
    const environments = await lockProjectEnvironments(tx, scope);
    const current = (await store.findEventDefinition(tx, scope.projectId, request.key, true)) ?? unknownEvent(request.key);
    const before = eventDefinitionJson(current);
    requireVersion(request.ifVersion, current, before);
    const row = await store.updateEventDefinition(tx, current, readChangedDefinition(request, current));
    const change = definitionChange(scope, { kind: 'event', verb: 'update', row, before, after: eventDefinitionJson(row) });
    await publishEvent(tx, ctx.newId, environments, row, change);
    await requestReplay(tx, ctx.newId, scope, environments);
    return eventDefinitionMessage(row);
  });
  afterChange(ctx, scope.projectId);
  return message;
}

function afterChange(ctx: EventContext, projectId: string): void {
  ctx.knownEvents.forget(projectId);
  ctx.wakeJobs();
}

function unknownEvent(key: string): never {
  throw problem('NOT_FOUND', `There is no event ${JSON.stringify(key)} in this project.`);
}

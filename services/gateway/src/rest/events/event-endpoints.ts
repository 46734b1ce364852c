import type { JsonObject } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { EventDefinitions, Ingestion } from '@stitchd/proto/event/v1/event';
import { created, resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageQuery, pageRequest } from '../lists.ts';
import {
  eventDefinition,
  eventDefinitionList,
  eventDefinitionPatch,
  ingestion,
  itemCounts,
  itemCountsQuery,
  newEventDefinition,
} from './event-schemas.ts';

const tag = 'Events';

/** A checked body's schema as a message holds it. */
function schemaOf(schema: Readonly<Record<string, unknown>> | undefined): JsonObject | undefined {
  return schema as JsonObject | undefined;
}

export const eventEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/events',
    operationId: 'listEventDefinitions',
    tag,
    summary: 'List event definitions',
    description: 'What may be tracked in a project, by key.',
    access: 'people',
    query: pageQuery,
    status: 200,
    answer: eventDefinitionList,
    handle: async ({ query }, { ask }) =>
      listed(await ask(EventDefinitions.method.listEventDefinitions, { page: pageRequest(query) })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/events',
    operationId: 'createEventDefinition',
    tag,
    summary: 'Define an event',
    description: 'Events are refused until they are defined.',
    access: 'people',
    body: newEventDefinition,
    repeatable: true,
    status: 201,
    answer: eventDefinition,
    problems: ['ALREADY_EXISTS'],
    handle: async ({ params, body }, { ask }) =>
      created(
        await ask(EventDefinitions.method.createEventDefinition, { ...body, propertiesSchema: schemaOf(body.propertiesSchema) }),
        `/v1/projects/${params.project}/events/${body.key}`,
      ),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/events/:event',
    operationId: 'getEventDefinition',
    tag,
    summary: 'Read an event definition',
    description: 'One event definition of the project.',
    access: 'people',
    status: 200,
    answer: eventDefinition,
    handle: async ({ params }, { ask }) => resource(await ask(EventDefinitions.method.getEventDefinition, { key: params.event })),
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/projects/:project/events/:event',
    operationId: 'updateEventDefinition',
    tag,
    summary: 'Change an event definition',
    description: 'What is left out stays as it is. Key and type of value never change.',
    access: 'people',
    body: eventDefinitionPatch,
    ifMatch: 'required',
    status: 200,
    answer: eventDefinition,
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(
        await ask(EventDefinitions.method.updateEventDefinition, {
          key: params.event,
          ...body,
          propertiesSchema: schemaOf(body.propertiesSchema ?? undefined),
          clearPropertiesSchema: body.propertiesSchema === null,
          requiredContexts: body.requiredContexts && { items: body.requiredContexts },
          ifVersion,
        }),
      ),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/item-counts',
    operationId: 'countItems',
    tag,
    summary: 'Count what has arrived',
    description:
      'Events and exposures in the event store, each counted once, by the time in their ids: SDKs and imports make it of when an item happened.',
    access: 'people',
    query: itemCountsQuery,
    status: 200,
    answer: itemCounts,
    handle: async ({ query }, { ask }) => ({
      body: await ask(Ingestion.method.countItems, {
        from: timestampFromDate(new Date(query.from)),
        to: timestampFromDate(new Date(query.to)),
      }),
    }),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/ingestion',
    operationId: 'getIngestion',
    tag,
    summary: 'See what became of the items sent lately',
    description:
      'Items of an environment in the last minute and hour, beside what it may send. Counted in memory, by the event-service that answers, since it started: for looking, not for counting.',
    access: 'people',
    status: 200,
    answer: ingestion,
    handle: async (_, { ask }) => ({ body: await ask(Ingestion.method.getIngestion, {}) }),
  }),
];

import { EventJobs } from '@stitchd/proto/event/v1/job';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageRequest } from '../lists.ts';
import { eventJobList, eventJobQuery } from './event-job-schemas.ts';

const tag = 'Events';

export const eventJobEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/event-jobs',
    operationId: 'listEventJobs',
    tag,
    summary: 'List jobs on events',
    description: 'Imports and other work on what an environment has stored, the newest first. Ended ones are kept for 90 days.',
    access: 'people',
    query: eventJobQuery,
    status: 200,
    answer: eventJobList,
    handle: async ({ query }, { ask }) =>
      listed(await ask(EventJobs.method.listJobs, { page: pageRequest(query), kind: query.kind ?? '' })),
  }),
];

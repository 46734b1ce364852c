import { EventJobs } from '@stitchd/proto/event/v1/job';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageRequest } from '../lists.ts';
import { eventJob, eventJobList, eventJobQuery } from './event-job-schemas.ts';

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
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/event-jobs/:job',
    operationId: 'getEventJob',
    tag,
    summary: 'Follow a job on events',
    description: 'Whether it waits, runs, succeeded, failed or was cancelled, how far it is, and why it failed.',
    access: 'people',
    status: 200,
    answer: eventJob,
    handle: async ({ params }, { ask }) => ({ body: await ask(EventJobs.method.getJob, { id: params.job }) }),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/event-jobs/:job/cancel',
    operationId: 'cancelEventJob',
    tag,
    summary: 'Cancel a job on events',
    description:
      'One that waits ends at once, one that runs within seconds. What it has done stays done. Asking again changes nothing.',
    access: 'people',
    status: 200,
    answer: eventJob,
    problems: ['INVALID_STATE'],
    handle: async ({ params }, { ask }) => ({ body: await ask(EventJobs.method.cancelJob, { id: params.job }) }),
  }),
];

import { Results } from '@stitchd/proto/stats/v1/stats';
import { currentCall, problem } from '@stitchd/service-kit';
import { z } from 'zod';
import { textOf } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { experimentId } from './experiment-id.ts';
import { job } from './job-schemas.ts';
import { iterationQuery } from './result-detail-schemas.ts';

const tag = 'Experiments';

const recomputeQuery = iterationQuery.extend({
  iteration: iterationQuery.shape.iteration.describe('Counts from 1; the current one if left out.'),
  full: z
    .enum(['true', 'false'])
    .optional()
    .describe('Make the rows of all units again from the items, instead of adding what is new.'),
});

export const jobEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/results/recompute',
    operationId: 'recomputeResults',
    tag,
    summary: 'Compute the results again',
    description:
      'Queues a computation, ahead of those of the schedule, or answers the one that waits already. Location names the job to follow. ' +
      'Final results are not computed again. An earlier iteration can be named, while late data counts or where its last computation failed.',
    access: 'people',
    query: recomputeQuery,
    status: 202,
    answer: job,
    problems: ['INVALID_STATE'],
    async handle({ params, query }, context) {
      const queued = await context.ask(Results.method.recompute, {
        experimentId: await experimentId(params.experiment, context),
        full: query.full === 'true',
        iteration: query.iteration ?? 0,
      });
      const location = `/v1/projects/${params.project}/environments/${params.environment}/jobs/${textOf(queued, 'id')}`;
      return { status: 202, body: queued, headers: { location } };
    },
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/jobs',
    operationId: 'listExperimentJobs',
    tag,
    summary: 'List the computations of an experiment',
    description: 'The newest first: of results, and of replays of the past.',
    access: 'people',
    status: 200,
    answer: z.object({ items: z.array(job) }),
    handle: async ({ params }, context) => ({
      body: await context.ask(Results.method.listJobs, { experimentId: await experimentId(params.experiment, context) }),
    }),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/jobs/:job',
    operationId: 'getJob',
    tag,
    summary: 'Follow a computation',
    description: 'Whether it waits, runs, succeeded, failed or was cancelled, how far it has come, and what went wrong.',
    access: 'people',
    status: 200,
    answer: job,
    handle: async ({ params }, { ask }) => ({ body: await ask(Results.method.getJob, { id: params.job }) }),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/jobs/:job/events',
    operationId: 'followJob',
    tag,
    summary: 'Follow a computation by events',
    description:
      'How a computation goes on as server-sent events, within a second of each change: attempts, progress, stage and its end. Read it ' +
      'with fetch, which can send the access token. It ends with the computation, or after ten minutes: open it again. While a service ' +
      'is away an event `waiting` says so.',
    access: 'people',
    status: 200,
    eventStream:
      'Events `progress`, whose data is the job as `getJob` answers it, the first at once; `end`, whose data is the job in its last ' +
      'state; `waiting`, whose data says what is away; `error`, whose data is a problem, before the end.',
    handle: async ({ params, principal }, context) => {
      if (principal === undefined) throw problem('UNAUTHENTICATED', 'Credentials are missing.');
      const known = await context.ask(Results.method.getJob, { id: params.job });
      const requestId = currentCall()?.requestId ?? '';
      return { events: ({ sink }) => context.jobStreams.open(sink, principal, known, requestId) };
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/jobs/:job/cancel',
    operationId: 'cancelJob',
    tag,
    summary: 'Cancel a computation',
    description:
      'One that waits ends at once. Of one that runs, `cancelRequestedAt` is set, the query of the event store is killed, and its state ' +
      'becomes `cancelled` within seconds.',
    access: 'people',
    status: 200,
    answer: job,
    problems: ['INVALID_STATE'],
    handle: async ({ params }, { ask }) => ({ body: await ask(Results.method.cancelJob, { id: params.job }) }),
  }),
];

import { Holdouts } from '@stitchd/proto/experiment/v1/holdouts';
import { Results } from '@stitchd/proto/stats/v1/stats';
import type { GatewayContext } from '../../context.ts';
import { textOf } from '../answers.ts';
import { resultsBody } from '../results/answered-json.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { job } from '../results/job-schemas.ts';
import { results } from '../results/result-schemas.ts';

const tag = 'Experiments';

/** Statistics know a holdout by its id, as an experiment, people by its key. */
async function idOf(key: string, { call }: GatewayContext): Promise<string> {
  return (await call(Holdouts.method.getHoldout, { key })).id;
}

export const holdoutResultEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/holdouts/:holdout/results',
    operationId: 'getHoldoutResults',
    tag,
    summary: 'Read what a holdout has measured',
    description:
      'As the results of an experiment whose arms are `held`, the baseline, and `free`: what everything that it covers does together. There is no verdict to ship.',
    access: 'people',
    status: 200,
    answer: results,
    handle: async ({ params }, context) => ({
      body: resultsBody(await context.call(Results.method.getResults, { experimentId: await idOf(params.holdout, context) })),
    }),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/holdouts/:holdout/results/show-anyway',
    operationId: 'showHoldoutResultsAnyway',
    tag,
    summary: 'Say that figures of a holdout’s broken data are looked at',
    description: 'As of an experiment: it is written into the activity, with what was wrong.',
    access: 'people',
    status: 204,
    problems: ['INVALID_STATE'],
    async handle({ params }, context) {
      await context.ask(Results.method.showAnyway, { experimentId: await idOf(params.holdout, context) });
      return {};
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/holdouts/:holdout/results/recompute',
    operationId: 'recomputeHoldoutResults',
    tag,
    summary: 'Measure a holdout again',
    description: 'Queues a computation, or answers the one that waits already. Location names the job to follow.',
    access: 'people',
    status: 202,
    answer: job,
    problems: ['INVALID_STATE'],
    async handle({ params }, context) {
      const queued = await context.ask(Results.method.recompute, { experimentId: await idOf(params.holdout, context) });
      const location = `/v1/projects/${params.project}/environments/${params.environment}/jobs/${textOf(queued, 'id')}`;
      return { status: 202, body: queued, headers: { location } };
    },
  }),
];

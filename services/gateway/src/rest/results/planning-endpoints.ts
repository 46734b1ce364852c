import { Planning } from '@stitchd/proto/stats/v1/planning';
import { planHistoryDays } from '../../limits.ts';
import { Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { problem } from '@stitchd/service-kit';
import type { z } from 'zod';
import type { GatewayContext } from '../../context.ts';
import { textOf } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { experimentId } from './experiment-id.ts';
import { job } from './job-schemas.ts';
import { findPlannedSplit, requirePlannedSplit } from './planned-split.ts';
import { experimentPlan, planRequest, replay, replayRequest } from './planning-schemas.ts';

const tag = 'Experiments';

type PlanRequest = z.infer<typeof planRequest>;

/** @throws VALIDATION_FAILED where arms or a flag are given beside a split */
async function plannedBy(
  { flagKey, ruleId, baselineVariant = '' }: NonNullable<PlanRequest['split']>,
  { arms, flagKey: otherFlag }: PlanRequest,
  context: Pick<GatewayContext, 'call'>,
) {
  if (arms !== undefined || otherFlag !== undefined)
    throw problem('VALIDATION_FAILED', 'The plan can not be made as asked for.', {
      errors: [{ path: '/split', message: 'names the arms and the flag itself: leave out arms and flagKey' }],
    });
  const { arms: shares, ...split } = await requirePlannedSplit({ flagKey, ruleId, baselineVariant }, context);
  return { ...split, arms: [...shares], flagKey, ruleId };
}

/** What is usual where a plan does not say. */
const usual = { enrolmentMilliPercent: 100_000, historyDays: planHistoryDays, alpha: 0.05, power: 0.8, prePeriodDays: 14 };

export const planningEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiment-plans',
    operationId: 'planExperiment',
    tag,
    summary: 'Plan an experiment from the past',
    description:
      'Of an effect, a number of units and a number of days any one is given, and the others follow, from what metrics and traffic were ' +
      'like. The arms are given, or a split of a flag names them. Nothing is kept.',
    access: 'people',
    body: planRequest,
    status: 200,
    answer: experimentPlan,
    async handle({ body }, context) {
      const { split, minimumEffect = 0, units = 0, days = 0, ...asked } = body;
      const given = { ...usual, ...(split && (await plannedBy(split, body, context))), ...asked };
      const { plan } = await context.call(Planning.method.planExperiment, { ...given, minimumEffect, units, days });
      return { body: plan };
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/aa-replay',
    operationId: 'startReplay',
    tag,
    summary: 'Try the metrics of a draft on past units',
    description:
      'Assigns past units anew, 1,000 times, and counts how often each metric calls a difference that is none. Queues a job, or answers ' +
      'the one that waits already.',
    access: 'people',
    body: replayRequest,
    status: 202,
    answer: job,
    problems: ['INVALID_STATE'],
    async handle({ params, body }, context) {
      const { id, ...place } = await context.call(Experiments.method.getExperiment, { key: params.experiment });
      const arms = body.arms ?? (place.assignment === 'split' ? (await findPlannedSplit(place, context))?.arms : undefined) ?? [];
      const queued = await context.ask(Planning.method.startReplay, { ...body, arms: [...arms], experimentId: id });
      const location = `/v1/projects/${params.project}/environments/${params.environment}/jobs/${textOf(queued, 'id')}`;
      return { status: 202, body: queued, headers: { location } };
    },
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/aa-replay',
    operationId: 'getReplay',
    tag,
    summary: 'Read the last replay of an experiment',
    description: 'And the last attempt at one.',
    access: 'people',
    status: 200,
    answer: replay,
    handle: async ({ params }, context) => ({
      body: await context.ask(Planning.method.getReplay, { experimentId: await experimentId(params.experiment, context) }),
    }),
  }),
];

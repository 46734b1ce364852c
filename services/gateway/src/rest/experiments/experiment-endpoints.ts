import { Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { created, resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageRequest } from '../lists.ts';
import { patchInput, planInput, timestamp } from './experiment-input.ts';
import { withHeadlines } from './with-headlines.ts';
import { experiment, experimentList, experimentPatch, experimentQuery, newExperiment } from './experiment-schemas.ts';

const tag = 'Experiments';

export const experimentEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments',
    operationId: 'listExperiments',
    tag,
    summary: 'List experiments',
    description: 'Experiments of an environment.',
    access: 'people',
    query: experimentQuery,
    status: 200,
    answer: experimentList,
    handle: async ({ query }, context) => {
      const list = await context.ask(Experiments.method.listExperiments, {
        page: pageRequest(query),
        state: query.state ?? '',
        flagKey: query.flag ?? '',
        metricKey: query.metric ?? '',
        kind: query.kind ?? '',
        archived: query.archived === 'true',
      });
      return listed(query.headlines === 'true' ? await withHeadlines(list, context) : list);
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments',
    operationId: 'createExperiment',
    tag,
    summary: 'Create an experiment',
    description: 'A draft on a split of a flag, or with arms that were assigned elsewhere.',
    access: 'people',
    body: newExperiment,
    repeatable: true,
    status: 201,
    answer: experiment,
    problems: ['ALREADY_EXISTS', 'INVALID_STATE'],
    handle: async ({ params, body }, { ask }) => {
      const { periodFrom, periodTo, plan, ...rest } = body;
      return created(
        await ask(Experiments.method.createExperiment, {
          assignment: 'split',
          ...rest,
          plan: planInput(plan),
          periodFrom: timestamp(periodFrom),
          periodTo: timestamp(periodTo),
        }),
        `/v1/projects/${params.project}/environments/${params.environment}/experiments/${body.key}`,
      );
    },
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment',
    operationId: 'getExperiment',
    tag,
    summary: 'Read an experiment',
    description: 'One experiment of the environment.',
    access: 'people',
    status: 200,
    answer: experiment,
    handle: async ({ params }, { ask }) => resource(await ask(Experiments.method.getExperiment, { key: params.experiment })),
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment',
    operationId: 'updateExperiment',
    tag,
    summary: 'Change an experiment',
    description: 'What is left out stays as it is. While it runs, nothing can change that decides the verdict.',
    access: 'people',
    body: experimentPatch,
    ifMatch: 'required',
    status: 200,
    answer: experiment,
    problems: ['INVALID_STATE'],
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Experiments.method.updateExperiment, { key: params.experiment, ...patchInput(body), ifVersion })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/adopt-metric-versions',
    operationId: 'adoptMetricVersions',
    tag,
    summary: 'Adopt the latest versions of metrics',
    description: 'Measures a running experiment by the latest definitions of its metrics from now on, its past included.',
    access: 'people',
    ifMatch: 'required',
    status: 200,
    answer: experiment,
    problems: ['INVALID_STATE'],
    handle: async ({ params, ifVersion }, { ask }) =>
      resource(await ask(Experiments.method.adoptMetricVersions, { key: params.experiment, ifVersion })),
  }),
];

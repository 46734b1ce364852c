import { Metrics } from '@stitchd/proto/event/v1/event';
import { created, resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageQuery, pageRequest } from '../lists.ts';
import { metric, metricList, metricPatch, newMetric } from './metric-schemas.ts';

const tag = 'Events';

export const metricEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/metrics',
    operationId: 'listMetrics',
    tag,
    summary: 'List metrics',
    description: 'Metrics of a project, by key.',
    access: 'people',
    query: pageQuery,
    status: 200,
    answer: metricList,
    handle: async ({ query }, { ask }) => listed(await ask(Metrics.method.listMetrics, { page: pageRequest(query) })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/metrics',
    operationId: 'createMetric',
    tag,
    summary: 'Create a metric',
    description: 'A metric is made of one event.',
    access: 'people',
    body: newMetric,
    repeatable: true,
    status: 201,
    answer: metric,
    problems: ['ALREADY_EXISTS'],
    handle: async ({ params, body }, { ask }) =>
      created(
        await ask(Metrics.method.createMetric, { direction: 'increase', ...body }),
        `/v1/projects/${params.project}/metrics/${body.key}`,
      ),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/metrics/:metric',
    operationId: 'getMetric',
    tag,
    summary: 'Read a metric',
    description: 'One metric of the project.',
    access: 'people',
    status: 200,
    answer: metric,
    handle: async ({ params }, { ask }) => resource(await ask(Metrics.method.getMetric, { key: params.metric })),
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/projects/:project/metrics/:metric',
    operationId: 'updateMetric',
    tag,
    summary: 'Change a metric',
    description: 'What is left out stays as it is. Key, type and event never change.',
    access: 'people',
    body: metricPatch,
    ifMatch: 'required',
    status: 200,
    answer: metric,
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(await ask(Metrics.method.updateMetric, { key: params.metric, ...body, ifVersion })),
  }),
];

import type { JsonObject } from '@bufbuild/protobuf';
import { Metrics } from '@stitchd/proto/event/v1/event';
import { created, resource } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageQuery, pageRequest } from '../lists.ts';
import {
  metric,
  metricList,
  metricPatch,
  metricPreview,
  metricPreviewRequest,
  metricQuery,
  metricVersionList,
  newMetric,
  oneMetricQuery,
} from './metric-schemas.ts';

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
    query: metricQuery,
    status: 200,
    answer: metricList,
    handle: async ({ query }, { ask }) =>
      listed(
        await ask(Metrics.method.listMetrics, {
          page: pageRequest(query),
          archived: query.archived === 'true',
          type: query.type ?? '',
          eventKey: query.event ?? '',
          direction: query.direction ?? '',
        }),
      ),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/metrics',
    operationId: 'createMetric',
    tag,
    summary: 'Create a metric',
    description: 'What of events counts in experiments. See the guide for what each type means.',
    access: 'people',
    body: newMetric,
    repeatable: true,
    status: 201,
    answer: metric,
    problems: ['ALREADY_EXISTS'],
    handle: async ({ params, body }, { ask }) =>
      created(
        await ask(Metrics.method.createMetric, { ...body, definition: body.definition as JsonObject }),
        `/v1/projects/${params.project}/metrics/${body.key}`,
      ),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/metrics/:metric',
    operationId: 'getMetric',
    tag,
    summary: 'Read a metric',
    description: 'One metric of the project, by its latest definition or an earlier one.',
    access: 'people',
    query: oneMetricQuery,
    status: 200,
    answer: metric,
    handle: async ({ params, query }, { ask }) =>
      resource(await ask(Metrics.method.getMetric, { key: params.metric, definitionVersion: query.definitionVersion ?? 0 })),
  }),
  endpoint({
    method: 'PATCH',
    url: '/v1/projects/:project/metrics/:metric',
    operationId: 'updateMetric',
    tag,
    summary: 'Change a metric',
    description:
      'What is left out stays as it is. Running experiments keep the definition that they began with until they adopt the new one.',
    access: 'people',
    body: metricPatch,
    ifMatch: 'required',
    status: 200,
    answer: metric,
    handle: async ({ params, body, ifVersion }, { ask }) =>
      resource(
        await ask(Metrics.method.updateMetric, {
          key: params.metric,
          ...body,
          definition: body.definition as JsonObject | undefined,
          ifVersion,
        }),
      ),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/metrics/:metric/versions',
    operationId: 'listMetricVersions',
    tag,
    summary: 'List the versions of a metric',
    description: 'All definitions that a metric has had, the latest first.',
    access: 'people',
    query: pageQuery,
    status: 200,
    answer: metricVersionList,
    handle: async ({ params, query }, { ask }) =>
      listed(await ask(Metrics.method.listMetricVersions, { key: params.metric, page: pageRequest(query) })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/metrics/preview',
    operationId: 'previewMetric',
    tag,
    summary: 'Preview a metric',
    description:
      'What a metric, stored or not, says of each of the last days of an environment, with the statement that was asked.',
    access: 'people',
    body: metricPreviewRequest,
    status: 200,
    answer: metricPreview,
    handle: async ({ body }, { ask }) => ({
      body: await ask(Metrics.method.previewMetric, {
        key: body.metric ?? '',
        definition: body.definition as JsonObject | undefined,
        days: body.days ?? 0,
        unitKind: body.unitKind ?? '',
      }),
    }),
  }),
];

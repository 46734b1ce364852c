import { Results } from '@stitchd/proto/stats/v1/stats';
import { problem } from '@stitchd/service-kit';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { answeredJson, resultsBody } from './answered-json.ts';
import { experimentId, experimentNow } from './experiment-id.ts';
import { experimentResults } from './experiment-results-schemas.ts';
import { dimensions, history, iterationQuery, series, seriesQuery } from './result-detail-schemas.ts';
import { resultsFile } from './results-file.ts';
import { results } from './result-schemas.ts';
import { resultsTable } from './results-table.ts';

const tag = 'Experiments';

export const resultEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/results',
    operationId: 'getResults',
    tag,
    summary: 'Read the results of an experiment',
    description:
      'The last results that were computed, and the last attempt, which may have failed. Without `iteration` those of the newest one that has ' +
      'any: the answer says which that is.',
    access: 'people',
    query: iterationQuery,
    status: 200,
    answer: results,
    async handle({ params, query: { iteration = 0 } }, context) {
      const current = await experimentNow(params.experiment, context);
      const answer = await context.call(Results.method.getResults, { experimentId: current.id, iteration });
      return { body: { ...resultsBody(answer), currentIteration: current.iteration } };
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/results/show-anyway',
    operationId: 'showResultsAnyway',
    tag,
    summary: 'Say that figures of broken data are looked at',
    description:
      'Pages hold back the lifts of an experiment whose data is broken until somebody asks to see them; asking is written into the activity, with what was wrong.',
    access: 'people',
    status: 204,
    problems: ['INVALID_STATE'],
    async handle({ params }, context) {
      await context.ask(Results.method.showAnyway, { experimentId: await experimentId(params.experiment, context) });
      return {};
    },
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/results/table',
    operationId: 'downloadResults',
    tag,
    summary: 'Download the results as CSV',
    description: 'A row for each metric and arm with every figure; numbers with all their digits.',
    access: 'people',
    query: iterationQuery,
    status: 200,
    file: 'The table.',
    responseHeaders: { 'content-disposition': 'The name of the file.' },
    async handle({ params, query: { iteration = 0 } }, context) {
      const id = await experimentId(params.experiment, context);
      const answer = await context.call(Results.method.getResults, { experimentId: id, iteration });
      const found = answeredJson(answer.results);
      if (found === undefined) throw problem('NOT_FOUND', 'Nothing has been computed for this experiment yet.');
      const table = Buffer.from(resultsTable(experimentResults.parse(found)));
      return resultsFile({ ...params, name: 'results.csv', mediaType: 'text/csv; charset=utf-8' }, table);
    },
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/results/bundle',
    operationId: 'downloadResultBundle',
    tag,
    summary: 'Download the results with what they were made from',
    description:
      'Settings with their hash, sufficient statistics, statement and results as JSON, without the key of any unit. `stitchd recompute bundle.json` makes the results from it again, without any server.',
    access: 'people',
    query: iterationQuery,
    status: 200,
    file: 'The bundle.',
    responseHeaders: { 'content-disposition': 'The name of the file.' },
    problems: ['CONFLICT', 'BUNDLE_TOO_LARGE'],
    async handle({ params, query: { iteration = 0 } }, context) {
      const id = await experimentId(params.experiment, context);
      const { json } = await context.call(Results.method.getBundle, { experimentId: id, iteration });
      return resultsFile({ ...params, name: 'bundle.json', mediaType: 'application/json; charset=utf-8' }, json);
    },
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/results/series',
    operationId: 'getResultSeries',
    tag,
    summary: 'Read one metric over time',
    description: 'What each computation found, as it was then; its intervals are right at every look.',
    access: 'people',
    query: seriesQuery,
    status: 200,
    answer: series,
    async handle({ params, query: { metric, iteration = 0, limit = 0 } }, context) {
      const id = await experimentId(params.experiment, context);
      const { points } = await context.call(Results.method.getSeries, {
        experimentId: id,
        metricKey: metric,
        iteration,
        limit,
      });
      return { body: { items: answeredJson(points) ?? [] } };
    },
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/results/dimensions',
    operationId: 'getResultDimensions',
    tag,
    summary: 'Read results by dimension and by day since the exposure',
    description: 'For ideas only: corrected for their number, and never a verdict.',
    access: 'people',
    query: iterationQuery,
    status: 200,
    answer: dimensions,
    async handle({ params, query: { iteration = 0 } }, context) {
      const id = await experimentId(params.experiment, context);
      const { details } = await context.call(Results.method.getDimensions, { experimentId: id, iteration });
      return { body: answeredJson(details) ?? { dimensions: [], bySinceExposure: [] } };
    },
  }),
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/experiments/:experiment/results/history',
    operationId: 'getResultHistory',
    tag,
    summary: 'Read how the decision changed',
    description: 'Over all iterations of the experiment, the newest first.',
    access: 'people',
    status: 200,
    answer: history,
    handle: async ({ params }, context) => ({
      body: await context.ask(Results.method.getHistory, { experimentId: await experimentId(params.experiment, context) }),
    }),
  }),
];

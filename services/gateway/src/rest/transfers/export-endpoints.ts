import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Transfers } from '@stitchd/proto/event/v1/transfer';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { fileOf, mediaTypes } from './export-file.ts';
import { exportQuery } from './transfer-schemas.ts';

export const exportEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/export',
    operationId: 'exportItems',
    tag: 'Events',
    summary: 'Download events, exposures or exposed units of a period',
    description:
      'Each item once, in the order of time, as a file that is written while it is read. Where anything fails in the middle the connection is cut: a body that ends properly is whole. Two exports of an environment run at once.',
    access: 'people',
    query: exportQuery,
    status: 200,
    file: 'The rows, in the format that was asked for.',
    responseHeaders: { 'content-disposition': 'The name of the file.' },
    problems: ['TOO_MANY_JOBS'],
    async handle({ params, query }, { stream }) {
      const leaving = new AbortController();
      const chunks = stream(
        Transfers.method.export,
        {
          what: query.what,
          format: query.format,
          from: timestampFromDate(new Date(query.from)),
          to: timestampFromDate(new Date(query.to)),
          forSpreadsheets: query.forSpreadsheets === 'true',
        },
        leaving.signal,
      );
      const name = `${params.project}-${params.environment}-${query.what}.${query.format}`;
      return { file: await fileOf(name, mediaTypes[query.format], chunks, () => leaving.abort()) };
    },
  }),
];

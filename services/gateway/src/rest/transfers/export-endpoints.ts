import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Transfers, type ExportChunk } from '@stitchd/proto/event/v1/transfer';
import { endpoint, type AnsweredFile, type Endpoint } from '../endpoint.ts';
import { exportQuery } from './transfer-schemas.ts';

const mediaTypes = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/x-ndjson; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
} as const;

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

/** Waits for its beginning, so that a refusal is told as one. */
async function fileOf(
  name: string,
  mediaType: string,
  chunks: AsyncIterable<ExportChunk>,
  cancel: () => void,
): Promise<AnsweredFile> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for (let step = first; step.done !== true; step = await iterator.next()) yield step.value.data;
    } finally {
      await iterator.return?.();
    }
  }
  return { name, mediaType, bytes: bytes(), cancel };
}

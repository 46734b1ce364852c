import { Transfers } from '@stitchd/proto/event/v1/transfer';
import type { z } from 'zod';
import type { GatewayContext } from '../../context.ts';
import { importPieceBodyLimit, importPieceDeadlineMs } from '../../limits.ts';
import { textOf } from '../answers.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { eventJob } from '../events/event-job-schemas.ts';
import { newImport, piece, pieceQuery } from './transfer-schemas.ts';

const about =
  'Answers the job that reads the file; upload its bytes next. Items go the same way as those that SDKs send and count once each, however often a row is read. A row without an id of its own gets one made of the import and the row.';
const aboutPiece =
  'Pieces of at most 4 MiB, one after the other. `progress.receivedBytes` of the job says where to go on after a break; what was taken before changes nothing. Rows are read while the rest is uploaded, Parquet when it is whole. On 429 send the same piece again.';

async function create(base: string, body: z.output<typeof newImport>, { ask }: GatewayContext) {
  const { sizeBytes, mapping = [], ...rest } = body;
  const request = { ...rest, sizeBytes: BigInt(sizeBytes), mapping };
  const job = await ask(Transfers.method.createImport, request);
  return { status: 201, body: job, headers: { location: `${base}/${textOf(job, 'id')}` } };
}

async function append(id: string, offset: number, body: unknown, { ask }: GatewayContext) {
  const request = { id, offset: BigInt(offset), data: body as Uint8Array };
  return { body: await ask(Transfers.method.appendImport, request, { timeoutMs: importPieceDeadlineMs }) };
}

const created = { status: 201, answer: eventJob, problems: ['ALREADY_EXISTS', 'CONFLICT', 'TOO_MANY_JOBS'] } as const;
const uploaded = {
  body: piece,
  bytesBody: 'Bytes of the file from `offset` on.',
  bodyLimit: importPieceBodyLimit,
  deadlineMs: importPieceDeadlineMs,
  status: 200,
  answer: eventJob,
  problems: ['CONFLICT', 'INVALID_STATE'],
} as const;

/** For people and API tokens, and the same for server keys that may send items of the past. */
export const importEndpoints: readonly Endpoint[] = [
  endpoint({
    ...created,
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/imports',
    operationId: 'createImport',
    tag: 'Events',
    summary: 'Begin an import',
    description: about,
    access: 'people',
    body: newImport,
    handle: ({ params, body }, context) =>
      create(`/v1/projects/${params.project}/environments/${params.environment}/event-jobs`, body, context),
  }),
  endpoint({
    ...uploaded,
    method: 'PUT',
    url: '/v1/projects/:project/environments/:environment/imports/:job/data',
    operationId: 'uploadImport',
    tag: 'Events',
    summary: 'Upload a piece of a file',
    description: aboutPiece,
    access: 'people',
    query: pieceQuery,
    handle: ({ params, query, body }, context) => append(params.job, query.offset, body, context),
  }),
  endpoint({
    ...created,
    method: 'POST',
    url: '/v1/sdk/imports',
    operationId: 'createImportByKey',
    tag: 'SDK',
    summary: 'Begin an import with a server key',
    description: `The key needs the right to backfill, and rows may lie as far back as it says. ${about}`,
    access: 'server-key',
    body: newImport,
    problems: [...created.problems, 'PERMISSION_DENIED'],
    handle: ({ body }, context) => create('/v1/sdk/imports', body, context),
  }),
  endpoint({
    ...uploaded,
    method: 'PUT',
    url: '/v1/sdk/imports/:job/data',
    operationId: 'uploadImportByKey',
    tag: 'SDK',
    summary: 'Upload a piece of a file with a server key',
    description: aboutPiece,
    access: 'server-key',
    query: pieceQuery,
    handle: ({ params, query, body }, context) => append(params.job, query.offset, body, context),
  }),
  endpoint({
    method: 'GET',
    url: '/v1/sdk/imports/:job',
    operationId: 'getImportByKey',
    tag: 'SDK',
    summary: 'Follow an import with a server key',
    description: 'How far it is, and the first rows that were rejected.',
    access: 'server-key',
    status: 200,
    answer: eventJob,
    handle: async ({ params }, { ask }) => ({ body: await ask(Transfers.method.getImport, { id: params.job }) }),
  }),
];

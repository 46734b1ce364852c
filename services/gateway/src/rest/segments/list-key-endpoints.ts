import { Segments } from '@stitchd/proto/segment/v1/segment';
import { listKeysBodyLimit, longRequestDeadlineMs } from '../../limits.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageRequest } from '../lists.ts';
import { listKeys, listKeysChange, listKeysChanged, listKeysQuery } from './segment-schemas.ts';

const tag = 'Segments';

export const listKeyEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/segments/:segment/keys',
    operationId: 'listSegmentKeys',
    tag,
    summary: 'List keys of a list segment',
    description: 'Keys of one side of a list, sorted.',
    access: 'people',
    query: listKeysQuery,
    status: 200,
    answer: listKeys,
    problems: ['INVALID_STATE'],
    handle: async ({ params, query }, { ask }) =>
      listed(await ask(Segments.method.listKeys, { key: params.segment, side: query.side, page: pageRequest(query) })),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/segments/:segment/keys',
    operationId: 'changeSegmentKeys',
    tag,
    summary: 'Add and remove keys',
    description: 'Adds and removes keys of one side of a list. Repeating it changes nothing more.',
    access: 'people',
    body: listKeysChange,
    bodyLimit: listKeysBodyLimit,
    deadlineMs: longRequestDeadlineMs,
    status: 200,
    answer: listKeysChanged,
    problems: ['INVALID_STATE'],
    handle: async ({ params, body }, { ask }) => ({
      body: await ask(Segments.method.changeListKeys, { key: params.segment, ...body }, { timeoutMs: longRequestDeadlineMs }),
    }),
  }),
];

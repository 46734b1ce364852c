import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { listKeysBodyLimit, longRequestDeadlineMs } from '../../limits.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { listed, pageRequest } from '../lists.ts';
import { listKeys, listKeysChange, listKeysChanged, listKeysQuery } from './segment-schemas.ts';

const tag = 'Segments';

/** A key as the service takes it. The time was checked to be one. */
function newListKey(given: string | { readonly key: string; readonly expiresAt?: string | undefined }) {
  if (typeof given === 'string') return { key: given };
  const { key, expiresAt } = given;
  return { key, ...(expiresAt !== undefined && { expiresAt: timestampFromMs(Date.parse(expiresAt)) }) };
}

export const listKeyEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/projects/:project/environments/:environment/segments/:segment/keys',
    operationId: 'listSegmentKeys',
    tag,
    summary: 'List keys of a list segment',
    description: 'Keys of one side of a list, sorted; those whose time has passed are left out.',
    access: 'people',
    query: listKeysQuery,
    status: 200,
    answer: listKeys,
    problems: ['INVALID_STATE'],
    async handle({ params, query }, { ask }) {
      const request = { key: params.segment, side: query.side, page: pageRequest(query) };
      const { expiresAt = {}, ...page } = await ask(Segments.method.listKeys, request);
      return listed(page, { expiresAt });
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/projects/:project/environments/:environment/segments/:segment/keys',
    operationId: 'changeSegmentKeys',
    tag,
    summary: 'Add and remove keys',
    description:
      'Adds and removes keys of one side of a list, at most 100,000 together. Repeating it changes nothing more. A key may expire: SDKs hear of it within seconds.',
    access: 'people',
    body: listKeysChange,
    repeatable: true,
    bodyLimit: listKeysBodyLimit,
    deadlineMs: longRequestDeadlineMs,
    status: 200,
    answer: listKeysChanged,
    problems: ['INVALID_STATE'],
    handle: async ({ params, body: { side, add = [], remove = [] } }, { ask }) => ({
      body: await ask(
        Segments.method.changeListKeys,
        { key: params.segment, side, addKeys: add.map(newListKey), remove },
        { timeoutMs: longRequestDeadlineMs },
      ),
    }),
  }),
];

import { Segments } from '@stitchd/proto/segment/v1/segment';
import { takeItems } from '../../ingest/take-items.ts';
import { eventsBodyLimit } from '../../limits.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { eventBatch, exposureBatch, ingested, membershipAnswers, membershipCheck } from './sdk-schemas.ts';

const tag = 'SDK';

/** What both ways to send items have in common. */
const itemsCommon = {
  method: 'POST',
  tag,
  access: 'sdk-key',
  rawBody: true,
  bodyLimit: eventsBodyLimit,
  crossOrigin: true,
  status: 202,
  answer: ingested,
  problems: ['STORE_UNAVAILABLE'],
} as const;

const batchRules =
  'A batch of at most 1,000 items and 1 MiB, packed with gzip, br or (where event-service runs on Node.js 22.15 or newer) zstd, at most 4 MiB unpacked. Each item is accepted or rejected by itself; a repeated item counts once. On 429 and 503 send the same batch again after Retry-After, whatever was stored of it.';

export const sdkEndpoints: readonly Endpoint[] = [
  {
    ...itemsCommon,
    url: '/v1/sdk/events',
    operationId: 'sendEvents',
    summary: 'Send events and exposures',
    description: batchRules,
    body: eventBatch,
    direct: (input, context) => takeItems(input, context, false),
  },
  {
    ...itemsCommon,
    url: '/v1/sdk/exposures',
    operationId: 'sendExposures',
    summary: 'Send exposures',
    description: `For assignments that were made elsewhere: the same body, with exposures alone; other items are rejected. ${batchRules}`,
    body: exposureBatch,
    direct: (input, context) => takeItems(input, context, true),
  },
  endpoint({
    method: 'POST',
    url: '/v1/sdk/segments/check',
    operationId: 'checkSegmentMembership',
    tag,
    summary: 'Ask which lists hold which keys',
    description: 'For lists that are too large to be synced. With server keys.',
    access: 'server-key',
    body: membershipCheck,
    status: 200,
    answer: membershipAnswers,
    handle: async ({ body }, { ask }) => ({ body: await ask(Segments.method.checkMembership, body) }),
  }),
];

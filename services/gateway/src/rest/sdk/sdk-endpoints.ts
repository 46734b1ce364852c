import { Ingestion } from '@stitchd/proto/event/v1/event';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { problem } from '@stitchd/service-kit';
import { eventsBodyLimit } from '../../limits.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { eventBatch, ingested, membershipAnswers, membershipCheck } from './sdk-schemas.ts';

const tag = 'SDK';

/** @throws UNSUPPORTED_MEDIA_TYPE */
function contentEncoding(header: string | readonly string[] | undefined): '' | 'gzip' {
  if (header === undefined || header === 'identity') return '';
  if (header === 'gzip') return 'gzip';
  throw problem('UNSUPPORTED_MEDIA_TYPE', 'Content-Encoding must be gzip or left out.');
}

export const sdkEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'POST',
    url: '/v1/sdk/events',
    operationId: 'sendEvents',
    tag,
    summary: 'Send events and exposures',
    description:
      'A batch of at most 1,000 items and 1 MiB, gzip allowed (at most 4 MiB unpacked). Each item is accepted or rejected by itself; a repeated item counts once. On 503 send the same batch again after Retry-After.',
    access: 'sdk-key',
    body: eventBatch,
    rawBody: true,
    bodyLimit: eventsBodyLimit,
    crossOrigin: true,
    status: 202,
    answer: ingested,
    async handle({ body, headers }, { ask }) {
      const request = {
        body: body as unknown as Uint8Array,
        contentEncoding: contentEncoding(headers['content-encoding']),
      };
      return { status: 202, body: await ask(Ingestion.method.ingest, request) };
    },
  }),
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

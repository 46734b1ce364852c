import type { Principal } from '@stitchd/service-kit';
import { problem } from '@stitchd/service-kit';
import { createSyncStream } from '../../sync/sync-stream.ts';
import { positionOfEventId } from '../../sync/wire-form.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import { definitionsDocument } from './definitions-schemas.ts';
import { matchesETag, takesGzip } from './representation.ts';

const tag = 'SDK';
const environmentHeader = 'stitchd-environment-id';
const responseHeaders = { [environmentHeader]: 'The id of the environment that the key belongs to.' };

function environmentOf(principal: Principal | undefined): { readonly principal: Principal; readonly id: string } {
  if (principal?.environmentId === undefined) throw problem('UNAUTHENTICATED', 'Credentials are missing.');
  return { principal, id: principal.environmentId };
}

export const definitionsEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: '/v1/sdk/definitions',
    operationId: 'getDefinitions',
    tag,
    summary: 'The definitions of an environment',
    description:
      'For SDKs that poll: the state that FlagSync sends. With server keys, since it holds rules and the secret that signs tokens. Ask with If-None-Match and gzip; 304 says that nothing has changed.',
    access: 'server-key',
    requestHeaders: {
      'If-None-Match': 'The ETag of the state that you have.',
      'Accept-Encoding': 'With `gzip` the answer is compressed.',
    },
    responseHeaders: { etag: 'Stands for the state and its encoding: strong.', ...responseHeaders },
    status: 200,
    otherStatuses: { 304: 'The state is the one of If-None-Match.' },
    answer: definitionsDocument,
    async handle({ principal: found, headers }, { feed }) {
      const { principal, id } = environmentOf(found);
      const body = await feed(principal).body();
      const isCompressed = takesGzip(headers['accept-encoding']);
      const etag = isCompressed ? body.etagOfGzip : body.etag;
      const common = { etag, vary: 'Accept-Encoding', [environmentHeader]: id };
      // Whoever asks again may have changed its mind about compression: the state is the same.
      if (matchesETag(headers['if-none-match'], [body.etag, body.etagOfGzip])) return { status: 304, headers: common };
      if (!isCompressed) return { json: body.json(), headers: common };
      return { json: await body.gzip(), headers: { ...common, 'content-encoding': 'gzip' } };
    },
  }),
  endpoint({
    method: 'GET',
    url: '/v1/sdk/definitions/stream',
    operationId: 'followDefinitions',
    tag,
    summary: 'The definitions of an environment, and each change of them',
    description:
      'FlagSync as server-sent events, for platforms without gRPC; with server keys. At least every 15 s comes a message without entities. A stream that ends says why by an event `error`.',
    access: 'server-key',
    requestHeaders: {
      'Last-Event-ID': 'The id of the last event that you took in, `<revision>-<checksum>`: what you lack follows.',
    },
    responseHeaders,
    status: 200,
    eventStream:
      'Events `message`, whose data is a message of FlagSync as JSON (`revision`, `fromRevision`, `last`, `checksum`, `entities`, `removed`); event `error`, whose data is a problem, before the end.',
    async handle({ principal: found, headers }, context) {
      const { principal, id } = environmentOf(found);
      const have = positionOfEventId(headers['last-event-id']);
      return {
        headers: { [environmentHeader]: id },
        events({ sink, keyHash }) {
          const feed = context.feed(principal);
          const { nowMs, onSyncWritten: onWritten } = context;
          const follower = createSyncStream({ sink, keyHash, have, nowMs, onWritten });
          feed.add(follower);
          return { onClosed: () => feed.remove(follower) };
        },
      };
    },
  }),
];

import { problem } from '@stitchd/service-kit';
import { changesPath, namedRevision } from '@stitchd/ofrep';
import { endpoint, type Endpoint } from '../rest/endpoint.ts';
import { ofrepBody, ofrepBulk, ofrepBulkQuery, ofrepChangesQuery, ofrepSuccess } from '../rest/evaluation/evaluation-schemas.ts';
import { createChangeStream } from './change-stream.ts';
import { evaluateBulk } from './evaluate-bulk.ts';
import { evaluateSingle } from './evaluate-single.ts';

const common = { method: 'POST', tag: 'Evaluation', access: 'sdk-key', body: ofrepBody, crossOrigin: true, ofrep: true } as const;

export const ofrepEndpoints: readonly Endpoint[] = [
  {
    ...common,
    url: '/ofrep/v1/evaluate/flags/:flag',
    operationId: 'ofrepEvaluateFlag',
    summary: 'Evaluate one flag (OFREP)',
    description:
      'OpenFeature Remote Evaluation Protocol. With server or client keys; client keys see flags that are `clientVisible`. Reading a value under a running experiment records the exposure.',
    status: 200,
    answer: ofrepSuccess,
    direct: evaluateSingle,
  },
  {
    ...common,
    url: '/ofrep/v1/evaluate/flags',
    operationId: 'ofrepEvaluateFlags',
    summary: 'Evaluate all flags (OFREP)',
    description:
      'OpenFeature Remote Evaluation Protocol, bulk. Exposes nobody. The ETag stands for the answer: with If-None-Match an unchanged one is 304. `eventStreams` says where changes can be heard of.',
    query: ofrepBulkQuery,
    requestHeaders: { 'If-None-Match': 'The ETag of the answer that you have for this context.' },
    status: 200,
    otherStatuses: { 304: 'The answer is the one of If-None-Match.' },
    answer: ofrepBulk,
    direct: evaluateBulk,
  },
  endpoint({
    method: 'GET',
    url: changesPath,
    operationId: 'ofrepFollowChanges',
    tag: 'Evaluation',
    summary: 'Hear of changes (OFREP)',
    description:
      'The stream that `eventStreams` of a bulk answer names. Its address holds a ticket that stands for the key for 5 to 10 minutes: it is opened by GET without headers, as EventSource does, and stays open for as long as the key is valid. Treat the address as a secret.',
    access: 'ticket',
    query: ofrepChangesQuery,
    requestHeaders: { 'Last-Event-ID': 'The id of the last event: whether something has changed since is told at once.' },
    crossOrigin: true,
    ofrep: true,
    status: 200,
    eventStream:
      'Events `message`, whose data is `{"type":"refetchEvaluation","etag":"<revision>"}`: evaluate again, with `flagConfigEtag` set to the etag. A comment every 15 s.',
    async handle({ query, principal: found, headers }, context) {
      if (found === undefined) throw problem('UNAUTHENTICATED', 'Credentials are missing.');
      const principal = found;
      const have = namedRevision(headers['last-event-id']) ?? namedRevision(query.have);
      return {
        events({ sink, keyHash }) {
          const feed = context.feed(principal);
          const follower = createChangeStream({ sink, keyHash, have, nowMs: context.nowMs });
          feed.add(follower);
          return { onClosed: () => feed.remove(follower) };
        },
      };
    },
  }),
];

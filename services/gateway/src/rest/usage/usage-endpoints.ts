import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { LiveItems, Usage } from '@stitchd/proto/event/v1/usage';
import { currentCall, problem } from '@stitchd/service-kit';
import type { GatewayContext } from '../../context.ts';
import { endpoint, type Endpoint } from '../endpoint.ts';
import {
  activityQuery,
  contextAttributes,
  contextAttributesQuery,
  flagActivities,
  flagUsage,
  liveQuery,
  rejections,
  rejectionsQuery,
  usageQuery,
} from './usage-schemas.ts';

const environmentUrl = '/v1/projects/:project/environments/:environment';
const weekMs = 7 * 86_400_000;

function periodOf(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  { nowMs }: GatewayContext,
) {
  const toMs = to === undefined ? nowMs() : Date.parse(to);
  const fromMs = from === undefined ? toMs - weekMs : Date.parse(from);
  return { from: timestampFromMs(fromMs), to: timestampFromMs(toMs) };
}

export const usageEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'GET',
    url: `${environmentUrl}/flags/:flag/usage`,
    operationId: 'getFlagUsage',
    tag: 'Flags',
    summary: 'Read how often a flag was evaluated',
    description:
      'By variant and reason over time, and by SDK and version. SDKs tell it once a minute; hours are kept for 90 days.',
    access: 'people',
    query: usageQuery,
    status: 200,
    answer: flagUsage,
    handle: async ({ params, query }, context) => ({
      body: await context.ask(Usage.method.getFlagUsage, {
        flagKey: params.flag,
        grain: query.grain,
        ...periodOf(query, context),
      }),
    }),
  }),
  endpoint({
    method: 'GET',
    url: `${environmentUrl}/flag-activity`,
    operationId: 'listFlagActivity',
    tag: 'Flags',
    summary: 'Read when flags were evaluated last',
    description: 'For a page of flags: the last evaluation of each in this environment, and how often on the last seven days.',
    access: 'people',
    query: activityQuery,
    status: 200,
    answer: flagActivities,
    handle: async ({ query }, { ask }) => ({ body: await ask(Usage.method.listFlagActivity, { flagKeys: query.flags }) }),
  }),
  endpoint({
    method: 'GET',
    url: `${environmentUrl}/context-attributes`,
    operationId: 'listContextAttributes',
    tag: 'Events',
    summary: 'List the attributes that contexts have',
    description:
      'What SDKs and this gateway saw in contexts of the last 90 days: kinds, names, types and, where the event settings ask for it, frequent values. Nothing of private attributes, and no keys.',
    access: 'people',
    query: contextAttributesQuery,
    status: 200,
    answer: contextAttributes,
    handle: async ({ query }, { ask }) => ({
      body: await ask(Usage.method.listContextAttributes, { kind: query.kind ?? '' }),
    }),
  }),
  endpoint({
    method: 'GET',
    url: `${environmentUrl}/live-items`,
    operationId: 'followItems',
    tag: 'Events',
    summary: 'Watch what comes in',
    description:
      'Events, exposures and refused items of an environment as server-sent events, usually within two seconds; it begins with the last minute. Read it with fetch, which can send the access token. Of more than 200 items at once the latest are told, with the number of the others. A stream lasts at most five minutes: open it again. While the event store is away an event `waiting` says so.',
    access: 'people',
    query: liveQuery,
    status: 200,
    eventStream:
      'Events `items`, whose data is `{ items, leftOut }`; `waiting`, whose data says what is away; `error`, whose data is a problem, before the end.',
    handle: async ({ query, principal }, context) => {
      if (principal === undefined) throw problem('UNAUTHENTICATED', 'Credentials are missing.');
      // Asked once before the stream opens: who may not read is told so by a status.
      await context.call(LiveItems.method.tailItems, query);
      const requestId = currentCall()?.requestId ?? '';
      return { events: ({ sink }) => context.liveTails.open(sink, principal, query, requestId) };
    },
  }),
  endpoint({
    method: 'GET',
    url: `${environmentUrl}/rejections`,
    operationId: 'countRejections',
    tag: 'Events',
    summary: 'Count refused items',
    description: 'By code, type and key, over a period of the last seven days.',
    access: 'people',
    query: rejectionsQuery,
    status: 200,
    answer: rejections,
    handle: async ({ query }, context) => ({
      body: await context.ask(LiveItems.method.countRejections, periodOf(query, context)),
    }),
  }),
];

import type { CompiledDefinitions, EvaluationContext } from '@stitchd/core';
import { problem, withCall, currentCall, type Principal } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import { maxKeptContextCharacters, membershipWaitMs, valuesBodyLimit } from '../limits.ts';
import { endpoint, type Endpoint } from '../rest/endpoint.ts';
import { readContextOf } from '../rest/evaluation/prepare-context.ts';
import { matchesETag } from '../rest/sdk/representation.ts';
import { answerValues, type ValuesQuestion } from './answer-values.ts';
import { provenContext } from './proven-context.ts';
import { signingOf } from './signed-tokens.ts';
import { contextValues, valuesBody } from './value-schemas.ts';
import { createValuesStream } from './values-stream.ts';

const tag = 'SDK';

const requestHeaders = { 'If-None-Match': 'The ETag of the values that you have for this context.' };
const problems = ['CONTEXT_TOKEN_INVALID', 'CONTEXT_TOKEN_EXPIRED'] as const;
const common = { tag, access: 'sdk-key', body: valuesBody, bodyLimit: valuesBodyLimit, crossOrigin: true, status: 200 } as const;

interface Asked {
  readonly context?: EvaluationContext | undefined;
  readonly contextToken?: string | undefined;
  readonly assignments?: string | null | undefined;
  readonly exposure?: boolean | undefined;
}

/** @throws VALIDATION_FAILED, CONTEXT_TOKEN_INVALID, CONTEXT_TOKEN_EXPIRED */
function questionOf(asked: Asked, found: Principal | undefined, compiled: CompiledDefinitions, nowMs: number): ValuesQuestion {
  if (found === undefined) throw problem('UNAUTHENTICATED', 'Credentials are missing.');
  const context = readContextOf(found, asked.context ?? {});
  return {
    principal: found,
    context: provenContext(context, asked.contextToken, signingOf(compiled), nowMs),
    assignments: asked.assignments ?? undefined,
    exposure: asked.exposure ?? true,
  };
}

/**
 * A client key is public: whoever has it can open thousands of streams.
 * @throws BODY_TOO_LARGE
 */
function requireKeepable({ context }: Asked, { keyKind }: Principal): void {
  if (keyKind !== 'server' && JSON.stringify(context ?? {}).length > maxKeptContextCharacters)
    throw problem(
      'BODY_TOO_LARGE',
      `A stream takes a context of at most ${maxKeptContextCharacters} characters; ask without a stream.`,
    );
}

/**
 * Evaluates in the name of the stream's own key, long after its request: each time with a deadline of its own. What is kept of
 * the context meanwhile is its text, of which objects could take twenty times as much.
 */
function evaluateLater({ context: evaluated, ...asked }: ValuesQuestion, gateway: GatewayContext) {
  const call = { requestId: currentCall()?.requestId ?? '', principal: asked.principal };
  const text = JSON.stringify(evaluated);
  return (compiled: CompiledDefinitions) =>
    withCall({ ...call, deadlineMs: gateway.nowMs() + membershipWaitMs }, () =>
      answerValues({ ...asked, context: JSON.parse(text) as EvaluationContext }, compiled, gateway),
    );
}

export const valueEndpoints: readonly Endpoint[] = [
  endpoint({
    ...common,
    method: 'POST',
    url: '/v1/sdk/values',
    operationId: 'getValues',
    summary: 'The values of all flags for one context',
    description:
      'For browsers: values, never rules. Client keys see flags that are `clientVisible`. Nobody is exposed to an experiment: reading a value in the application does that. Where the environment’s event settings say `exposuresOn: delivery`, this does, and values carry no `exposures`. The context is stored, logged and traced nowhere.',
    requestHeaders,
    responseHeaders: { etag: 'Stands for the answers, whatever the revision.' },
    otherStatuses: { 304: 'The answers are those of If-None-Match.' },
    answer: contextValues,
    problems,
    async handle({ body, principal, headers }, context) {
      if (principal === undefined) throw problem('UNAUTHENTICATED', 'Credentials are missing.');
      const compiled = await context.definitions(principal);
      const values = await answerValues(questionOf(body, principal, compiled, context.nowMs()), compiled, context);
      const etag = `"${values.etag}"`;
      if (matchesETag(headers['if-none-match'], [etag])) return { status: 304, headers: { etag } };
      return { json: JSON.stringify(values), headers: { etag } };
    },
  }),
  endpoint({
    ...common,
    method: 'POST',
    url: '/v1/sdk/values/stream',
    operationId: 'followValues',
    summary: 'The values of all flags for one context, and again whenever one of them changes',
    description:
      'The same as server-sent events; read it with fetch, since the context is in the body. A comment comes at least every 15 s. A slow reader gets the latest values, not all in between. With a client key the context may have 8,192 characters. A stream that ends says why by an event `error`.',
    requestHeaders,
    eventStream:
      'Events `values`, whose data is what `POST /v1/sdk/values` answers and whose id is its `etag`; event `error`, whose data is a problem, before the end.',
    problems,
    async handle({ body, principal, headers }, context) {
      if (principal === undefined) throw problem('UNAUTHENTICATED', 'Credentials are missing.');
      requireKeepable(body, principal);
      const question = questionOf(body, principal, await context.definitions(principal), context.nowMs());
      const evaluate = evaluateLater(question, context);
      const [, etag] = /^"(\w+)"$/.exec(String(headers['if-none-match'])) ?? [];
      return {
        events({ sink, keyHash }) {
          const feed = context.feed(principal);
          const { turns, nowMs } = context;
          const seesHidden = principal.keyKind === 'server';
          const stream = createValuesStream({ sink, keyHash, evaluate, etag, seesHidden, turns, nowMs });
          feed.add(stream);
          return { onClosed: () => feed.remove(stream) };
        },
      };
    },
  }),
];

import { compileDefinitions } from '@stitchd/core';
import { expect, test } from 'vitest';
import type { GatewayContext } from '../context.ts';
import type { Ticket } from '../identity/stream-tickets.ts';
import type { DirectAnswer } from '../rest/endpoint.ts';
import { evaluateBulk } from './evaluate-bulk.ts';
import { allFlags } from './shared-flags.test-support.ts';

const compiled = compileDefinitions(
  allFlags.map((entity) => ({ ...entity, revision: 3, body: JSON.stringify(entity.body) })),
  9,
);

function setUp() {
  const state: { ticket: Ticket | undefined } = { ticket: { text: 't.7', period: 7 } };
  const gateway = {
    nowMs: () => 0,
    feed: () => ({ held: () => compiled }),
    ticketFor: () => state.ticket,
    publicUrl: undefined,
    usage: { delivery: () => () => undefined, deliverConstant: () => undefined },
    exposures: { delivery: () => undefined },
  } as unknown as GatewayContext;
  const ask = async (ifNoneMatch?: string): Promise<DirectAnswer & { readonly etag: string }> => {
    const principal = { kind: 'sdk-key', id: 'k', name: 'web', keyKind: 'server' } as const;
    const answer = await evaluateBulk(
      {
        params: {},
        query: {},
        text: '{"context":{"targetingKey":"u-1"}}',
        bytes: new Uint8Array(),
        caller: { principal, allowedOrigins: [], expiresAtMs: undefined, keyHash: 'k' },
        requestId: 'r',
        headers: { 'if-none-match': ifNoneMatch },
      },
      gateway,
    );
    return { ...answer, etag: answer.headers?.['etag'] ?? '' };
  };
  return { state, ask };
}

test('An unchanged answer is 304 for as long as the ticket that came with it is taken, under the ETag that it came with', async () => {
  const { state, ask } = setUp();
  const first = await ask();
  state.ticket = { text: 't.8', period: 8 };
  expect(await ask(first.etag)).toMatchObject({ status: 304, etag: first.etag });
  state.ticket = { text: 't.9', period: 9 };
  const third = await ask(first.etag);
  expect(third).toMatchObject({ status: 200, text: expect.stringContaining('ticket=t.9') as unknown });
  expect(third.etag).not.toBe(first.etag);
  expect((await ask(`W/"x", ${third.etag}`)).status).toBe(304);
});

test('Where there is no ticket the answer names no stream, and its ETag stands for the evaluations alone', async () => {
  const { state, ask } = setUp();
  state.ticket = undefined;
  const { text = '', etag } = await ask();
  expect(Object.keys(JSON.parse(text) as object)).toEqual(['flags', 'metadata']);
  expect(etag).toMatch(/^"[0-9a-f]{16}"$/);
  expect((await ask(etag)).status).toBe(304);
});

import { compileDefinitions } from '@stitchd/core';
import { expect, test } from 'vitest';
import { ticketPeriodMs } from '../limits.ts';
import { environmentEntity } from '../ofrep/shared-flags.test-support.ts';
import type { KeyCaller } from './key-identities.ts';
import { createStreamTickets } from './stream-tickets.ts';
import { problemOf } from '@stitchd/service-kit';

const keyHash = 'ab'.repeat(32);
const caller: KeyCaller = {
  principal: { kind: 'sdk-key', id: 'k', name: 'web', environmentId: 'e-1', keyKind: 'client' },
  allowedOrigins: [],
  expiresAtMs: undefined,
  keyHash,
};
const environmentOf = (body: object) => compileDefinitions([{ ...environmentEntity, revision: 1, body: JSON.stringify(body) }]);
const compiled = environmentOf(environmentEntity.body);

function setUp() {
  const clock = { ms: 1_000 * ticketPeriodMs };
  const state = { held: compiled, known: caller as KeyCaller | undefined };
  const tickets = createStreamTickets({
    keys: { findByHash: async () => caller, recallByHash: () => state.known },
    definitions: async () => state.held,
    held: () => state.held,
    nowMs: () => clock.ms,
  });
  const issued = () => tickets.issue(keyHash, state.held)?.text ?? '';
  return { clock, state, tickets, issued };
}

const codeOf = (work: () => unknown): string => {
  try {
    return work() === undefined ? 'not known' : 'taken';
  } catch (error) {
    return problemOf(error).code;
  }
};

test('A ticket is the same throughout a period and is taken until the end of the next one', async () => {
  const { clock, tickets, issued } = setUp();
  const ticket = issued();
  clock.ms += ticketPeriodMs - 1;
  expect(issued()).toBe(ticket);
  clock.ms += 1;
  expect(issued()).not.toBe(ticket);
  clock.ms += ticketPeriodMs - 1;
  expect(codeOf(() => tickets.recall(ticket))).toBe('taken');
  expect(await tickets.find(ticket)).toBe(caller);
  clock.ms += 1;
  expect(codeOf(() => tickets.recall(ticket))).toBe('TICKET_EXPIRED');
  await expect(tickets.find(ticket)).rejects.toThrow('expired');
});

test('A ticket is signed with its own environment: under another secret, and for another key, it is worth nothing', () => {
  const { state, tickets, issued } = setUp();
  const ticket = issued();
  state.held = environmentOf({ ...environmentEntity.body, signingSecret: Buffer.alloc(32, 8).toString('base64url') });
  expect(codeOf(() => tickets.recall(ticket))).toBe('UNAUTHENTICATED');
  state.held = compiled;
  state.known = { ...caller, keyHash: 'cd'.repeat(32) };
  expect(codeOf(() => tickets.recall(ticket))).toBe('UNAUTHENTICATED');
  state.known = undefined;
  expect(codeOf(() => tickets.recall(ticket))).toBe('not known');
});

test('After the secret was rotated a key gets another ticket in the same period, and its old one is worth nothing', () => {
  const { state, tickets, issued } = setUp();
  const before = issued();
  state.held = environmentOf({ ...environmentEntity.body, signingSecret: Buffer.alloc(32, 8).toString('base64url') });
  const after = issued();
  expect(after).not.toBe(before);
  expect([codeOf(() => tickets.recall(before)), codeOf(() => tickets.recall(after))]).toEqual(['UNAUTHENTICATED', 'taken']);
});

test('Without a secret there is no ticket, and none is taken', () => {
  const { state, tickets, issued } = setUp();
  const ticket = issued();
  state.held = compileDefinitions([]);
  expect(tickets.issue('cd'.repeat(32), state.held)).toBeUndefined();
  expect(codeOf(() => tickets.recall(ticket))).toBe('UNAUTHENTICATED');
});

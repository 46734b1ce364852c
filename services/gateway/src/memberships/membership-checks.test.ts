import { compileDefinitions, requiredMemberships, validationLimits, type CompiledDefinitions } from '@stitchd/core';
import { problem, type Principal } from '@stitchd/service-kit';
import { beforeEach, expect, test } from 'vitest';
import type { GatewayContext } from '../context.ts';
import { maxMembershipQuestions, membershipTimes } from '../limits.ts';
import { createMembershipChecks, type MembershipChecks } from './membership-checks.ts';

interface Asked {
  readonly questions: readonly { readonly segmentKey: string; readonly contextKey: string }[];
}

let nowMs: number;
let asked: Asked[];
let unresolved: number;
let answer: (segmentKey: string, contextKey: string) => string;
let gate: Promise<void> | undefined;
let checks: MembershipChecks;

beforeEach(() => {
  nowMs = 1_000_000;
  asked = [];
  unresolved = 0;
  gate = undefined;
  answer = (_segment, key) => (key.startsWith('in') ? 'member' : 'not-member');
  const call = async (_method: unknown, { questions }: Asked) => {
    asked.push({ questions });
    await gate;
    return { answers: questions.map((question) => ({ ...question, outcome: answer(question.segmentKey, question.contextKey) })) };
  };
  checks = createMembershipChecks({
    call: call as unknown as GatewayContext['call'],
    nowMs: () => nowMs,
    onUnresolved: (count) => (unresolved += count),
  });
});

const principal = (environmentId: string): Principal => ({
  kind: 'sdk-key',
  id: 'k',
  name: 'k',
  keyKind: 'client',
  organisationId: 'o',
  projectId: 'p',
  environmentId,
});

function withLists(count: number, version = 1): CompiledDefinitions {
  const lists = Array.from({ length: count }, (_, index) => `list-${index}`);
  const entity = (kind: string, key: string, body: object) => ({
    kind,
    id: key,
    revision: 1,
    body: JSON.stringify({ key, ...body }),
  });
  return compileDefinitions([
    entity('flag', 'f', {
      type: 'boolean',
      variants: [{ key: 'on', value: true }],
      enabled: true,
      offVariant: null,
      prerequisites: [],
      targets: [],
      rules: lists.map((list) => ({ id: list, when: { inSegment: list }, serve: { variant: 'on' } })),
      defaultServe: { variant: 'on' },
    }),
    ...lists.map((list) =>
      entity('segment', list, {
        type: 'list',
        contextKind: 'user',
        included: { remote: true },
        excluded: { keys: [] },
        membersVersion: version,
      }),
    ),
  ]);
}

function resolve(compiled: CompiledDefinitions, key: string, environmentId = 'e-1') {
  return checks.resolve(principal(environmentId), compiled, requiredMemberships(compiled, 'f', { targetingKey: key }));
}

test('More memberships than one call may ask for are asked in several, and all are known', async () => {
  const compiled = withLists(maxMembershipQuestions * 2 + 1);
  const found = await resolve(compiled, 'in-1');
  expect([found.size, [...found.values()].every(Boolean), unresolved]).toEqual([2_001, true, 0]);
  expect(asked.map(({ questions }) => questions.length)).toEqual([1_000, 1_000, 1]);
});

test('An answer is remembered while it is fresh, in its environment alone, and asked for again after a change of its list', async () => {
  const compiled = withLists(1);
  for (const key of ['in-1', 'out', 'in-1', 'out']) await resolve(compiled, key);
  expect(asked).toHaveLength(2);
  await resolve(compiled, 'in-1', 'e-2');
  expect(asked).toHaveLength(3);
  answer = () => 'not-member';
  expect([...(await resolve(withLists(1, 2), 'in-1'))]).toEqual([['list-0', false]]);
  nowMs += membershipTimes.freshMs;
  await resolve(withLists(1, 2), 'in-1');
  expect(asked).toHaveLength(5);
});

test('While segmentation-service is away what was answered before is used, but not after its list changed; the rest is counted', async () => {
  const compiled = withLists(1);
  await resolve(compiled, 'in-1');
  nowMs += membershipTimes.usableMs - 1;
  answer = () => {
    throw problem('SERVICE_UNAVAILABLE', 'away');
  };
  expect([...(await resolve(compiled, 'in-1'))]).toEqual([['list-0', true]]);
  expect([(await resolve(compiled, 'in-2')).size, unresolved]).toEqual([0, 1]);
  expect([(await resolve(withLists(1, 2), 'in-1')).size, unresolved]).toEqual([0, 2]);
  nowMs += 1;
  expect([(await resolve(compiled, 'in-1')).size, unresolved]).toEqual([0, 3]);
});

test('A fault is thrown to everybody who waits for it, and asked anew by the next', async () => {
  const compiled = withLists(1);
  answer = () => {
    throw problem('INTERNAL', 'a fault');
  };
  const outcomes = await Promise.allSettled([resolve(compiled, 'in-1'), resolve(compiled, 'in-1')]);
  expect([outcomes.map(({ status }) => status), asked.length]).toEqual([['rejected', 'rejected'], 1]);
  answer = () => 'member';
  expect((await resolve(compiled, 'in-1')).size).toBe(1);
});

test('Requests that need the same membership at the same time ask once', async () => {
  let open = (): void => undefined;
  gate = new Promise((done) => (open = done));
  const compiled = withLists(2);
  const both = [resolve(compiled, 'in-1'), resolve(compiled, 'in-1'), resolve(compiled, 'in-2')];
  open();
  expect((await Promise.all(both)).map(({ size }) => size)).toEqual([2, 2, 2]);
  expect(asked.map(({ questions }) => questions.map(({ contextKey }) => contextKey))).toEqual([
    ['in-1', 'in-1'],
    ['in-2', 'in-2'],
  ]);
});

test('A key that no list can have is not asked for, and a list that the server does not know stays unknown', async () => {
  const compiled = withLists(1);
  expect([...(await resolve(compiled, 'k'.repeat(validationLimits.listKeyBytes + 1)))]).toEqual([['list-0', false]]);
  expect(asked).toEqual([]);
  answer = () => 'unknown-segment';
  expect([(await resolve(compiled, 'in-1')).size, unresolved]).toEqual([0, 1]);
});

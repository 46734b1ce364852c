import { expect, test } from 'vitest';
import { definitionsOf, flagOf, flagWhen, splitOf, whenAttribute } from './definition-builders.test-support.ts';
import { evaluate, evaluateWithTrace } from './evaluate.ts';

test('A trace holds the environment’s revision, every condition with the value it saw, and the bucket', () => {
  const definitions = definitionsOf([
    flagOf('flag', {
      rules: [
        {
          id: 'a',
          when: { all: [whenAttribute('plan', 'equals', 'free'), whenAttribute('seats', 'greaterThan', 5)] },
          serve: { variant: 'off' },
        },
        { id: 'b', when: whenAttribute('plan', 'equals', 'pro'), serve: { split: splitOf() } },
      ],
    }),
  ]);
  const trace = evaluateWithTrace(definitions, 'flag', { targetingKey: 'u-42', plan: 'pro' }, 'boolean', false);
  expect(trace).toMatchObject({ flag: 'flag', environmentRevision: 7, details: { variant: 'off', reason: 'SPLIT' } });
  expect(trace.steps).toEqual([
    {
      kind: 'rule',
      ruleId: 'a',
      result: false,
      steps: [
        {
          kind: 'all',
          result: false,
          steps: [
            {
              kind: 'condition',
              contextKind: 'user',
              attribute: 'plan',
              op: 'equals',
              values: ['free'],
              value: 'pro',
              result: false,
            },
          ],
        },
      ],
    },
    {
      kind: 'rule',
      ruleId: 'b',
      result: true,
      steps: [
        { kind: 'condition', contextKind: 'user', attribute: 'plan', op: 'equals', values: ['pro'], value: 'pro', result: true },
      ],
    },
    {
      kind: 'bucket',
      stage: 'arms',
      of: 'split',
      bucket: 83579,
      ranges: [
        { from: 0, to: 50_000 },
        { from: 50_000, to: 100_000 },
      ],
      inside: true,
    },
  ]);
});

test('A trace says what was missing, of the wrong type, unusable or private, and never shows a private value', () => {
  const definitions = definitionsOf([
    flagWhen('flag', {
      any: [
        whenAttribute('absent', 'equals', 'x'),
        whenAttribute('age', 'equals', 'x'),
        whenAttribute('email', 'contains', '@corp'),
        whenAttribute('/address/street', 'equals', 'x'),
        whenAttribute('age', 'newer', 1),
        { not: { inSegment: 'gone' } },
      ],
    }),
  ]);
  const context = { age: 5, email: 'me@example.com', address: { street: 'secret' }, privateAttributes: ['email', 'address'] };
  const { steps, details } = evaluateWithTrace(definitions, 'flag', context, 'boolean', false);
  const text = JSON.stringify(steps);
  expect(text).not.toContain('me@example.com');
  expect(text).not.toContain('secret');
  expect(steps).toMatchObject([
    {
      kind: 'rule',
      result: 'unknown',
      steps: [
        {
          kind: 'any',
          result: 'unknown',
          steps: [
            { note: 'missing', result: false },
            { note: 'wrong-type', value: 5, result: false },
            { note: 'private', result: false },
            { note: 'private', result: false },
            { kind: 'unusable', reason: 'operator:newer', result: 'unknown' },
            { kind: 'not', result: 'unknown', steps: [{ kind: 'segment', segment: 'gone', result: 'unknown' }] },
          ],
        },
      ],
    },
  ]);
  expect(details).toEqual(evaluate(definitions, 'flag', context, 'boolean', false));
});

test('A trace hides the key, other kinds as a whole, and single attributes of theirs, where they are private', () => {
  const conditions = [
    whenAttribute('key', 'equals', 'x'),
    { kind: 'org', attribute: 'seats', op: 'equals' as const, values: [1] },
    { kind: 'device', attribute: 'os', op: 'equals' as const, values: ['x'] },
    { kind: 'device', attribute: 'model', op: 'equals' as const, values: ['x'] },
  ];
  const context = {
    targetingKey: 'secret',
    org: { key: 'acme', seats: 77 },
    device: { key: 'd', os: 'hidden', model: 'shown' },
    privateAttributes: ['targetingKey', 'org', '/device/os'],
  };
  const { steps } = evaluateWithTrace(definitionsOf([flagWhen('flag', { any: conditions })]), 'flag', context, 'boolean', false);
  const text = JSON.stringify(steps);
  for (const hidden of ['secret', '77', 'hidden']) expect(text).not.toContain(hidden);
  expect(text).toContain('shown');
});

test('A trace hides what lies below a private path, whatever holds it, and the key by each of its names', () => {
  const conditions = [
    whenAttribute('address', 'exists'),
    whenAttribute('/address/street/name', 'equals', 'x'),
    whenAttribute('/a~1b', 'equals', 'x'),
    whenAttribute('key', 'equals', 'x'),
    { kind: 'org', attribute: '/address/street', op: 'equals' as const, values: ['x'] },
    whenAttribute('/address/country', 'equals', 'x'),
  ];
  const context = {
    targetingKey: 'secret-1',
    address: { country: 'shown', street: { name: 'secret-2' } },
    'a/b': 'secret-3',
    org: { key: 'acme', address: { street: 'secret-4' } },
    privateAttributes: ['/targetingKey', '/address/street', 'a/b', '/org/address'],
  };
  const asked = flagWhen('flag', { all: conditions.map((condition) => ({ not: { not: { any: [condition, { all: [] }] } } })) });
  const { steps } = evaluateWithTrace(definitionsOf([asked]), 'flag', context, 'boolean', false);
  const text = JSON.stringify(steps);
  expect(text).not.toContain('secret');
  expect(text).toContain('"value":"shown"');
});

test('A trace follows prerequisites, flagIs, targets and a missing unit', () => {
  const definitions = definitionsOf([
    flagOf('base', { defaultServe: { split: splitOf({ ranges: [{ variant: 'on', from: 0, to: 100_000 }] }) } }),
    flagWhen(
      'flag',
      { flagIs: { flag: 'base', variants: ['off'] } },
      {
        prerequisites: [{ flag: 'base', variants: ['on'] }],
        targets: [{ contextKind: 'user', variant: 'on', keys: ['x'], expiresAt: '2026-01-01T00:00:00Z' }],
        defaultServe: { split: splitOf() },
      },
    ),
  ]);
  const { steps } = evaluateWithTrace(definitions, 'flag', {}, 'boolean', false, { nowMs: Date.UTC(2027, 0) });
  expect(steps).toMatchObject([
    { kind: 'prerequisite', flag: 'base', variant: 'on', met: true },
    { kind: 'target', result: false, note: 'expired' },
    { kind: 'rule', result: false, steps: [{ kind: 'flag', flag: 'base', variant: 'on', result: false }] },
    { kind: 'unit-missing', of: 'split', contextKind: 'user', attribute: 'key' },
  ]);
});

test('A trace of what is not there still answers', () => {
  expect(evaluateWithTrace(undefined, 'flag', {}, 'boolean', 'mine')).toMatchObject({
    environmentRevision: undefined,
    steps: [],
    details: { value: 'mine' },
  });
  expect(evaluateWithTrace(definitionsOf([]), 'flag', {}, 'boolean', 'mine').details.errorCode).toBe('FLAG_NOT_FOUND');
});

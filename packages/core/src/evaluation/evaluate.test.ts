import { expect, test } from 'vitest';
import { createContextHandle } from '../context/context-handle.ts';
import { compileDefinitions } from './compile-definitions.ts';
import { definitionsOf, flagOf, flagWhen, splitOf, whenAttribute } from './definition-builders.test-support.ts';
import { evaluate } from './evaluate.ts';

const user = { targetingKey: 'u-42', plan: 'pro' };

test('Without definitions the answer is the default, PROVIDER_NOT_READY', () => {
  expect(evaluate(undefined, 'flag', user, 'boolean', 'mine')).toMatchObject({
    value: 'mine',
    variant: undefined,
    reason: 'ERROR',
    errorCode: 'PROVIDER_NOT_READY',
  });
});

test('A type that is not the flag’s gives the default, TYPE_MISMATCH; an integer may be asked as double', () => {
  const number = flagOf('number', {
    type: 'integer',
    variants: [{ key: 'one', value: 1 }],
    offVariant: null,
    defaultServe: { variant: 'one' },
  });
  const double = flagOf('double', {
    type: 'double',
    variants: [{ key: 'half', value: 0.5 }],
    offVariant: null,
    defaultServe: { variant: 'half' },
  });
  const definitions = definitionsOf([number, double]);
  expect(evaluate(definitions, 'number', user, 'string', 'mine')).toMatchObject({
    value: 'mine',
    reason: 'ERROR',
    errorCode: 'TYPE_MISMATCH',
  });
  expect(evaluate(definitions, 'number', user, 'double', 9)).toMatchObject({ value: 1, errorCode: undefined });
  expect(evaluate(definitions, 'double', user, 'integer', 9)).toMatchObject({ value: 9, errorCode: 'TYPE_MISMATCH' });
  expect(evaluate(definitions, 'number', user, undefined, 9).value).toBe(1);
});

test('An unknown, an archived, and to a client key an invisible flag are FLAG_NOT_FOUND', () => {
  const definitions = definitionsOf([
    flagOf('archived', { archived: true }),
    flagOf('secret'),
    flagOf('open', { clientVisible: true }),
  ]);
  for (const key of ['unknown', 'archived', '__proto__', 'constructor']) {
    expect(evaluate(definitions, key, user, 'boolean', 'mine'), key).toMatchObject({
      value: 'mine',
      errorCode: 'FLAG_NOT_FOUND',
    });
  }
  const asClient = { clientVisibleOnly: true };
  expect(evaluate(definitions, 'secret', user, 'boolean', 'mine', asClient).errorCode).toBe('FLAG_NOT_FOUND');
  expect(evaluate(definitions, 'secret', user, 'string', 'mine', asClient).errorCode).toBe('FLAG_NOT_FOUND');
  expect(evaluate(definitions, 'secret', user, 'boolean', 'mine').value).toBe(true);
  expect(evaluate(definitions, 'open', user, 'boolean', 'mine', asClient).value).toBe(true);
});

test('A disabled flag serves its off variant, DISABLED, or the default where it has none', () => {
  const definitions = definitionsOf([flagOf('off', { enabled: false }), flagOf('none', { enabled: false, offVariant: null })]);
  expect(evaluate(definitions, 'off', user, 'boolean', 'mine')).toMatchObject({
    value: false,
    variant: 'off',
    reason: 'DISABLED',
  });
  expect(evaluate(definitions, 'none', user, 'boolean', 'mine')).toMatchObject({
    value: 'mine',
    variant: undefined,
    reason: 'DISABLED',
    errorCode: undefined,
  });
});

test('A flag without rules and targets is STATIC, one with either that do not apply is DEFAULT', () => {
  const never = { id: 'never', when: whenAttribute('plan', 'equals', 'none'), serve: { variant: 'off' } };
  const definitions = definitionsOf([
    flagOf('static'),
    flagOf('ruled', { rules: [never] }),
    flagOf('targeted', { targets: [{ contextKind: 'user', variant: 'off', keys: ['other'] }] }),
  ]);
  const reasons = ['static', 'ruled', 'targeted'].map((key) => evaluate(definitions, key, user, 'boolean', false).reason);
  expect(reasons).toEqual(['STATIC', 'DEFAULT', 'DEFAULT']);
});

test('A prerequisite that is not met gives the off variant and names the prerequisite', () => {
  const needs = (flag: string, ...variants: string[]) => ({ prerequisites: [{ flag, variants }] });
  const definitions = definitionsOf([
    flagOf('on'),
    flagOf('disabled', { enabled: false }),
    flagOf('archived', { archived: true }),
    flagOf('met', needs('on', 'on')),
    flagOf('other-variant', needs('on', 'off')),
    flagOf('needs-disabled', needs('disabled', 'off')),
    flagOf('needs-archived', needs('archived', 'on')),
    flagOf('needs-absent', needs('absent', 'on')),
    flagOf('deep', needs('needs-absent', 'on')),
    flagOf('deep-off', needs('needs-absent', 'off')),
  ]);
  expect(evaluate(definitions, 'met', user, 'boolean', false)).toMatchObject({ variant: 'on', reason: 'STATIC' });
  for (const [key, failed] of [
    ['other-variant', 'on'],
    ['needs-disabled', 'disabled'],
    ['needs-archived', 'archived'],
    ['needs-absent', 'absent'],
    ['deep', 'needs-absent'],
    ['deep-off', 'needs-absent'],
  ] as const) {
    const details = evaluate(definitions, key, user, 'boolean', true);
    expect(details, key).toMatchObject({ variant: 'off', reason: 'DEFAULT', metadata: { prerequisiteFailed: failed } });
  }
});

test('Flags that need each other are survived: none of them is met, wherever one begins', () => {
  const needs = (flag: string) => ({ prerequisites: [{ flag, variants: ['on', 'off'] }] });
  const definitions = definitionsOf([
    flagOf('a', needs('b')),
    flagOf('b', needs('c')),
    flagOf('c', needs('a')),
    flagOf('self', needs('self')),
  ]);
  for (const key of ['a', 'b', 'c', 'self']) {
    expect(evaluate(definitions, key, user, 'boolean', true), key).toMatchObject({ variant: 'off', reason: 'DEFAULT' });
  }
});

test('An individual target comes before the rules, the first in the list wins, and one that has expired is passed over', () => {
  const definitions = definitionsOf([
    flagOf('flag', {
      targets: [
        { contextKind: 'org', variant: 'off', keys: ['acme'] },
        { contextKind: 'user', variant: 'off', keys: ['u-1', 'u-42'], expiresAt: '2026-01-01T00:00:00Z' },
        { contextKind: 'user', variant: 'on', keys: ['u-42'] },
      ],
      rules: [{ id: 'all', when: { all: [] }, serve: { variant: 'off' } }],
    }),
  ]);
  const at = (nowMs?: number) => evaluate(definitions, 'flag', user, 'boolean', false, nowMs === undefined ? {} : { nowMs });
  expect(at()).toMatchObject({ variant: 'off', reason: 'TARGETING_MATCH' });
  expect(at(Date.UTC(2025, 11, 31, 23, 59, 59, 999)).variant).toBe('off');
  expect(at(Date.UTC(2026, 0, 1))).toMatchObject({ variant: 'on', reason: 'TARGETING_MATCH', metadata: {} });
  const member = { ...user, org: { key: 'acme' } };
  expect(evaluate(definitions, 'flag', member, 'boolean', false, { nowMs: Date.UTC(2027, 0) }).variant).toBe('off');
  expect(evaluate(definitions, 'flag', { targetingKey: 'u-9' }, 'boolean', true)).toMatchObject({
    variant: 'off',
    metadata: { ruleId: 'all' },
  });
});

test('The first rule that holds serves', () => {
  const definitions = definitionsOf([
    flagOf('flag', {
      rules: [
        { id: 'first', when: whenAttribute('plan', 'equals', 'free'), serve: { variant: 'off' } },
        { id: 'second', when: whenAttribute('plan', 'equals', 'pro'), serve: { variant: 'on' } },
        { id: 'third', when: { all: [] }, serve: { variant: 'off' } },
      ],
      defaultServe: { variant: 'off' },
    }),
  ]);
  const details = evaluate(definitions, 'flag', user, 'boolean', false);
  expect(details).toMatchObject({
    value: true,
    variant: 'on',
    reason: 'TARGETING_MATCH',
    metadata: { ruleId: 'second', flagRevision: 1 },
  });
});

test('The same question gets the very same frozen answer, for a plain context and for a handle', () => {
  const definitions = definitionsOf([flagWhen('flag', whenAttribute('plan', 'equals', 'pro'))]);
  const first = evaluate(definitions, 'flag', user, 'boolean', false);
  expect(evaluate(definitions, 'flag', user, 'boolean', false)).toBe(first);
  expect(evaluate(definitions, 'flag', createContextHandle(user), 'boolean', false)).toBe(first);
  expect(Object.isFrozen(first) && Object.isFrozen(first.metadata)).toBe(true);
});

test('A JSON value is handed out frozen, so that no caller can change it for the next', () => {
  const value = { deep: { list: [1, { x: 1 }] } };
  const definitions = definitionsOf([flagOf('json', { type: 'json', variants: [{ key: 'on', value }], offVariant: null })]);
  const served = evaluate(definitions, 'json', user, 'json', {}).value as typeof value;
  expect(served).toEqual(value);
  expect(() => served.deep.list.push(2)).toThrow(TypeError);
  expect(Object.isFrozen(served.deep.list[1])).toBe(true);
});

test('A variant that is absent or of another type gives the default, GENERAL: a typed question never gets another type', () => {
  const definitions = definitionsOf([
    flagOf('absent', { defaultServe: { variant: 'gone' } }),
    flagOf('wrong', { variants: [{ key: 'on', value: 'yes' }] }),
  ]);
  for (const key of ['absent', 'wrong']) {
    expect(evaluate(definitions, key, user, 'boolean', false), key).toMatchObject({
      value: false,
      variant: undefined,
      errorCode: 'GENERAL',
    });
  }
});

test('A definition that can not be read gives PARSE_ERROR, is listed as a problem, and touches no other flag', () => {
  const definitions = compileDefinitions([
    { kind: 'flag', id: 'broken', revision: 1, body: '{"key":"broken",' },
    { kind: 'flag', id: 'list', revision: 1, body: '[]' },
    { kind: 'flag', id: 'typeless', revision: 1, body: '{"key":"typeless"}' },
    { kind: 'flag', id: 'fine', revision: 1, body: JSON.stringify(flagOf('fine')) },
    { kind: 'from-the-future', id: 'x', revision: 1, body: '{}' },
  ]);
  for (const key of ['broken', 'list', 'typeless']) {
    expect(evaluate(definitions, key, user, 'boolean', 'mine'), key).toMatchObject({ value: 'mine', errorCode: 'PARSE_ERROR' });
  }
  expect(evaluate(definitions, 'fine', user, 'boolean', false).value).toBe(true);
  expect(definitions.problems.map(({ id }) => id)).toEqual(['broken', 'list', 'typeless']);
});

test('Exposures of splits reached through prerequisites and flagIs are handed on where asked for', () => {
  const running = { defaultServe: { split: splitOf({ iterationId: 'it-1' }) } };
  const definitions = definitionsOf([
    flagOf('base', running),
    flagOf('needs', { prerequisites: [{ flag: 'base', variants: ['on', 'off'] }] }),
    flagWhen('asks', { flagIs: { flag: 'base', variants: ['on', 'off'] } }),
  ]);
  const nestedExposures: never[] = [];
  evaluate(definitions, 'needs', user, 'boolean', false, { nestedExposures });
  evaluate(definitions, 'asks', user, 'boolean', false, { nestedExposures });
  expect(nestedExposures).toMatchObject([
    { flagKey: 'base', iterationId: 'it-1' },
    { flagKey: 'base', iterationId: 'it-1' },
  ]);
  expect(evaluate(definitions, 'needs', user, 'boolean', false).exposure).toBeUndefined();
});

test('A handle made while another evaluation runs is evaluated rightly: an evaluation inside a getter disturbs nothing', () => {
  const definitions = definitionsOf([flagWhen('flag', whenAttribute('plan', 'equals', 'pro'))]);
  const inner: unknown[] = [];
  const context = {
    targetingKey: 'u-1',
    get plan(): string {
      inner.push(evaluate(definitions, 'flag', { plan: 'free' }, 'boolean', false).value);
      return 'pro';
    },
  };
  expect(evaluate(definitions, 'flag', context, 'boolean', false).value).toBe(true);
  expect(inner).toEqual([false]);
});

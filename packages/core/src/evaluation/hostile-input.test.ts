import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createContextHandle, resolveContext } from '../context/context-handle.ts';
import type { EvaluationContext } from '../context/context.ts';
import { operators } from '../definitions/condition.ts';
import { parseCondition } from '../validation/parse-condition.ts';
import { parseContext } from '../validation/parse-context.ts';
import { parseFlagConfiguration } from '../validation/parse-flag-configuration.ts';
import { parseSegment } from '../validation/parse-segment.ts';
import { parseVariants } from '../validation/parse-variants.ts';
import { compileDefinitions } from './compile-definitions.ts';
import { definitionsOf, flagOf, flagWhen, splitOf, whenAttribute } from './definition-builders.test-support.ts';
import { evaluate, evaluateWithTrace, unitOf } from './evaluate.ts';

const everyOperator = operators.map((op, index) => ({
  id: `rule-${index}`,
  when: {
    any: [
      { attribute: 'value', op, values: ['a', 1, true] },
      { attribute: '/value/deep/er', op, values: ['10.0.0.0/8'] },
      { kind: 'org', attribute: 'key', op, values: [1, 2] },
      { attribute: '__proto__', op, values: ['1.2.3'] },
    ],
  },
  serve: {
    split: splitOf({ id: `split-${index}`, attribute: 'value', sticky: true, ranges: [{ variant: 'on', from: 0, to: 10 }] }),
  },
}));
const definitions = definitionsOf([flagOf('flag', { rules: everyOperator, defaultServe: { split: splitOf() } })]);

function throwing(): never {
  throw new Error('hostile');
}

const cyclic: Record<string, unknown> = { targetingKey: 'u' };
cyclic['value'] = cyclic;
cyclic['list'] = [cyclic];

function deep(levels: number): unknown {
  let value: unknown = { er: 1 };
  for (let level = 0; level < levels; level++) value = { deep: value };
  return value;
}

const hostile: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['text', 'user'],
  ['a number', Number.NaN],
  ['a function', throwing],
  ['a symbol', Symbol('x')],
  ['a bigint', 10n],
  ['a cycle', cyclic],
  ['10,000 levels', { targetingKey: 'u', value: deep(10_000) }],
  ['an own __proto__', JSON.parse('{"__proto__":{"value":"a"},"constructor":1,"toString":2,"targetingKey":"u"}')],
  ['no prototype', Object.assign(Object.create(null), { targetingKey: 'u', value: 'a' })],
  ['a getter that throws', Object.defineProperty({ targetingKey: 'u' }, 'value', { get: throwing, enumerable: true })],
  ['a root kind that throws', Object.defineProperty({ targetingKey: 'u' }, 'kind', { get: throwing, enumerable: true })],
  [
    'a proxy that throws at everything',
    new Proxy({}, { get: throwing, getPrototypeOf: throwing, ownKeys: throwing, getOwnPropertyDescriptor: throwing }),
  ],
  [
    'a class instance',
    new (class Person {
      targetingKey = 'u';
      get value(): string {
        return throwing();
      }
    })(),
  ],
  [
    'a revoked proxy',
    ((): object => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    })(),
  ],
  [
    'odd values',
    {
      targetingKey: Number.NaN,
      value: [Number.NaN, Number.POSITIVE_INFINITY, -0, undefined, null, Symbol('s'), 1n, [], {}, new Date(Number.NaN)],
    },
  ],
  ['lone surrogates', { targetingKey: '\ud800', value: '\udfff' }],
  ['hostile assignments', { targetingKey: 'u', value: 'a', assignments: { 'split-0': new Proxy({}, { get: throwing }) } }],
  ['a huge list', { targetingKey: 'u', value: Array.from({ length: 50_000 }, (_, i) => i) }],
  ['a key that is an object', { targetingKey: { toString: throwing }, value: { key: { toString: throwing } } }],
];

test.each(hostile)('%s as a context gives an answer with a reason and never throws', (_name, input) => {
  const context = input as EvaluationContext;
  const details = evaluate(definitions, 'flag', context, 'boolean', 'mine');
  expect(details.reason).toMatch(/^(SPLIT|DEFAULT|ERROR)$/);
  expect(['on', 'off', undefined]).toContain(details.variant);
  expect(evaluate(definitions, 'flag', createContextHandle(input), 'boolean', 'mine').variant).toBe(details.variant);
  expect(evaluateWithTrace(definitions, 'flag', context, 'boolean', 'mine').details.variant).toBe(details.variant);
  expect(() => unitOf(context, { contextKind: 'user', attribute: undefined })).not.toThrow();
  expect(() => parseContext(input)).not.toThrow();
});

test('A value that could not be read is unknown: not around it lets nobody in', () => {
  const context = {
    get plan(): string {
      return throwing();
    },
  };
  const condition = { attribute: 'plan', op: 'equals' as const, values: ['pro'] };
  const flags = definitionsOf([
    flagWhen('plain', condition),
    flagWhen('negated', { not: condition }),
    flagWhen('other', { attribute: 'x', op: 'notExists', values: [] }),
  ]);
  for (const key of ['plain', 'negated']) {
    const details = evaluate(flags, key, context, 'boolean', true);
    expect(details, key).toMatchObject({ value: false, metadata: { degraded: true, unknown: 'attribute:user/plan' } });
  }
  expect(evaluate(flags, 'other', context, 'boolean', false).value).toBe(true);
});

test('Any JSON as a context gives the same answer plain, as a handle, and after a trip through text', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('targetingKey', 'value', 'kind', 'org', 'assignments', '__proto__', 'x'), fc.jsonValue()),
      (input) => {
        const context = input as EvaluationContext;
        const plain = evaluate(definitions, 'flag', context, 'boolean', 'mine');
        expect(evaluate(definitions, 'flag', createContextHandle(context), 'boolean', 'mine')).toEqual(plain);
        expect(evaluate(definitions, 'flag', JSON.parse(JSON.stringify(context)), 'boolean', 'mine')).toEqual(plain);
      },
    ),
    { seed: 3, numRuns: 500 },
  );
});

test('Any value as a context, with anything in it, never throws', () => {
  fc.assert(
    fc.property(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withNullPrototype: true,
        withObjectString: true,
        withSparseArray: true,
        withTypedArray: true,
      }),
      (input) => {
        const { reason } = evaluate(definitions, 'flag', input as EvaluationContext, 'boolean', 'mine');
        expect(typeof reason).toBe('string');
        resolveContext(input);
      },
    ),
    { seed: 4, numRuns: 500 },
  );
});

/** Definitions with one part replaced by anything. */
const damagedFlag = fc
  .tuple(
    fc.constantFrom(
      'type',
      'variants',
      'offVariant',
      'prerequisites',
      'targets',
      'rules',
      'defaultServe',
      'enabled',
      'archived',
      'key',
    ),
    fc.jsonValue({ maxDepth: 4 }),
  )
  .map(([field, value]) => ({ ...flagOf('flag', { rules: everyOperator.slice(0, 2) }), [field]: value }));

test('Any damage to a definition gives an answer with a reason, never an exception', () => {
  fc.assert(
    fc.property(damagedFlag, (flag) => {
      const damaged = compileDefinitions([{ kind: 'flag', id: 'flag', revision: 1, body: JSON.stringify(flag) }]);
      const { reason } = evaluate(damaged, 'flag', { targetingKey: 'u' }, 'boolean', 'mine');
      expect(typeof reason).toBe('string');
      parseFlagConfiguration(flag, { key: 'flag', variants: [{ key: 'on', value: true }] });
    }),
    { seed: 5, numRuns: 500 },
  );
});

test('Bodies of any kind and any JSON compile without an exception', () => {
  fc.assert(
    fc.property(fc.constantFrom('flag', 'segment', 'holdout', 'list-shard', 'other'), fc.json(), (kind, body) => {
      compileDefinitions([{ kind, id: 'x', revision: 1, body }]);
    }),
    { seed: 6, numRuns: 500 },
  );
});

test('A condition 10,000 levels deep is compiled, evaluated and refused on write without an exception', () => {
  const body = `{"key":"flag","type":"boolean","enabled":true,"variants":[{"key":"on","value":true},{"key":"off","value":false}],"offVariant":"off","rules":[{"id":"r","serve":{"variant":"on"},"when":${'{"not":'.repeat(10_000)}{"all":[]}${'}'.repeat(10_000)}}],"defaultServe":{"variant":"off"}}`;
  const compiled = compileDefinitions([{ kind: 'flag', id: 'flag', revision: 1, body }]);
  expect(evaluate(compiled, 'flag', {}, 'boolean', true)).toMatchObject({ value: false, metadata: { degraded: true } });
  const { rules } = JSON.parse(body) as { rules: readonly { when: unknown }[] };
  expect(parseCondition(rules[0]?.when).kind).toBe('invalid');
});

test.each([
  ['all', (list: string) => `{"all":${list}}`],
  ['any', (list: string) => `{"any":${list}}`],
  ['values', (list: string) => `{"attribute":"plan","op":"equals","values":${list}}`],
])('A list of 300,000 elements in %s is compiled and evaluated without an exception', (_name, when) => {
  const list = `[${'0,'.repeat(299_999)}0]`;
  const body = `{"key":"flag","type":"boolean","enabled":true,"variants":[{"key":"off","value":false}],"offVariant":"off","rules":[{"id":"r","when":${when(list)},"serve":{"variant":"off"}}],"defaultServe":{"variant":"off"}}`;
  const compiled = compileDefinitions([{ kind: 'flag', id: 'flag', revision: 1, body }]);
  expect(evaluate(compiled, 'flag', { plan: 1 }, 'boolean', true).value).toBe(false);
});

test('A context of a megabyte, of text, of many attributes or of one long list, is answered like any other', () => {
  const patterns = ['(a+)+$', '(a|a)*b', '([a-z]+)*[0-9]$'].map((pattern) => whenAttribute('value', 'matches', pattern));
  const others = [whenAttribute('value', 'contains', 'aab'), whenAttribute('value', 'containsAll', 'a', 'b', 'c')];
  const flags = definitionsOf([flagWhen('flag', { any: [...patterns, ...others] })]);
  const contexts: readonly EvaluationContext[] = [
    { targetingKey: 'u', value: `${'a'.repeat(2 ** 20)}!` },
    { targetingKey: 'a'.repeat(2 ** 20), value: 'x!' },
    { targetingKey: 'u', value: Array.from({ length: 100_000 }, (_, i) => `${i}. element`) },
    Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`attribute-${i}`, `value ${i}`])),
  ];
  for (const context of contexts) {
    expect(evaluate(flags, 'flag', context, 'boolean', true)).toMatchObject({ value: false, reason: 'DEFAULT' });
    expect(typeof evaluate(definitions, 'flag', context, 'boolean', 'mine').reason).toBe('string');
  }
});

test('Validators are total: anything is either valid or named', () => {
  const throwingProxy = new Proxy({}, { get: throwing, ownKeys: throwing, getPrototypeOf: throwing });
  const validators = [
    parseCondition,
    parseSegment,
    parseContext,
    (input: unknown) => parseVariants(input, 'json'),
    (input: unknown) => parseFlagConfiguration(input, { key: 'flag', variants: [] }),
  ];
  for (const parse of validators) {
    expect(parse(throwingProxy).kind).toBe('invalid');
    expect(parse([cyclic]).kind).toBe('invalid');
    fc.assert(
      fc.property(fc.anything(), (input) => {
        const outcome = parse(input);
        if (outcome.kind === 'invalid') expect(outcome.errors.length).toBeGreaterThan(0);
      }),
      { seed: 8, numRuns: 200 },
    );
  }
});

test('A context that throws in the middle leaves nothing of its subject to the next evaluation', () => {
  const flag = flagWhen('flag', whenAttribute('plan', 'equals', 'pro'), {
    targets: [{ contextKind: 'user', keys: ['u-1'], variant: 'on' }],
  });
  const definitions = definitionsOf([flag]);
  const hostile = {
    targetingKey: 'u-0',
    get plan(): string {
      throw new Error('no plan');
    },
  };
  expect(evaluate(definitions, 'flag', hostile, 'boolean', false)).toMatchObject({ variant: 'off' });
  expect(evaluate(definitions, 'flag', { targetingKey: 'u-1' }, 'boolean', false)).toMatchObject({ variant: 'on' });
  expect(evaluate(definitions, 'flag', { targetingKey: 'u-2' }, 'boolean', false)).toMatchObject({ variant: 'off' });
});

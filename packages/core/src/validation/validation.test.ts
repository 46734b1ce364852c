import { expect, test } from 'vitest';
import { maxContextDepth, maxContextValues } from '../context/context-limits.ts';
import { flagOf, splitOf } from '../evaluation/definition-builders.test-support.ts';
import type { FlagType } from '../definitions/flag.ts';
import { parseCondition } from './parse-condition.ts';
import { parseContext } from './parse-context.ts';
import { parseFlagConfiguration } from './parse-flag-configuration.ts';
import { parseSegment } from './parse-segment.ts';
import { parseVariants } from './parse-variants.ts';
import { validationLimits as limits } from './validation-limits.ts';
import type { Validation } from './validation.ts';

const { enabled, offVariant, prerequisites, targets, rules, defaultServe, variants } = flagOf('flag');
const plain = { enabled, offVariant, prerequisites, targets, rules, defaultServe };
const flag = { key: 'flag', variants };

/** `ok`, or the errors as "path message" lines. */
function outcome(validation: Validation<unknown>): string {
  return validation.kind === 'ok' ? 'ok' : validation.errors.map(({ path, message }) => `${path} ${message}`).join('\n');
}

function configuration(changes: object): string {
  return outcome(parseFlagConfiguration({ ...plain, ...changes }, flag));
}

function ruleWith(changes: object): object {
  return { rules: [{ id: 'r', when: { all: [] }, serve: { variant: 'on' }, ...changes }] };
}

function repeated<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const enrol = { salt: 'fedcba9876543210', ranges: [{ from: 0, to: 10 }], otherwise: 'off' };

test('A full configuration comes out as it went in', () => {
  const full = {
    enabled: false,
    offVariant: null,
    prerequisites: [{ flag: 'other', variants: ['on'] }],
    targets: [{ contextKind: 'user', variant: 'on', keys: ['u-1'], expiresAt: '2026-01-01T00:00:00Z' }],
    rules: [
      {
        id: 'r-1',
        name: 'Beta testers',
        when: {
          all: [
            { any: [{ kind: 'org', attribute: '/plan/name', op: 'in', values: ['a', 1, true], ignoreCase: true }] },
            { not: { inSegment: 'beta' } },
            { flagIs: { flag: 'other', variants: ['on'] } },
            { attribute: 'email', op: 'exists', values: [] },
          ],
        },
        serve: {
          split: splitOf({
            attribute: 'id',
            enrol,
            iterationId: 'it-1',
            sticky: true,
            layer: { key: 'layer', salt: enrol.salt, ranges: [] },
            holdouts: [{ holdout: 'quarter', baseline: 'off' }],
          }),
        },
      },
    ],
    defaultServe: { variant: 'on', holdouts: [{ holdout: 'quarter', baseline: 'off' }] },
  };
  expect(parseFlagConfiguration(full, flag)).toEqual({ kind: 'ok', value: full });
});

test.each([
  ['an unknown field', { colour: 'red' }, '/colour is not a known field'],
  ['a missing field', { enabled: undefined }, '/enabled is required'],
  ['a wrong type', { enabled: 'yes' }, '/enabled must be true or false'],
  ['an unknown off variant', { offVariant: 'gone' }, '/offVariant is not a variant of the flag'],
  ['rules that are no list', { rules: {} }, '/rules must be a list'],
  [
    'itself as prerequisite',
    { prerequisites: [{ flag: 'flag', variants: ['on'] }] },
    '/prerequisites/0/flag must be another flag',
  ],
  [
    'a prerequisite without variants',
    { prerequisites: [{ flag: 'x', variants: [] }] },
    '/prerequisites/0/variants must have at least 1 item',
  ],
  [
    'a target of an unknown variant',
    { targets: [{ contextKind: 'user', variant: 'x', keys: [] }] },
    '/targets/0/variant is not a variant of the flag',
  ],
  [
    'an empty target key',
    { targets: [{ contextKind: 'user', variant: 'on', keys: [''] }] },
    '/targets/0/keys/0 must not be empty',
  ],
  [
    'an expiry that is no moment',
    { targets: [{ contextKind: 'user', variant: 'on', keys: [], expiresAt: 'soon' }] },
    '/targets/0/expiresAt must be a moment of RFC 3339',
  ],
  [
    'variant and split at once',
    { defaultServe: { variant: 'on', split: splitOf() } },
    '/defaultServe must have either variant or split',
  ],
  ['neither variant nor split', { defaultServe: {} }, '/defaultServe must have either variant or split'],
  [
    'a default that leaves buckets out',
    { defaultServe: { split: splitOf({ ranges: [{ variant: 'on', from: 0, to: 99_999 }] }) } },
    '/defaultServe/split/ranges must cover all 100000 buckets in a default serve; 99999 are',
  ],
  [
    'a bad salt',
    { defaultServe: { split: splitOf({ salt: 'XYZ' }) } },
    '/defaultServe/split/salt must be 16 lower-case hex digits',
  ],
  [
    'an unknown variant in a range',
    ruleWith({ serve: { split: splitOf({ ranges: [{ variant: 'x', from: 0, to: 1 }] }) } }),
    '/rules/0/serve/split/ranges/0/variant is not a variant of the flag',
  ],
  [
    'an empty range',
    ruleWith({ serve: { split: splitOf({ ranges: [{ variant: 'on', from: 5, to: 5 }] }) } }),
    '/rules/0/serve/split/ranges/0 must end after it begins',
  ],
  [
    'a bound beyond the buckets',
    ruleWith({ serve: { split: splitOf({ ranges: [{ variant: 'on', from: 0, to: 100_001 }] }) } }),
    '/rules/0/serve/split/ranges/0/to must be a whole number from 0 to 100000',
  ],
  [
    'overlapping ranges',
    ruleWith({
      serve: {
        split: splitOf({
          ranges: [
            { variant: 'on', from: 0, to: 6 },
            { variant: 'off', from: 5, to: 9 },
          ],
        }),
      },
    }),
    '/rules/0/serve/split/ranges/1 must begin where the range before it ends, or later',
  ],
  [
    'a layer without enrol',
    ruleWith({ serve: { split: splitOf({ layer: { key: 'l', salt: enrol.salt, ranges: [] } }) } }),
    '/rules/0/serve/split/layer needs enrol, which says what units outside the layer get',
  ],
  [
    'one salt for enrol and arms',
    ruleWith({ serve: { split: splitOf({ enrol: { ...enrol, salt: splitOf().salt } }) } }),
    '/rules/0/serve/split/enrol/salt must differ from the salt of the split',
  ],
  [
    'an unknown baseline',
    { defaultServe: { variant: 'on', holdouts: [{ holdout: 'h', baseline: 'x' }] } },
    '/defaultServe/holdouts/0/baseline is not a variant of the flag',
  ],
  [
    'holdouts beside a split',
    { defaultServe: { split: splitOf(), holdouts: [] } },
    '/defaultServe/holdouts belongs into the split',
  ],
  [
    'a rule id used twice',
    { rules: [1, 2].map(() => ({ id: 'r', when: { all: [] }, serve: { variant: 'on' } })) },
    '/rules/1/id is used twice in this flag',
  ],
  [
    'a split id used twice',
    { rules: [{ id: 'r', when: { all: [] }, serve: { split: splitOf() } }], defaultServe: { split: splitOf() } },
    '/defaultServe/split/id is used twice in this flag',
  ],
  [
    'a bad condition',
    ruleWith({ when: { attribute: 'a', op: 'like', values: ['x'] } }),
    '/rules/0/when/op is not a known operator',
  ],
])('A configuration with %s is refused with the place', (_name, changes, expected) => {
  expect(configuration(changes)).toBe(expected);
});

test('A rule’s split may leave buckets out', () => {
  expect(configuration(ruleWith({ serve: { split: splitOf({ ranges: [{ variant: 'on', from: 10, to: 20 }] }) } }))).toBe('ok');
});

test('Every error is reported, not only the first, up to 50', () => {
  expect(configuration({ enabled: 1, offVariant: 'x', rules: 5 }).split('\n')).toHaveLength(3);
  expect(configuration({ targets: repeated(100, () => 5) }).split('\n')).toHaveLength(limits.reportedErrors);
});

test('A path escapes slashes and tildes', () => {
  expect(configuration({ 'a/b~c': 1 })).toBe('/a~1b~0c is not a known field');
});

test.each([
  [
    'rules',
    limits.rules,
    (count: number) => ({ rules: repeated(count, (i) => ({ id: `r${i}`, when: { all: [] }, serve: { variant: 'on' } })) }),
  ],
  [
    'targets',
    limits.targets,
    (count: number) => ({ targets: repeated(count, () => ({ contextKind: 'user', variant: 'on', keys: [] })) }),
  ],
  [
    'keys of a target',
    limits.keysPerTarget,
    (count: number) => ({ targets: [{ contextKind: 'user', variant: 'on', keys: repeated(count, (i) => `u${i}`) }] }),
  ],
  [
    'prerequisites',
    limits.prerequisites,
    (count: number) => ({ prerequisites: repeated(count, (i) => ({ flag: `f${i}`, variants: ['on'] })) }),
  ],
  [
    'holdouts',
    limits.holdoutsPerServe,
    (count: number) => ({
      defaultServe: { variant: 'on', holdouts: repeated(count, (i) => ({ holdout: `h${i}`, baseline: 'off' })) },
    }),
  ],
  [
    'ranges',
    limits.rangesPerSplit,
    (count: number) =>
      ruleWith({ serve: { split: splitOf({ ranges: repeated(count, (i) => ({ variant: 'on', from: i, to: i + 1 })) }) } }),
  ],
  [
    'conditions',
    limits.conditionNodes,
    (count: number) => ruleWith({ when: { all: repeated(count - 1, () => ({ inSegment: 's' })) } }),
  ],
  [
    'values',
    limits.valuesPerCondition,
    (count: number) => ruleWith({ when: { attribute: 'a', op: 'in', values: repeated(count, (i) => i) } }),
  ],
  ['characters of a name', limits.nameLength, (count: number) => ruleWith({ name: 'n'.repeat(count) })],
  [
    'characters of a value',
    limits.textLength,
    (count: number) => ruleWith({ when: { attribute: 'a', op: 'in', values: ['n'.repeat(count)] } }),
  ],
  [
    'levels of a condition',
    limits.conditionDepth,
    (count: number) => ruleWith({ when: repeated(count - 1, () => 0).reduce<object>((inner) => ({ not: inner }), { all: [] }) }),
  ],
])('As many %s as the limit are accepted, one more is refused', (_name, limit, make) => {
  expect(configuration(make(limit))).toBe('ok');
  expect(configuration(make(limit + 1))).toMatch(/must (have at most|not be nested deeper than) \d+/);
});

test('A split of 32 variants is accepted and one of 33 is refused', () => {
  const many = repeated(40, (i) => ({ key: `v${i}`, value: i % 2 === 0 }));
  const withVariants = (count: number): string => {
    const ranges = repeated(count, (i) => ({ variant: `v${i}`, from: i, to: i + 1 }));
    const changed = { offVariant: 'v0', defaultServe: { variant: 'v0' }, ...ruleWith({ serve: { split: splitOf({ ranges }) } }) };
    return outcome(parseFlagConfiguration({ ...plain, ...changed }, { key: 'flag', variants: many }));
  };
  expect(withVariants(limits.variantsPerSplit)).toBe('ok');
  expect(withVariants(limits.variantsPerSplit + 1)).toContain('must have at most 32 variants');
});

test.each([
  ['boolean', true, 1],
  ['string', 'x', true],
  ['string', '', null],
  ['integer', -5, 1.5],
  ['integer', 2 ** 53 - 1, 2 ** 53],
  ['double', 1.5, Number.NaN],
  ['double', 5, '5'],
  ['json', { a: [1, null] }, null],
  ['json', [], undefined],
] as const)('A %s variant takes %j and not %j', (type: FlagType, good, bad) => {
  expect(outcome(parseVariants([{ key: 'a', value: good }], type))).toBe('ok');
  expect(outcome(parseVariants([{ key: 'a', value: bad }], type))).toMatch(/^\/0\/value must be /);
});

test('Variants need keys that differ, a value each, and at least one', () => {
  expect(outcome(parseVariants([], 'boolean'))).toBe(' must have at least 1 item');
  expect(
    outcome(
      parseVariants(
        [
          { key: 'a', value: true },
          { key: 'a', value: false },
        ],
        'boolean',
      ),
    ),
  ).toBe('/1/key is used by another variant');
  expect(outcome(parseVariants([{ key: 'A b', value: true }], 'boolean'))).toContain('/0/key must be a key');
  expect(outcome(parseVariants([{ key: 'a' }], 'boolean'))).toBe('/0/value is required');
});

test('A variant’s value is bounded in length and depth', () => {
  const json = (value: unknown): string => outcome(parseVariants([{ key: 'a', value }], 'json'));
  const nested = (levels: number): unknown => repeated(levels, () => 0).reduce<unknown>((inner) => [inner], 1);
  expect(json('x'.repeat(limits.valueLength - 2))).toBe('ok');
  expect(json('x'.repeat(limits.valueLength - 1))).toBe('/0/value must have at most 65536 characters as JSON');
  expect(json(nested(limits.valueDepth))).toBe('ok');
  expect(json(nested(limits.valueDepth + 1))).toBe('/0/value must be JSON of at most 20 levels');
  expect(
    outcome(
      parseVariants(
        repeated(limits.variants + 1, (i) => ({ key: `k${i}`, value: i })),
        'integer',
      ),
    ),
  ).toBe(' must have at most 100 items');
});

test.each([
  [{ attribute: 'a', op: 'equals', values: [] }, '/values must be text, numbers, true or false for equals'],
  [{ attribute: 'a', op: 'equals', values: [null] }, '/values/0 must be text, numbers, true or false'],
  [{ attribute: 'a', op: 'lessThan', values: ['5'] }, '/values must be numbers for lessThan'],
  [{ attribute: 'a', op: 'between', values: [5, 1] }, '/values must be two numbers, the lower first for between'],
  [{ attribute: 'a', op: 'between', values: [1] }, '/values must be two numbers, the lower first for between'],
  [
    { attribute: 'a', op: 'before', values: ['soon'] },
    '/values must be moments: RFC 3339 text or milliseconds since 1970 for before',
  ],
  [{ attribute: 'a', op: 'semverLess', values: ['x'] }, '/values must be versions such as 2.10.0 for semverLess'],
  [
    { attribute: 'a', op: 'semverInRange', values: ['latest'] },
    '/values must be ranges of versions such as >=1.2.0 <2.0.0 for semverInRange',
  ],
  [{ attribute: 'a', op: 'inCidr', values: ['x'] }, '/values must be networks such as 10.0.0.0/8 for inCidr'],
  [
    { attribute: 'a', op: 'matches', values: ['('] },
    "/values must be regular expressions of RE2's syntax, of at most 1000 characters for matches",
  ],
  [
    { attribute: 'a', op: 'matches', values: ['a'.repeat(1_001)] },
    "/values must be regular expressions of RE2's syntax, of at most 1000 characters for matches",
  ],
  [{ attribute: 'a', op: 'contains', values: [5] }, '/values must be text for contains'],
  [{ attribute: 'a', op: 'exists', values: [1] }, '/values must be left out or empty for exists'],
  [{ attribute: '', op: 'exists' }, '/attribute must not be empty'],
  [{ op: 'exists' }, '/attribute is required'],
  [{ attribute: 'a', values: [] }, '/op is required'],
  [{ attribute: 'a', op: 'exists', extra: 1 }, '/extra is not a known field'],
  [{ all: [], any: [] }, '/any is not a known field'],
  [{ not: 5 }, '/not must be a condition'],
  [
    { inSegment: 'Not A Key' },
    '/inSegment must be a key: 1 to 100 lower-case letters, digits and -_. beginning with a letter or digit',
  ],
  [{ flagIs: { flag: 'x' } }, '/flagIs/variants is required'],
  ['text', ' must be a condition'],
])('The condition %j is refused', (condition, expected) => {
  expect(outcome(parseCondition(condition))).toBe(expected);
});

test('Values may be left out where an operator needs none', () => {
  expect(parseCondition({ attribute: 'a', op: 'exists' })).toEqual({
    kind: 'ok',
    value: { attribute: 'a', op: 'exists', values: [] },
  });
});

test('Segments of both types come out as they went in', () => {
  const rule = { key: 'beta', type: 'rule', when: { all: [] } };
  const list = {
    key: 'vip',
    type: 'list',
    contextKind: 'user',
    included: { keys: ['a'] },
    excluded: { shards: 4 },
    exact: false,
  };
  const remote = { ...list, included: { remote: true }, excluded: { keys: [] }, exact: true };
  for (const segment of [rule, list, remote]) expect(parseSegment(segment)).toEqual({ kind: 'ok', value: segment });
});

test.each([
  [{ key: 'a', type: 'magic' }, '/type must be rule or list'],
  [
    { key: 'A', type: 'rule', when: { all: [] } },
    '/key must be a key: 1 to 100 lower-case letters, digits and -_. beginning with a letter or digit',
  ],
  [{ key: 'a', type: 'rule' }, '/when is required'],
  [
    { key: 'a', type: 'list', contextKind: 'user', included: {}, excluded: { keys: [] } },
    '/included must have one of keys, shards and remote',
  ],
  [
    { key: 'a', type: 'list', contextKind: 'user', included: { shards: 3 }, excluded: { keys: [] } },
    '/included/shards must be a power of two from 1 to 65536',
  ],
  [
    { key: 'a', type: 'list', contextKind: 'user', included: { remote: false }, excluded: { keys: [] } },
    '/included/remote must be true',
  ],
  [
    { key: 'a', type: 'list', contextKind: 'user', included: { shards: 2 }, excluded: { keys: [] }, exact: true },
    '/included of an exact list must not be fingerprints',
  ],
])('The segment %j is refused', (segment, expected) => {
  expect(outcome(parseSegment(segment))).toContain(expected);
});

test('4,096 keys travel in a list’s body, more must be cut into shards', () => {
  const list = (count: number): string =>
    outcome(
      parseSegment({
        key: 'a',
        type: 'list',
        contextKind: 'user',
        included: { keys: repeated(count, (i) => `u${i}`) },
        excluded: { keys: [] },
      }),
    );
  expect(list(limits.inlineListKeys)).toBe('ok');
  expect(list(limits.inlineListKeys + 1)).toBe('/included/keys must have at most 4096 items');
});

test('A context is an object of bounded size whose reserved attributes have their types', () => {
  const good = {
    targetingKey: '',
    kind: 'device',
    org: { key: 'a' },
    privateAttributes: ['email'],
    assignments: { s: { iterationId: 'i', variant: 'v' } },
  };
  expect(parseContext(good)).toEqual({ kind: 'ok', value: good });
  expect(outcome(parseContext([]))).toBe(' must be an object');
  expect(
    outcome(parseContext({ targetingKey: 5, kind: '', privateAttributes: 'email', assignments: { s: 1 } })).split('\n'),
  ).toEqual([
    '/targetingKey must be text',
    '/kind must not be empty',
    '/privateAttributes must be a list',
    '/assignments/s must be an object',
  ]);
});

test('A context at the limits of depth and size is accepted, one beyond is refused', () => {
  const nested = (levels: number): unknown => repeated(levels, () => 0).reduce<unknown>((inner) => ({ inner }), 1);
  const wide = (count: number): unknown => ({ list: repeated(count, (i) => i) });
  expect(outcome(parseContext(nested(maxContextDepth + 1)))).toBe('ok');
  expect(outcome(parseContext(nested(maxContextDepth + 2)))).toBe(' must not be nested deeper than 20 levels');
  expect(outcome(parseContext(wide(maxContextValues - 2)))).toBe('ok');
  expect(outcome(parseContext(wide(maxContextValues - 1)))).toBe(' must have at most 10000 values');
});

import fc from 'fast-check';
import type { JsonValue } from '@stitchd/core';

/** The names that random definitions and contexts share, few enough for them to meet. */
export const pools = {
  flags: ['f0', 'f1', 'f2', 'f3', 'f4', 'f5'],
  segments: ['rules', 'more-rules', 'listed', 'sharded', 'remote', 'absent'],
  holdouts: ['h0', 'h1', 'ended'],
  units: ['u-1', 'u-2', 'u-3', 'u-42', 'Ünïcode', 'x\ud800'],
  orgs: ['acme', 'initech'],
  variants: ['v0', 'v1', 'v2'],
} as const;

const attributes = ['plan', 'age', 'version', 'since', 'ip', 'tags', '/address/country', 'gone', 'key'];

/** Operators with values of theirs; some values are of another type, and some operators are not known. */
const operands: readonly (readonly [ops: readonly string[], values: readonly (readonly JsonValue[])[]])[] = [
  [
    ['equals', 'notEquals', 'in', 'notIn', 'containsAny', 'containsAll'],
    [['pro'], ['pro', 'free', 'a'], [18, 'PRO'], [true], ['u-1', 'acme']],
  ],
  [
    ['contains', 'notContains', 'startsWith', 'notStartsWith', 'endsWith', 'notEndsWith'],
    [['r'], ['pro', '2'], [''], ['FREE'], [7]],
  ],
  [['matches'], [['^p.o$'], ['[0-9]+'], ['(']]],
  [
    ['lessThan', 'lessOrEqual', 'greaterThan', 'greaterOrEqual', 'between'],
    [[18], [1, 30], ['18']],
  ],
  [
    ['before', 'after'],
    [['2026-01-02T00:00:00Z'], [0], ['soon']],
  ],
  [
    ['semverEquals', 'semverLess', 'semverLessOrEqual', 'semverGreater', 'semverGreaterOrEqual', 'semverInRange'],
    [['2.10.0'], ['v2'], ['>=1.0 <3'], ['two']],
  ],
  [['inCidr'], [['10.0.0.0/8'], ['::1/128', '192.0.2.0/24'], ['10.0.0.0/99']]],
  [['exists', 'notExists', 'resembles'], [[]]],
];

const attributeCondition = fc.constantFrom(...operands).chain(([ops, values]) =>
  fc.record(
    {
      kind: fc.constantFrom('user', 'org', 'device'),
      attribute: fc.constantFrom(...attributes),
      op: fc.constantFrom(...ops),
      values: fc.constantFrom(...values),
      ignoreCase: fc.boolean(),
    },
    { requiredKeys: ['attribute', 'op', 'values'] },
  ),
);

const leaf = fc.oneof(
  { weight: 6, arbitrary: attributeCondition },
  { weight: 2, arbitrary: fc.record({ inSegment: fc.constantFrom(...pools.segments) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      flagIs: fc.record({
        flag: fc.constantFrom(...pools.flags, 'absent'),
        variants: fc.uniqueArray(fc.constantFrom(...pools.variants), { maxLength: 2 }),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<JsonValue>({}, { all: [] }, { any: [] }, { newer: true }) },
);

/** Trees of up to three levels, of everything that a condition may be or be taken for. */
export const randomCondition: fc.Arbitrary<JsonValue> = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2 },
    { weight: 4, arbitrary: leaf as fc.Arbitrary<JsonValue> },
    { weight: 1, arbitrary: fc.record({ all: fc.array(tie('tree'), { maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ any: fc.array(tie('tree'), { maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ not: tie('tree') }) },
  ),
})).tree;

// Conditions that can't be used: operands that are none, operators and shapes that nobody here knows.
import { Fixture, truthFlag } from '../../fixture.mjs';

/** @type {readonly (readonly [op: string, values: readonly unknown[]])[]} */
const operands = [
  ['equals', [{ not: 'usable' }]],
  ['notEquals', [['a']]],
  ['in', [null]],
  ['notIn', ['a', null]],
  ['contains', [7]],
  ['notContains', [true]],
  ['startsWith', ['a', 7]],
  ['notStartsWith', [7]],
  ['endsWith', [7]],
  ['notEndsWith', [7]],
  ['matches', ['(']],
  ['matches', ['(?=a)']],
  ['matches', ['(a)\\1']],
  ['matches', ['a', '[']],
  ['lessThan', ['5']],
  ['lessOrEqual', [true]],
  ['greaterThan', [null]],
  ['greaterOrEqual', ['x']],
  ['between', [1]],
  ['between', [1, 2, 3]],
  ['between', ['1', '2']],
  ['before', ['yesterday']],
  ['after', [true]],
  ['after', ['2026-02-30T00:00:00Z']],
  ['semverEquals', ['two']],
  ['semverLess', [2]],
  ['semverLessOrEqual', ['1.2.3.4']],
  ['semverGreater', ['']],
  ['semverGreaterOrEqual', ['1.x.y']],
  ['semverInRange', ['between 1 and 2']],
  ['semverInRange', [1]],
  ['inCidr', ['10.0.0.0/33']],
  ['inCidr', ['localhost']],
  ['containsAny', [{ a: 1 }]],
  ['containsAll', [['a']]],
  ['resembles', ['a']],
  ['constructor', ['a']],
  ['', ['a']],
];

/** What stands where a condition should. */
const shapes = [
  {},
  [],
  'all',
  null,
  true,
  { attribute: 'value' },
  { op: 'equals', values: ['a'] },
  { attribute: 7, op: 'equals', values: ['a'] },
  { attribute: 'value', op: 'equals', values: 'a' },
  { attribute: 'value', op: 7, values: ['a'] },
  { attribute: 'value', kind: 7, op: 'equals', values: ['a'] },
  { inSegment: 7 },
  { flagIs: 'other' },
  { flagIs: { flag: 'other' } },
  { all: 'everything' },
  { oneOf: [] },
];

/** Operands that an operator can't use make it unknown, whatever the context has; so does an operator nobody here knows. */
export function unusable() {
  const fixture = new Fixture('unusable-conditions', 'What can not be used is unknown, and so is its negation');
  for (const [index, [op, values]] of operands.entries()) {
    const flag = `unusable-${index}`;
    fixture.flag(truthFlag(flag, { attribute: 'value', op, values }));
    fixture.truth(`${op} ${JSON.stringify(values)} over a text`, { flag, context: { value: 'a' } }, 'U');
    fixture.truth(`${op} ${JSON.stringify(values)} over nothing`, { flag, context: {} }, 'U');
  }
  for (const [index, shape] of shapes.entries()) {
    const flag = `shape-${index}`;
    fixture.flag(truthFlag(flag, shape));
    fixture.truth(`a condition of the shape ${JSON.stringify(shape)}`, { flag, context: { value: 'a' } }, 'U');
  }
  return fixture;
}

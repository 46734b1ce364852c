import { expect, test } from 'vitest';
import type { EvaluationContext } from '../context/context.ts';
import { type Operator, operators } from '../definitions/condition.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import { definitionsOf, flagWhen } from '../evaluation/definition-builders.test-support.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { type Cell, truthTablePage } from './truth-table-page.test-support.ts';

/** What a condition says of the attribute `value`: T, F or ? (unknown), told apart by the condition and its negation. */
function truth(op: Operator, values: readonly JsonValue[], context: EvaluationContext, ignoreCase = false): string {
  const condition = { attribute: 'value', op, values, ignoreCase };
  const definitions = definitionsOf([flagWhen('plain', condition), flagWhen('negated', { not: condition })]);
  const holds = evaluate(definitions, 'plain', context, 'boolean', false).value === true;
  const negationHolds = evaluate(definitions, 'negated', context, 'boolean', false).value === true;
  expect(holds && negationHolds).toBe(false);
  return holds ? 'T' : negationHolds ? 'F' : '?';
}

const missing = {};
const nothing = { value: null };

/** One cell per operator and kind of value: a match, no match, the wrong type, a list. */
const cells: readonly Cell[] = [
  ['equals', ['a', 'b'], 'b', 'T'],
  ['equals', ['a'], 'A', 'F'],
  ['equals', ['1'], 1, 'F'],
  ['equals', [1], 1.0, 'T'],
  ['equals', [0], -0, 'T'],
  ['equals', [1], Number.NaN, 'F'],
  ['equals', [true], true, 'T'],
  ['equals', [true], 'true', 'F'],
  ['equals', ['a', 1], 1, 'T'],
  ['equals', ['a'], ['x', 'a'], 'T'],
  ['equals', ['a'], ['x'], 'F'],
  ['equals', ['a'], [], 'F'],
  ['equals', ['a'], { deep: 'a' }, 'F'],
  ['notEquals', ['a'], 'b', 'T'],
  ['notEquals', ['a', 'b'], 'b', 'F'],
  ['notEquals', ['a'], 1, 'F'],
  ['notEquals', [1], Number.NaN, 'T'],
  ['notEquals', ['a'], ['x', 'y'], 'T'],
  ['notEquals', ['a'], ['x', 'a'], 'F'],
  ['notEquals', ['a'], [], 'T'],
  ['notEquals', ['a'], { deep: 'b' }, 'F'],
  ['in', ['a', 'b'], 'b', 'T'],
  ['in', [1, 2], 3, 'F'],
  ['in', ['a'], 1, 'F'],
  ['in', ['a', 'b'], ['z', 'b'], 'T'],
  ['notIn', ['a', 'b'], 'c', 'T'],
  ['notIn', ['a', 'b'], 'a', 'F'],
  ['notIn', ['a'], 1, 'F'],
  ['notIn', ['a', 'b'], ['z'], 'T'],
  ['contains', ['bc'], 'abcd', 'T'],
  ['contains', ['x', 'cd'], 'abcd', 'T'],
  ['contains', ['x'], 'abcd', 'F'],
  ['contains', [''], 'abcd', 'T'],
  ['contains', ['1'], 123, 'F'],
  ['contains', ['bc'], ['x', 'abcd'], 'T'],
  ['notContains', ['x'], 'abcd', 'T'],
  ['notContains', ['x', 'b'], 'abcd', 'F'],
  ['notContains', ['1'], 123, 'F'],
  ['notContains', ['bc'], ['x', 'abcd'], 'F'],
  ['startsWith', ['ab'], 'abcd', 'T'],
  ['startsWith', ['bc'], 'abcd', 'F'],
  ['startsWith', ['a'], true, 'F'],
  ['notStartsWith', ['bc'], 'abcd', 'T'],
  ['notStartsWith', ['ab'], 'abcd', 'F'],
  ['notStartsWith', ['a'], 1, 'F'],
  ['endsWith', ['cd'], 'abcd', 'T'],
  ['endsWith', ['ab'], 'abcd', 'F'],
  ['endsWith', ['d'], ['x', 'abcd'], 'T'],
  ['notEndsWith', ['ab'], 'abcd', 'T'],
  ['notEndsWith', ['cd'], 'abcd', 'F'],
  ['notEndsWith', ['d'], 4, 'F'],
  ['matches', ['b.d'], 'abcd', 'T'],
  ['matches', ['^b'], 'abcd', 'F'],
  ['matches', ['x', '^a.*d$'], 'abcd', 'T'],
  ['matches', ['\\d'], 1, 'F'],
  ['matches', ['^b'], ['abc', 'bcd'], 'T'],
  ['lessThan', [5], 4, 'T'],
  ['lessThan', [5], 5, 'F'],
  ['lessThan', [5], '4', 'F'],
  ['lessThan', [1, 9], 5, 'T'],
  ['lessThan', [5], Number.NaN, 'F'],
  ['lessThan', [5], [9, 4], 'T'],
  ['lessOrEqual', [5], 5, 'T'],
  ['lessOrEqual', [5], 5.1, 'F'],
  ['lessOrEqual', [5], true, 'F'],
  ['greaterThan', [5], 6, 'T'],
  ['greaterThan', [5], 5, 'F'],
  ['greaterThan', [5], '6', 'F'],
  ['greaterOrEqual', [5], 5, 'T'],
  ['greaterOrEqual', [5], 4.9, 'F'],
  ['greaterOrEqual', [5], 'x', 'F'],
  ['between', [1, 3], 1, 'T'],
  ['between', [1, 3], 3, 'T'],
  ['between', [1, 3], 3.01, 'F'],
  ['between', [1, 3], '2', 'F'],
  ['between', [1, 3], [9, 2], 'T'],
  ['before', ['2026-01-02T00:00:00Z'], '2026-01-01T23:59:59.999Z', 'T'],
  ['before', ['2026-01-02T00:00:00Z'], '2026-01-02T00:00:00Z', 'F'],
  ['before', ['2026-01-02T00:00:00Z'], '2026-01-02T00:30:00+01:00', 'T'],
  ['before', ['2026-01-02T00:00:00Z'], 0, 'T'],
  ['before', [1_000], new Date(999), 'T'],
  ['before', ['2026-01-02T00:00:00Z'], 'yesterday', 'F'],
  ['before', [1_000], true, 'F'],
  ['after', ['2026-01-02T00:00:00Z'], '2026-01-02T00:00:00.001Z', 'T'],
  ['after', ['2026-01-02T00:00:00Z'], '2026-01-02T00:00:00Z', 'F'],
  ['after', [1_000], 1_001, 'T'],
  ['after', [1_000], { at: 2_000 }, 'F'],
  ['semverEquals', ['2.10.0'], 'v2.10', 'T'],
  ['semverEquals', ['2.10.0'], '2.1.0', 'F'],
  ['semverEquals', ['2.10.0'], '2.10.0+build.5', 'T'],
  ['semverEquals', ['2.10.0'], 2.1, 'F'],
  ['semverEquals', ['2.10.0'], 'two', 'F'],
  ['semverLess', ['2.10.0'], '2.9.9', 'T'],
  ['semverLess', ['2.10.0'], '2.10.0', 'F'],
  ['semverLess', ['2.10.0'], '2.10.0-rc.1', 'T'],
  ['semverLess', ['2.10.0'], '', 'F'],
  ['semverLessOrEqual', ['2.10.0'], '2.10', 'T'],
  ['semverLessOrEqual', ['2.10.0'], '2.10.1', 'F'],
  ['semverLessOrEqual', ['2.10.0'], true, 'F'],
  ['semverGreater', ['2.9.0'], '2.10.0', 'T'],
  ['semverGreater', ['2.9.0'], '2.9', 'F'],
  ['semverGreater', ['2.9.0'], 3, 'F'],
  ['semverGreaterOrEqual', ['2.9.0'], '2.9', 'T'],
  ['semverGreaterOrEqual', ['2.9.0'], '2.8.99', 'F'],
  ['semverGreaterOrEqual', ['2.9.0'], ['1.0.0', '3.0.0'], 'T'],
  ['semverGreaterOrEqual', ['2.9.0'], 'x', 'F'],
  ['semverInRange', ['>=1.2.0 <2.0.0'], '1.9.9', 'T'],
  ['semverInRange', ['>=1.2.0 <2.0.0'], '2.0.0', 'F'],
  ['semverInRange', ['^3.1.0', '~1.2.3'], '1.2.9', 'T'],
  ['semverInRange', ['^1.0.0'], 1, 'F'],
  ['inCidr', ['10.0.0.0/8'], '10.200.3.4', 'T'],
  ['inCidr', ['10.0.0.0/8'], '11.0.0.1', 'F'],
  ['inCidr', ['2001:db8::/32', '10.0.0.0/8'], '2001:db8::7', 'T'],
  ['inCidr', ['10.0.0.0/8'], '::ffff:10.1.2.3', 'T'],
  ['inCidr', ['10.0.0.0/8'], 'localhost', 'F'],
  ['inCidr', ['10.0.0.0/8'], 10, 'F'],
  ['exists', [], 'a', 'T'],
  ['exists', [], '', 'T'],
  ['exists', [], 0, 'T'],
  ['exists', [], false, 'T'],
  ['exists', [], [], 'T'],
  ['exists', [], { deep: 1 }, 'T'],
  ['notExists', [], 'a', 'F'],
  ['notExists', [], [], 'F'],
  ['containsAny', ['a', 'b'], ['x', 'b'], 'T'],
  ['containsAny', ['a', 'b'], ['x'], 'F'],
  ['containsAny', ['a'], 'a', 'F'],
  ['containsAny', [1], [Number.NaN, 1], 'T'],
  ['containsAll', ['a', 'b'], ['b', 'x', 'a'], 'T'],
  ['containsAll', ['a', 'b'], ['a'], 'F'],
  ['containsAll', ['a'], 'a', 'F'],
  ['notEquals', ['a'], ['x', 1], 'T'],
  ['in', ['a'], { deep: 'a' }, 'F'],
  ['notIn', ['a', 'b'], ['z', 'a'], 'F'],
  ['notIn', ['a'], { deep: 'b' }, 'F'],
  ['contains', ['b'], { deep: 'b' }, 'F'],
  ['startsWith', ['ab'], ['x', 'abcd'], 'T'],
  ['notStartsWith', ['ab'], ['x', 'abcd'], 'F'],
  ['notEndsWith', ['d'], ['x', 'abc'], 'T'],
  ['matches', ['(a+)+$'], 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', 'F'],
  ['lessOrEqual', [5], [9, 5], 'T'],
  ['greaterThan', [5], [4, 6], 'T'],
  ['greaterOrEqual', [5], [4], 'F'],
  ['after', ['2026-01-02T00:00:00Z'], ['2026-01-01T00:00:00Z', '2026-01-03T00:00:00Z'], 'T'],
  ['before', ['2026-01-02T00:00:00Z'], '2026-01-01', 'F'],
  ['semverEquals', ['2.10.0'], ['1.0.0', '2.10'], 'T'],
  ['semverLess', ['2.10.0'], ['3.0.0', '2.0.0'], 'T'],
  ['semverLessOrEqual', ['2.10.0'], ['3.0.0'], 'F'],
  ['semverGreater', ['2.9.0'], ['1.0.0', '3.0.0'], 'T'],
  ['semverInRange', ['>=1.2.0 <2.0.0'], ['0.1.0', '1.5.0'], 'T'],
  ['semverInRange', ['>=1.2.0 <2.0.0'], 'one', 'F'],
  ['inCidr', ['10.0.0.0/8'], ['11.0.0.1', '10.0.0.1'], 'T'],
  ['notExists', [], 0, 'F'],
  ['containsAny', ['a'], { deep: ['a'] }, 'F'],
  ['containsAny', ['a'], [], 'F'],
  ['containsAll', ['a'], { deep: ['a'] }, 'F'],
  ['containsAll', ['a', 'a'], ['a'], 'T'],
  ['containsAll', [], [], 'T'],
];

test.each(cells)('%s %j of %j is %s', (op, values, value, expected) => {
  expect(truth(op, values, { value })).toBe(expected);
});

test('The page of the guide shows every cell (vitest --update writes it)', async () => {
  await expect(truthTablePage(cells)).toMatchFileSnapshot('../../../../docs/guide/operators.md');
});

test('Every operator has a cell that is true, one that is false and one of the wrong type or shape', () => {
  for (const op of operators) {
    const own = cells.filter(([name]) => name === op);
    expect(own.some(([, , , expected]) => expected === 'T') || op === 'notExists', op).toBe(true);
    expect(own.some(([, , , expected]) => expected === 'F') || op === 'exists', op).toBe(true);
  }
});

/** Values that each operator can use. */
function usableValues(op: Operator): readonly JsonValue[] {
  return cells.find(([name]) => name === op)?.[1] ?? [];
}

test.each(operators)('%s over a missing attribute or null is false; only notExists is true', (op) => {
  const expected = op === 'notExists' ? 'T' : 'F';
  expect(truth(op, usableValues(op), missing)).toBe(expected);
  expect(truth(op, usableValues(op), nothing)).toBe(expected);
});

test.each(operators.filter((op) => op !== 'exists' && op !== 'notExists'))(
  '%s with values that it can not use is unknown',
  (op) => {
    expect(truth(op, [{ not: 'usable' }], { value: 'a' })).toBe('?');
  },
);

test('Several values mean any of, and for not-forms none of', () => {
  expect(truth('startsWith', ['x', 'a'], { value: 'abc' })).toBe('T');
  expect(truth('notStartsWith', ['x', 'a'], { value: 'abc' })).toBe('F');
  expect(truth('notStartsWith', ['x', 'y'], { value: 'abc' })).toBe('T');
});

test.each([
  ['equals', 'İstanbul', 'i̇stanbul', 'T'],
  ['equals', 'STRASSE', 'straße', 'F'],
  ['equals', 'STRAẞE', 'straße', 'T'],
  ['equals', 'ΟΔΟΣ', 'οδος', 'T'],
  ['equals', 'ΟΔΟΣ', 'οδοσ', 'T'],
  ['startsWith', 'ΟΔΟΣΑ', 'ΟΔΟΣ', 'T'],
  ['contains', 'Hello World', 'O W', 'T'],
  ['endsWith', 'FILE.TXT', '.txt', 'T'],
  ['matches', 'HELLO', '^hel', 'T'],
  ['in', 'I', 'ı', 'F'],
] as const)('ignoring case, %s compares %s with %s: %s', (op, value, operand, expected) => {
  expect(truth(op, [operand], { value }, true)).toBe(expected);
});

test('Ignoring case, the not-form and the set operators compare alike', () => {
  expect(truth('notEquals', ['ABC'], { value: 'abc' }, true)).toBe('F');
  expect(truth('containsAny', ['ABC'], { value: ['abc'] }, true)).toBe('T');
  expect(truth('containsAll', ['ABC', 1], { value: ['aBc', 1] }, true)).toBe('T');
  expect(truth('equals', ['ABC', 1], { value: 'abc' }, true)).toBe('T');
});

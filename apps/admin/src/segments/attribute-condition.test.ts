import { expect, test } from 'vitest';
import { attributeCondition } from './attribute-condition.ts';

test('Values become texts, or a number where the operator compares numbers', () => {
  expect(attributeCondition('plan', 'in', ['pro', '5'])).toEqual({
    kind: 'condition',
    condition: { attribute: 'plan', op: 'in', values: ['pro', '5'] },
  });
  expect(attributeCondition('age', 'greaterThan', ['17.5'])).toMatchObject({ condition: { values: [17.5] } });
  expect(attributeCondition('plan', 'exists', ['left over'])).toMatchObject({ condition: { values: [] } });
});

test('What can’t be compared is said', () => {
  expect(attributeCondition('plan', 'in', [])).toEqual({ kind: 'invalid', message: 'Write at least one value' });
  expect(attributeCondition('age', 'lessThan', ['ten'])).toEqual({ kind: 'invalid', message: 'Write one number' });
  expect(attributeCondition('age', 'lessThan', ['1', '2'])).toMatchObject({ kind: 'invalid' });
});

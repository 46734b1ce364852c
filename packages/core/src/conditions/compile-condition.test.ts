import { expect, test } from 'vitest';
import type { Condition } from '../definitions/condition.ts';
import { definitionsOf, flagOf, flagWhen } from '../evaluation/definition-builders.test-support.ts';
import type { EvaluationContext } from '../context/context.ts';
import { evaluate } from '../evaluation/evaluate.ts';

const yes: Condition = { all: [] };
const no: Condition = { any: [] };
const unknown: Condition = { inSegment: 'absent' };

function truth(condition: unknown, context: EvaluationContext = {}): 'T' | 'F' | '?' {
  const definitions = definitionsOf([
    flagWhen('plain', condition as Condition),
    flagWhen('negated', { not: condition as Condition }),
  ]);
  if (evaluate(definitions, 'plain', context, 'boolean', false).value === true) return 'T';
  return evaluate(definitions, 'negated', context, 'boolean', false).value === true ? 'F' : '?';
}

test('all of nothing is true and any of nothing is false', () => {
  expect(truth(yes)).toBe('T');
  expect(truth(no)).toBe('F');
});

test.each([
  [[yes, yes], 'T', 'T'],
  [[yes, no], 'F', 'T'],
  [[no, no], 'F', 'F'],
  [[yes, unknown], '?', 'T'],
  [[unknown, yes], '?', 'T'],
  [[no, unknown], 'F', '?'],
  [[unknown, no], 'F', '?'],
  [[unknown, unknown], '?', '?'],
  [[unknown, yes, no], 'F', 'T'],
  [[yes, unknown, yes], '?', 'T'],
  [[no, unknown, no], 'F', '?'],
] as const)('Kleene: %j is %s under all and %s under any', (parts, all, any) => {
  expect(truth({ all: parts })).toBe(all);
  expect(truth({ any: parts })).toBe(any);
});

test('not of unknown is unknown, so that it lets nobody in', () => {
  expect(truth({ not: unknown })).toBe('?');
  expect(truth({ not: { not: unknown } })).toBe('?');
});

test.each([
  ['an unknown operator', { attribute: 'plan', op: 'soundsLike', values: ['pro'] }],
  ['an unusable pattern', { attribute: 'plan', op: 'matches', values: ['('] }],
  ['a pattern with a look-behind, which has no linear time', { attribute: 'plan', op: 'matches', values: ['(?<=a)b'] }],
  ['a condition of an unknown shape', { quantum: true }],
  ['a condition that is no object', 'yes'],
  ['a list condition of the wrong shape', { all: 'everything' }],
  ['an unusable flagIs', { flagIs: { flag: 5 } }],
  ['a flag that is absent', { flagIs: { flag: 'absent', variants: ['on'] } }],
  ['an attribute that is not text', { attribute: 5, op: 'exists', values: [] }],
])('%s is unknown', (_name, condition) => {
  expect(truth(condition, { plan: 'pro' })).toBe('?');
});

test('Where something unknown decides, the answer names it and is marked degraded', () => {
  const definitions = definitionsOf([
    flagWhen('flag', { all: [{ inSegment: 'absent' }, { attribute: 'plan', op: 'newer' as 'equals', values: [] }] }),
  ]);
  const { metadata, variant, reason } = evaluate(definitions, 'flag', {}, 'boolean', true);
  expect({ variant, reason }).toEqual({ variant: 'off', reason: 'DEFAULT' });
  expect(metadata).toMatchObject({ degraded: true, unknown: 'segment:absent,operator:newer' });
});

test('Where something unknown decides nothing, the answer is not degraded', () => {
  const definitions = definitionsOf([
    flagWhen('flag', { any: [{ inSegment: 'absent' }, yes] }),
    flagWhen('other', { all: [unknown, no] }),
  ]);
  expect(evaluate(definitions, 'flag', {}, 'boolean', false).metadata.degraded).toBeUndefined();
  expect(evaluate(definitions, 'other', {}, 'boolean', false).metadata.degraded).toBeUndefined();
});

test('flagIs holds for the variant that the flag serves here, switched off or not', () => {
  const definitions = definitionsOf([
    flagOf('base'),
    flagOf('off', { enabled: false }),
    flagOf('archived', { archived: true }),
    flagWhen('a', { flagIs: { flag: 'base', variants: ['on'] } }),
    flagWhen('b', { flagIs: { flag: 'base', variants: ['off'] } }),
    flagWhen('c', { flagIs: { flag: 'off', variants: ['off'] } }),
    flagWhen('d', { not: { flagIs: { flag: 'archived', variants: ['on'] } } }),
  ]);
  const values = ['a', 'b', 'c', 'd'].map((key) => evaluate(definitions, key, {}, 'boolean', false).value);
  expect(values).toEqual([true, false, true, false]);
});

test('flagIs of a flag that was itself evaluated with something unknown is unknown', () => {
  const definitions = definitionsOf([
    flagWhen('base', unknown),
    flagWhen('dependent', { not: { flagIs: { flag: 'base', variants: ['on'] } } }),
  ]);
  const details = evaluate(definitions, 'dependent', {}, 'boolean', true);
  expect(details.variant).toBe('off');
  expect(details.metadata).toMatchObject({ degraded: true, unknown: 'segment:absent' });
});

test('A condition of 64 levels is evaluated, a deeper one is unknown', () => {
  const nested = (levels: number): Condition => {
    let condition: Condition = yes;
    for (let level = 1; level < levels; level++) condition = { all: [condition] };
    return condition;
  };
  const at = (levels: number): unknown =>
    evaluate(definitionsOf([flagWhen('flag', nested(levels))]), 'flag', {}, 'boolean', false).value;
  expect(at(64)).toBe(true);
  expect(at(65)).toBe(false);
});

import { expect, test } from 'vitest';
import { referencesOf } from '../definitions/references.ts';
import type { SegmentDefinition } from '../definitions/segment.ts';
import { flagOf, flagWhen, splitOf } from '../evaluation/definition-builders.test-support.ts';
import { findPrerequisiteCycle, findSegmentCycle } from './find-cycle.ts';

function needs(key: string, ...flags: string[]) {
  return flagOf(key, { prerequisites: flags.map((flag) => ({ flag, variants: ['on'] })) });
}

function segment(key: string, ...segments: string[]): SegmentDefinition {
  return { key, type: 'rule', when: { any: segments.map((inSegment) => ({ not: { inSegment } })) } };
}

test('Flags that need each other are named in order, the first again at the end', () => {
  expect(findPrerequisiteCycle([needs('a', 'b'), needs('b', 'c'), needs('c', 'b'), flagOf('d')])).toEqual(['b', 'c', 'b']);
  expect(findPrerequisiteCycle([needs('self', 'self')])).toEqual(['self', 'self']);
});

test('Flags that share what they need, or need what is absent, are no cycle', () => {
  expect(findPrerequisiteCycle([needs('a', 'b', 'c'), needs('b', 'd'), needs('c', 'd'), needs('d', 'absent')])).toBeUndefined();
});

test('flagIs counts as needing, in rules and in segments that are used', () => {
  const asks = flagWhen('a', { flagIs: { flag: 'b', variants: ['on'] } });
  expect(findPrerequisiteCycle([asks, needs('b', 'a')])).toEqual(['a', 'b', 'a']);
  const uses = flagWhen('a', { inSegment: 's' });
  const s: SegmentDefinition = { key: 's', type: 'rule', when: { flagIs: { flag: 'a', variants: ['on'] } } };
  expect(findPrerequisiteCycle([uses], [s])).toEqual(['a', 'a']);
  expect(findPrerequisiteCycle([uses])).toBeUndefined();
});

test('Segments that contain each other are named', () => {
  expect(findSegmentCycle([segment('a', 'b'), segment('b', 'c'), segment('c', 'a')])).toEqual(['a', 'b', 'c', 'a']);
  expect(findSegmentCycle([segment('a', 'b', 'c'), segment('b', 'c'), segment('c')])).toBeUndefined();
});

test('A chain of 100,000 flags is walked without exhausting the stack', () => {
  const flags = Array.from({ length: 100_000 }, (_, i) => needs(`f${i}`, `f${i + 1}`));
  expect(findPrerequisiteCycle(flags)).toBeUndefined();
});

test('References are listed once each, wherever they stand', () => {
  const flag = flagOf('a', {
    prerequisites: [
      { flag: 'p', variants: ['on'] },
      { flag: 'p', variants: ['off'] },
    ],
    rules: [
      {
        id: 'r',
        when: {
          all: [
            { inSegment: 's' },
            { not: { flagIs: { flag: 'q', variants: ['on'] } } },
            { attribute: 'x', op: 'exists', values: [] },
          ],
        },
        serve: { split: splitOf({ holdouts: [{ holdout: 'h', baseline: 'off' }] }) },
      },
    ],
    defaultServe: { variant: 'on', holdouts: [{ holdout: 'g', baseline: 'off' }] },
  });
  expect(new Set(referencesOf(flag).map(({ kind, key }) => `${kind}:${key}`))).toEqual(
    new Set(['flag:p', 'segment:s', 'flag:q', 'holdout:h', 'holdout:g']),
  );
  expect(referencesOf(segment('x', 'y', 'y'))).toEqual([{ kind: 'segment', key: 'y' }]);
  expect(referencesOf({ key: 'l', type: 'list', contextKind: 'user', included: { keys: [] }, excluded: { keys: [] } })).toEqual(
    [],
  );
});

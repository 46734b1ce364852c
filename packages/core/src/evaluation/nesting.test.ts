import { expect, test } from 'vitest';
import type { Condition } from '../definitions/condition.ts';
import type { FlagDefinition } from '../definitions/flag.ts';
import type { SegmentDefinition } from '../definitions/segment.ts';
import { findPrerequisiteCycle, findSegmentCycle } from '../validation/find-cycle.ts';
import { definitionsOf, flagOf, flagWhen, splitOf } from './definition-builders.test-support.ts';
import type { ExposureSource } from './details.ts';
import { evaluate, evaluateWithTrace } from './evaluate.ts';
import { maxNesting } from './evaluation-limits.ts';

const user = { targetingKey: 'u-42', plan: 'pro' };
const levels = 10_000;

/** Flags of which each needs the one before, the first as given. */
function chain(length: number, first: Partial<FlagDefinition>, need: (below: string) => Partial<FlagDefinition>) {
  return Array.from({ length }, (_, level) => flagOf(`level-${level}`, level === 0 ? first : need(`level-${level - 1}`)));
}

function needs(flag: string): Partial<FlagDefinition> {
  return { prerequisites: [{ flag, variants: ['on'] }] };
}

/** Serves on by a rule that asks another flag, or a segment. */
function when(condition: Condition): Partial<FlagDefinition> {
  return { rules: [{ id: 'rule', when: condition, serve: { variant: 'on' } }], defaultServe: { variant: 'off' } };
}

const atTheStack = [maxNesting - 1, maxNesting, maxNesting + 1, maxNesting + 2];

test.each([...atTheStack, 1_000, levels])('Prerequisites %i levels deep are followed to the last', (depth) => {
  const definitions = (first: Partial<FlagDefinition>) => definitionsOf(chain(depth + 1, first, needs));
  const split = { defaultServe: { split: splitOf({ iterationId: 'i', ranges: [{ variant: 'on', from: 0, to: 100_000 }] }) } };
  const nestedExposures: ExposureSource[] = [];
  const met = evaluate(definitions(split), `level-${depth}`, user, 'boolean', false, { nestedExposures });
  expect(met).toMatchObject({ variant: 'on', reason: 'STATIC', metadata: { flagRevision: 1 } });
  expect(new Set(nestedExposures.map(({ flagKey }) => flagKey))).toEqual(new Set(['level-0']));
  const unmet = evaluate(definitions({ enabled: false }), `level-${depth}`, user, 'boolean', true);
  expect(unmet).toMatchObject({ variant: 'off', reason: 'DEFAULT', metadata: { prerequisiteFailed: `level-${depth - 1}` } });
});

test.each([...atTheStack, 1_000, levels])(
  'flagIs %i levels deep is followed to the last, what is unknown there included',
  (depth) => {
    const asks = (flag: string) => when({ flagIs: { flag, variants: ['on'] } });
    const known = definitionsOf(chain(depth + 1, {}, asks));
    expect(evaluate(known, `level-${depth}`, user, 'boolean', false)).toMatchObject({
      variant: 'on',
      metadata: { ruleId: 'rule' },
    });
    const unknown = definitionsOf(chain(depth + 1, when({ inSegment: 'absent' }), asks));
    const details = evaluate(unknown, `level-${depth}`, user, 'boolean', true);
    expect(details).toMatchObject({ variant: 'off', metadata: { degraded: true, unknown: 'segment:absent' } });
  },
);

test.each([...atTheStack, 1_000, levels])('Segments %i levels within each other are followed to the last', (depth) => {
  const segments = (innermost: Condition) =>
    Array.from({ length: depth + 1 }, (_, level): SegmentDefinition => {
      const below: Condition = { inSegment: `level-${level - 1}` };
      return { key: `level-${level}`, type: 'rule', when: level === 0 ? innermost : level % 2 === 0 ? below : { all: [below] } };
    });
  const flag = flagWhen('flag', { inSegment: `level-${depth}` });
  const answer = (innermost: Condition) => {
    const definitions = definitionsOf([flag], { segments: segments(innermost) });
    return evaluate(definitions, 'flag', user, 'boolean', false);
  };
  expect(answer({ attribute: 'plan', op: 'equals', values: ['pro'] })).toMatchObject({
    value: true,
    metadata: { flagRevision: 1 },
  });
  expect(answer({ attribute: 'plan', op: 'equals', values: ['free'] }).value).toBe(false);
  expect(answer({ inSegment: 'absent' })).toMatchObject({ value: false, metadata: { unknown: 'segment:absent' } });
});

test.each([2, maxNesting, maxNesting + 1, 50, 1_000, levels])(
  'A cycle of %i flags is refused on write and survived on read: none of them is met, wherever one begins',
  (length) => {
    const flags = chain(length, needs(`level-${length - 1}`), needs);
    expect(findPrerequisiteCycle(flags)).toHaveLength(length + 1);
    const definitions = definitionsOf([...flags, flagOf('above', needs('level-0'))]);
    for (const key of ['level-0', 'level-1', `level-${length - 1}`, 'above']) {
      expect(evaluate(definitions, key, user, 'boolean', true), key).toMatchObject({ variant: 'off', reason: 'DEFAULT' });
    }
  },
);

test.each([1, 2, maxNesting + 1, 1_000, levels])(
  'A cycle of %i segments is refused on write, and on read it is unknown',
  (length) => {
    const segments = Array.from({ length }, (_, level): SegmentDefinition => {
      const condition: Condition = { inSegment: `level-${(level + 1) % length}` };
      return { key: `level-${level}`, type: 'rule', when: condition };
    });
    expect(findSegmentCycle(segments)).toHaveLength(length + 1);
    const plain = flagWhen('flag', { inSegment: 'level-0' });
    const negated = flagWhen('negated', { not: { inSegment: 'level-0' } });
    const definitions = definitionsOf([plain, negated], { segments });
    for (const key of ['flag', 'negated']) {
      expect(evaluate(definitions, key, user, 'boolean', true)).toMatchObject({ value: false, metadata: { degraded: true } });
    }
  },
);

test('Flags and segments that fan out at every level are each evaluated once, so that no depth takes long', () => {
  const below = (level: number) => ({ flag: `level-${level - 1}`, variants: ['on'] });
  const flags = Array.from({ length: 200 }, (_, level) =>
    flagOf(`level-${level}`, level === 0 ? {} : { prerequisites: [below(level), below(level), below(level)] }),
  );
  // Without remembering this would be 3^199 evaluations.
  expect(evaluate(definitionsOf(flags), 'level-199', user, 'boolean', false).variant).toBe('on');
  const segments = Array.from({ length: 200 }, (_, level): SegmentDefinition => {
    const inner: Condition = { inSegment: `level-${level - 1}` };
    return { key: `level-${level}`, type: 'rule', when: level === 0 ? { all: [] } : { all: [inner, { not: { not: inner } }] } };
  });
  const definitions = definitionsOf([flagWhen('flag', { inSegment: 'level-199' })], { segments });
  expect(evaluate(definitions, 'flag', user, 'boolean', false).value).toBe(true);
});

test('What is unknown at the foot of all that fans out is named once, however many ways lead there', () => {
  const depth = 60;
  const flags = Array.from({ length: depth }, (_, level) => {
    const below: Condition = { flagIs: { flag: `level-${level - 1}`, variants: ['on'] } };
    return flagOf(`level-${level}`, when(level === 0 ? { inSegment: 'absent' } : { all: [below, below] }));
  });
  // Along all 2^59 ways it would be more names than any memory holds.
  const asked = evaluate(definitionsOf(flags), `level-${depth - 1}`, user, 'boolean', true);
  expect(asked).toMatchObject({ variant: 'off', metadata: { degraded: true, unknown: 'segment:absent' } });
  const segments = Array.from({ length: depth }, (_, level): SegmentDefinition => {
    const below: Condition = { inSegment: `level-${level - 1}` };
    return { key: `level-${level}`, type: 'rule', when: level === 0 ? { inSegment: 'absent' } : { all: [below, below] } };
  });
  const inSegments = definitionsOf([flagWhen('flag', { inSegment: `level-${depth - 1}` })], { segments });
  expect(evaluate(inSegments, 'flag', user, 'boolean', true)).toMatchObject({
    value: false,
    metadata: { degraded: true, unknown: 'segment:absent' },
  });
});

test('Of many unknown things those are named that come first, nested ones among them', () => {
  const unusable = (names: readonly string[]): Condition => ({ all: names.map((name) => ({ inSegment: name })) });
  const many = Array.from({ length: 12 }, (_, index) => `absent-${index}`);
  const flags = [
    flagOf('below', when(unusable(many))),
    flagOf(
      'above',
      when({ all: [...many.slice(10).map((inSegment) => ({ inSegment })), { flagIs: { flag: 'below', variants: ['on'] } }] }),
    ),
  ];
  const { metadata } = evaluate(definitionsOf(flags), 'above', user, 'boolean', true);
  expect(metadata.unknown?.split(',')).toEqual([...many.slice(10), ...many.slice(0, 8)].map((name) => `segment:${name}`));
});

test('A trace of what nests deeply comes to the same answer and shows as many levels as the stack carries', () => {
  const definitions = definitionsOf(chain(levels, {}, needs));
  const trace = evaluateWithTrace(definitions, `level-${levels - 1}`, user, 'boolean', false);
  expect(trace.details.variant).toBe('on');
  let shown = 0;
  for (let [step] = trace.steps; step?.kind === 'prerequisite'; [step] = step.steps) {
    expect(step).toMatchObject({ flag: `level-${levels - 2 - shown}`, variant: 'on', met: true });
    shown++;
  }
  expect(shown).toBeGreaterThanOrEqual(maxNesting);
  expect(() => JSON.stringify(trace)).not.toThrow();
});

test('A context whose getters throw is asked deeply nested flags all the same', () => {
  const context = {
    targetingKey: 'u',
    get plan(): string {
      throw new Error('hostile');
    },
  };
  const first = when({ any: [{ attribute: 'plan', op: 'equals', values: ['pro'] }, { not: { any: [] } }] });
  const definitions = definitionsOf(chain(100, first, needs));
  expect(evaluate(definitions, 'level-99', context, 'boolean', false).variant).toBe('on');
});

import { expect, test } from 'vitest';
import { createContextHandle } from '../context/context-handle.ts';
import type { EvaluationContext } from '../context/context.ts';
import type { HoldoutDefinition, Split } from '../definitions/split.ts';
import { bucketOf, hashUnit } from '../hashing/unit.ts';
import { definitionsOf, flagOf, splitOf } from './definition-builders.test-support.ts';
import type { EvaluationDetails } from './details.ts';
import { evaluate, unitOf } from './evaluate.ts';

const armsSalt = '0123456789abcdef';
const otherSalt = 'fedcba9876543210';

function bucket(unit: string, salt = armsSalt): number {
  const { h1, h2 } = hashUnit(unit);
  return bucketOf(h1, h2, salt);
}

/** The first unit whose buckets are as wanted. */
function unitWhere(wanted: (unit: string) => boolean): string {
  for (let i = 0; i < 100_000; i++) if (wanted(`unit-${i}`)) return `unit-${i}`;
  throw new Error('no such unit');
}

function inDefault(
  changes: Partial<Split>,
  context: EvaluationContext,
  holdouts: readonly HoldoutDefinition[] = [],
): EvaluationDetails<unknown> {
  const definitions = definitionsOf([flagOf('flag', { defaultServe: { split: splitOf(changes) } })], { holdouts });
  return evaluate(definitions, 'flag', context, 'boolean', 'mine');
}

function inRule(
  changes: Partial<Split>,
  context: EvaluationContext,
  holdouts: readonly HoldoutDefinition[] = [],
): EvaluationDetails<unknown> {
  const rules = [{ id: 'rule', when: { all: [] }, serve: { split: splitOf(changes) } }];
  return evaluate(
    definitionsOf([flagOf('flag', { rules, defaultServe: { variant: 'off' } })], { holdouts }),
    'flag',
    context,
    'boolean',
    'mine',
  );
}

const holdout: HoldoutDefinition = { key: 'quarter', contextKind: 'user', salt: otherSalt, ranges: [{ from: 0, to: 50_000 }] };
const covered = { holdouts: [{ holdout: 'quarter', baseline: 'off' }] };
const held = unitWhere((unit) => bucket(unit, otherSalt) < 50_000 && bucket(unit) < 50_000);
const free = unitWhere((unit) => bucket(unit, otherSalt) >= 50_000 && bucket(unit) < 50_000);

test('A split serves the variant of the range that holds the unit’s bucket', () => {
  for (let i = 0; i < 200; i++) {
    const expected = bucket(`unit-${i}`) < 50_000 ? 'on' : 'off';
    expect(inDefault({}, { targetingKey: `unit-${i}` })).toMatchObject({
      variant: expected,
      reason: 'SPLIT',
      metadata: { splitId: 'split' },
    });
  }
});

test('The very ends of ranges are half-open', () => {
  const unit = 'unit-1';
  const at = bucket(unit);
  const ranges = [
    { variant: 'off', from: 0, to: at },
    { variant: 'on', from: at, to: at + 1 },
    { variant: 'off', from: at + 1, to: 100_000 },
  ];
  expect(inDefault({ ranges }, { targetingKey: unit }).variant).toBe('on');
  expect(inRule({ ranges: [{ variant: 'on', from: 0, to: at }] }, { targetingKey: unit }).variant).toBe('off');
});

test('(a) A unit in a holdout gets the baseline, a holdout exposure and no experiment exposure', () => {
  const details = inDefault({ ...covered, iterationId: 'it-1' }, { targetingKey: held }, [holdout]);
  expect(details).toMatchObject({ variant: 'off', reason: 'SPLIT', metadata: { holdout: 'quarter', splitId: 'split' } });
  expect(details.exposure).toMatchObject({ holdout: 'quarter', iterationId: undefined, variant: 'off', coveredBy: ['quarter'] });
});

test('(a) A unit outside the holdout is exposed as covered by it, with and without an experiment', () => {
  const plain = inDefault(covered, { targetingKey: free }, [holdout]);
  expect(plain.exposure).toMatchObject({ holdout: undefined, coveredBy: ['quarter'], variant: 'on', iterationId: undefined });
  const running = inDefault({ ...covered, iterationId: 'it-1' }, { targetingKey: free }, [holdout]);
  expect(running.exposure).toMatchObject({ holdout: undefined, coveredBy: ['quarter'], iterationId: 'it-1' });
});

test('(a) A holdout that has ended covers nobody', () => {
  const details = inDefault(covered, { targetingKey: held });
  expect(details).toMatchObject({ variant: 'on', exposure: undefined });
});

test('(a) A rule that serves one variant can be covered too', () => {
  const rules = [{ id: 'shipped', when: { all: [] }, serve: { variant: 'on', ...covered } }];
  const definitions = definitionsOf([flagOf('flag', { rules })], { holdouts: [holdout] });
  const inside = evaluate(definitions, 'flag', { targetingKey: held }, 'boolean', false);
  expect(inside).toMatchObject({ variant: 'off', reason: 'SPLIT', metadata: { holdout: 'quarter', ruleId: 'shipped' } });
  const outside = evaluate(definitions, 'flag', { targetingKey: free }, 'boolean', false);
  expect(outside).toMatchObject({
    variant: 'on',
    reason: 'TARGETING_MATCH',
    exposure: { holdout: undefined, coveredBy: ['quarter'], splitId: undefined },
  });
  expect(evaluate(definitions, 'flag', { targetingKey: free }, 'boolean', false)).toBe(outside);
  expect(evaluate(definitions, 'flag', {}, 'boolean', false)).toMatchObject({ variant: 'on', exposure: undefined });
});

test('(b) A split that is wholly one variant needs no unit', () => {
  const ranges = [{ variant: 'on', from: 0, to: 100_000 }];
  expect(inDefault({ ranges }, {})).toMatchObject({ variant: 'on', reason: 'SPLIT', metadata: { splitId: 'split' } });
  expect(inDefault({ ranges, ...covered }, {}, [holdout])).toMatchObject({ variant: 'on', reason: 'SPLIT' });
});

test('(c) With the unit missing a rule does not match, and the answer says which', () => {
  const details = inRule({}, { targetingKey: '' });
  expect(details).toMatchObject({ variant: 'off', reason: 'DEFAULT', metadata: { unitMissing: 'rule' } });
});

test('(c) With the unit missing the default serve gives the off variant, TARGETING_KEY_MISSING', () => {
  const details = inDefault({}, { plan: 'pro' });
  expect(details).toMatchObject({ variant: 'off', reason: 'DEFAULT', errorCode: undefined });
  expect(details.metadata).toMatchObject({ detail: 'TARGETING_KEY_MISSING', unitMissing: 'default' });
});

test('(d) A unit outside the layer is served as if outside enrol, even with an assignment', () => {
  const layer = { key: 'checkout', salt: otherSalt, ranges: [{ from: 50_000, to: 100_000 }] };
  const enrol = { salt: 'aaaaaaaaaaaaaaaa', ranges: [{ from: 0, to: 100_000 }], otherwise: 'off' };
  const changes = { layer, enrol, iterationId: 'it-1', sticky: true };
  expect(inDefault(changes, { targetingKey: free })).toMatchObject({ variant: 'on', exposure: { iterationId: 'it-1' } });
  const assignments = { split: { iterationId: 'it-1', variant: 'on' } };
  const outside = inDefault(changes, { targetingKey: held, assignments });
  expect(outside).toMatchObject({ variant: 'off', reason: 'SPLIT', exposure: undefined, metadata: { enrolled: false } });
});

test('(e) A sticky split honours an assignment of its iteration while the variant has weight', () => {
  const unit = unitWhere((one) => bucket(one) >= 50_000);
  const changes = { sticky: true, iterationId: 'it-1' };
  const served = (assignment: unknown, more: Partial<Split> = {}) =>
    inDefault({ ...changes, ...more }, { targetingKey: unit, assignments: { split: assignment } } as EvaluationContext);
  const kept = served({ iterationId: 'it-1', variant: 'on' });
  expect(kept).toMatchObject({
    variant: 'on',
    reason: 'SPLIT',
    metadata: { sticky: true, iterationId: 'it-1' },
    exposure: { sticky: true },
  });
  expect(served({ iterationId: 'it-0', variant: 'on' })).toMatchObject({ variant: 'off' });
  expect(served({ iterationId: 'it-1', variant: 'gone' })).toMatchObject({ variant: 'off' });
  expect(served('nonsense')).toMatchObject({ variant: 'off' });
  expect(served({ iterationId: 'it-1', variant: 'on' }, { sticky: false })).toMatchObject({ variant: 'off' });
});

test('(f) Outside enrol a named variant is served without exposure, inside the arms decide with theirs', () => {
  const enrol = { salt: otherSalt, ranges: [{ from: 50_000, to: 100_000 }], otherwise: 'off' };
  expect(inDefault({ enrol, iterationId: 'it-1' }, { targetingKey: held })).toMatchObject({
    variant: 'off',
    exposure: undefined,
    metadata: { enrolled: false },
  });
  const inside = inDefault({ enrol, iterationId: 'it-1' }, { targetingKey: free });
  expect(inside).toMatchObject({ variant: 'on', metadata: { iterationId: 'it-1', splitId: 'split' } });
  expect(inside.exposure).toEqual({
    flagKey: 'flag',
    variant: 'on',
    ruleId: undefined,
    splitId: 'split',
    iterationId: 'it-1',
    holdout: undefined,
    coveredBy: [],
    sticky: false,
    contextKind: 'user',
    attribute: undefined,
  });
});

test('(f) Extending enrol keeps everyone who takes part in the arm that they have', () => {
  const at = (to: number) => ({ enrol: { salt: otherSalt, ranges: [{ from: 0, to }], otherwise: 'off' }, iterationId: 'it-1' });
  const before = Array.from({ length: 300 }, (_, i) => inDefault(at(20_000), { targetingKey: `unit-${i}` }));
  const after = Array.from({ length: 300 }, (_, i) => inDefault(at(60_000), { targetingKey: `unit-${i}` }));
  const taking = before.flatMap(({ exposure }, i) => (exposure === undefined ? [] : [i]));
  expect(taking.length).toBeGreaterThan(30);
  expect(taking.map((i) => after[i]?.variant)).toEqual(taking.map((i) => before[i]?.variant));
});

test('(g) A bucket that no range covers: a rule does not match, the default serve gives the off variant', () => {
  const ranges = [{ variant: 'on', from: 0, to: bucket('unit-1') }];
  expect(inRule({ ranges }, { targetingKey: 'unit-1' })).toMatchObject({
    variant: 'off',
    reason: 'DEFAULT',
    metadata: { flagRevision: 1 },
  });
  expect(inDefault({ ranges }, { targetingKey: 'unit-1' })).toMatchObject({ variant: 'off', reason: 'DEFAULT' });
});

test('The unit may be an attribute, of another kind, and a number, which has one text', () => {
  const byAttribute = { contextKind: 'org', attribute: 'accountId' };
  const text = inDefault(byAttribute, { org: { key: 'acme', accountId: '1234' } });
  expect(inDefault(byAttribute, { org: { key: 'acme', accountId: 1234 } }).variant).toBe(text.variant);
  expect(inDefault(byAttribute, { targetingKey: 'u-1' }).metadata.detail).toBe('TARGETING_KEY_MISSING');
  expect(inDefault(byAttribute, { org: { accountId: 1234 } }).metadata.detail).toBe('TARGETING_KEY_MISSING');
});

test('A split of a kind that is named by the context’s root uses the targeting key', () => {
  const unit = 'd-1';
  const expected = inDefault({}, { targetingKey: unit }).variant;
  expect(inDefault({ contextKind: 'device' }, { kind: 'device', targetingKey: unit }).variant).toBe(expected);
  expect(inDefault({ contextKind: 'device' }, { targetingKey: 'u-1', device: { key: unit } }).variant).toBe(expected);
});

test('(a) A unit in a holdout is exposed to it exactly where a unit outside would be exposed to the split', () => {
  const whole = [{ from: 0, to: 100_000 }];
  const half = [{ from: 0, to: 50_000 }];
  const thirdSalt = '00000000ffffffff';
  const serves = (split: Partial<Split>) => ({ ...covered, iterationId: 'it-1', ...split });
  const cases: Partial<Split>[] = [
    {},
    { enrol: { salt: thirdSalt, ranges: half, otherwise: 'off' } },
    {
      enrol: { salt: thirdSalt, ranges: half, otherwise: 'off' },
      layer: { key: 'l', salt: '1111111122222222', ranges: half },
    },
    { ranges: [{ variant: 'on', ...half[0]! }] },
  ];
  for (const split of cases) {
    const exposed = { held: 0, free: 0 };
    for (let i = 0; i < 2_000; i++) {
      const context = { targetingKey: `unit-${i}` };
      const withHoldout = inRule(serves(split), context, [{ ...holdout, ranges: whole }]);
      const without = inRule(serves(split), context, [{ ...holdout, ranges: [] }]);
      expect(withHoldout.variant).toBe('off');
      expect(withHoldout.metadata.holdout).toBe('quarter');
      const isExposed = without.exposure !== undefined;
      expect(withHoldout.exposure !== undefined, `unit-${i} in ${JSON.stringify(split)}`).toBe(isExposed);
      if (isExposed) exposed.free++;
      if (withHoldout.exposure?.holdout === 'quarter') exposed.held++;
    }
    expect(exposed.held).toBe(exposed.free);
    expect(exposed.held).toBeGreaterThan(300);
  }
});

test('(a) A holdout of another kind tells nothing of a unit that the split could not have placed', () => {
  const orgs: HoldoutDefinition = { ...holdout, contextKind: 'org', ranges: [{ from: 0, to: 100_000 }] };
  const context = { kind: 'device', targetingKey: 'd-1', org: { key: 'acme' } };
  const details = inDefault({ ...covered, iterationId: 'it-1' }, context, [orgs]);
  expect(details).toMatchObject({ variant: 'off', metadata: { holdout: 'quarter' }, exposure: undefined });
});

test('unitOf gives the text of the unit that an exposure is about, for plain contexts and handles', () => {
  const { exposure } = inDefault({ iterationId: 'it-1' }, { targetingKey: 'u-42' });
  if (exposure === undefined) throw new Error('an exposure was expected');
  expect(unitOf({ targetingKey: 'u-42' }, exposure)).toBe('u-42');
  expect(unitOf(createContextHandle({ targetingKey: 'u-42' }), exposure)).toBe('u-42');
  expect(unitOf({}, exposure)).toBeUndefined();
  expect(unitOf({ org: { key: 'acme', n: 7 } }, { contextKind: 'org', attribute: 'n' })).toBe('7');
});

test.each([
  ['a salt', { salt: 'short' }],
  ['ranges', { ranges: [{ variant: 'on', from: 5, to: 3 }] }],
  [
    'overlapping ranges',
    {
      ranges: [
        { variant: 'on', from: 0, to: 60_000 },
        { variant: 'off', from: 50_000, to: 100_000 },
      ],
    },
  ],
  ['enrol', { enrol: { salt: 'short', ranges: [], otherwise: 'off' } }],
  ['a layer', { layer: { key: 'k', salt: '', ranges: [] } }],
])('A split with unusable %s serves nobody and says so', (_name, changes) => {
  const details = inDefault(changes, { targetingKey: 'u-1' });
  expect(details).toMatchObject({ variant: 'off', reason: 'DEFAULT', metadata: { degraded: true, unknown: 'split:split' } });
});

test('Every bucket of fragmented ranges is found', () => {
  const ranges = Array.from({ length: 1_000 }, (_, i) => ({
    variant: i % 2 === 0 ? 'on' : 'off',
    from: i * 100,
    to: (i + 1) * 100,
  }));
  for (let i = 0; i < 500; i++) {
    const expected = Math.floor(bucket(`unit-${i}`) / 100) % 2 === 0 ? 'on' : 'off';
    expect(inDefault({ ranges }, { targetingKey: `unit-${i}` }).variant).toBe(expected);
  }
});

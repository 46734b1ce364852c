import fc from 'fast-check';
import { encodeBase64, fingerprintBytes, fingerprintOf, type JsonValue } from '@stitchd/core';
import type { FixtureEntity } from '../runner/evaluation-fixture.ts';
import { pools, randomCondition } from './random-conditions.ts';
import { bucketRanges, randomSalt, randomServe } from './random-serves.ts';

/** The time by which random rulesets are evaluated; some targets expire just then. */
export const randomNowMs = Date.parse('2026-01-02T00:00:00Z');

const expiry = fc.constantFrom('2026-01-02T00:00:00Z', '2026-01-02T00:00:00.001Z', '2030-01-01T00:00:00Z', 'never');

const valuesByType: Readonly<Record<string, readonly JsonValue[]>> = {
  boolean: [true, false, true],
  string: ['a', '', 'Ünïcode'],
  integer: [0, -7, 9_007_199_254_740_991],
  double: [0.5, -1e300, 3],
  json: [{ deep: [1, null] }, [], 'text'],
};

const keys = fc.uniqueArray(fc.constantFrom(...pools.units), { maxLength: 3 });

function randomFlag(key: string): fc.Arbitrary<JsonValue> {
  const variant = fc.constantFrom(...pools.variants);
  const rule = (index: number) =>
    fc.record({
      id: fc.constant(`${key}-r${index}`),
      when: randomCondition,
      serve: randomServe(`${key}-sp${index}`, pools.variants),
    });
  const target = fc.record(
    { contextKind: fc.constantFrom('user', 'org'), variant, keys, expiresAt: expiry },
    { requiredKeys: ['contextKind', 'variant', 'keys'] },
  );
  const prerequisite = fc.record({
    flag: fc.constantFrom(...pools.flags, 'absent'),
    variants: fc.uniqueArray(variant, { minLength: 1, maxLength: 3 }),
  });
  const weighted = (likely: boolean) =>
    fc.oneof({ weight: 11, arbitrary: fc.constant(likely) }, { weight: 1, arbitrary: fc.constant(!likely) });
  return fc.constantFrom(...Object.keys(valuesByType)).chain((type) =>
    fc.record(
      {
        key: fc.constant(key),
        type: fc.constant(type),
        archived: weighted(false),
        clientVisible: weighted(true),
        enabled: weighted(true),
        variants: fc.constant(pools.variants.map((name, index) => ({ key: name, value: valuesByType[type]?.[index] ?? null }))),
        offVariant: fc.option(variant),
        prerequisites: fc.oneof(
          { weight: 3, arbitrary: fc.constant([]) },
          { weight: 1, arbitrary: fc.array(prerequisite, { maxLength: 2 }) },
        ),
        targets: fc.array(target, { maxLength: 2 }),
        rules: fc.tuple(rule(0), rule(1), rule(2)).chain((rules) => fc.subarray(rules)),
        defaultServe: randomServe(`${key}-spd`, pools.variants),
        recorded: fc.constant({ iterationId: 'it-9', contextKind: 'user' }),
      },
      {
        requiredKeys: [
          'key',
          'type',
          'archived',
          'clientVisible',
          'enabled',
          'variants',
          'offVariant',
          'prerequisites',
          'targets',
          'rules',
          'defaultServe',
        ],
      },
    ),
  ) as fc.Arbitrary<JsonValue>;
}

type Body = readonly [kind: string, body: JsonValue];

const bodyOf = (kind: string, body: fc.Arbitrary<object>): fc.Arbitrary<Body> =>
  body.map((made) => [kind, made as JsonValue] as const);

const list = (key: string, included: fc.Arbitrary<object>, exact: boolean) =>
  bodyOf(
    'segment',
    fc.record({
      key: fc.constant(key),
      type: fc.constant('list'),
      contextKind: fc.constantFrom('user', 'org'),
      included,
      excluded: fc.record({ keys }),
      exact: fc.constant(exact),
    }),
  );

const shard = bodyOf(
  'list-shard',
  keys.map((members) => {
    const fingerprints = encodeBase64(fingerprintBytes(members.map(fingerprintOf)));
    return { segment: 'sharded', side: 'included', shard: 0, of: 1, fingerprints };
  }),
);

/** Small holdouts, as they are, and now and then any. */
const heldRanges = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom([{ from: 0, to: 20_000 }], [{ from: 70_000, to: 90_000 }]) },
  { weight: 1, arbitrary: bucketRanges },
);

const holdout = (key: string) =>
  bodyOf(
    'holdout',
    fc.record({ key: fc.constant(key), contextKind: fc.constantFrom('user', 'org'), salt: randomSalt, ranges: heldRanges }),
  );

const ruleSegment = (key: string) =>
  bodyOf('segment', fc.record({ key: fc.constant(key), type: fc.constant('rule'), when: randomCondition }));

/** A whole environment: flags that need and ask for each other, in circles too, segments of all kinds, and holdouts. */
export const randomDefinitions: fc.Arbitrary<readonly FixtureEntity[]> = fc
  .tuple(
    ...pools.flags.map((key) => bodyOf('flag', randomFlag(key) as fc.Arbitrary<object>)),
    ruleSegment('rules'),
    ruleSegment('more-rules'),
    list('listed', fc.record({ keys }), false),
    list('sharded', fc.constant({ shards: 1 }), false),
    list('remote', fc.constant({ remote: true }), true),
    shard,
    holdout('h0'),
    holdout('h1'),
  )
  .map((bodies) => bodies.map(([kind, body], index) => ({ kind, id: `${kind}-${index}`, revision: index + 1, body })));

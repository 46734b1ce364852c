import fc from 'fast-check';
import { operators } from '../definitions/condition.ts';
import type { Entity } from '../definitions/entity.ts';
import { flagOf, splitOf } from './definition-builders.test-support.ts';

const keys = ['a', 'b', 'c', 'd', 'e', 'f'] as const;
const key = fc.constantFrom(...keys, 'absent', '__proto__', 'constructor');
const variant = fc.constantFrom('on', 'off', 'gone');
const attribute = fc.constantFrom('plan', 'version', 'key', 'tags', '/deep/er', '__proto__', 'constructor', 'ip', 'at', '');
const text = fc.constantFrom(
  'pro',
  'Pro',
  '2.1.0',
  'v2',
  '10.0.0.1',
  '10.0.0.0/8',
  '2026-01-01T00:00:00Z',
  'İ',
  'ς',
  '(a+)+$',
  '(',
  '',
);
const scalar = fc.oneof(text, fc.constantFrom(0, -0, 1, 2.5, 1e308, true, false, null));

const condition = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    tie('leaf'),
    fc.record({ all: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
  ),
  leaf: fc.oneof(
    fc.record(
      {
        kind: fc.constantFrom('user', 'org', 'constructor'),
        attribute,
        op: fc.constantFrom(...operators, 'ofANewerServer'),
        values: fc.oneof(fc.array(text, { maxLength: 3 }), fc.array(scalar, { maxLength: 3 }), fc.constant('no list')),
        ignoreCase: fc.boolean(),
      },
      { requiredKeys: ['attribute', 'op', 'values'] },
    ),
    fc.record({ inSegment: key }),
    fc.record({ flagIs: fc.record({ flag: key, variants: fc.array(variant, { maxLength: 2 }) }) }),
    fc.constant({ ofANewerServer: true }),
  ),
})).tree;

const bound = fc.integer({ min: 0, max: 100_000 });
const ranges = fc.array(bound, { maxLength: 4 }).map((points) => {
  const sorted = points.toSorted((a, b) => a - b);
  return sorted.slice(1).map((to, i) => ({ variant: i % 2 === 0 ? 'on' : 'off', from: sorted[i] ?? 0, to }));
});
const salt = fc.constantFrom('0123456789abcdef', 'fedcba9876543210', '0123456789abcdee', 'no salt');
const holdouts = fc.array(fc.record({ holdout: key, baseline: variant }), { maxLength: 2 });
const split = fc
  .record(
    {
      id: fc.constantFrom('s', 't'),
      contextKind: fc.constantFrom('user', 'org'),
      attribute,
      salt,
      ranges,
      enrol: fc.record({ salt, ranges, otherwise: variant }),
      iterationId: fc.constantFrom('i', 'j'),
      sticky: fc.boolean(),
      layer: fc.record({ key, salt, ranges }),
      holdouts,
    },
    { requiredKeys: [] },
  )
  .map((changes) => ({ split: { ...splitOf(), ...changes } }));
const serve = fc.oneof(fc.record({ variant }), fc.record({ variant, holdouts }), split, fc.constant({ ofANewerServer: 1 }));

const flag = fc
  .record(
    {
      enabled: fc.constantFrom(true, true, true, false),
      archived: fc.constantFrom(false, false, false, true),
      clientVisible: fc.boolean(),
      offVariant: fc.constantFrom('off', 'on', null, 'gone'),
      prerequisites: fc.array(fc.record({ flag: key, variants: fc.array(variant, { maxLength: 2 }) }), { maxLength: 2 }),
      targets: fc.array(
        fc.record(
          {
            contextKind: fc.constantFrom('user', 'org'),
            variant,
            keys: fc.array(fc.constantFrom('u-1', 'acme'), { maxLength: 2 }),
            expiresAt: fc.constantFrom('2026-01-01T00:00:00Z', 'never'),
          },
          { requiredKeys: ['contextKind', 'variant', 'keys'] },
        ),
        { maxLength: 2 },
      ),
      rules: fc.array(fc.record({ id: fc.constantFrom('r', 'q'), when: condition, serve }), { maxLength: 3 }),
      defaultServe: serve,
    },
    { requiredKeys: [] },
  )
  .map((changes) => ({ ...flagOf('any'), ...changes }));

const listSource = fc.oneof(
  fc.record({ keys: fc.array(fc.constantFrom('u-1', 'acme', 'x'), { maxLength: 3 }) }),
  fc.constant({ remote: true }),
  fc.constant({ shards: 2 }),
);
const segment = fc.oneof(
  fc.record({ type: fc.constant('rule'), when: condition }),
  fc.record({
    type: fc.constant('list'),
    contextKind: fc.constantFrom('user', 'org'),
    included: listSource,
    excluded: listSource,
    exact: fc.boolean(),
  }),
  fc.constant({ type: 'ofANewerServer' }),
);
const holdout = fc.record({ contextKind: fc.constantFrom('user', 'org'), salt, ranges });

function entityOf(kind: string, bodyKey: string, body: object): Entity {
  return { kind, id: `${kind}-${bodyKey}`, revision: 1, body: JSON.stringify({ ...body, key: bodyKey }) };
}

/** Entities of an environment in which anything may refer to anything: cycles, what is absent, what a newer server knows. */
export const anyEnvironment: fc.Arbitrary<readonly Entity[]> = fc
  .tuple(
    fc.array(flag, { minLength: 1, maxLength: keys.length }),
    fc.array(segment, { maxLength: keys.length }),
    fc.array(holdout, { maxLength: 2 }),
  )
  .map(([flags, segments, held]) => [
    ...flags.map((body, i) => entityOf('flag', keys[i] ?? '', body)),
    ...segments.map((body, i) => entityOf('segment', keys[i] ?? '', body)),
    ...held.map((body, i) => entityOf('holdout', keys[i] ?? '', body)),
    { kind: 'ofANewerServer', id: 'n', revision: 1, body: '{' },
  ]);

const attributeValue = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.constant({ er: 'pro' }),
  fc.constant({ er: ['pro'], key: 'k' }),
);

/** Contexts that meet those environments, as JSON could carry them. */
export const anyContext = fc.record(
  {
    targetingKey: fc.constantFrom('u-1', 'u-2', 'ключ', '', 7),
    kind: fc.constantFrom('user', 'org', ''),
    plan: attributeValue,
    version: attributeValue,
    tags: attributeValue,
    deep: attributeValue,
    ip: attributeValue,
    at: attributeValue,
    constructor: attributeValue,
    org: fc.record({ key: fc.constantFrom('acme', 'x'), plan: attributeValue }),
    assignments: fc.record({ s: fc.record({ iterationId: fc.constantFrom('i', 'j'), variant }) }),
  },
  { requiredKeys: [] },
);

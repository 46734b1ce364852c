import { expect, test } from 'vitest';
import { createContextHandle } from '../context/context-handle.ts';
import type { Entity } from '../definitions/entity.ts';
import type { ListSource, SegmentDefinition } from '../definitions/segment.ts';
import { fingerprintOf } from '../hashing/unit.ts';
import { encodeBase64 } from './base64.ts';
import { compileDefinitions } from './compile-definitions.ts';
import { definitionsOf, entityOf, flagOf, flagWhen, whenAttribute } from './definition-builders.test-support.ts';
import { evaluate } from './evaluate.ts';
import { fingerprintBytes } from './fingerprint-list.ts';
import { requiredMemberships } from './required-memberships.ts';

function list(included: ListSource, excluded: ListSource = { keys: [] }, exact = false): SegmentDefinition {
  return { key: 'list', type: 'list', contextKind: 'user', included, excluded, exact };
}

function shardsOf(keys: readonly string[], of: number, side: 'included' | 'excluded' = 'included'): Entity[] {
  return Array.from({ length: of }, (_, shard) => {
    const own = keys
      .map(fingerprintOf)
      .filter((fingerprint) => Number(fingerprint >> 32n) >>> (32 - Math.log2(of)) === shard || of === 1);
    const body = { segment: 'list', side, shard, of, fingerprints: encodeBase64(fingerprintBytes(own)) };
    return { kind: 'list-shard', id: `list/${side}/${shard}`, revision: 1n, body: JSON.stringify(body) };
  });
}

const inList = flagWhen('flag', { inSegment: 'list' });
const notInList = flagWhen('not', { not: { inSegment: 'list' } });

/** T: in the segment, F: not, ?: unknown. */
function membership(entities: readonly Entity[], key: string | undefined, memberships?: ReadonlyMap<string, boolean>): string {
  const definitions = compileDefinitions([entityOf('flag', inList), entityOf('flag', notInList), ...entities]);
  const context = key === undefined ? {} : { targetingKey: key };
  const options = memberships === undefined ? {} : { memberships };
  if (evaluate(definitions, 'flag', context, 'boolean', false, options).value === true) return 'T';
  return evaluate(definitions, 'not', context, 'boolean', false, options).value === true ? 'F' : '?';
}

test('A rule segment holds where its condition does, and may use other segments', () => {
  const segments: SegmentDefinition[] = [
    { key: 'pro', type: 'rule', when: whenAttribute('plan', 'equals', 'pro') },
    { key: 'list', type: 'rule', when: { all: [{ inSegment: 'pro' }, whenAttribute('country', 'equals', 'DE')] } },
  ];
  const definitions = definitionsOf([inList], { segments });
  expect(evaluate(definitions, 'flag', { plan: 'pro', country: 'DE' }, 'boolean', false).value).toBe(true);
  expect(evaluate(definitions, 'flag', { plan: 'free', country: 'DE' }, 'boolean', false).value).toBe(false);
});

test('Segments that contain each other are survived, and unknown', () => {
  const segments: SegmentDefinition[] = [
    { key: 'list', type: 'rule', when: { any: [{ inSegment: 'other' }, { inSegment: 'other' }] } },
    { key: 'other', type: 'rule', when: { any: [{ inSegment: 'list' }, { inSegment: 'list' }] } },
  ];
  const definitions = definitionsOf([inList, notInList], { segments });
  expect(evaluate(definitions, 'flag', {}, 'boolean', true)).toMatchObject({ value: false, metadata: { degraded: true } });
  expect(evaluate(definitions, 'not', {}, 'boolean', true)).toMatchObject({ value: false, metadata: { degraded: true } });
});

test('In a list are the keys that are included and not excluded; a missing key is in none', () => {
  const segment = entityOf('segment', list({ keys: ['a', 'b'] }, { keys: ['b'] }));
  expect(membership([segment], 'a')).toBe('T');
  expect(membership([segment], 'b')).toBe('F');
  expect(membership([segment], 'c')).toBe('F');
  expect(membership([segment], undefined)).toBe('F');
});

test.each([1, 2, 8])('A list of fingerprints in %i shards answers as the list of keys does', (of) => {
  const keys = Array.from({ length: 2_000 }, (_, i) => `user-${i}`);
  const entities = [entityOf('segment', list({ shards: of })), ...shardsOf(keys, of)];
  const definitions = compileDefinitions([entityOf('flag', inList), ...entities]);
  const isMember = (_: unknown, i: number): unknown =>
    evaluate(definitions, 'flag', { targetingKey: `user-${i}` }, 'boolean', 'none').value;
  expect(Array.from({ length: 2_000 }, isMember)).toEqual(Array<boolean>(2_000).fill(true));
  expect(Array.from({ length: 4_000 }, isMember).slice(2_000)).toEqual(Array<boolean>(2_000).fill(false));
});

test('A shard that has not arrived makes its keys unknown, and no others', () => {
  const [first, second] = shardsOf(['user-0'], 2);
  if (first === undefined || second === undefined) throw new Error('two shards were expected');
  const half = Number(fingerprintOf('user-0') >> 63n);
  const segment = entityOf('segment', list({ shards: 2 }));
  expect(membership([segment, half === 0 ? first : second], 'user-0')).toBe('T');
  expect(membership([segment, half === 0 ? second : first], 'user-0')).toBe('?');
});

test('A shard that is not sorted fingerprints in base64 is a problem, and its keys are unknown', () => {
  const segment = entityOf('segment', list({ shards: 1 }));
  for (const fingerprints of [
    '***',
    'AAAA',
    encodeBase64(Uint8Array.from([...Array<number>(8).fill(2), ...Array<number>(8).fill(1)])),
  ]) {
    const body = { segment: 'list', side: 'included', shard: 0, of: 1, fingerprints };
    const shard: Entity = { kind: 'list-shard', id: 's', revision: 1, body: JSON.stringify(body) };
    expect(membership([segment, shard], 'a'), fingerprints).toBe('?');
    expect(compileDefinitions([segment, shard]).problems).toHaveLength(1);
  }
});

test.each([-1, 0.5, 1, 2 ** 32, '0', undefined])('A shard at %s of 1 is a problem and takes no memory', (shard) => {
  const body = JSON.stringify({ segment: 'list', side: 'included', shard, of: 1, fingerprints: '' });
  const definitions = compileDefinitions([{ kind: 'list-shard', id: 's', revision: 1, body }]);
  expect(definitions.problems).toHaveLength(1);
  expect(definitions.shards.size).toBe(0);
});

test('Excluded fingerprints take away what is included', () => {
  const entities = [entityOf('segment', list({ keys: ['a', 'b'] }, { shards: 1 })), ...shardsOf(['b'], 1, 'excluded')];
  expect(membership(entities, 'a')).toBe('T');
  expect(membership(entities, 'b')).toBe('F');
});

test('A remote list is unknown unless its membership was resolved and passed in', () => {
  const segment = entityOf('segment', list({ remote: true }));
  expect(membership([segment], 'a')).toBe('?');
  expect(membership([segment], 'a', new Map([['list', true]]))).toBe('T');
  expect(membership([segment], 'a', new Map([['list', false]]))).toBe('F');
  expect(membership([segment], undefined)).toBe('F');
});

test('A membership that was passed in does not override a list that is held', () => {
  const segment = entityOf('segment', list({ keys: ['a'] }));
  expect(membership([segment], 'a', new Map([['list', false]]))).toBe('T');
});

test('An exact list is never answered from fingerprints', () => {
  const entities = [entityOf('segment', list({ shards: 1 }, { keys: [] }, true)), ...shardsOf(['a'], 1)];
  expect(membership(entities, 'a')).toBe('?');
});

test('What is not included is out, though the excluded side is unknown; what is included is unknown then', () => {
  const segment = entityOf('segment', list({ keys: ['a'] }, { remote: true }));
  expect(membership([segment], 'b')).toBe('F');
  expect(membership([segment], 'a')).toBe('?');
});

test('requiredMemberships names the remote lists that a flag reaches, through prerequisites and segments too', () => {
  const segments: SegmentDefinition[] = [
    { ...list({ remote: true }), key: 'far' },
    { ...list({ remote: true }), key: 'farther' },
    { ...list({ remote: true }), key: 'unused' },
    { ...list({ keys: [] }), key: 'near' },
    { key: 'nest', type: 'rule', when: { not: { all: [{ inSegment: 'far' }, { inSegment: 'near' }] } } },
  ];
  const definitions = definitionsOf(
    [
      flagWhen('base', { inSegment: 'farther' }),
      flagWhen('flag', { inSegment: 'nest' }, { prerequisites: [{ flag: 'base', variants: ['on'] }] }),
      flagOf('plain'),
    ],
    { segments },
  );
  const key = 'u-1';
  const expected = [
    { segment: 'farther', contextKind: 'user', key },
    { segment: 'far', contextKind: 'user', key },
  ];
  expect(requiredMemberships(definitions, 'flag', { targetingKey: key })).toEqual(expect.arrayContaining(expected));
  expect(requiredMemberships(definitions, 'flag', { targetingKey: key })).toHaveLength(2);
  expect(requiredMemberships(definitions, 'flag', {})).toEqual([]);
  expect(requiredMemberships(definitions, 'plain', { targetingKey: key })).toEqual([]);
  expect(requiredMemberships(definitions, 'absent', { targetingKey: key })).toEqual([]);
  const handle = createContextHandle({ targetingKey: key }, { memberships: new Map([['far', true]]) });
  expect(requiredMemberships(definitions, 'flag', handle)).toEqual([expected[0]]);
});

test('A handle brings its memberships along', () => {
  const definitions = definitionsOf([inList], { segments: [list({ remote: true })] });
  const handle = createContextHandle({ targetingKey: 'a' }, { memberships: new Map([['list', true]]) });
  expect(evaluate(definitions, 'flag', handle, 'boolean', false).value).toBe(true);
  expect(evaluate(definitions, 'flag', createContextHandle({ targetingKey: 'a' }), 'boolean', false).value).toBe(false);
  expect(evaluate(definitions, 'flag', { targetingKey: 'a' }, 'boolean', false).value).toBe(false);
});

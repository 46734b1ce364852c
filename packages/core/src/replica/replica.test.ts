import { expect, test } from 'vitest';
import type { Entity, EntityRef } from '../definitions/entity.ts';
import type { SegmentDefinition } from '../definitions/segment.ts';
import { entityOf, flagOf, flagWhen } from '../evaluation/definition-builders.test-support.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import { referenceMurmur3, referenceUtf8 } from '../hashing/reference.test-support.ts';
import { checksumOf } from './checksum.ts';
import type { ReplicaMessage } from './replica-message.ts';
import { createReplica, maxPendingEntities, type Replica } from './replica.ts';

const a = entityOf('flag', flagOf('a'));
const b = entityOf('flag', flagWhen('b', { inSegment: 'vip' }));
const c = entityOf('flag', flagOf('c', { prerequisites: [{ flag: 'b', variants: ['on'] }] }));
const d = entityOf('flag', flagOf('d'));
const vip: SegmentDefinition = {
  key: 'vip',
  type: 'list',
  contextKind: 'user',
  included: { keys: ['u-1'] },
  excluded: { keys: [] },
};
const segment = entityOf('segment', vip);

function message(
  fromRevision: bigint,
  revision: bigint,
  state: readonly Entity[],
  changes: Partial<ReplicaMessage> = {},
): ReplicaMessage {
  return { fromRevision, revision, last: true, checksum: checksumOf(state), entities: state, removed: [], ...changes };
}

function replicaAt5(): Replica {
  const replica = createReplica();
  expect(replica.apply(message(0n, 5n, [a, b, c, d, segment])).kind).toBe('applied');
  return replica;
}

test('The checksum is the XOR of both murmur3 hashes of kind, id and body', () => {
  const odd: Entity = { kind: 'flag', id: 'ü', revision: 1, body: '{"x":"😀\\ud800"}' };
  const reference = ({ kind, id, body }: Entity): bigint => {
    const bytes = referenceUtf8(`${kind}\u0000${id}\u0000${body}`);
    return (referenceMurmur3(bytes, 0n) << 32n) | referenceMurmur3(bytes, 0x9747b28cn);
  };
  expect(checksumOf([])).toBe(0n);
  expect(checksumOf([a, odd, segment])).toBe(reference(a) ^ reference(odd) ^ reference(segment));
  expect(checksumOf([segment, odd, a])).toBe(checksumOf([a, odd, segment]));
});

test('A snapshot is applied, compiled, and names the flags that changed', () => {
  const replica = createReplica();
  expect(replica.compiled).toBeUndefined();
  expect(replica.revision).toBe(0n);
  const outcome = replica.apply(message(0n, 5n, [a, b, c, d, segment]));
  expect(outcome).toEqual({ kind: 'applied', revision: 5n, changedFlags: ['a', 'b', 'c', 'd'] });
  expect(replica.revision).toBe(5n);
  expect(replica.compiled?.revision).toBe(5);
  expect(replica.checksum).toBe(checksumOf([a, b, c, d, segment]));
  expect([...replica.entities()]).toEqual([a, b, c, d, segment]);
  expect(evaluate(replica.compiled, 'b', { targetingKey: 'u-1' }, 'boolean', false).value).toBe(true);
});

test('An empty environment has an empty snapshot', () => {
  const replica = createReplica();
  expect(replica.apply(message(0n, 1n, []))).toEqual({ kind: 'applied', revision: 1n, changedFlags: [] });
  expect(replica.compiled?.flags.size).toBe(0);
});

test('A delta replaces whole entities, recompiles only those, and leaves the definitions before it as they were', () => {
  const replica = replicaAt5();
  const before = replica.compiled;
  const off = entityOf('flag', flagOf('a', { enabled: false }), 6n);
  const outcome = replica.apply(message(5n, 6n, [off, b, c, d, segment], { entities: [off] }));
  expect(outcome).toEqual({ kind: 'applied', revision: 6n, changedFlags: ['a'] });
  expect(evaluate(replica.compiled, 'a', {}, 'boolean', true).value).toBe(false);
  expect(evaluate(before, 'a', {}, 'boolean', false).value).toBe(true);
  for (const key of ['b', 'c', 'd']) expect(replica.compiled?.flags.get(key)).toBe(before?.flags.get(key));
});

test('A change of a segment names the flags that reach it, through prerequisites too', () => {
  const replica = replicaAt5();
  const changed = entityOf('segment', { ...vip, included: { keys: ['u-2'] } } as SegmentDefinition, 6n);
  const outcome = replica.apply(message(5n, 6n, [a, b, c, d, changed], { entities: [changed] }));
  expect(outcome).toEqual({ kind: 'applied', revision: 6n, changedFlags: ['b', 'c'] });
});

test('A removal takes the entity away, and removing what is not there changes nothing', () => {
  const replica = replicaAt5();
  const removed: EntityRef[] = [
    { kind: 'flag', id: 'a' },
    { kind: 'flag', id: 'never' },
  ];
  const outcome = replica.apply(message(5n, 6n, [b, c, d, segment], { entities: [], removed }));
  expect(outcome).toEqual({ kind: 'applied', revision: 6n, changedFlags: ['a'] });
  expect(evaluate(replica.compiled, 'a', {}, 'boolean', false).errorCode).toBe('FLAG_NOT_FOUND');
});

test('An entity whose id is not its key may change its key', () => {
  const replica = createReplica();
  const first: Entity = { ...a, id: 'id-1' };
  replica.apply(message(0n, 1n, [first]));
  const renamed: Entity = { ...d, id: 'id-1', revision: 2n };
  expect(replica.apply(message(1n, 2n, [renamed]))).toMatchObject({ kind: 'applied', changedFlags: ['a', 'd'] });
  expect([...(replica.compiled?.flags.keys() ?? [])]).toEqual(['d']);
});

test('A state of several messages is applied as a whole at the last one', () => {
  const replica = createReplica();
  const whole = message(0n, 5n, [a, b, c, d, segment]);
  expect(replica.apply({ ...whole, entities: [a, b], last: false })).toEqual({ kind: 'pending' });
  expect(replica.compiled).toBeUndefined();
  expect(replica.apply({ ...whole, entities: [c, d], last: false })).toEqual({ kind: 'pending' });
  expect(replica.apply({ ...whole, entities: [segment] }).kind).toBe('applied');
  expect(replica.compiled?.flags.size).toBe(4);
});

test('A state that was cut off gives way to the next', () => {
  const replica = createReplica();
  replica.apply({ ...message(0n, 5n, [a, b]), entities: [a], last: false });
  expect(replica.apply(message(0n, 6n, [c])).kind).toBe('applied');
  expect([...(replica.compiled?.flags.keys() ?? [])]).toEqual(['c']);
});

test('A state that is sent again after it was cut off is applied', () => {
  const replica = createReplica();
  const whole = message(0n, 5n, [a, b]);
  replica.apply({ ...whole, entities: [a], last: false });
  replica.apply({ ...whole, entities: [a], last: false });
  expect(replica.apply({ ...whole, entities: [b] }).kind).toBe('applied');
});

test('A heartbeat changes nothing and keeps the compiled definitions', () => {
  const replica = replicaAt5();
  const { compiled } = replica;
  const heartbeat = message(5n, 5n, [], { checksum: replica.checksum });
  expect(replica.apply(heartbeat)).toEqual({ kind: 'applied', revision: 5n, changedFlags: [] });
  expect(replica.compiled).toBe(compiled);
});

test('A heartbeat with another checksum is a mismatch', () => {
  const replica = replicaAt5();
  expect(replica.apply(message(5n, 5n, [], { checksum: 1n }))).toEqual({
    kind: 'checksum-mismatch',
    expected: 1n,
    actual: replica.checksum,
  });
});

test.each([
  ['from a later revision', 6n, 7n],
  ['from an earlier revision', 4n, 5n],
  ['that goes back', 5n, 4n],
])('A delta %s is a gap and changes nothing', (_name, from, to) => {
  const replica = replicaAt5();
  const { compiled } = replica;
  expect(replica.apply(message(from, to, [a]))).toEqual({ kind: 'gap', expectedFromRevision: 5n });
  expect(replica.compiled).toBe(compiled);
});

test('A delta before any snapshot is a gap', () => {
  expect(createReplica().apply(message(3n, 4n, [a]))).toEqual({ kind: 'gap', expectedFromRevision: 0n });
});

test('A state whose checksum does not come out is not applied, snapshot or delta', () => {
  const replica = replicaAt5();
  const { compiled, checksum } = replica;
  const changed = entityOf('flag', flagOf('a', { enabled: false }), 6n);
  for (const from of [0n, 5n]) {
    expect(replica.apply(message(from, 6n, [changed], { checksum: 123n })).kind).toBe('checksum-mismatch');
    expect(replica.compiled).toBe(compiled);
    expect(replica.checksum).toBe(checksum);
    expect(replica.revision).toBe(5n);
  }
  expect(replica.apply(message(5n, 6n, [changed, b, c, d, segment], { entities: [changed] })).kind).toBe('applied');
});

test('A later snapshot names only what differs and keeps what it took over', () => {
  const replica = replicaAt5();
  const before = replica.compiled;
  const changed = entityOf('flag', flagOf('d', { enabled: false }), 9n);
  const outcome = replica.apply(message(0n, 9n, [b, c, changed, segment]));
  expect(outcome).toEqual({ kind: 'applied', revision: 9n, changedFlags: ['a', 'd'] });
  expect(replica.compiled?.flags.get('b')).toBe(before?.flags.get('b'));
});

test('Entities of a kind that is not known here are kept and counted', () => {
  const strange: Entity = { kind: 'from-the-future', id: 'x', revision: 5n, body: 'not even JSON' };
  const replica = createReplica();
  expect(replica.apply(message(0n, 5n, [a, strange])).kind).toBe('applied');
  expect([...replica.entities()]).toContainEqual(strange);
});

test('Revisions may be numbers or bigints', () => {
  const replica = createReplica();
  expect(replica.apply({ ...message(0n, 0n, [a]), fromRevision: 0, revision: 3 }).kind).toBe('applied');
  expect(replica.apply({ ...message(0n, 0n, [a]), fromRevision: 3n, revision: 4, entities: [] }).kind).toBe('applied');
  expect(replica.revision).toBe(4n);
});

test('A replica that follows deltas ends where one does that takes the last snapshot', () => {
  const follower = createReplica();
  let state: Entity[] = [];
  follower.apply(message(0n, 1n, state));
  for (let revision = 2n; revision < 60n; revision++) {
    const key = `flag-${(revision * 7n) % 11n}`;
    const entity = entityOf('flag', flagOf(key, { enabled: revision % 3n === 0n }), revision);
    const without = state.filter(({ id }) => id !== key);
    const removes = revision % 5n === 0n;
    state = removes ? without : [...without, entity];
    const changes = removes ? { entities: [], removed: [{ kind: 'flag', id: key }] } : { entities: [entity] };
    expect(follower.apply(message(revision - 1n, revision, state, changes)).kind).toBe('applied');
  }
  const fresh = createReplica();
  fresh.apply(message(0n, 59n, state));
  expect(follower.checksum).toBe(fresh.checksum);
  expect([...(follower.compiled?.flags.keys() ?? [])].sort()).toEqual([...(fresh.compiled?.flags.keys() ?? [])].sort());
});

test('A state of a million entities may wait for its last message, one more is refused', () => {
  const removed = Array.from({ length: maxPendingEntities / 2 }, (): EntityRef => ({ kind: 'flag', id: 'never' }));
  const half = message(5n, 6n, [], { entities: [], removed, last: false });
  const replica = replicaAt5();
  expect(replica.apply(half).kind).toBe('pending');
  expect(replica.apply(half).kind).toBe('pending');
  expect(replica.apply({ ...half, removed: [{ kind: 'flag', id: 'never' }] })).toEqual({ kind: 'gap', expectedFromRevision: 5n });
});

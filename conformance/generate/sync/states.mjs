// Snapshots and deltas, in one message and in several.
import { begun, checksumOf, flagEntity, notFound, notReady, SyncFixture } from './sync-fixture.mjs';

export function snapshots() {
  return new SyncFixture('snapshots', 'A snapshot is the whole state')
    .step('an empty one', 'applied', { revision: 1 }, { changedFlags: [], evaluations: { a: notFound } })
    .step(
      'another in its place',
      'applied',
      { revision: 2, entities: [flagEntity('a', 2)] },
      { changedFlags: ['a'], evaluations: { a: 'on' } },
    )
    .step(
      'the same again changes no flag',
      'applied',
      { revision: 2, entities: [flagEntity('a', 2)] },
      { changedFlags: [], evaluations: { a: 'on' } },
    )
    .step(
      'what is not in the next is gone',
      'applied',
      { revision: 3, entities: [flagEntity('b', 3)] },
      { changedFlags: ['a', 'b'], evaluations: { a: notFound, b: 'on' } },
    )
    .step(
      'an entity that comes twice counts once, as it came last',
      'applied',
      { revision: 4, entities: [flagEntity('b', 3, 'off'), flagEntity('b', 4)] },
      { changedFlags: ['b'], evaluations: { b: 'on' } },
    )
    .step(
      'of an earlier revision: the server was set back, and it decides',
      'applied',
      { revision: 2, entities: [flagEntity('a', 2)] },
      { changedFlags: ['a', 'b'], evaluations: { a: 'on', b: notFound } },
    );
}

export function severalMessages() {
  const [a, b, c] = [flagEntity('a', 7), flagEntity('b', 7), flagEntity('c', 7)];
  const checksum = checksumOf([a, b, c]);
  return new SyncFixture('several-messages', 'A state of several messages is applied as a whole at the last')
    .step('the first part', 'pending', { revision: 7, last: false, checksum, entities: [a] }, { evaluations: { a: notReady } })
    .step('the second part', 'pending', { revision: 7, last: false, checksum, entities: [b] }, { evaluations: { a: notReady } })
    .step(
      'the last part',
      'applied',
      { revision: 7, checksum, entities: [c] },
      { changedFlags: ['a', 'b', 'c'], evaluations: { a: 'on', b: 'on', c: 'on' } },
    )
    .step(
      'a delta begins',
      'pending',
      { revision: 8, fromRevision: 7, last: false, entities: [flagEntity('a', 8, 'off')] },
      { evaluations: { a: 'on' } },
    )
    .step(
      'and ends with a removal',
      'applied',
      { revision: 8, fromRevision: 7, removed: [{ kind: 'flag', id: 'b' }] },
      { changedFlags: ['a', 'b'], evaluations: { a: 'off', b: notFound, c: 'on' } },
    )
    .step(
      'a delta begins and its stream is cut',
      'pending',
      { revision: 9, fromRevision: 8, last: false, entities: [flagEntity('a', 9)] },
      { evaluations: { a: 'off' } },
    )
    .step(
      'the same delta from its start',
      'pending',
      { revision: 9, fromRevision: 8, last: false, entities: [flagEntity('a', 9)] },
      { evaluations: { a: 'off' } },
    )
    .step(
      'to its end',
      'applied',
      { revision: 9, fromRevision: 8, entities: [flagEntity('c', 9, 'off')] },
      { changedFlags: ['a', 'c'], evaluations: { a: 'on', c: 'off' } },
    )
    .step(
      'a snapshot begins and its stream is cut',
      'pending',
      { revision: 10, last: false, entities: [flagEntity('a', 10, 'off')] },
      { evaluations: { a: 'on' } },
    )
    .step(
      'a delta for the state that is held takes its place',
      'applied',
      { revision: 11, fromRevision: 9, entities: [flagEntity('b', 11)] },
      { changedFlags: ['b'], evaluations: { a: 'on', b: 'on', c: 'off' } },
    )
    .step(
      'a snapshot without its first part',
      'checksum-mismatch',
      { revision: 12, checksum, entities: [c] },
      { evaluations: { a: 'on', b: 'on', c: 'off' } },
    );
}

export function deltas() {
  return begun('deltas', 'A delta replaces and removes whole entities')
    .step(
      'a flag changes',
      'applied',
      { revision: 6, fromRevision: 5, entities: [flagEntity('a', 6, 'off')] },
      { changedFlags: ['a'], evaluations: { a: 'off', b: 'on' } },
    )
    .step(
      'a flag comes',
      'applied',
      { revision: 7, fromRevision: 6, entities: [flagEntity('c', 7)] },
      { changedFlags: ['c'], evaluations: { c: 'on' } },
    )
    .step(
      'a flag goes',
      'applied',
      { revision: 8, fromRevision: 7, removed: [{ kind: 'flag', id: 'b' }] },
      { changedFlags: ['b'], evaluations: { b: notFound } },
    )
    .step(
      'several revisions in one',
      'applied',
      {
        revision: 12,
        fromRevision: 8,
        entities: [flagEntity('a', 10), flagEntity('b', 12)],
        removed: [{ kind: 'flag', id: 'c' }],
      },
      { changedFlags: ['a', 'b', 'c'], evaluations: { a: 'on', b: 'on', c: notFound } },
    )
    .step(
      'what was never there goes',
      'applied',
      { revision: 13, fromRevision: 12, removed: [{ kind: 'flag', id: 'never' }] },
      { changedFlags: [], evaluations: { a: 'on' } },
    )
    .step(
      'removed and published in one: it is there',
      'applied',
      { revision: 14, fromRevision: 13, entities: [flagEntity('a', 14, 'off')], removed: [{ kind: 'flag', id: 'a' }] },
      { changedFlags: ['a'], evaluations: { a: 'off' } },
    )
    .step(
      'a revision that changed nothing here',
      'applied',
      { revision: 15, fromRevision: 14 },
      { changedFlags: [], evaluations: { a: 'off' } },
    )
    .step(
      'a large revision',
      'applied',
      { revision: 9_007_199_254_740_990, fromRevision: 15, entities: [flagEntity('a', 9_007_199_254_740_990)] },
      { changedFlags: ['a'], evaluations: { a: 'on' } },
    )
    .step(
      'the largest',
      'applied',
      {
        revision: 9_007_199_254_740_991,
        fromRevision: 9_007_199_254_740_990,
        entities: [flagEntity('a', 9_007_199_254_740_991, 'off')],
      },
      { changedFlags: ['a'], evaluations: { a: 'off' } },
    );
}

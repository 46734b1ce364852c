// What goes wrong between a server and those who follow it.
import { begun, checksumOf, flagEntity, notFound, notReady, SyncFixture, wrongChecksum } from './sync-fixture.mjs';

export function heartbeats() {
  return begun('heartbeats', 'A heartbeat says that nothing has changed')
    .step('a heartbeat', 'applied', { revision: 5, fromRevision: 5 }, { changedFlags: [], evaluations: { a: 'on' } })
    .step('another', 'applied', { revision: 5, fromRevision: 5 }, { changedFlags: [], evaluations: { a: 'on' } })
    .step(
      'one whose checksum shows that the states differ',
      'checksum-mismatch',
      { revision: 5, fromRevision: 5, checksum: wrongChecksum },
      { evaluations: { a: 'on' } },
    )
    .step('one of a revision that never came', 'gap', { revision: 6, fromRevision: 6 }, { evaluations: { a: 'on' } })
    .step(
      'the snapshot that was asked for',
      'applied',
      { revision: 6, entities: [flagEntity('a', 6, 'off')] },
      { changedFlags: ['a', 'b'], evaluations: { a: 'off', b: notFound } },
    );
}

export function beforeAnything() {
  return new SyncFixture('before-the-first-state', 'Only a snapshot fits where there is nothing')
    .step('a heartbeat', 'gap', { revision: 5, fromRevision: 5 }, { evaluations: { a: notReady } })
    .step('a delta', 'gap', { revision: 6, fromRevision: 5, entities: [flagEntity('a', 6)] }, { evaluations: { a: notReady } })
    .step(
      'a snapshot with a wrong checksum',
      'checksum-mismatch',
      { revision: 6, checksum: wrongChecksum, entities: [flagEntity('a', 6)] },
      { evaluations: { a: notReady } },
    )
    .step(
      'an empty snapshot with a wrong checksum',
      'checksum-mismatch',
      { revision: 6, checksum: wrongChecksum },
      { evaluations: { a: notReady } },
    )
    .step(
      'a snapshot',
      'applied',
      { revision: 6, entities: [flagEntity('a', 6)] },
      { changedFlags: ['a'], evaluations: { a: 'on' } },
    );
}

export function lostMessages() {
  return begun('lost-and-repeated', 'Deltas that are lost, repeated and out of order')
    .step(
      'a delta after one that was lost',
      'gap',
      { revision: 7, fromRevision: 6, entities: [flagEntity('a', 7, 'off')] },
      { evaluations: { a: 'on' } },
    )
    .step(
      'the one that was lost',
      'applied',
      { revision: 6, fromRevision: 5, entities: [flagEntity('b', 6, 'off')] },
      { changedFlags: ['b'], evaluations: { a: 'on', b: 'off' } },
    )
    .step(
      'the one after it, now in order',
      'applied',
      { revision: 7, fromRevision: 6, entities: [flagEntity('a', 7, 'off')] },
      { changedFlags: ['a'], evaluations: { a: 'off', b: 'off' } },
    )
    .step(
      'the same again',
      'gap',
      { revision: 7, fromRevision: 6, entities: [flagEntity('a', 7, 'off')] },
      { evaluations: { a: 'off' } },
    )
    .step('an older one', 'gap', { revision: 6, fromRevision: 5, entities: [flagEntity('b', 6)] }, { evaluations: { b: 'off' } })
    .step(
      'one that goes back',
      'gap',
      { revision: 6, fromRevision: 7, entities: [flagEntity('b', 6)] },
      { evaluations: { b: 'off' } },
    )
    .step(
      'a part of a delta that does not fit',
      'gap',
      { revision: 12, fromRevision: 9, last: false, entities: [flagEntity('b', 12)] },
      { evaluations: { b: 'off' } },
    )
    .step(
      'its last part',
      'gap',
      { revision: 12, fromRevision: 9, entities: [flagEntity('a', 12)] },
      { evaluations: { a: 'off', b: 'off' } },
    )
    .step(
      'the snapshot that was asked for',
      'applied',
      { revision: 12, entities: [flagEntity('a', 12), flagEntity('b', 12)] },
      { changedFlags: ['a', 'b'], evaluations: { a: 'on', b: 'on' } },
    );
}

export function wrongChecksums() {
  return begun('wrong-checksums', 'A state whose checksum does not come out is not taken, not in part either')
    .step(
      'a delta',
      'checksum-mismatch',
      { revision: 6, fromRevision: 5, checksum: wrongChecksum, entities: [flagEntity('a', 6, 'off')] },
      { evaluations: { a: 'on', b: 'on' } },
    )
    .step(
      'a snapshot',
      'checksum-mismatch',
      { revision: 6, checksum: wrongChecksum, entities: [flagEntity('a', 6, 'off')] },
      { evaluations: { a: 'on', b: 'on' } },
    )
    .step(
      'a snapshot with the checksum of the state before',
      'checksum-mismatch',
      { revision: 6, checksum: checksumOf([flagEntity('a', 3), flagEntity('b', 5)]), entities: [flagEntity('a', 6, 'off')] },
      { evaluations: { a: 'on' } },
    )
    .step(
      'a removal that the checksum leaves out',
      'checksum-mismatch',
      {
        revision: 6,
        fromRevision: 5,
        checksum: checksumOf([flagEntity('a', 3), flagEntity('b', 5)]),
        removed: [{ kind: 'flag', id: 'a' }],
      },
      { evaluations: { a: 'on' } },
    )
    .step(
      'the revision of an entity is no part of it',
      'applied',
      {
        revision: 6,
        fromRevision: 5,
        checksum: checksumOf([flagEntity('a', 3), flagEntity('b', 5)]),
        entities: [flagEntity('a', 6)],
      },
      { changedFlags: ['a'], evaluations: { a: 'on' } },
    )
    .step(
      'a snapshot',
      'applied',
      { revision: 7, entities: [flagEntity('a', 7, 'off')] },
      { changedFlags: ['a', 'b'], evaluations: { a: 'off', b: notFound } },
    );
}

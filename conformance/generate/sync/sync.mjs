// Snapshots, deltas and what can go wrong between a server and those who follow it.
import { fingerprintOf, shardBody } from '../bucket.mjs';
import { booleanFlag } from '../fixture.mjs';
import { checksumOf, entity, flagEntity, SyncFixture } from './sync-fixture.mjs';

const notReady = { errorCode: 'PROVIDER_NOT_READY' };
const notFound = { errorCode: 'FLAG_NOT_FOUND' };
const wrongChecksum = 'ffffffffffffffff';

/** A fixture whose first step is a snapshot of two flags at a revision. */
function begun(name, title, revision = 5) {
  const entities = [flagEntity('a', 3), flagEntity('b', 5)];
  return new SyncFixture(name, title).step(
    'a snapshot',
    'applied',
    { revision, entities },
    { changedFlags: ['a', 'b'], evaluations: { a: 'on', b: 'on' } },
  );
}

function snapshots() {
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

function severalMessages() {
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

function deltas() {
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

function heartbeats() {
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

function beforeAnything() {
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

function lostMessages() {
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

function wrongChecksums() {
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

function bodies() {
  const spaced = `{ "key": "a",\n  "type" : "boolean", "variants": [{"key":"on","value":true}], "enabled": true, "defaultServe": {"variant":"on"}, "clientVisible":true }`;
  const text = JSON.stringify(booleanFlag('c', { note: 'Ünïcode 👩‍🚀 \u0000' }));
  return new SyncFixture('bodies', 'Bodies are text: their bytes count, whatever they mean')
    .step(
      'spaces and line breaks in a body',
      'applied',
      { revision: 1, entities: [{ ...entity('flag', 'a', 1, spaced) }] },
      { changedFlags: ['a'] },
    )
    .step('the checksum is of the bytes, not of what they mean', 'checksum-mismatch', {
      revision: 2,
      fromRevision: 1,
      checksum: checksumOf([entity('flag', 'a', 1, JSON.stringify(JSON.parse(spaced)))]),
      entities: [entity('flag', 'a', 2, spaced)],
    })
    .step(
      'letters of any script',
      'applied',
      { revision: 2, fromRevision: 1, entities: [entity('flag', 'c', 2, text)] },
      { changedFlags: ['c'], evaluations: { c: 'on' } },
    )
    .step(
      'escapes instead of letters are other bytes',
      'applied',
      { revision: 3, fromRevision: 2, entities: [entity('flag', 'c', 3, text.replace('Ü', '\\u00dc'))] },
      { changedFlags: ['c'], evaluations: { c: 'on' } },
    )
    .step(
      'a body that is no JSON touches no other',
      'applied',
      { revision: 4, fromRevision: 3, entities: [entity('flag', 'broken', 4, '{"key":'), flagEntity('d', 4)] },
      { changedFlags: ['broken', 'd'], evaluations: { broken: { errorCode: 'PARSE_ERROR' }, c: 'on', d: 'on' } },
    )
    .step(
      'a body that is no object',
      'applied',
      { revision: 5, fromRevision: 4, entities: [entity('flag', 'broken', 5, '[]')] },
      { changedFlags: ['broken'], evaluations: { broken: { errorCode: 'PARSE_ERROR' }, d: 'on' } },
    )
    .step(
      'it is put right',
      'applied',
      { revision: 6, fromRevision: 5, entities: [flagEntity('broken', 6)] },
      { changedFlags: ['broken'], evaluations: { broken: 'on' } },
    );
}

function newerServers() {
  return begun('newer-kinds', 'Kinds that are not known are kept and counted, and not read')
    .step(
      'a kind that is not known',
      'applied',
      { revision: 6, fromRevision: 5, entities: [entity('quota', 'q', 6, { limit: 1 })] },
      { changedFlags: [], evaluations: { a: 'on' } },
    )
    .step(
      'it changes',
      'applied',
      { revision: 7, fromRevision: 6, entities: [entity('quota', 'q', 7, 'no JSON')] },
      { changedFlags: [], evaluations: { a: 'on' } },
    )
    .step('a heartbeat with it', 'applied', { revision: 7, fromRevision: 7 }, { changedFlags: [] })
    .step(
      'it goes',
      'applied',
      { revision: 8, fromRevision: 7, removed: [{ kind: 'quota', id: 'q' }] },
      { changedFlags: [], evaluations: { a: 'on' } },
    )
    .step(
      'a kind and an id of one flag are another entity than it',
      'applied',
      { revision: 9, fromRevision: 8, entities: [entity('fla', 'ga', 9, '{}'), entity('flag2', 'a', 9, '{}')] },
      { changedFlags: [], evaluations: { a: 'on' } },
    )
    .step(
      'an entity of another kind and the same id goes',
      'applied',
      { revision: 10, fromRevision: 9, removed: [{ kind: 'segment', id: 'a' }] },
      { changedFlags: [], evaluations: { a: 'on' } },
    );
}

function references() {
  const vip = (keys) =>
    entity('segment', 's-1', 6, { key: 'vip', type: 'list', contextKind: 'user', included: { keys }, excluded: { keys: [] } });
  const rule = [{ id: 'r', when: { inSegment: 'vip' }, serve: { variant: 'on' } }];
  const byList = flagEntity('by-list', 5, 'off', { rules: rule });
  const dependent = flagEntity('dependent', 5, 'on', { prerequisites: [{ flag: 'by-list', variants: ['on'] }] });
  const context = { targetingKey: 'u-1' };
  const matched = { variant: 'on', reason: 'TARGETING_MATCH', ruleId: 'r', context };
  const off = (more = {}) => ({ variant: 'off', reason: 'DEFAULT', context, ...more });
  const unmet = off({ prerequisiteFailed: 'by-list' });
  return new SyncFixture('references', 'What an entity changes, it changes for all that refer to it')
    .step(
      'a list, a flag that asks for it, and one that needs that flag',
      'applied',
      { revision: 5, entities: [vip(['u-1']), byList, dependent, flagEntity('a', 5)] },
      { changedFlags: ['a', 'by-list', 'dependent'], evaluations: { 'by-list': matched, dependent: { variant: 'on', context } } },
    )
    .step(
      'the list changes',
      'applied',
      { revision: 6, fromRevision: 5, entities: [vip(['u-2'])] },
      { changedFlags: ['by-list', 'dependent'], evaluations: { 'by-list': off(), dependent: unmet } },
    )
    .step(
      'the list goes: it is unknown who is on it',
      'applied',
      { revision: 7, fromRevision: 6, removed: [{ kind: 'segment', id: 's-1' }] },
      {
        changedFlags: ['by-list', 'dependent'],
        evaluations: { 'by-list': off({ degraded: true }), dependent: off({ prerequisiteFailed: 'by-list', degraded: true }) },
      },
    )
    .step(
      'the list comes again, as another entity',
      'applied',
      { revision: 8, fromRevision: 7, entities: [{ ...vip(['u-1']), id: 's-2' }] },
      { changedFlags: ['by-list', 'dependent'], evaluations: { 'by-list': matched } },
    )
    .step(
      'the flag that is needed goes',
      'applied',
      { revision: 9, fromRevision: 8, removed: [{ kind: 'flag', id: 'by-list' }] },
      { changedFlags: ['by-list', 'dependent'], evaluations: { dependent: unmet, a: 'on' } },
    );
}

function shards() {
  const list = (of) =>
    entity('segment', 'beta', 1, {
      key: 'beta',
      type: 'list',
      contextKind: 'user',
      included: { shards: of },
      excluded: { keys: [] },
    });
  const shard = (revision, keys, at = 0, of = 1) =>
    entity('list-shard', `beta-${of}-${at}`, revision, {
      segment: 'beta',
      side: 'included',
      shard: at,
      of,
      fingerprints: shardBody(keys.map(fingerprintOf)),
    });
  const flag = flagEntity('f', 1, 'off', { rules: [{ id: 'r', when: { inSegment: 'beta' }, serve: { variant: 'on' } }] });
  const asked = (key, letter) =>
    ({
      T: { variant: 'on', reason: 'TARGETING_MATCH', ruleId: 'r', context: { targetingKey: key } },
      F: { variant: 'off', reason: 'DEFAULT', context: { targetingKey: key } },
      U: { variant: 'off', reason: 'DEFAULT', degraded: true, context: { targetingKey: key } },
    })[letter];
  const keys = ['u-1', 'u-2', 'u-3', 'u-4', 'u-5', 'u-6'];
  const half = (at) => keys.filter((key) => Number(fingerprintOf(key) >> 63n) === at);
  return new SyncFixture('list-shards', 'Lists in shards: changed, cut anew and lost')
    .step(
      'a list of one shard',
      'applied',
      { revision: 1, entities: [flag, list(1), shard(1, ['u-1', 'u-2'])] },
      { changedFlags: ['f'], evaluations: { f: asked('u-1', 'T') } },
    )
    .step(
      'a key comes',
      'applied',
      { revision: 2, fromRevision: 1, entities: [shard(2, ['u-1', 'u-2', 'u-3'])] },
      { changedFlags: ['f'], evaluations: { f: asked('u-3', 'T') } },
    )
    .step(
      'a key goes',
      'applied',
      { revision: 3, fromRevision: 2, entities: [shard(3, ['u-2', 'u-3'])] },
      { changedFlags: ['f'], evaluations: { f: asked('u-1', 'F') } },
    )
    .step(
      'the list is cut in two',
      'applied',
      {
        revision: 4,
        fromRevision: 3,
        entities: [list(2), shard(4, half(0), 0, 2), shard(4, half(1), 1, 2)],
        removed: [{ kind: 'list-shard', id: 'beta-1-0' }],
      },
      { changedFlags: ['f'], evaluations: { f: asked(half(1)[0], 'T') } },
    )
    .step(
      'a shard goes: its keys are unknown',
      'applied',
      { revision: 5, fromRevision: 4, removed: [{ kind: 'list-shard', id: 'beta-2-1' }] },
      { changedFlags: ['f'], evaluations: { f: asked(half(1)[0], 'U') } },
    )
    .step(
      'the keys of the other are not',
      'applied',
      { revision: 5, fromRevision: 5 },
      { changedFlags: [], evaluations: { f: asked(half(0)[0], 'T') } },
    )
    .step(
      'a shard that can not be read',
      'applied',
      {
        revision: 6,
        fromRevision: 5,
        entities: [
          { ...shard(6, half(1), 1, 2), body: '{"segment":"beta","side":"included","shard":1,"of":2,"fingerprints":"AAA"}' },
        ],
      },
      { evaluations: { f: asked(half(1)[0], 'U') } },
    )
    .step(
      'it is put right',
      'applied',
      { revision: 7, fromRevision: 6, entities: [shard(7, half(1), 1, 2)] },
      { changedFlags: ['f'], evaluations: { f: asked(half(1)[0], 'T') } },
    );
}

function holdouts() {
  const holdout = (revision, to) =>
    entity('holdout', 'h', revision, { key: 'h', contextKind: 'user', salt: '0123456789abcdef', ranges: [{ from: 0, to }] });
  const flag = flagEntity('f', 1, 'on', { defaultServe: { variant: 'on', holdouts: [{ holdout: 'h', baseline: 'off' }] } });
  // The bucket of u-42 under that salt is 83,579.
  const context = { targetingKey: 'u-42' };
  const held = { variant: 'off', reason: 'SPLIT', holdout: 'h', context };
  const free = { variant: 'on', context };
  return new SyncFixture('holdouts', 'A holdout begins, grows and ends')
    .step(
      'a flag under a holdout that has not begun',
      'applied',
      { revision: 1, entities: [flag] },
      { changedFlags: ['f'], evaluations: { f: free } },
    )
    .step(
      'it begins',
      'applied',
      { revision: 2, fromRevision: 1, entities: [holdout(2, 83_579)] },
      { changedFlags: ['f'], evaluations: { f: free } },
    )
    .step(
      'it grows',
      'applied',
      { revision: 3, fromRevision: 2, entities: [holdout(3, 83_580)] },
      { changedFlags: ['f'], evaluations: { f: held } },
    )
    .step(
      'it ends',
      'applied',
      { revision: 4, fromRevision: 3, removed: [{ kind: 'holdout', id: 'h' }] },
      { changedFlags: ['f'], evaluations: { f: free } },
    );
}

export const syncFixtures = [
  snapshots(),
  severalMessages(),
  deltas(),
  heartbeats(),
  beforeAnything(),
  lostMessages(),
  wrongChecksums(),
  bodies(),
  newerServers(),
  references(),
  shards(),
  holdouts(),
];

// What a change does to those who refer to what it changes.
import { fingerprintOf, shardBody } from '../bucket.mjs';
import { entity, flagEntity, SyncFixture } from './sync-fixture.mjs';

export function references() {
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

/* A list in shards, and a flag that asks for it. */

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

export function shards() {
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

export function holdouts() {
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

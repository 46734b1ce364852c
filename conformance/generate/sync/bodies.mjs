// Bodies as bytes, and kinds that are not known.
import { booleanFlag } from '../fixture.mjs';
import { begun, checksumOf, entity, flagEntity, SyncFixture } from './sync-fixture.mjs';

export function bodies() {
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

export function newerServers() {
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

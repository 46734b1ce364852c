import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entity } from '../definitions/entity.ts';
import { encodeBase64 } from '../evaluation/base64.ts';
import { fingerprintBytes } from '../evaluation/fingerprint-list.ts';
import { checksumOf } from './checksum.ts';
import { createReplica } from './replica.ts';

const entityWith = (body: string, id = 's:included:0'): Entity => ({ kind: 'list-shard', id, revision: 1, body });

/** What a replica gives back of what it took in, and of a change of half of it. */
function heldOf(entities: readonly Entity[]) {
  const replica = createReplica();
  const checksum = checksumOf(entities);
  const outcome = replica.apply({ revision: 1, fromRevision: 0, last: true, checksum, entities, removed: [] });
  return { replica, outcome: outcome.kind, bodies: [...replica.entities()].map(({ body }) => body) };
}

const fingerprints = fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 40 });

test('A shard is given back byte for byte, whatever is in it', () => {
  fc.assert(
    fc.property(fingerprints, fc.string(), (values, segment) => {
      const body = { segment, side: 'included', shard: 0, of: 1, fingerprints: encodeBase64(fingerprintBytes(values)) };
      const text = JSON.stringify(body);
      const { outcome, bodies, replica } = heldOf([entityWith(text)]);
      expect([outcome, bodies]).toEqual(['applied', [text]]);
      // The checksum is kept by what is held: taking the shard out again must leave nothing.
      const removed = [{ kind: 'list-shard', id: 's:included:0' }];
      expect(replica.apply({ revision: 2, fromRevision: 1, last: true, checksum: 0n, entities: [], removed }).kind).toBe(
        'applied',
      );
    }),
    { seed: 3 },
  );
});

test('A shard that another server writes in another form is given back in that form', () => {
  const two = encodeBase64(fingerprintBytes([1n, 2n]));
  const shard = { segment: 's', side: 'included', shard: 0, of: 2, fingerprints: two };
  const forms = [
    JSON.stringify(shard, undefined, 1),
    JSON.stringify({ ...shard, more: true }),
    JSON.stringify({ more: true, ...shard }),
    JSON.stringify(Object.fromEntries(Object.entries(shard).toReversed())),
    JSON.stringify(shard).replace(two, `${two.slice(0, -2)}B=`),
    JSON.stringify(shard).replace('AQ', '\\u0041Q'),
    JSON.stringify({ ...shard, fingerprints: '?' }),
    JSON.stringify({ ...shard, shard: 2 }),
    'no JSON',
    '',
  ];
  for (const form of forms) expect(heldOf([entityWith(form)]).bodies).toEqual([form]);
});

test('Of two shards that claim the same place each is given back as it came', () => {
  const body = (value: bigint) =>
    JSON.stringify({ segment: 's', side: 'included', shard: 0, of: 1, fingerprints: encodeBase64(fingerprintBytes([value])) });
  const entities = [entityWith(body(1n), 'first'), entityWith(body(2n), 'second')];
  expect(heldOf(entities).bodies).toEqual([body(1n), body(2n)]);
});

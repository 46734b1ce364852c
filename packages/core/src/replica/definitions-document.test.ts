import { expect, test } from 'vitest';
import type { Entity } from '../definitions/entity.ts';
import { entityOf, flagOf } from '../evaluation/definition-builders.test-support.ts';
import { checksumOf } from './checksum.ts';
import { readDefinitionsDocument, writeDefinitionsDocument } from './definitions-document.ts';
import { readReplicaMessage, writeReplicaMessage } from './replica-json.ts';
import { createReplica, maxPendingEntities, type Replica } from './replica.ts';

const flag = entityOf('flag', flagOf('a'));
/** Bodies that a careless reader would change: space, order of fields, escapes, numbers, lone surrogates. */
const oddBodies = [
  '{ "b":1,\n"a": 1.0e0 }',
  '{"x":"\\u00e4ä😀\\ud800","__proto__":{"y":1}}',
  'not even JSON \ud800 \u2028 \0',
  '',
  '{"n":12345678901234567890}',
];
const odd: readonly Entity[] = oddBodies.map((body, at) => ({ kind: 'from-the-future', id: `ü-${at}`, revision: at, body }));
const state = [flag, ...odd];

function replicaOf(entities: readonly Entity[], revision = 12n): Replica {
  const replica = createReplica();
  const checksum = checksumOf(entities);
  replica.apply({ revision, fromRevision: 0n, last: true, checksum, entities, removed: [] });
  return replica;
}

const document = () => writeDefinitionsDocument(replicaOf(state), 'env-1');

test('A document holds the format, the environment, its revision, the checksum in hex, and every entity', () => {
  const checksum = checksumOf([flag]).toString(16).padStart(16, '0');
  expect(writeDefinitionsDocument(replicaOf([flag]), 'env-1')).toEqual({
    format: 'stitchd-definitions/1',
    environment: 'env-1',
    revision: 12,
    checksum,
    entities: [{ kind: 'flag', id: 'a', revision: Number(flag.revision), body: flag.body }],
  });
  expect(writeDefinitionsDocument(replicaOf([]), 'env-1').checksum).toBe('0000000000000000');
});

test('Bodies come out of JSON byte for byte, and the replica finds the checksum right', () => {
  const read = readDefinitionsDocument(JSON.stringify(document()));
  if (read.kind !== 'ok') throw new Error(read.why);
  expect(read.environmentId).toBe('env-1');
  const copy = createReplica();
  expect(copy.apply(read.message)).toMatchObject({ kind: 'applied', revision: 12n });
  expect([...copy.entities()].map(({ body }) => body)).toEqual([flag.body, ...oddBodies]);
  expect(copy.checksum).toBe(checksumOf(state));
});

test('A document that was changed on its way is refused by the replica, which keeps what it has', () => {
  const text = JSON.stringify(document()).replace('\\"enabled\\":true', '\\"enabled\\":false');
  const read = readDefinitionsDocument(text);
  if (read.kind !== 'ok') throw new Error(read.why);
  const replica = createReplica();
  expect(replica.apply(read.message).kind).toBe('checksum-mismatch');
  expect(replica.compiled).toBeUndefined();
});

test('A document that was cut off anywhere is unusable', () => {
  const text = JSON.stringify(document());
  for (let length = 0; length < text.length; length++)
    expect(readDefinitionsDocument(text.slice(0, length)).kind).toBe('unusable');
});

test('Fields that are not known here are ignored, so that a newer server can add some', () => {
  const { entities, ...rest } = document();
  const read = readDefinitionsDocument({ ...rest, added: 1, entities: entities.map((each) => ({ ...each, added: [] })) });
  expect(read).toEqual(readDefinitionsDocument(document()));
  expect(read.kind).toBe('ok');
});

const valid = { ...writeDefinitionsDocument(replicaOf([flag]), 'env-1') };
const [entity] = valid.entities;

test.each<readonly [string, unknown, string]>([
  ['nothing', undefined, 'it must be an object'],
  ['null', null, 'it must be an object'],
  ['a list', [valid], 'it must be an object'],
  ['text that is no JSON', '{', 'it is not JSON'],
  ['JSON of something else', '"x"', 'it must be an object'],
  ['a later format', { ...valid, format: 'stitchd-definitions/2' }, 'format must be stitchd-definitions/1'],
  ['a format that is inherited', Object.create(valid), 'it must be an object'],
  ['no environment', { ...valid, environment: '' }, 'environment must be text'],
  ['a revision as text', { ...valid, revision: '12' }, 'revision must be a whole number that is not negative'],
  ['a negative revision', { ...valid, revision: -1 }, 'revision must be a whole number that is not negative'],
  ['a revision beyond 2^53', { ...valid, revision: 2 ** 53 }, 'revision must be a whole number that is not negative'],
  ['a revision that is not a number', { ...valid, revision: Number.NaN }, 'revision must be a whole number that is not negative'],
  ['a checksum in upper case', { ...valid, checksum: 'ABCDEFABCDEFABCD' }, 'checksum must be 16 lower-case hex digits'],
  ['a short checksum', { ...valid, checksum: '0' }, 'checksum must be 16 lower-case hex digits'],
  ['entities that are no list', { ...valid, entities: { length: 1, 0: entity } }, 'entities must be a list'],
  ['a hole among the entities', { ...valid, entities: Array.from({ length: 1 }) }, 'entities/0 must be an object'],
  ['an entity without a kind', { ...valid, entities: [{ ...entity, kind: undefined }] }, 'entities/0/kind must be text'],
  [
    'a body that is an object',
    { ...valid, entities: [entity, { ...entity, body: {} }] },
    'entities/1/body must be JSON text in a string',
  ],
  [
    'an entity of a fraction',
    { ...valid, entities: [{ ...entity, revision: 1.5 }] },
    'entities/0/revision must be a whole number that is not negative',
  ],
  [
    'too many entities',
    { ...valid, entities: Array.from({ length: maxPendingEntities + 1 }) },
    'entities must have at most 1000000 items',
  ],
])('%s is unusable, and it says why', (_, input, why) => {
  expect(readDefinitionsDocument(input)).toEqual({ kind: 'unusable', why });
});

const explosive = () => {
  throw new Error('hostile');
};
const traps = new Proxy({}, { get: explosive, getPrototypeOf: explosive, has: explosive, getOwnPropertyDescriptor: explosive });

test.each<readonly [string, unknown]>([
  ['a getter that throws', Object.defineProperty({ ...valid }, 'entities', { get: explosive })],
  ['a proxy whose traps throw', traps],
  ['a proxy inside', { ...valid, entities: [traps], removed: [traps], last: true, fromRevision: 0 }],
  ['a function', () => valid],
  ['a symbol', Symbol('x')],
  ['a bigint', 1n],
  ['JSON of great depth', '['.repeat(1_000_000)],
])('%s makes neither reader throw', (_, input) => {
  expect(readDefinitionsDocument(input)).toMatchObject({ kind: 'unusable', why: expect.stringMatching(/\w/) as unknown });
  expect(readReplicaMessage(input)).toMatchObject({ kind: 'unusable', why: expect.stringMatching(/\w/) as unknown });
});

test('A name such as __proto__ is a kind like any other', () => {
  const strange: Entity = { kind: '__proto__', id: 'constructor', revision: 1, body: '{}' };
  const read = readDefinitionsDocument(JSON.stringify(writeDefinitionsDocument(replicaOf([strange]), '__proto__')));
  expect(read).toMatchObject({ kind: 'ok', environmentId: '__proto__', message: { entities: [strange] } });
});

test('A message in JSON says what it says in protobuf, and comes back the same', () => {
  const message = {
    revision: 13n,
    fromRevision: 12n,
    last: false,
    checksum: 0xabcn,
    entities: odd,
    removed: [{ kind: 'flag', id: 'gone' }],
  };
  const json = writeReplicaMessage(message);
  expect(json).toMatchObject({ revision: 13, fromRevision: 12, last: false, checksum: '0000000000000abc' });
  expect(readReplicaMessage(JSON.stringify(json))).toEqual({
    kind: 'ok',
    message: { ...message, revision: 13, fromRevision: 12 },
  });
});

test.each<readonly [string, object, string]>([
  ['whether it is the last', { last: 1 }, 'last must be true or false'],
  ['the revision before it', { fromRevision: null }, 'fromRevision must be a whole number that is not negative'],
  ['what is removed', { removed: undefined }, 'removed must be a list'],
  ['the id of what is removed', { removed: [{ kind: 'flag' }] }, 'removed/0/id must be text'],
])('A message without %s is unusable', (_, change, why) => {
  const message = { revision: 1, fromRevision: 0, last: true, checksum: '0'.repeat(16), entities: [], removed: [] };
  expect(readReplicaMessage(message).kind).toBe('ok');
  expect(readReplicaMessage({ ...message, ...change })).toEqual({ kind: 'unusable', why });
});

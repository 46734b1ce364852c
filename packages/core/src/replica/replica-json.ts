import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import type { Entity, EntityRef } from '../definitions/entity.ts';
import { readChecksum, writeChecksum } from './checksum-text.ts';
import type { ReplicaMessage } from './replica-message.ts';
import { maxPendingEntities } from './replica.ts';

/** An entity in JSON. `body` is JSON text inside a string, so that it comes out byte for byte as it was rendered. */
export interface EntityJson extends EntityRef {
  /** A safe integer, at least 0. */
  readonly revision: number;
  readonly body: string;
}

/** A `SyncMessage` as JSON: what FlagSync says in protobuf, for server-sent events and fixtures. */
export interface ReplicaMessageJson {
  /** A safe integer, at least 0. */
  readonly revision: number;
  /** 0: a snapshot. */
  readonly fromRevision: number;
  readonly last: boolean;
  /** 16 lower-case hex digits. */
  readonly checksum: string;
  readonly entities: readonly EntityJson[];
  readonly removed: readonly EntityRef[];
}

/** What could be read of input that nobody vouches for. */
export type ReadReplicaMessage =
  | { readonly kind: 'ok'; readonly message: ReplicaMessage }
  | { readonly kind: 'unusable'; readonly why: string };

/** Why input can't be used. Stays inside this folder: what readers answer is a value. */
export class Unusable extends Error {}

export function writeEntity({ kind, id, revision, body }: Entity): EntityJson {
  return { kind, id, revision: Number(revision), body };
}

/** A message as an object that is ready for `JSON.stringify`. */
export function writeReplicaMessage(message: ReplicaMessage): ReplicaMessageJson {
  return {
    revision: Number(message.revision),
    fromRevision: Number(message.fromRevision),
    last: message.last,
    checksum: writeChecksum(message.checksum),
    entities: message.entities.map(writeEntity),
    removed: message.removed.map(({ kind, id }) => ({ kind, id })),
  };
}

/**
 * Reads a message, as JSON text or parsed. Never throws, whatever it is given. Fields that are not known are ignored; bodies
 * are not looked into, and whether the checksum is right is for `Replica.apply` to find out.
 */
export function readReplicaMessage(input: unknown): ReadReplicaMessage {
  return attempt(() => {
    const object = readJsonObject(input);
    const last = ownValue(object, 'last');
    if (typeof last !== 'boolean') throw new Unusable('last must be true or false');
    const message = {
      revision: readRevision(object, 'revision'),
      fromRevision: readRevision(object, 'fromRevision'),
      last,
      checksum: readChecksumField(object),
      entities: readList(object, 'entities').map(readEntity),
      removed: readList(object, 'removed').map((each, index) => readRef(each, `removed/${index}`)),
    };
    return { kind: 'ok', message };
  });
}

/** Turns what goes wrong while input is read into an answer; objects may have getters that throw, and traps. */
export function attempt<Result>(read: () => Result): Result | { readonly kind: 'unusable'; readonly why: string } {
  try {
    return read();
  } catch (error) {
    return { kind: 'unusable', why: error instanceof Unusable ? error.message : 'it can not be read' };
  }
}

export function readJsonObject(input: unknown): PlainObject {
  const value: unknown = typeof input === 'string' ? parse(input) : input;
  if (!isPlainObject(value)) throw new Unusable('it must be an object');
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unusable('it is not JSON');
  }
}

export function readText(object: PlainObject, name: string, place: string): string {
  const value = ownValue(object, name);
  if (typeof value !== 'string' || value === '') throw new Unusable(`${place} must be text`);
  return value;
}

export function readRevision(object: PlainObject, name: string, place = name): number {
  const value = ownValue(object, name);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Unusable(`${place} must be a whole number that is not negative`);
  return value;
}

export function readChecksumField(object: PlainObject): bigint {
  const checksum = readChecksum(ownValue(object, 'checksum'));
  if (checksum === undefined) throw new Unusable('checksum must be 16 lower-case hex digits');
  return checksum;
}

export function readList(object: PlainObject, name: string): readonly unknown[] {
  const value = ownValue(object, name);
  if (!Array.isArray(value)) throw new Unusable(`${name} must be a list`);
  if (value.length > maxPendingEntities) throw new Unusable(`${name} must have at most ${maxPendingEntities} items`);
  // `map` would pass over holes.
  return Array.from(value as readonly unknown[]);
}

export function readEntity(input: unknown, index: number): Entity {
  const place = `entities/${index}`;
  const ref = readRef(input, place);
  const object = input as PlainObject;
  const body = ownValue(object, 'body');
  if (typeof body !== 'string') throw new Unusable(`${place}/body must be JSON text in a string`);
  return { ...ref, revision: readRevision(object, 'revision', `${place}/revision`), body };
}

function readRef(input: unknown, place: string): EntityRef {
  if (!isPlainObject(input)) throw new Unusable(`${place} must be an object`);
  return { kind: readText(input, 'kind', `${place}/kind`), id: readText(input, 'id', `${place}/id`) };
}

import { internalised } from '../context/internalised.ts';
import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import { unitSource } from '../context/unit-source.ts';
import type { Entity, EntityRef } from '../definitions/entity.ts';
import { isShardCount } from '../definitions/segment.ts';
import { readBucketRanges } from './bucket-ranges.ts';
import { compileFlag, unusableFlag } from './compile-flag.ts';
import { compileSegment, shardsKey } from './compile-segment.ts';
import type { CompiledDefinitions, CompiledFlag, CompiledHoldout, CompiledSegment, EntityOwner } from './compiled-definitions.ts';
import { FingerprintList } from './fingerprint-list.ts';
import { errorDetails } from './prepared-details.ts';

interface Draft {
  readonly flags: Map<string, CompiledFlag>;
  readonly segments: Map<string, CompiledSegment>;
  readonly holdouts: Map<string, CompiledHoldout>;
  readonly shards: Map<string, (FingerprintList | undefined)[]>;
  readonly owners: Map<string, EntityOwner>;
  signingSecret: string | undefined;
  environmentId: string | undefined;
  /** Some entity's problem came or went. */
  problemsChanged: boolean;
}

/** Names an entity within an environment. */
export function entityName({ kind, id }: EntityRef): string {
  return `${kind}\u0000${id}`;
}

function parseBody(body: string): PlainObject | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return isPlainObject(parsed) ? parsed : undefined;
  } catch {
    // Reported as a problem of the entity.
    return undefined;
  }
}

/** Takes out what an entity had put in, unless another has replaced it since. */
function withdraw(draft: Draft, ref: EntityRef): void {
  const name = entityName(ref);
  const owner = draft.owners.get(name);
  if (owner === undefined) return;
  draft.owners.delete(name);
  if (owner.problem !== undefined) draft.problemsChanged = true;
  const { key, shard } = owner;
  if (ref.kind === 'environment') {
    if (draft.environmentId !== ref.id) return;
    draft.signingSecret = undefined;
    draft.environmentId = undefined;
    return;
  }
  if (shard !== undefined) {
    const list = [...(draft.shards.get(key) ?? [])];
    list[shard] = undefined;
    if (list.every((one) => one === undefined)) draft.shards.delete(key);
    else draft.shards.set(key, list);
    return;
  }
  for (const map of [draft.flags, draft.segments, draft.holdouts]) {
    const kind = map === draft.flags ? 'flag' : map === draft.segments ? 'segment' : 'holdout';
    if (kind === ref.kind && map.get(key)?.entityId === ref.id) map.delete(key);
  }
}

function own(draft: Draft, entity: Entity, key: string, problem?: string): void {
  const { kind, id } = entity;
  if (problem === undefined) {
    draft.owners.set(entityName(entity), { key });
    return;
  }
  draft.owners.set(entityName(entity), { key, problem: { kind, id, message: problem } });
  draft.problemsChanged = true;
}

function put(draft: Draft, entity: Entity): void {
  withdraw(draft, entity);
  const body = parseBody(entity.body);
  const named = body === undefined ? undefined : ownValue(body, 'key');
  // A body that can't be read is found under its id, in case that is its key.
  const key = internalised(typeof named === 'string' ? named : entity.id);
  switch (entity.kind) {
    case 'flag':
      return putFlag(draft, entity, key, body);
    case 'segment':
      draft.segments.set(key, compileSegment(entity.id, key, body ?? {}));
      return own(draft, entity, key, body === undefined ? 'the body is not a JSON object' : undefined);
    case 'holdout':
      return putHoldout(draft, entity, key, body ?? {});
    case 'list-shard':
      return putShard(draft, entity, body ?? {});
    case 'environment':
      return putEnvironment(draft, entity, key, body ?? {});
    default:
      // A newer server's kind: kept by the replica, not read here.
      return;
  }
}

function putFlag(draft: Draft, entity: Entity, key: string, body: PlainObject | undefined): void {
  const flag =
    body === undefined
      ? unusableFlag(entity.id, key, errorDetails('PARSE_ERROR', `the definition of flag ${key} is not a JSON object`))
      : compileFlag(entity.id, Number(entity.revision), key, body);
  draft.flags.set(key, flag);
  own(draft, entity, key, flag.type === undefined ? (flag.constant?.errorMessage ?? 'unusable') : undefined);
}

function putHoldout(draft: Draft, entity: Entity, key: string, body: PlainObject): void {
  const ranges = readBucketRanges(ownValue(body, 'salt'), ownValue(body, 'ranges'));
  const contextKind = ownValue(body, 'contextKind');
  const attribute = ownValue(body, 'attribute');
  if (ranges === undefined || typeof contextKind !== 'string') return own(draft, entity, key, 'the holdout has no usable ranges');
  const source = unitSource(contextKind, typeof attribute === 'string' ? attribute : undefined);
  draft.holdouts.set(key, { entityId: entity.id, key, source, ranges });
  own(draft, entity, key);
}

/** 32 bytes as base64url. */
const secretPattern = /^[\w-]{43}$/;

function putEnvironment(draft: Draft, entity: Entity, key: string, body: PlainObject): void {
  const secret = ownValue(body, 'signingSecret');
  if (typeof secret !== 'string' || !secretPattern.test(secret)) {
    return own(draft, entity, key, 'the environment has no usable signing secret');
  }
  draft.signingSecret = secret;
  draft.environmentId = entity.id;
  own(draft, entity, key);
}

function isIndexBelow(value: unknown, count: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < count;
}

function putShard(draft: Draft, entity: Entity, body: PlainObject): void {
  const { segment, side, shard, of, fingerprints } = body;
  const list = typeof fingerprints === 'string' ? FingerprintList.read(fingerprints) : undefined;
  if (list === undefined) return own(draft, entity, '', 'the shard is not sorted fingerprints in base64');
  if (typeof segment !== 'string' || typeof side !== 'string' || !isShardCount(of) || !isIndexBelow(shard, of)) {
    return own(draft, entity, '', 'the shard does not say which part of which list it is');
  }
  const key = shardsKey(segment, side, of);
  const lists = [...(draft.shards.get(key) ?? [])];
  lists[shard] = list;
  draft.shards.set(key, lists);
  draft.owners.set(entityName(entity), { key, shard });
}

const empty: CompiledDefinitions = {
  revision: 0,
  flags: new Map(),
  segments: new Map(),
  holdouts: new Map(),
  shards: new Map(),
  owners: new Map(),
  problems: [],
  signingSecret: undefined,
  environmentId: undefined,
};

/**
 * Compiles a change into new definitions; what it does not touch is taken over as it is, and `previous` stays as it was.
 * Never throws: an entity that can't be read is a problem of that entity alone.
 */
export function recompile(
  previous: CompiledDefinitions,
  change: { readonly entities: Iterable<Entity>; readonly removed?: Iterable<EntityRef>; readonly revision: bigint | number },
): CompiledDefinitions {
  const draft: Draft = {
    flags: new Map(previous.flags),
    segments: new Map(previous.segments),
    holdouts: new Map(previous.holdouts),
    shards: new Map([...previous.shards].map(([key, lists]) => [key, [...lists]])),
    owners: new Map(previous.owners),
    signingSecret: previous.signingSecret,
    environmentId: previous.environmentId,
    problemsChanged: false,
  };
  for (const ref of change.removed ?? []) withdraw(draft, ref);
  for (const entity of change.entities) put(draft, entity);
  const { flags, segments, holdouts, shards, owners, signingSecret, environmentId } = draft;
  const problems = draft.problemsChanged ? [...owners.values()].flatMap(({ problem }) => problem ?? []) : previous.problems;
  const revision = Number(change.revision);
  return { revision, flags, segments, holdouts, shards, owners, problems, signingSecret, environmentId };
}

/** Compiles all the definitions of an environment at a revision. Never throws. */
export function compileDefinitions(entities: Iterable<Entity>, revision: bigint | number = 0): CompiledDefinitions {
  return recompile(empty, { entities, revision });
}

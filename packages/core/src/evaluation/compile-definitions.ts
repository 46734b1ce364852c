import { sharingTexts } from '../conditions/shared-texts.ts';
import { internalised } from '../context/internalised.ts';
import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import { unitSource } from '../context/unit-source.ts';
import type { Entity, EntityRef } from '../definitions/entity.ts';
import { isShardCount } from '../definitions/segment.ts';
import { readBucketRanges } from './bucket-ranges.ts';
import { compileEvent } from './compile-event.ts';
import { compileFlag, unusableFlag } from './compile-flag.ts';
import { compileSegment, shardsKey } from './compile-segment.ts';
import type {
  CompiledDefinitions,
  CompiledEvent,
  CompiledFlag,
  CompiledHoldout,
  CompiledSegment,
  EntityOwner,
} from './compiled-definitions.ts';
import { DraftMap } from './draft-map.ts';
import { defaultEventSettings, readEventSettings, type EventSettings } from './event-settings.ts';
import { FingerprintList } from './fingerprint-list.ts';
import { errorDetails } from './prepared-details.ts';
import { ReferrersDraft } from './referrers.ts';

interface Draft {
  readonly flags: DraftMap<string, CompiledFlag>;
  readonly segments: DraftMap<string, CompiledSegment>;
  readonly holdouts: DraftMap<string, CompiledHoldout>;
  readonly events: DraftMap<string, CompiledEvent>;
  readonly shards: DraftMap<string, readonly (FingerprintList | undefined)[]>;
  readonly owners: DraftMap<string, EntityOwner>;
  readonly referrers: ReferrersDraft;
  signingSecret: string | undefined;
  environmentId: string | undefined;
  eventSettings: EventSettings;
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
  if (shard !== undefined) return withdrawShard(draft, key, shard);
  switch (ref.kind) {
    case 'environment':
      if (draft.environmentId !== ref.id) return;
      draft.signingSecret = undefined;
      draft.environmentId = undefined;
      return;
    case 'event-settings':
      draft.eventSettings = defaultEventSettings;
      return;
    case 'flag':
      if (draft.flags.get(key)?.entityId === ref.id) setFlag(draft, key, undefined);
      return;
    case 'segment':
      if (draft.segments.get(key)?.entityId === ref.id) setSegment(draft, key, undefined);
      return;
    case 'holdout':
      if (draft.holdouts.get(key)?.entityId === ref.id) draft.holdouts.delete(key);
      return;
    case 'event':
      if (draft.events.get(key)?.entityId === ref.id) draft.events.delete(key);
      return;
    default:
      return;
  }
}

function withdrawShard(draft: Draft, key: string, shard: number): void {
  const list = [...(draft.shards.get(key) ?? [])];
  list[shard] = undefined;
  if (list.every((one) => one === undefined)) draft.shards.delete(key);
  else draft.shards.set(key, list);
}

function setFlag(draft: Draft, key: string, flag: CompiledFlag | undefined): void {
  draft.referrers.change(`flag:${key}`, draft.flags.get(key)?.references, flag?.references);
  if (flag === undefined) draft.flags.delete(key);
  else draft.flags.set(key, flag);
}

function setSegment(draft: Draft, key: string, segment: CompiledSegment | undefined): void {
  draft.referrers.change(`segment:${key}`, draft.segments.get(key)?.references, segment?.references);
  if (segment === undefined) draft.segments.delete(key);
  else draft.segments.set(key, segment);
}

function own(draft: Draft, entity: Entity, key: string, problem?: string): void {
  const { kind, id } = entity;
  const name = entityName(entity);
  const before = draft.owners.get(name);
  if (problem !== undefined || before?.problem !== undefined) draft.problemsChanged = true;
  // Most changes leave this as it is, and then nothing is copied.
  if (problem === undefined && before?.key === key && before.problem === undefined && before.shard === undefined) return;
  draft.owners.set(name, problem === undefined ? { key } : { key, problem: { kind, id, message: problem } });
}

function put(draft: Draft, entity: Entity): void {
  const body = parseBody(entity.body);
  const named = body === undefined ? undefined : ownValue(body, 'key');
  // A body that can't be read is found under its id, in case that is its key.
  const key = internalised(typeof named === 'string' ? named : entity.id);
  const before = draft.owners.get(entityName(entity));
  if (before !== undefined && (before.key !== key || (entity.kind !== 'flag' && entity.kind !== 'segment')))
    withdraw(draft, entity);
  switch (entity.kind) {
    case 'flag':
      return putFlag(draft, entity, key, body);
    case 'segment':
      setSegment(draft, key, compileSegment(entity.id, key, body ?? {}));
      return own(draft, entity, key, body === undefined ? 'the body is not a JSON object' : undefined);
    case 'holdout':
      return putHoldout(draft, entity, key, body ?? {});
    case 'list-shard':
      return putShard(draft, entity, body ?? {});
    case 'environment':
      return putEnvironment(draft, entity, key, body ?? {});
    case 'event-settings':
      draft.eventSettings = readEventSettings(body ?? {});
      return own(draft, entity, key, body === undefined ? 'the body is not a JSON object' : undefined);
    case 'event':
      if (body !== undefined) draft.events.set(key, compileEvent(entity.id, key, body));
      return own(draft, entity, key, body === undefined ? 'the body is not a JSON object' : undefined);
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
  setFlag(draft, key, flag);
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
  events: new Map(),
  shards: new Map(),
  owners: new Map(),
  referrers: new Map(),
  problems: [],
  signingSecret: undefined,
  environmentId: undefined,
  eventSettings: defaultEventSettings,
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
    flags: new DraftMap(previous.flags),
    segments: new DraftMap(previous.segments),
    holdouts: new DraftMap(previous.holdouts),
    events: new DraftMap(previous.events),
    shards: new DraftMap(previous.shards),
    owners: new DraftMap(previous.owners),
    referrers: new ReferrersDraft(previous.referrers),
    signingSecret: previous.signingSecret,
    environmentId: previous.environmentId,
    eventSettings: previous.eventSettings,
    problemsChanged: false,
  };
  sharingTexts(() => {
    for (const ref of change.removed ?? []) withdraw(draft, ref);
    for (const entity of change.entities) put(draft, entity);
  });
  const { signingSecret, environmentId, eventSettings } = draft;
  const [flags, segments, holdouts, events] = [draft.flags.map, draft.segments.map, draft.holdouts.map, draft.events.map];
  const [shards, owners, referrers] = [draft.shards.map, draft.owners.map, draft.referrers.map];
  const problems = draft.problemsChanged ? [...owners.values()].flatMap(({ problem }) => problem ?? []) : previous.problems;
  const revision = Number(change.revision);
  return {
    revision,
    flags,
    segments,
    holdouts,
    events,
    shards,
    owners,
    referrers,
    problems,
    signingSecret,
    environmentId,
    eventSettings,
  };
}

/** Compiles all the definitions of an environment at a revision. Never throws. */
export function compileDefinitions(entities: Iterable<Entity>, revision: bigint | number = 0): CompiledDefinitions {
  return recompile(empty, { entities, revision });
}

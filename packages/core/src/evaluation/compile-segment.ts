import { type Certainty, isFalse, isTrue, isUnknown } from '../conditions/certainty.ts';
import { compileCondition } from '../conditions/compile-condition.ts';
import { internalised } from '../context/internalised.ts';
import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import { hashed, type Unit, unitSource } from '../context/unit-source.ts';
import { referencesOf } from '../definitions/references.ts';
import { isShardCount } from '../definitions/segment.ts';
import { wellFormed } from '../context/well-formed.ts';
import type { CompiledSegment } from './compiled-definitions.ts';
import type { EvaluationRun } from './evaluation-run.ts';

/** The key of a list's shards; the number of shards is in it so that old and new cuts are never mixed. */
export function shardsKey(segment: string, side: string, of: number): string {
  return internalised(JSON.stringify([segment, side, of]));
}

/** Whether one side of a list has a unit. */
type Side = (run: EvaluationRun, unit: Unit) => Certainty;

interface CompiledSide {
  readonly has: Side;
  readonly remote: boolean;
}

const remoteSide: CompiledSide = { has: () => isUnknown, remote: true };

function compileSide(segment: string, side: 'included' | 'excluded', source: unknown, exact: boolean): CompiledSide {
  if (!isPlainObject(source)) return remoteSide;
  const keys = ownValue(source, 'keys');
  if (Array.isArray(keys)) {
    return { has: keyedSide(keys), remote: false };
  }
  const count = ownValue(source, 'shards');
  // Collisions of fingerprints can be made on purpose, so that a list that grants access is not answered from them.
  return isShardCount(count) && !exact ? shardedSide(shardsKey(segment, side, count), count) : remoteSide;
}

function keyedSide(keys: readonly unknown[]): Side {
  const set = new Set<unknown>(keys);
  // A lone surrogate counts as U+FFFD, as it does in fingerprints. Only a list with that character can tell the difference.
  const hasReplacement = keys.some((key) => typeof key === 'string' && key.includes('\ufffd'));
  if (!hasReplacement) return (_run, { text }) => (set.has(text) ? isTrue : isFalse);
  return (_run, { text }) => (text !== undefined && set.has(wellFormed(text)) ? isTrue : isFalse);
}

function shardedSide(key: string, count: number): CompiledSide {
  const shift = 32 - Math.log2(count);
  return {
    remote: false,
    has: (run, unit) => {
      const { h1, h2 } = hashed(unit);
      const shard = run.definitions.shards.get(key)?.[count === 1 ? 0 : h1 >>> shift];
      if (shard === undefined) return isUnknown;
      return shard.has(h1 >>> 0, h2 >>> 0) ? isTrue : isFalse;
    },
  };
}

/** Compiles a segment's body; an unknown type of segment has unknown members. Never throws. */
export function compileSegment(entityId: string, key: string, body: PlainObject): CompiledSegment {
  const type = ownValue(body, 'type');
  const common = { entityId, key, references: referencesOf(body) };
  if (type === 'list') return { ...common, ...compileList(key, body) };
  const when = compileCondition(type === 'rule' ? ownValue(body, 'when') : undefined);
  return { ...common, remote: undefined, includes: when };
}

function compileList(key: string, body: PlainObject): Pick<CompiledSegment, 'remote' | 'includes'> {
  const contextKind = String(ownValue(body, 'contextKind'));
  const exact = ownValue(body, 'exact') === true;
  const included = compileSide(key, 'included', ownValue(body, 'included'), exact);
  const excluded = compileSide(key, 'excluded', ownValue(body, 'excluded'), exact);
  const isRemote = included.remote || excluded.remote;
  const version = ownValue(body, 'membersVersion');
  const source = unitSource(contextKind);
  const name = `segment:${key}`;
  const includes = (run: EvaluationRun): Certainty => {
    const unit = run.unit(source);
    if (unit.text === undefined) return isFalse;
    const resolved = isRemote ? run.memberships?.get(key, unit.text) : undefined;
    if (resolved !== undefined) return resolved ? isTrue : isFalse;
    const isIn = included.has(run, unit);
    if (isIn === isFalse) return isFalse;
    const isOut = excluded.has(run, unit);
    if (isOut === isTrue) return isFalse;
    if (isIn === isTrue && isOut === isFalse) return isTrue;
    run.unknowns.push(name);
    return isUnknown;
  };
  const remote = { segment: key, contextKind, version: typeof version === 'number' ? version : 0, exact };
  return { remote: isRemote ? remote : undefined, includes };
}

import type { Entity } from '../definitions/entity.ts';
import type { ListShardDefinition } from '../definitions/segment.ts';
import { entityName } from '../evaluation/compile-definitions.ts';
import type { CompiledDefinitions } from '../evaluation/compiled-definitions.ts';
import type { FingerprintList } from '../evaluation/fingerprint-list.ts';

/** A shard whose body is written anew whenever it is read, from the fingerprints that evaluations use. */
class ShardEntity implements Entity {
  readonly kind: string;
  readonly id: string;
  readonly revision: bigint | number;
  readonly #place: Omit<ListShardDefinition, 'fingerprints'>;
  readonly #fingerprints: FingerprintList;

  constructor({ kind, id, revision }: Entity, place: Omit<ListShardDefinition, 'fingerprints'>, fingerprints: FingerprintList) {
    this.kind = kind;
    this.id = id;
    this.revision = revision;
    this.#place = place;
    this.#fingerprints = fingerprints;
  }

  get body(): string {
    return JSON.stringify({ ...this.#place, fingerprints: this.#fingerprints.base64() });
  }
}

/**
 * An entity as it is to be held. A million keys are 8 MB as fingerprints and 11 MB more as text: a shard's text is given up
 * where it can be written again byte for byte.
 */
export function compactEntity(entity: Entity, compiled: CompiledDefinitions): Entity {
  if (entity.kind !== 'list-shard') return entity;
  const owner = compiled.owners.get(entityName(entity));
  const shard = owner?.shard;
  const fingerprints = owner && shard !== undefined ? compiled.shards.get(owner.key)?.[shard] : undefined;
  if (owner === undefined || shard === undefined || fingerprints === undefined) return entity;
  // The key under which shards are compiled: see `shardsKey`.
  const [segment, side, of] = JSON.parse(owner.key) as [string, ListShardDefinition['side'], number];
  const compact = new ShardEntity(entity, { segment, side, shard, of }, fingerprints);
  return compact.body === entity.body ? compact : entity;
}

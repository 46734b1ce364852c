import type { EntityRef } from '../definitions/entity.ts';
import { entityName } from '../evaluation/compile-definitions.ts';
import type { CompiledDefinitions } from '../evaluation/compiled-definitions.ts';

/** The key under which others refer to an entity; for a shard that of its segment. */
function referenceName(definitions: CompiledDefinitions, ref: EntityRef): string | undefined {
  const owner = definitions.owners.get(entityName(ref));
  if (owner === undefined) return undefined;
  if (ref.kind !== 'list-shard') return `${ref.kind}:${owner.key}`;
  if (owner.shard === undefined) return undefined;
  // The key of shards begins with their segment's.
  const [segment] = JSON.parse(owner.key) as readonly unknown[];
  return `segment:${String(segment)}`;
}

/**
 * Keys of the flags whose answers a change may alter: those changed, and those that reach what changed through
 * prerequisites, `flagIs`, segments or holdouts. Sorted.
 */
export function affectedFlags(
  before: CompiledDefinitions,
  after: CompiledDefinitions,
  changed: readonly EntityRef[],
): readonly string[] {
  const waiting = new Set<string>();
  for (const ref of changed) {
    for (const definitions of [before, after]) {
      const name = referenceName(definitions, ref);
      if (name !== undefined) waiting.add(name);
    }
  }
  // A set's iteration goes on to what is added meanwhile, and takes nothing twice.
  for (const name of waiting) for (const referrer of after.referrers.get(name) ?? []) waiting.add(referrer);
  return [...waiting].flatMap((name) => (name.startsWith('flag:') ? [name.slice('flag:'.length)] : [])).sort();
}

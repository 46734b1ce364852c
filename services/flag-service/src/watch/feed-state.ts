import { checksumOf, type EntityRef } from '@stitchd/core';
import type { StoredDefinitions } from '@stitchd/db/platform';
import type { EncodedEntity, StateChange } from './sync-messages.ts';

interface HeldEntity extends EncodedEntity {
  /** What it adds to the state's checksum; XOR takes it out again. */
  readonly checksum: bigint;
}

interface Tombstone extends EntityRef {
  readonly revision: number;
}

/** An environment's definitions as this replica holds them, and how to get there from earlier revisions. */
export interface FeedState {
  readonly revision: number;
  readonly checksum: bigint;
  /** Takes in what the store read: a snapshot, or what changed since `revision`. */
  readonly apply: (stored: StoredDefinitions) => void;
  /** The checksum of an earlier revision, if it is remembered. */
  readonly checksumAt: (revision: number) => bigint | undefined;
  readonly snapshot: () => StateChange;
  /** Undefined: what was removed since then is not known here. */
  readonly changesSince: (revision: number) => StateChange | undefined;
  /** From an earlier revision, given a list that holds at least whatever has changed since. */
  readonly changesAmong: (revision: number, refs: readonly EntityRef[]) => StateChange;
}

/** @param rememberedChecksums - how many revisions back `checksumAt` answers */
export function createFeedState(rememberedChecksums: number): FeedState {
  let entities = new Map<string, HeldEntity>();
  let tombstones = new Map<string, Tombstone>();
  /** Removals are known from this revision on. */
  let floor = 0;
  let revision = 0;
  let checksum = 0n;
  const checksums = new Map<number, bigint>();

  const remove = (name: string): void => {
    checksum ^= entities.get(name)?.checksum ?? 0n;
    entities.delete(name);
  };
  const remember = (): void => {
    checksums.set(revision, checksum);
    for (const oldest of checksums.keys()) {
      if (checksums.size <= rememberedChecksums) break;
      checksums.delete(oldest);
    }
  };
  const change = (fromRevision: number, changed: readonly HeldEntity[], removed: readonly EntityRef[]): StateChange => ({
    revision,
    fromRevision,
    checksum,
    entities: changed,
    removed,
  });

  return {
    get revision() {
      return revision;
    },
    get checksum() {
      return checksum;
    },
    apply(stored) {
      if (stored.fromRevision === 0) {
        entities = new Map();
        tombstones = new Map();
        checksum = 0n;
        floor = stored.revision;
        checksums.clear();
      }
      for (const ref of stored.removed) {
        remove(nameOf(ref));
        tombstones.set(nameOf(ref), { kind: ref.kind, id: ref.id, revision: stored.revision });
      }
      for (const { kind, id, revision: publishedIn, body } of stored.entities) {
        const name = nameOf({ kind, id });
        remove(name);
        tombstones.delete(name);
        const held = { kind, id, revision: publishedIn, body: Buffer.from(body), checksum: checksumOf([{ kind, id, body }]) };
        entities.set(name, held);
        checksum ^= held.checksum;
      }
      revision = stored.revision;
      remember();
    },
    checksumAt: (at) => checksums.get(at),
    snapshot: () => change(0, [...entities.values()], []),
    changesSince(at) {
      if (at < floor || at > revision || at === 0) return undefined;
      const changed = [...entities.values()].filter((entity) => entity.revision > at);
      const removed = [...tombstones.values()].filter((tombstone) => tombstone.revision > at);
      return change(at, changed, removed);
    },
    changesAmong(at, refs) {
      const changed = refs.flatMap((ref) => entities.get(nameOf(ref)) ?? []);
      return change(
        at,
        changed,
        refs.filter((ref) => !entities.has(nameOf(ref))),
      );
    },
  };
}

function nameOf({ kind, id }: EntityRef): string {
  return `${kind}\0${id}`;
}

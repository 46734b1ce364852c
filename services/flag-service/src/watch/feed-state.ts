import { checksumOf, type EntityRef } from '@stitchd/core';
import type { StoredDefinitions, StoredEntity } from '@stitchd/db/platform';
import type { SyncChange, SyncEntity } from '@stitchd/proto';

/** A change whose revisions are numbers, as the store has them. */
export interface StateChange extends SyncChange {
  readonly revision: number;
  readonly fromRevision: number;
}

interface HeldEntity extends SyncEntity {
  readonly revision: number;
  /** What it adds to the state's checksum; XOR takes it out again. */
  readonly checksum: bigint;
}

interface Tombstone extends EntityRef {
  readonly revision: number;
}

export interface FeedStateLimits {
  /** How many revisions back `checksumAt` answers. */
  readonly rememberedChecksums: number;
  /** How many removals are known by which `changesSince` answers. */
  readonly rememberedRemovals: number;
}

/** An environment's definitions as this replica holds them, and how to get there from earlier revisions. */
export class FeedState {
  private readonly entities = new Map<string, HeldEntity>();
  /** By revision, oldest first. */
  private readonly tombstones = new Map<string, Tombstone>();
  /** By revision, oldest first. */
  private readonly checksums = new Map<number, bigint>();
  private readonly limits: FeedStateLimits;
  /** Removals are known from this revision on. */
  private floor = 0;
  private at = 0;
  private sum = 0n;

  constructor(limits: FeedStateLimits) {
    this.limits = limits;
  }

  get revision(): number {
    return this.at;
  }

  get checksum(): bigint {
    return this.sum;
  }

  /** Takes in what the store read: a snapshot, or what changed since `revision`. */
  apply(stored: StoredDefinitions): void {
    if (stored.fromRevision === 0) this.forget(stored.revision);
    for (const ref of stored.removed) this.remove(ref, stored.revision);
    for (const entity of stored.entities) this.put(entity);
    this.forgetOldRemovals();
    this.at = stored.revision;
    this.checksums.set(this.at, this.sum);
    for (const oldest of this.checksums.keys()) {
      if (this.checksums.size <= this.limits.rememberedChecksums) break;
      this.checksums.delete(oldest);
    }
  }

  /** The checksum of an earlier revision, if it is remembered. */
  checksumAt(revision: number): bigint | undefined {
    return this.checksums.get(revision);
  }

  snapshot(): StateChange {
    return this.change(0, [...this.entities.values()], []);
  }

  /** Undefined: what was removed since then is not known here. */
  changesSince(revision: number): StateChange | undefined {
    if (revision < this.floor || revision > this.at || revision === 0) return undefined;
    const isLater = (one: { readonly revision: number }): boolean => one.revision > revision;
    return this.change(revision, [...this.entities.values()].filter(isLater), [...this.tombstones.values()].filter(isLater));
  }

  /** From an earlier revision, given a list that holds at least whatever has changed since. */
  changesAmong(revision: number, refs: readonly EntityRef[]): StateChange {
    const held = refs.flatMap((ref) => this.entities.get(nameOf(ref)) ?? []);
    const removed = refs.filter((ref) => !this.entities.has(nameOf(ref)));
    return this.change(revision, held, removed);
  }

  private change(fromRevision: number, entities: readonly HeldEntity[], removed: readonly EntityRef[]): StateChange {
    return { revision: this.at, fromRevision, checksum: this.sum, entities, removed };
  }

  private forget(floor: number): void {
    this.entities.clear();
    this.tombstones.clear();
    this.checksums.clear();
    this.sum = 0n;
    this.floor = floor;
  }

  /** Whoever has not heard of a removal that is forgotten gets a snapshot from now on. */
  private forgetOldRemovals(): void {
    for (const [name, { revision }] of this.tombstones) {
      if (this.tombstones.size <= this.limits.rememberedRemovals) break;
      this.tombstones.delete(name);
      this.floor = revision;
    }
  }

  private remove({ kind, id }: EntityRef, revision: number): void {
    const name = nameOf({ kind, id });
    this.take(name);
    // Of two removals of the same definition the later one counts, and takes the last place.
    this.tombstones.delete(name);
    this.tombstones.set(name, { kind, id, revision });
  }

  private take(name: string): void {
    this.sum ^= this.entities.get(name)?.checksum ?? 0n;
    this.entities.delete(name);
  }

  private put({ kind, id, revision, body }: StoredEntity): void {
    const name = nameOf({ kind, id });
    this.take(name);
    this.tombstones.delete(name);
    const held = { kind, id, revision, body: Buffer.from(body), checksum: checksumOf([{ kind, id, body }]) };
    this.entities.set(name, held);
    this.sum ^= held.checksum;
  }
}

function nameOf({ kind, id }: EntityRef): string {
  return `${kind}\0${id}`;
}

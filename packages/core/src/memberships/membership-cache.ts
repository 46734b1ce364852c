import type { RemoteList } from '../evaluation/compiled-definitions.ts';

/** How long an answer is good for, in milliseconds. */
export interface MembershipTimes {
  /** So long it is not asked for again, unless the list changes. */
  readonly freshMs: number;
  /** So long it is used while it is asked for again, or while nobody answers. */
  readonly usableMs: number;
  /** So long it is still used after it was found that its list has changed. */
  readonly usableAfterChangeMs: number;
  /** So long the answer that the server knows no such list stands. */
  readonly unknownListMs: number;
}

/** `stale`: use it, and ask again. `expired`: it is as if it were not there. */
export type MembershipFreshness = 'fresh' | 'stale' | 'expired';

/** What was answered about a key of a list. */
export interface KnownMembership {
  readonly segment: string;
  readonly key: string;
  /** `undefined`: the server knows no such list. */
  readonly member: boolean | undefined;
  /** The list's version when it was asked for. */
  readonly version: number;
  readonly atMs: number;
}

interface Entry extends KnownMembership {
  /** When it was first seen that the list has another version. */
  outdatedAtMs: number | undefined;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/**
 * Answers about lists that are not held locally, a bounded number of them: the one that was used least recently goes first.
 * A look-up allocates nothing. Time comes in as an argument; any clock that is used throughout will do.
 */
export class MembershipCache {
  private readonly maxEntries: number;
  private readonly times: MembershipTimes;
  private readonly lists = new Map<string, Map<string, Entry>>();
  private newest: Entry | undefined;
  private oldest: Entry | undefined;
  private count = 0;

  constructor(maxEntries: number, times: MembershipTimes) {
    this.maxEntries = maxEntries;
    this.times = times;
  }

  get size(): number {
    return this.count;
  }

  /** What is known about a key, whatever its freshness. */
  find(segment: string, key: string): KnownMembership | undefined {
    const entry = this.lists.get(segment)?.get(key);
    if (entry !== undefined && entry !== this.newest) {
      this.unlink(entry);
      this.link(entry);
    }
    return entry;
  }

  /** How far an answer of this cache may be trusted, given the list as it is now. */
  freshnessOf(known: KnownMembership, list: RemoteList, nowMs: number): MembershipFreshness {
    const { freshMs, usableMs, usableAfterChangeMs, unknownListMs } = this.times;
    if (known.version !== list.version) {
      if (list.exact) return 'expired';
      const outdatedAtMs = this.outdatedAt(known, nowMs);
      return known.member !== undefined && nowMs - outdatedAtMs < usableAfterChangeMs ? 'stale' : 'expired';
    }
    const ageMs = nowMs - known.atMs;
    // A clock that was set back says nothing about age.
    if (ageMs < 0) return 'stale';
    if (known.member === undefined) return ageMs < unknownListMs ? 'fresh' : 'expired';
    if (ageMs < freshMs) return 'fresh';
    return ageMs < usableMs ? 'stale' : 'expired';
  }

  private outdatedAt(known: KnownMembership, nowMs: number): number {
    const entry = this.lists.get(known.segment)?.get(known.key);
    if (entry === undefined || entry.outdatedAtMs === undefined) {
      if (entry !== undefined) entry.outdatedAtMs = nowMs;
      return nowMs;
    }
    return entry.outdatedAtMs;
  }

  put(known: KnownMembership): void {
    this.drop(known.segment, known.key);
    const { segment, key, member, version, atMs } = known;
    const entry: Entry = { segment, key, member, version, atMs, outdatedAtMs: undefined, older: undefined, newer: undefined };
    const list = this.lists.get(segment);
    if (list === undefined) this.lists.set(segment, new Map([[key, entry]]));
    else list.set(key, entry);
    this.link(entry);
    this.count++;
    while (this.count > this.maxEntries && this.oldest !== undefined) this.drop(this.oldest.segment, this.oldest.key);
  }

  /** Forgets everything about a list, for instance one that is held locally now. */
  forget(segment: string): void {
    for (const key of this.lists.get(segment)?.keys() ?? []) this.drop(segment, key);
  }

  private drop(segment: string, key: string): void {
    const list = this.lists.get(segment);
    const entry = list?.get(key);
    if (list === undefined || entry === undefined) return;
    list.delete(key);
    if (list.size === 0) this.lists.delete(segment);
    this.unlink(entry);
    this.count--;
  }

  private link(entry: Entry): void {
    entry.older = this.newest;
    entry.newer = undefined;
    if (this.newest !== undefined) this.newest.newer = entry;
    this.newest = entry;
    this.oldest ??= entry;
  }

  private unlink({ older, newer }: Entry): void {
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
  }
}

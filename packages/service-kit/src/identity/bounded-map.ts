export interface BoundedMap<V> {
  readonly get: (key: string) => V | undefined;
  /** Forgets the entry that was set the longest ago where there would be more than the limit. */
  readonly set: (key: string, value: V) => void;
  readonly delete: (key: string) => boolean;
  readonly entries: () => IterableIterator<[string, V]>;
  readonly size: () => number;
}

/** Remembers up to `limit` values and forgets the oldest first. */
export function createBoundedMap<V>(limit: number): BoundedMap<V> {
  const map = new Map<string, V>();
  return {
    get: (key) => map.get(key),
    set(key, value) {
      map.delete(key);
      map.set(key, value);
      if (map.size > limit) map.delete(map.keys().next().value as string);
    },
    delete: (key) => map.delete(key),
    entries: () => map.entries(),
    size: () => map.size,
  };
}

/** A map in the making: begins as another one, which stays as it was, and copies that only when something changes. */
export class DraftMap<Key, Value> {
  private current: ReadonlyMap<Key, Value>;
  private own: Map<Key, Value> | undefined = undefined;

  constructor(base: ReadonlyMap<Key, Value>) {
    this.current = base;
  }

  /** What came of it: the map that it began as where nothing changed. */
  get map(): ReadonlyMap<Key, Value> {
    return this.current;
  }

  get(key: Key): Value | undefined {
    return this.current.get(key);
  }

  set(key: Key, value: Value): void {
    this.writable().set(key, value);
  }

  delete(key: Key): void {
    if (this.current.has(key)) this.writable().delete(key);
  }

  private writable(): Map<Key, Value> {
    this.own ??= new Map(this.current);
    this.current = this.own;
    return this.own;
  }
}

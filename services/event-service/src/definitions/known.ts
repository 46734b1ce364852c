import { storeErrorOf } from '@stitchd/db/postgres';
import { eventServiceLimits } from '../limits.ts';

/** Something of the configuration store that is kept at hand by name: a few seconds old, or older while the store is down. */
export interface Known<Scope, Value> {
  /**
   * @param isEnough - where what is at hand is not, the store is asked, so that what was made a moment ago is seen
   * @throws the store's error where it is needed and does not answer
   */
  readonly get: (scope: Scope, isEnough?: (value: Value) => boolean) => Promise<Value>;
  /** After a change in this process. */
  readonly forget: (name: string) => void;
}

export interface KnownOptions<Scope, Value> {
  readonly nowMs: () => number;
  /** How many are kept; the one that was used the longest ago goes first. */
  readonly most: number;
  readonly nameOf: (scope: Scope) => string;
  readonly read: (scope: Scope) => Promise<Value>;
}

interface Entry<Value> {
  readonly value: Value;
  readonly readAtMs: number;
}

export function createKnown<Scope, Value>(options: KnownOptions<Scope, Value>): Known<Scope, Value> {
  const { nowMs, nameOf } = options;
  const known = new Map<string, Entry<Value>>();
  const remember = (name: string, entry: Entry<Value>): void => {
    known.delete(name);
    known.set(name, entry);
    const [oldest] = known.keys();
    if (known.size > options.most && oldest !== undefined) known.delete(oldest);
  };
  const reads = createSharedReads(nameOf, async (scope: Scope) => {
    const readAtMs = nowMs();
    return { value: await options.read(scope), readAtMs };
  });
  const read = async (scope: Scope): Promise<Value> => {
    const fresh = await reads(scope);
    remember(nameOf(scope), fresh);
    return fresh.value;
  };
  return {
    async get(scope, isEnough = () => true) {
      const name = nameOf(scope);
      const current = known.get(name);
      if (current === undefined || !isEnough(current.value)) return read(scope);
      remember(name, current);
      if (nowMs() - current.readAtMs <= eventServiceLimits.definitionsAgeMs) return current.value;
      try {
        return await read(scope);
      } catch (error) {
        // All that is asked for is known: better a little old than refused.
        if (storeErrorOf(error) === undefined) throw error;
        return current.value;
      }
    },
    forget: (name) => void known.delete(name),
  };
}

/**
 * At most one read of a name at a time, however many ask: who comes during a read waits for the next one, since the running one
 * may have begun before what is looked for was made.
 */
function createSharedReads<Scope, Result>(
  nameOf: (scope: Scope) => string,
  read: (scope: Scope) => Promise<Result>,
): (scope: Scope) => Promise<Result> {
  const running = new Map<string, { readonly current: Promise<Result>; next: Promise<Result> | undefined }>();
  const start = (scope: Scope): Promise<Result> => {
    const name = nameOf(scope);
    const current = read(scope).finally(() => {
      if (running.get(name)?.current === current) running.delete(name);
    });
    running.set(name, { current, next: undefined });
    return current;
  };
  return (scope) => {
    const entry = running.get(nameOf(scope));
    if (entry === undefined) return start(scope);
    entry.next ??= entry.current.then(
      () => start(scope),
      () => start(scope),
    );
    return entry.next;
  };
}

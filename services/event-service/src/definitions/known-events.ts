import { type ProjectScope } from '@stitchd/service-kit';
import { readEventValueTypes } from '@stitchd/db/event';
import { storeErrorOf, type Database } from '@stitchd/db/postgres';
import type { EventValueType } from '@stitchd/events';
import { eventServiceLimits } from '../limits.ts';

/** By event key: whether it carries a value. Archived events are not in it. */
export type EventValueTypes = ReadonlyMap<string, EventValueType>;

/**
 * What ingestion knows of projects' events: at most three seconds old while the configuration store answers, and as old as it
 * has to be while it does not.
 */
export interface KnownEvents {
  /**
   * @param keys - where one of them is not known, the store is asked, so that a definition made a moment ago works
   * @throws the store's error where it is needed and does not answer
   */
  readonly get: (scope: ProjectScope, keys: ReadonlySet<string>) => Promise<EventValueTypes>;
  /** After a change in this process. */
  readonly forget: (projectId: string) => void;
}

interface Known {
  readonly valueTypes: EventValueTypes;
  readonly readAtMs: number;
}

export function createKnownEvents(options: { readonly database: Database; readonly nowMs: () => number }): KnownEvents {
  const known = new Map<string, Known>();
  const reads = createSharedReads(async (scope: ProjectScope) => {
    const readAtMs = options.nowMs();
    const rows = await options.database.inTenant(scope.organisationId, (tx) => readEventValueTypes(tx, scope.projectId));
    const live = rows.filter(({ archived }) => !archived);
    return { valueTypes: new Map(live.map((row) => [row.key, row.value_type])), readAtMs };
  });
  const read = async (scope: ProjectScope): Promise<Known> => {
    const fresh = await reads(scope);
    remember(known, scope.projectId, fresh);
    return fresh;
  };
  return {
    async get(scope, keys) {
      const current = known.get(scope.projectId);
      if (current === undefined || !hasAll(current.valueTypes, keys)) return (await read(scope)).valueTypes;
      remember(known, scope.projectId, current);
      if (options.nowMs() - current.readAtMs <= eventServiceLimits.definitionsAgeMs) return current.valueTypes;
      try {
        return (await read(scope)).valueTypes;
      } catch (error) {
        // All that is asked for is known: better a little old than refused.
        if (storeErrorOf(error) === undefined) throw error;
        return current.valueTypes;
      }
    },
    forget: (projectId) => void known.delete(projectId),
  };
}

function hasAll(valueTypes: EventValueTypes, keys: ReadonlySet<string>): boolean {
  for (const key of keys) if (!valueTypes.has(key)) return false;
  return true;
}

/** The project that was used last is the last to go. */
function remember(known: Map<string, Known>, projectId: string, entry: Known): void {
  known.delete(projectId);
  known.set(projectId, entry);
  const [oldest] = known.keys();
  if (known.size > eventServiceLimits.knownProjects && oldest !== undefined) known.delete(oldest);
}

/**
 * At most one read of a project at a time, however many undefined events are sent: who comes during a read waits for the next
 * one, since the running one may have begun before the definition was made.
 */
function createSharedReads(read: (scope: ProjectScope) => Promise<Known>): (scope: ProjectScope) => Promise<Known> {
  const running = new Map<string, { readonly current: Promise<Known>; next: Promise<Known> | undefined }>();
  const start = (scope: ProjectScope): Promise<Known> => {
    const current = read(scope).finally(() => {
      if (running.get(scope.projectId)?.current === current) running.delete(scope.projectId);
    });
    running.set(scope.projectId, { current, next: undefined });
    return current;
  };
  return (scope) => {
    const entry = running.get(scope.projectId);
    if (entry === undefined) return start(scope);
    entry.next ??= entry.current.then(
      () => start(scope),
      () => start(scope),
    );
    return entry.next;
  };
}

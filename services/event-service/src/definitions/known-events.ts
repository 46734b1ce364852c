import type { EventValueType } from '@stitchd/core';
import { type ProjectScope } from '@stitchd/service-kit';
import { readEventValueTypes } from '@stitchd/db/event';
import type { Database } from '@stitchd/db/postgres';
import { eventServiceLimits } from '../limits.ts';
import { createKnown } from './known.ts';

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

export function createKnownEvents(options: { readonly database: Database; readonly nowMs: () => number }): KnownEvents {
  const known = createKnown<ProjectScope, EventValueTypes>({
    nowMs: options.nowMs,
    most: eventServiceLimits.knownProjects,
    nameOf: ({ projectId }) => projectId,
    async read(scope) {
      const rows = await options.database.inTenant(scope.organisationId, (tx) => readEventValueTypes(tx, scope.projectId));
      return new Map(rows.filter(({ archived }) => !archived).map((row) => [row.key, row.value_type]));
    },
  });
  return {
    get: (scope, keys) => known.get(scope, (valueTypes) => hasAll(valueTypes, keys)),
    forget: known.forget,
  };
}

function hasAll(valueTypes: EventValueTypes, keys: ReadonlySet<string>): boolean {
  for (const key of keys) if (!valueTypes.has(key)) return false;
  return true;
}

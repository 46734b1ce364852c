import type { EventRuleRow } from '@stitchd/db/event';
import { readEventRules, readPropertiesSchemas } from '@stitchd/db/event';
import type { Database, Tx } from '@stitchd/db/postgres';
import type { EventRule } from '@stitchd/events';
import { type ProjectScope } from '@stitchd/service-kit';
import { eventServiceLimits } from '../limits.ts';
import type { JsonObject } from '../properties-schema/check-schema.ts';
import { createCompiledSchemas, type CompiledSchemas } from '../properties-schema/compiled-schemas.ts';
import { createKnown } from './known.ts';

/** By event key: what its definition asks of an event. */
export type EventRules = ReadonlyMap<string, EventRule>;

/**
 * What ingestion knows of projects' events: at most three seconds old while the configuration store answers, and as old as it
 * has to be while it does not.
 */
export interface KnownEvents {
  /**
   * @param keys - where one of them is not known, the store is asked, so that a definition made a moment ago works
   * @throws the store's error where it is needed and does not answer
   */
  readonly get: (scope: ProjectScope, keys: ReadonlySet<string>) => Promise<EventRules>;
  /** After a change in this process. */
  readonly forget: (projectId: string) => void;
}

export function createKnownEvents(options: { readonly database: Database; readonly nowMs: () => number }): KnownEvents {
  const compiled = createCompiledSchemas();
  const known = createKnown<ProjectScope, EventRules>({
    nowMs: options.nowMs,
    most: eventServiceLimits.knownProjects,
    nameOf: ({ projectId }) => projectId,
    read: (scope) => options.database.inTenant(scope.organisationId, (tx) => readRules(tx, scope.projectId, compiled)),
  });
  return {
    get: (scope, keys) => known.get(scope, (rules) => hasAll(rules, keys)),
    forget: known.forget,
  };
}

function hasAll(rules: EventRules, keys: ReadonlySet<string>): boolean {
  for (const key of keys) if (!rules.has(key)) return false;
  return true;
}

async function readRules(tx: Tx, projectId: string, compiled: CompiledSchemas): Promise<EventRules> {
  const rows = await readEventRules(tx, projectId);
  const missing = rows.filter((row) => row.has_schema && compiled.get(row) === undefined).map(({ id }) => id);
  for (const { id, version, schema } of await readPropertiesSchemas(tx, missing))
    compiled.add({ id, version }, JSON.parse(schema) as JsonObject);
  return new Map(rows.map((row) => [row.key, ruleOf(row, compiled)]));
}

function ruleOf(row: EventRuleRow, compiled: CompiledSchemas): EventRule {
  const propertiesProblem = row.has_schema ? compiled.get(row) : undefined;
  return {
    valueType: row.value_type,
    archived: row.archived,
    requiredContexts: row.required_contexts,
    ...(propertiesProblem && { propertiesProblem }),
  };
}

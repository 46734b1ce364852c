import type { EventStore, QueryLimits } from '@stitchd/db/clickhouse';
import type { JobBounds } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import type { ComputationPlan } from './metric-plan.ts';
import type { Query } from './query.ts';

/** Asks the event store within what a computation may use. */
export interface Asking {
  readonly store: EventStore;
  readonly plan: ComputationPlan;
  readonly bounds: JobBounds;
  readonly signal: AbortSignal;
  /** Told how many rows each statement read, where the event store says so. */
  readonly onRead?: (rows: number) => void;
}

export const askingLimits: QueryLimits = statsLimits.query;

export function ask<Row>({ store, plan, signal, onRead }: Asking, { sql, parameters }: Query): Promise<readonly Row[]> {
  const { environmentId } = plan;
  return store.query<Row>({ environmentId, sql, params: parameters, limits: askingLimits, signal, ...(onRead && { onRead }) });
}

/**
 * Waits for statements that do not depend on each other, for all of them also where one fails: none is left running.
 * @throws what the first of them threw that failed
 */
export async function together<T extends readonly unknown[] | []>(
  work: T,
): Promise<{ -readonly [Place in keyof T]: Awaited<T[Place]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

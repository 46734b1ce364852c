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

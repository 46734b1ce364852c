import type { JsonValue } from '@stitchd/core';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import { scopeColumns, type IterationScope } from './iteration-scope.ts';

/** What is kept of an iteration beside its results: one of each, the newest. */
export interface IterationState {
  /** The gravest that any look found, by check. */
  readonly evidence: JsonValue;
  /** By dimension and by day since the exposure. */
  readonly details: JsonValue;
  /** All that the newest result was made from. */
  readonly inputs: JsonValue;
}

export async function saveIterationState(tx: Tx, scope: IterationScope, state: IterationState): Promise<void> {
  const values = { evidence: jsonb(state.evidence), details: jsonb(state.details), inputs: jsonb(state.inputs) };
  await tx
    .insertInto('stats.iteration_state')
    .values({ ...scopeColumns(scope), ...values })
    .onConflict((conflict) => conflict.column('iteration_id').doUpdateSet(values))
    .execute();
}

/** Undefined before the first look. */
export function findEvidence(tx: Tx, iterationId: string): Promise<JsonValue | undefined> {
  return findColumn(tx, iterationId, 'evidence');
}

export function findDetails(tx: Tx, iterationId: string): Promise<JsonValue | undefined> {
  return findColumn(tx, iterationId, 'details');
}

export function findInputs(tx: Tx, iterationId: string): Promise<JsonValue | undefined> {
  return findColumn(tx, iterationId, 'inputs');
}

async function findColumn(
  tx: Tx,
  iterationId: string,
  column: 'evidence' | 'details' | 'inputs',
): Promise<JsonValue | undefined> {
  const row = await tx
    .selectFrom('stats.iteration_state')
    .select(`${column} as value`)
    .where('iteration_id', '=', iterationId)
    .executeTakeFirst();
  return row?.value as JsonValue | undefined;
}

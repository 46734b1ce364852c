import type { Selectable } from 'kysely';
import type { JsonValue } from '@stitchd/core';
import type { EventJob } from '../gen/schema.ts';

export const jobStates = ['waiting', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

/** What a kind of job keeps of itself. */
export type JobFields = { readonly [name: string]: JsonValue };

/** Work of event-service that outlives a request. */
export type JobRow = Omit<Selectable<EventJob>, 'state' | 'request' | 'progress'> & {
  readonly state: JobState;
  readonly request: JobFields;
  readonly progress: JobFields;
};

/** The columns hold nothing else: checks and this module's writers see to it. */
export function jobRow(row: Selectable<EventJob>): JobRow {
  return row as unknown as JobRow;
}

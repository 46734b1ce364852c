import { z } from 'zod';
import { idField, timestampField } from '../fields.ts';
import { experimentResults } from './experiment-results-schemas.ts';

export const job = z
  .object({
    id: idField,
    experimentId: idField,
    cause: z.enum(['on-demand', 'scheduled']),
    state: z.enum(['waiting', 'running', 'succeeded', 'failed']),
    errorCode: z.string().describe('Of a failed job; else empty.'),
    errorMessage: z.string(),
    attempts: z.number().int(),
    createdAt: timestampField,
    startedAt: timestampField.optional(),
    finishedAt: timestampField.optional(),
  })
  .meta({ id: 'Job', description: 'A computation of results.' });

export const results = z
  .object({
    results: experimentResults.optional().describe('Absent until a computation has succeeded.'),
    computedAt: timestampField.optional(),
    stale: z.boolean().describe('The last attempt failed; these are the results of the one before.'),
    lastJob: job.optional(),
  })
  .meta({ id: 'Results' });

import { z } from 'zod';
import { idField, timestampField } from '../fields.ts';

export const job = z
  .object({
    id: idField,
    experimentId: idField,
    kind: z.enum(['results', 'aa-replay']),
    cause: z
      .enum(['on-demand', 'scheduled', 'final'])
      .describe('`final`: the last one of a stopped experiment, after its grace period.'),
    state: z.enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled']).describe('Between two attempts it is `running`.'),
    progress: z.number().describe('From 0 to 1.'),
    stage: z.string().describe('What is being done, in words; empty before the first attempt.'),
    iteration: z.number().int().describe('Of the experiment, counting from 1; 0 of a replay.'),
    full: z.boolean().describe('The rows of all units are made again.'),
    errorCode: z.string().describe('Of a failed job, or of the last attempt; else empty.'),
    errorMessage: z.string(),
    attempts: z.number().int(),
    maxAttempts: z.number().int().describe('After which it fails.'),
    nextAttemptAt: timestampField.optional().describe('Between two attempts: when the next one begins.'),
    cancelRequestedAt: timestampField.optional().describe('Somebody wants it to end.'),
    createdAt: timestampField,
    startedAt: timestampField.optional(),
    finishedAt: timestampField.optional(),
  })
  .meta({ id: 'Job', description: 'A computation for an experiment.' });

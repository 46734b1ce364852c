import { z } from 'zod';
import { idField, jsonValue, timestampField } from '../fields.ts';
import { listOf, pageQuery } from '../lists.ts';

const fields = z.record(z.string(), jsonValue);

export const eventJob = z
  .object({
    id: idField,
    kind: z.string().describe('Such as `import`.'),
    state: z
      .enum(['waiting', 'running', 'succeeded', 'failed', 'cancelled'])
      .describe('A job that waits begins by itself, or goes on after a failed attempt.'),
    request: fields.optional().describe('What was asked; its fields depend on the kind.'),
    progress: fields.optional().describe('How far it is; its fields depend on the kind.'),
    attempts: z.number().int().describe('How often it was begun since it last came forward.'),
    cancelling: z.boolean().describe('It was cancelled, and its worker has yet to hear of it.'),
    errorCode: z.string().describe('Why it failed, or why its last attempt did; empty where nothing did.'),
    errorMessage: z.string(),
    createdBy: z.string().describe('Who asked for it.'),
    createdAt: timestampField,
    startedAt: timestampField.optional(),
    finishedAt: timestampField.optional(),
  })
  .meta({ id: 'EventJob' });

export const eventJobList = listOf(eventJob, 'EventJobList');

export const eventJobQuery = pageQuery.omit({ q: true }).extend({
  kind: z.string().max(100).optional().describe('Only jobs of this kind.'),
});

import { z } from 'zod';
import { timestampField } from '../fields.ts';
import { experimentResults } from './experiment-results-schemas.ts';
import { job } from './job-schemas.ts';

export const results = z
  .object({
    results: experimentResults.optional().describe('Absent until a computation has succeeded.'),
    computedAt: timestampField.optional(),
    iteration: z
      .number()
      .int()
      .optional()
      .describe('Whose results these are, counting from 1; absent until a computation has succeeded.'),
    currentIteration: z
      .number()
      .int()
      .optional()
      .describe(
        'The newest iteration of the experiment. Where no iteration was asked for and it is another than `iteration`, the newest has no results yet. Absent of a holdout.',
      ),
    stale: z.boolean().describe('The last attempt failed; these are the results of the one before.'),
    final: z.boolean().describe('The last results of their iteration: nothing is computed for it any more.'),
    lastJob: job.optional().describe('Of the iteration that was asked for, else of the newest that was ever computed.'),
  })
  .meta({ id: 'Results' });

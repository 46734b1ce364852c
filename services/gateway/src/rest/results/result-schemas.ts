import { z } from 'zod';
import { timestampField } from '../fields.ts';
import { experimentResults } from './experiment-results-schemas.ts';
import { job } from './job-schemas.ts';

export const results = z
  .object({
    results: experimentResults.optional().describe('Absent until a computation has succeeded.'),
    computedAt: timestampField.optional(),
    stale: z.boolean().describe('The last attempt failed; these are the results of the one before.'),
    final: z.boolean().describe('The last results of a stopped experiment: nothing is computed any more.'),
    lastJob: job.optional(),
  })
  .meta({ id: 'Results' });

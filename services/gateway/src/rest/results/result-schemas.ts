import { z } from 'zod';
import { timestampField } from '../fields.ts';
import { experimentResults } from './experiment-results-schemas.ts';
<<<<<<< HEAD
=======
import { job } from './job-schemas.ts';
import { oneLookResults } from './one-look-schemas.ts';
>>>>>>> 1f4a10d (Serve plans, replays, bundles and jobs over REST)

export const results = z
  .object({
    results: experimentResults.optional().describe('Absent until a computation has succeeded.'),
    computedAt: timestampField.optional(),
    stale: z.boolean().describe('The last attempt failed; these are the results of the one before.'),
    final: z.boolean().describe('The last results of a stopped experiment: nothing is computed any more.'),
    lastJob: job.optional(),
  })
  .meta({ id: 'Results' });

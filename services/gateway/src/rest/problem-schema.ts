import { z } from 'zod';

/** RFC 9457, with what Stitchd adds. */
export const problemDocument = z
  .object({
    type: z.string().describe('Where the code is explained.'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string().describe('Stable, upper snake case: programs go by it.'),
    instance: z.string().describe('The request id, by which the logs can be searched.'),
    errors: z
      .array(z.object({ path: z.string().describe('Such as `rules[0].when`; empty for the whole.'), message: z.string() }))
      .optional(),
    current: z.unknown().optional().describe('The current state, for VERSION_MISMATCH.'),
  })
  .meta({
    id: 'Problem',
    examples: [
      {
        type: '/problems/VALIDATION_FAILED',
        title: 'The request is not valid',
        status: 400,
        detail: 'name: must be text',
        code: 'VALIDATION_FAILED',
        instance: '019b76da-a800-7000-8000-000000000001',
        errors: [{ path: 'name', message: 'must be text' }],
      },
    ],
  });

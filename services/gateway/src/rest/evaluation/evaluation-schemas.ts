import { z } from 'zod';
import { jsonValue, keyField } from '../fields.ts';

export const evaluationContext = z.record(z.string(), z.unknown()).meta({
  id: 'EvaluationContext',
  description:
    'Who or what is evaluated: `targetingKey` and attributes of the kind named by `kind` (default `user`). An attribute that is an object with a string `key` is another kind of context.',
  examples: [{ targetingKey: 'u-42', plan: 'pro', org: { key: 'acme', seats: 40 } }],
});

export const previewBody = z
  .strictObject({
    flag: keyField.optional().describe('One flag, with its trace; all flags without traces if left out.'),
    context: evaluationContext,
  })
  .meta({ id: 'Preview', examples: [{ flag: 'checkout', context: { targetingKey: 'u-42', plan: 'pro' } }] });

const evaluated = z
  .object({
    flag: z.string(),
    value: jsonValue.optional().describe("Absent: the caller's default."),
    variant: z.string().optional(),
    reason: z.enum(['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'ERROR']),
    errorCode: z.string().optional(),
    errorMessage: z.string().optional(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: 'EvaluatedFlag' });

const traceStep = z.record(z.string(), z.unknown()).meta({
  id: 'TraceStep',
  description: 'One thing that the evaluation looked at, with what it saw; `kind` names it, `steps` holds its parts.',
});

export const previewed = z
  .object({
    revision: z.number().int().describe('The revision of the environment under which it was evaluated.'),
    flags: z.array(evaluated),
    trace: z.array(traceStep).optional().describe('Where one flag was asked for.'),
  })
  .meta({ id: 'Previewed' });

/* OpenFeature Remote Evaluation Protocol: its own names and its own shape of failures. */

export const ofrepBody = z
  .object({ context: evaluationContext.optional() })
  .meta({ id: 'OfrepRequest', examples: [{ context: { targetingKey: 'u-42', plan: 'pro' } }] });

const metadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional();

export const ofrepSuccess = z
  .object({
    key: z.string(),
    reason: z
      .enum(['STATIC', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'UNKNOWN'])
      .describe('UNKNOWN stands for the default serve.'),
    variant: z.string().optional(),
    value: jsonValue.optional().describe('Absent: use the default in the code.'),
    metadata,
  })
  .meta({ id: 'OfrepEvaluation' });

export const ofrepFailure = z
  .object({
    key: z.string().optional(),
    errorCode: z.enum(['PARSE_ERROR', 'TARGETING_KEY_MISSING', 'INVALID_CONTEXT', 'FLAG_NOT_FOUND', 'GENERAL']),
    errorDetails: z.string().optional(),
    metadata,
  })
  .meta({ id: 'OfrepFailure' });

const eventStream = z
  .object({
    type: z.literal('sse'),
    endpoint: z
      .object({ requestUri: z.string() })
      .optional()
      .describe('Below the origin that you evaluate at. Holds a ticket: a secret.'),
    url: z.string().optional().describe('Instead of `endpoint`, where STITCHD_PUBLIC_URL is set. Holds a ticket: a secret.'),
    inactivityDelaySec: z.number().int(),
  })
  .meta({ id: 'OfrepEventStream', description: 'Where changes can be heard of.' });

export const ofrepBulk = z
  .object({
    flags: z.array(z.union([ofrepSuccess, ofrepFailure])),
    metadata,
    eventStreams: z.array(eventStream).optional(),
  })
  .meta({ id: 'OfrepBulk' });

export const ofrepBulkQuery = z.object({
  flagConfigEtag: z
    .string()
    .optional()
    .describe('The `etag` of the event by which you heard of a change: the answer waits for it for up to a second.'),
  flagConfigLastModified: z.string().optional().describe('Of the protocol; has no effect here.'),
});

export const ofrepChangesQuery = z.object({
  ticket: z.string().describe('Stands for the key.'),
  have: z.string().optional().describe('The revision that was evaluated last.'),
});

import { flagTypes, tokenLimits } from '@stitchd/core';
import { z } from 'zod';
import { evaluationContext } from '../rest/evaluation/evaluation-schemas.ts';
import { jsonValue } from '../rest/fields.ts';

export const valuesBody = z
  .strictObject({
    context: evaluationContext.optional(),
    contextToken: z
      .string()
      .max(tokenLimits.characters.context)
      .optional()
      .describe('From a server SDK: proves the context. What it says can not be changed by `context`, which may add kinds.'),
    assignments: z.string().max(tokenLimits.characters.assignments).nullish().describe('The token of the last answer.'),
    exposure: z
      .boolean()
      .optional()
      .describe(
        '`false`: exposes nobody, also where the environment says that a delivery exposes; for visitors who have not consented.',
      ),
  })
  .meta({ id: 'ValuesRequest', examples: [{ context: { targetingKey: 'u-42', device: { key: 'd-7' } } }] });

const valueExposure = z
  .object({
    flag: z.string(),
    variant: z.string(),
    rule: z.string().optional(),
    split: z.string().optional(),
    iterationId: z.string().optional(),
    holdout: z.string().optional(),
    coveredBy: z.array(z.string()).optional(),
    kind: z.string().describe('The kind of context whose key the unit stands for.'),
    unit: z.string(),
  })
  .meta({ id: 'ValueExposure' });

const flagValue = z
  .object({
    value: jsonValue.optional().describe("Absent: the caller's default."),
    variant: z.string().optional(),
    reason: z.enum(['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'ERROR']),
    type: z.enum(flagTypes).optional(),
    errorCode: z.string().optional(),
    errorMessage: z.string().optional(),
    metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    exposures: z
      .array(valueExposure)
      .optional()
      .describe('To be sent as events when the application reads the value; absent where the delivery has exposed.'),
  })
  .meta({ id: 'FlagValue' });

export const contextValues = z
  .object({
    revision: z.number().int().describe('The revision of the environment under which it was evaluated.'),
    flags: z.record(z.string(), flagValue).describe('By flag key.'),
    assignments: z
      .string()
      .nullable()
      .describe('A signed token of what sticky splits gave; send it with the next request. Null: nothing is to be kept.'),
    etag: z.string().describe('The same for the same answers, whatever the revision.'),
  })
  .meta({ id: 'ContextValues' });

import { z } from 'zod';
import { maxMembershipQuestions } from '../../limits.ts';
import { jsonValue, keyField } from '../fields.ts';

const contextKeys = z.record(z.string(), z.string()).describe('By kind of context: its key.');
const itemId = z.string().describe('A UUID, version 7, whose time is `at`; items are counted once by it.');
const at = z.number().int().describe('Epoch milliseconds.');

const eventItem = z.object({
  type: z.literal('event'),
  id: itemId,
  at,
  key: z.string().describe('The key of an event definition.'),
  value: z.number().optional(),
  context: contextKeys,
  properties: z.record(z.string(), jsonValue).optional(),
});

const exposureItem = z.object({
  type: z.literal('exposure'),
  id: itemId,
  at,
  flag: z.string(),
  variant: z.string(),
  rule: z.string().optional(),
  split: z.string().optional(),
  iterationId: z.string().optional(),
  holdout: z.string().optional().describe('The holdout that holds the unit.'),
  coveredBy: z
    .array(z.string())
    .optional()
    .describe('Up to 10 holdouts that cover the place, whether or not they hold the unit, in the order in which they are asked.'),
  context: contextKeys,
  attributes: z.record(z.string(), z.string()).optional().describe('Up to 20 attributes of the context, as text.'),
  delivered: z
    .boolean()
    .optional()
    .describe('`true`: all values were delivered at once; whether the application read this one is not known.'),
});

const identifyItem = z.object({
  type: z.literal('identify'),
  id: itemId,
  at,
  context: contextKeys.describe('By kind of context, at least two: keys that belong to one another.'),
});

const sentAt = at.describe('When this attempt was sent, epoch milliseconds.');
const sdk = z
  .object({ name: z.string(), version: z.string() })
  .describe('The library that sends it, in up to 100 characters each.')
  .optional();

/** Documents the body only: it is read once, by event-service. */
export const eventBatch = z.object({ sentAt, items: z.array(z.union([eventItem, exposureItem, identifyItem])), sdk }).meta({
  id: 'EventBatch',
  examples: [
    {
      sentAt: 1_767_225_600_000,
      items: [
        {
          type: 'event',
          id: '019b76da-a800-7000-8000-000000000001',
          at: 1_767_225_600_000,
          key: 'purchase',
          value: 42.5,
          context: { user: 'u-42' },
        },
      ],
    },
  ],
});

export const exposureBatch = z.object({ sentAt, items: z.array(exposureItem), sdk }).meta({
  id: 'ExposureBatch',
  examples: [
    {
      sentAt: 1_767_225_600_000,
      items: [
        {
          type: 'exposure',
          id: '019b76da-a800-7000-8000-000000000002',
          at: 1_767_225_600_000,
          flag: 'checkout',
          variant: 'one-page',
          context: { user: 'u-42' },
        },
      ],
    },
  ],
});

export const ingested = z
  .object({
    accepted: z.number().int(),
    repeatedItems: z.number().int().describe('Of the accepted ones, seen before.'),
    rejected: z.array(
      z.object({ index: z.number().int(), id: z.string(), code: z.string().describe('A problem code.'), message: z.string() }),
    ),
    quarantined: z
      .array(z.object({ index: z.number().int(), id: z.string(), eventKey: z.string() }))
      .describe('Of the accepted ones, events that nobody has defined: they are kept aside for 7 days.'),
  })
  .meta({ id: 'Ingested' });

export const membershipCheck = z
  .strictObject({
    questions: z
      .array(z.strictObject({ segmentKey: keyField, contextKey: z.string() }))
      .min(1)
      .max(maxMembershipQuestions),
  })
  .meta({ id: 'MembershipCheck', examples: [{ questions: [{ segmentKey: 'beta', contextKey: 'u-42' }] }] });

export const membershipAnswers = z
  .object({
    answers: z.array(
      z.object({
        segmentKey: z.string(),
        contextKey: z.string(),
        outcome: z.enum(['member', 'not-member', 'unknown-segment']),
      }),
    ),
  })
  .meta({ id: 'MembershipAnswers' });

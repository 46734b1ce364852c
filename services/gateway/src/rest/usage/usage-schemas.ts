import { z } from 'zod';
import { timestampField } from '../fields.ts';
import { noQuery } from '../lists.ts';

const count = z.number().int();
const evaluations = count.describe('Reads by applications.');
const deliveries = count.describe(
  'Times that the answer was part of one about all flags; whether an application read it there is not known.',
);

export const usageQuery = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional().describe('The beginning; seven days before `to` where it is left out.'),
  to: z.iso.datetime({ offset: true }).optional().describe('The end; now where it is left out.'),
  grain: z
    .enum(['hour', 'day'])
    .default('day')
    .describe('What one point covers, in UTC: an hour (at most 14 days) or a day (at most 90).'),
});

export const flagUsage = z
  .object({
    points: z
      .array(
        z.object({
          at: timestampField.describe('When the hour or day begins.'),
          variant: z.string().describe("Empty where the caller's fallback was the answer."),
          reason: z.string(),
          evaluations,
          deliveries,
        }),
      )
      .describe('In order of time; what was not evaluated has none.'),
    senders: z
      .array(
        z.object({
          sdk: z.string().describe('As it names itself; empty where it does not.'),
          sdkVersion: z.string(),
          evaluations,
          deliveries,
          lastAt: timestampField,
        }),
      )
      .describe('The SDKs that told it, at most 100.'),
    lastEvaluatedAt: timestampField.optional().describe('Absent: never, as far as is known.'),
    lastDeliveredAt: timestampField.optional(),
    uncounted: count.describe('Reads in the environment that their SDKs could not tell apart, of whatever flag.'),
  })
  .meta({ id: 'FlagUsage' });

export const activityQuery = z.strictObject({
  flags: z
    .string()
    .max(20_200)
    .transform((text) => text.split(',').filter((key) => key !== ''))
    .describe('Keys of flags, with commas between them; at most 200.'),
});

export const flagActivities = z
  .object({
    items: z.array(
      z.object({
        flagKey: z.string(),
        lastEvaluatedAt: timestampField.optional().describe('Absent: never, as far as is known.'),
        lastDeliveredAt: timestampField.optional(),
        days: z
          .array(count)
          .describe('Evaluations and deliveries of the last seven days in UTC, the oldest first; the last is today.'),
      }),
    ),
  })
  .meta({ id: 'FlagActivities' });

export const contextAttributesQuery = noQuery.extend({
  kind: z.string().max(100).optional().describe('Of one context kind; all where it is left out.'),
});

export const contextAttributes = z
  .object({
    items: z.array(
      z.object({
        kind: z.string(),
        attribute: z.string().describe('A name, or a path such as `/address/country`.'),
        types: z.array(z.string()).describe('`string`, `number`, `boolean`, `list`, `object`.'),
        values: z.array(z.string()).describe('Frequent ones, where the environment observes values; the most frequent first.'),
        firstSeenAt: timestampField,
        lastSeenAt: timestampField,
      }),
    ),
    truncated: z.boolean().describe('There are more attributes than are listed; those seen last are.'),
  })
  .meta({ id: 'ContextAttributes' });

const shortText = z.string().max(256).optional();

export const liveQuery = z.strictObject({
  type: z
    .enum(['event', 'exposure', 'identify', 'usage'])
    .optional()
    .describe('Items of one type; of usage only what was refused.'),
  key: shortText.describe('Of the event, or of the flag.'),
  unit: shortText.describe('A key of the context, as it is stored.'),
  outcome: z
    .enum(['accepted', 'quarantined', 'rejected'])
    .optional()
    .describe('What became of them; quarantined: kept aside, because nobody has defined the event.'),
  code: shortText.describe('Why items were refused, such as ITEM_INVALID.'),
});

export const rejectionsQuery = usageQuery.pick({ from: true, to: true });

export const rejections = z
  .object({
    items: z.array(
      z.object({
        code: z.string(),
        type: z.string(),
        key: z.string().describe('Of the event or flag; empty where it is none.'),
        items: count,
        message: z.string().describe('Why the last of them was refused.'),
        lastAt: timestampField,
      }),
    ),
  })
  .meta({ id: 'Rejections' });

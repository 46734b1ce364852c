import { z } from 'zod';

export const interval = z.object({ low: z.number(), high: z.number() }).meta({ id: 'Interval' });

export const daysLeft = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('days'), days: z.number().int(), low: z.number().int(), high: z.number().int() }),
    z.object({ kind: z.literal('change-the-plan') }),
    z.object({ kind: z.literal('too-early') }),
  ])
  .meta({
    id: 'DaysLeft',
    description:
      'At today’s traffic, with 80 % probability between low and high; or more than 60 days; or not known before seven full days.',
  });

export const armDecisionCodes = [
  'ship',
  'ship-with-care',
  'trade-off',
  'worse',
  'no-meaningful-difference',
  'unlikely-to-succeed',
  'undecided',
  'keep-running',
  'no-interval',
] as const;

export const decisionCode = z.enum(['broken', 'harm', 'no-verdict', 'too-early', ...armDecisionCodes]);

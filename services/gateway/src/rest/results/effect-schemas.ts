import { z } from 'zod';
import { interval } from './figure-schemas.ts';

export const notComputable = z.enum([
  'too-few-units',
  'few-units',
  'denominator-near-zero',
  'not-finite',
  'no-variance',
  'too-early',
  'not-yet',
  'not-begun',
  'failed',
]);

export const effect = z
  .object({
    method: z.enum(['student', 'fisher-newcombe', 'randomisation']).nullable(),
    difference: z.number().nullable().describe('This arm minus the baseline, in the metric’s units.'),
    standardError: z.number().nullable().describe('Null for exact methods.'),
    degreesOfFreedom: z.number().nullable(),
    pValue: z.number().nullable().describe('Of this look, valid as the design says.'),
    interval: interval.nullable(),
    notComputable: notComputable
      .nullable()
      .describe('Why there is no interval. `not-yet`: a fixed horizon has one look, at its planned end.'),
    lift: z.number().nullable().describe('Relative to the baseline: 0.05 is five per cent up.'),
    liftInterval: interval.nullable().describe('Fieller’s, with the same critical value as the interval.'),
    liftNotMeasurable: z
      .enum(['control-mean-zero', 'control-mean-near-zero', 'not-finite', 'few-conversions', 'difference-not-computable'])
      .nullable()
      .describe('Why the lift has no interval; null where it has one.'),
  })
  .meta({ id: 'Effect' });

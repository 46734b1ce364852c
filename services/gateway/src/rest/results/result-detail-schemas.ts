import { z } from 'zod';
import { idField, timestampField, wholeNumber } from '../fields.ts';
import { effect, notComputable } from './effect-schemas.ts';
import { decisionCode, interval } from './figure-schemas.ts';

const iteration = z.coerce
  .number()
  .pipe(wholeNumber.min(1))
  .optional()
  .describe('Counts from 1; the newest that has results if left out.');

export const iterationQuery = z.strictObject({ iteration });

export const seriesQuery = z.strictObject({
  metric: z.string().describe('The key of a metric of the experiment.'),
  iteration,
  limit: z.coerce.number().int().min(2).max(1_000).optional().describe('Points at most; 200 if left out.'),
});

const seriesPoint = z
  .object({
    computedAt: timestampField,
    dataUntil: timestampField,
    share: z.number().nullable().describe('Of the metric’s plan that had matured; null without a plan.'),
    comparisons: z.array(
      z.object({
        variant: z.string(),
        units: z.number().int().describe('Matured units of the arm…'),
        baselineUnits: z.number().int().describe('…and of the baseline.'),
        difference: z.number().nullable(),
        interval: interval.nullable().describe('Right at every look.'),
        notComputable: notComputable.nullable(),
        lift: z.number().nullable(),
        liftInterval: interval.nullable(),
        z: z.number().nullable(),
        bar: z.number().nullable(),
        isCalled: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'SeriesPoint', description: 'One metric at one look, as it was then.' });

export const series = z
  .object({ items: z.array(seriesPoint).describe('In the order of time, evenly thinned to the limit.') })
  .meta({ id: 'ResultSeries' });

const arms = z.array(z.object({ variant: z.string(), n: z.number().int(), mean: z.number().nullable() }));

export const dimensions = z
  .object({
    computedAt: timestampField.optional().describe('Absent, with nothing below, until a computation has succeeded.'),
    baselineVariant: z.string().optional(),
    dimensions: z.array(
      z
        .object({
          dimension: z.string(),
          metricKey: z.string(),
          values: z.array(
            z.object({
              value: z.string(),
              isOther: z.boolean().describe('All values beyond the limit together.'),
              arms,
              comparisons: z.array(
                z.object({
                  variant: z.string(),
                  effect: effect.describe('Of one look; adjusted for nothing.'),
                  adjustedPValue: z.number().nullable().describe('Holm over all arms and values of this dimension.'),
                }),
              ),
            }),
          ),
        })
        .meta({ id: 'DimensionResult' }),
    ),
    bySinceExposure: z.array(
      z
        .object({
          metricKey: z.string(),
          days: z.array(z.object({ day: z.number().int().describe('0: the first 24 hours after the exposure.'), arms })),
        })
        .meta({ id: 'SinceExposureResult' }),
    ),
  })
  .meta({ id: 'ResultDimensions', description: 'Ideas for the next experiment, never a verdict.' });

export const history = z
  .object({
    items: z.array(
      z
        .object({
          at: timestampField,
          iterationId: idField,
          iteration: z.number().int(),
          code: decisionCode,
          variant: z.string().describe('The arm that it is about; empty where it is about all.'),
          headline: z.string(),
          detail: z.array(z.string()),
        })
        .meta({ id: 'DecisionChange', description: 'From then on an iteration’s decision was this one.' }),
    ),
  })
  .meta({ id: 'ResultHistory', description: 'The newest first.' });

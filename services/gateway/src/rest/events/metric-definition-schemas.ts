import { measureTypes, metricDirections, metricLimits } from '@stitchd/core';
import { z } from 'zod';
import { keyField } from '../fields.ts';
import { propertyFilter } from './property-filter-schemas.ts';

/* The structure only: bounds are checked where metrics are owned. */

const selection = {
  event: keyField.describe('The key of an event definition.'),
  filter: propertyFilter.optional().describe('Which of these events count; all if left out.'),
};
const property = z
  .string()
  .optional()
  .describe('The path of a number among the properties, such as `cart.total`; left out: the value of the event.');

const cap = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('value'), value: z.number() }),
    z.strictObject({
      kind: z.literal('quantile'),
      level: z.number().describe('0.5 to below 1: of the values that are not zero, over all arms together.'),
    }),
  ])
  .optional()
  .meta({ id: 'MetricCap', description: 'The most that one unit may weigh: what exceeds it counts as it.' });

const countsFields = { type: z.enum(['conversion', 'active-days']), ...selection };
const countFields = { type: z.literal('count'), ...selection, cap };
const valueFields = {
  type: z.enum(['sum', 'mean', 'minimum', 'maximum', 'last', 'distinct-values']),
  ...selection,
  property,
  cap,
};

const measure = z
  .discriminatedUnion('type', [z.strictObject(countsFields), z.strictObject(countFields), z.strictObject(valueFields)])
  .meta({ id: 'Measure', description: `One number per unit: ${measureTypes.join(', ')}. 0 for a unit without such an event.` });

const goal = {
  direction: z.enum(metricDirections).optional().describe('Which way is better; `increase` if left out.'),
  minimumEffect: z.number().optional().describe('The smallest relative change that matters: 0.02 is 2 %.'),
};
const window = {
  windowHours: z
    .number()
    .optional()
    .describe(
      `For how many hours events count; 0: until the end of the period; ${metricLimits.windowHours.usual} (7 days) if left out, at most ${metricLimits.windowHours.most}. Fractions are allowed.`,
    ),
  delayHours: z.number().optional().describe('From how many hours after the first exposure on; 0 if left out.'),
};

const measured = <Fields extends z.ZodRawShape>(fields: Fields) => z.strictObject({ ...fields, ...goal, ...window });

const ratio = z
  .strictObject({ type: z.literal('ratio'), numerator: measure, denominator: measure, ...goal, ...window })
  .meta({ id: 'RatioMetric', description: 'The sum of one measure over the sum of another.' });

const level = z.number().describe('0.01 to 0.99; 0.5 is the median.');

const unitQuantile = z
  .strictObject({ type: z.literal('quantile'), level, per: z.literal('unit'), measure, ...goal, ...window })
  .meta({ id: 'UnitQuantileMetric', description: 'A quantile of a measure over units.' });

const eventQuantile = z
  .strictObject({ type: z.literal('quantile'), level, per: z.literal('event'), ...selection, property, ...goal, ...window })
  .meta({ id: 'EventQuantileMetric', description: 'A quantile of the numbers of all events.' });

const funnel = z
  .strictObject({
    type: z.literal('funnel'),
    steps: z.array(z.strictObject(selection)),
    withinHours: z.number().optional().describe('How long after the first step the last one counts; 168 if left out.'),
    ...goal,
    ...window,
  })
  .meta({ id: 'FunnelMetric', description: 'The share of units that do all steps in this order.' });

const days = z.number().describe('A day has 24 hours from the first exposure.');

const retention = z
  .strictObject({ type: z.literal('retention'), ...selection, fromDays: days, toDays: days, ...goal })
  .meta({ id: 'RetentionMetric', description: 'The share of units with such an event in [fromDays, toDays).' });

/** What a metric measures, and how. */
export const metricDefinition = z
  .discriminatedUnion('type', [
    measured(countsFields),
    measured(countFields),
    measured(valueFields),
    ratio,
    z.discriminatedUnion('per', [unitQuantile, eventQuantile]),
    funnel,
    retention,
  ])
  .meta({
    id: 'MetricDefinition',
    examples: [{ type: 'sum', event: 'purchase', property: 'total', cap: { kind: 'value', value: 1_000 }, windowHours: 168 }],
  });

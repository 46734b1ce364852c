import { metricTypes } from '@stitchd/core';
import { z } from 'zod';
import { metricDefinition } from '../events/metric-definition-schemas.ts';
import { idField, timestampField } from '../fields.ts';

const interval = z.object({ low: z.number(), high: z.number() }).meta({ id: 'OneLookInterval' });

const armResult = z
  .object({
    variant: z.string(),
    units: z.number().int().describe('Different units whose first exposure was to this arm.'),
    mixedUnits: z.number().int().describe('Of those, the ones that were exposed to another arm later.'),
    expectedShare: z.number().describe('From 0 to 1; all together 1.'),
    expectedUnits: z.number().nullable().describe('Null while no unit was exposed.'),
  })
  .meta({ id: 'OneLookArmResult' });

const sampleRatio = z
  .object({
    chiSquare: z.number(),
    degreesOfFreedom: z.number().int(),
    pValue: z.number().describe('Of Pearson’s test; right for one look.'),
    eValue: z
      .number()
      .describe('How many times likelier the sizes are under other splits than under the expected one; right at any look.'),
    verdict: z.enum(['ok', 'mismatch']).describe('With a mismatch nothing else here can be trusted.'),
  })
  .meta({ id: 'OneLookSampleRatio' });

const exposureCounts = z
  .object({
    items: z.number().int(),
    withoutUnit: z.number().int().describe('Exposures whose context lacks the unit’s kind; they count for nobody.'),
    otherVariants: z
      .array(z.object({ variant: z.string(), items: z.number().int() }))
      .describe('Variants that are no arm; they count for nobody.'),
    excluded: z
      .array(z.object({ name: z.string(), items: z.number().int(), units: z.number().int() }))
      .describe('What each exclusion of the environment left out; nothing of it is in any other count.'),
    days: z
      .array(z.object({ day: z.string(), variant: z.string(), units: z.number().int() }))
      .describe('Units by the day of their first exposure, in UTC, and their arm.'),
  })
  .meta({ id: 'OneLookExposures' });

const eventCounts = z
  .object({
    items: z.number().int(),
    withoutUnit: z.number().int().describe('Without a key of the experiment’s unit kind.'),
    linked: z.number().int().describe('Of those, the ones with another key that is known to belong to some unit.'),
  })
  .meta({ id: 'OneLookEvents', description: 'Events of the metrics that were stored in the last 24 hours before `dataUntil`.' });

const metricArm = z
  .object({
    variant: z.string(),
    n: z.number().int().describe('Units; of a retention those whose last day has passed.'),
    mean: z.number().nullable().describe('Of the units, or as `estimate` says; of a share from 0 to 1. Null without units.'),
    standardDeviation: z.number().nullable().describe('Of the units, with divisor n − 1. Null for a ratio or quantile.'),
    sum: z.number().nullable().describe('Of the units’ values; of a share the units that did it. Null for a ratio or quantile.'),
    maturedUnits: z.number().int().nullable().describe('Units whose window has closed; null for a metric without a window.'),
    steps: z.array(z.number().int()).nullable().describe('Of a funnel: units that did at least so many steps, in order.'),
    parts: z
      .object({ numerator: z.number(), denominator: z.number() })
      .nullable()
      .describe('Of a ratio: the means over units that are divided.'),
    capped: z
      .object({ cap: z.number(), units: z.number().int(), taken: z.number() })
      .nullable()
      .describe('Of a metric that is capped at a quantile: units above it, and what of the sum it took away.'),
  })
  .meta({ id: 'OneLookMetricArm' });

const armKeys = z.array(z.string());
const atLeast = z.number().int();

const warning = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('few-conversions'), armKeys, atLeast }),
    z.object({ kind: z.literal('too-few-units'), armKeys, atLeast }),
    z.object({ kind: z.literal('no-variance-in-one-arm'), armKeys }),
    z.object({ kind: z.literal('heavy-tail'), armKeys, atLeast }),
    z.object({ kind: z.literal('several-comparisons'), comparisons: z.number().int() }),
  ])
  .meta({ id: 'OneLookComparisonWarning', description: 'What a reader has to know before believing a comparison.' });

const comparison = z
  .object({
    variant: z.string(),
    method: z.enum(['welch', 'fisher-newcombe']).nullable(),
    difference: z.number().nullable().describe('This arm minus the baseline, in the metric’s units.'),
    standardError: z.number().nullable(),
    degreesOfFreedom: z.number().nullable(),
    t: z.number().nullable(),
    pValue: z.number().nullable().describe('Two-sided.'),
    interval: interval.nullable(),
    notComputable: z.string().nullable().describe('Why there is no comparison; null where there is one.'),
    lift: z.number().nullable().describe('Relative to the baseline: 0.05 is five per cent up.'),
    liftInterval: interval.nullable().describe('Fieller’s, with the same critical value as the interval.'),
    liftNotMeasurable: z.string().nullable().describe('Why the lift has no interval; null where it has one.'),
    warnings: z.array(warning),
  })
  .meta({ id: 'OneLookMetricComparison' });

const computedMetric = z
  .object({
    kind: z.literal('computed'),
    key: z.string(),
    name: z.string(),
    type: z.enum(metricTypes),
    direction: z.enum(['increase', 'decrease']).describe('Which way is better.'),
    version: z.number().int().describe('Which of the metric’s definitions was measured.'),
    definition: metricDefinition,
    estimate: z.enum(['mean', 'share', 'ratio', 'quantile']).describe('What an arm’s `mean` is.'),
    arms: z.array(metricArm),
    comparisons: z.array(comparison).describe('Every arm but the baseline, against the baseline.'),
  })
  .meta({ id: 'OneLookComputedMetric' });

const failedMetric = z
  .object({
    kind: z.literal('failed'),
    key: z.string(),
    failure: z.object({
      code: z.enum(['METRIC_NOT_FOUND', 'METRIC_UNSUPPORTED', 'VALUES_NOT_FINITE', 'DENOMINATOR_NEAR_ZERO', 'TOO_FEW_UNITS']),
      message: z.string(),
    }),
  })
  .meta({ id: 'OneLookFailedMetric' });

/** The results of one iteration, as stats-service stores them; every number can be recomputed with `sql`. */
export const oneLookResults = z
  .object({
    experimentId: idField,
    experimentKey: z.string(),
    iterationId: idField,
    iteration: z.number().int().describe('Counts from 1.'),
    assignment: z.string(),
    from: timestampField.describe('Exposures from here count…'),
    to: timestampField.describe('…until here. While the experiment runs, until `dataUntil`.'),
    dataUntil: timestampField.describe('Items that were stored until then take part.'),
    computedAt: timestampField,
    method: z.literal('fixed-horizon').describe('One look at the end: not for watching until one is significant.'),
    alpha: z.number().describe('Intervals have the level 1 − alpha.'),
    unitKind: z.string(),
    baselineVariant: z.string(),
    arms: z.array(armResult),
    sampleRatio: sampleRatio.nullable().describe('Null while no unit was exposed.'),
    mixedUnits: z.number().int().describe('Units that saw more than one arm. They count for the one that they saw first.'),
    exposures: exposureCounts,
    events: eventCounts.nullable().describe('Null where no metric asks for events.'),
    derivation: z
      .enum(['full', 'incremental', 'checked', 'repaired'])
      .describe('Whether all items were read, or what was new; and whether a comparison with all items agreed.'),
    metrics: z.array(z.discriminatedUnion('kind', [computedMetric, failedMetric])).describe('The first is the primary one.'),
    sql: z.string().describe('What gave every arm’s figures, with `parameters`.'),
    parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.array(z.number())])),
  })
  .meta({ id: 'OneLookResults', description: 'The results of one iteration of an experiment.' });

import { z } from 'zod';
import { keyField, timestampField, wholeNumber } from '../fields.ts';
import { job } from './job-schemas.ts';

const share = z.number().describe('From 0 to 1.');
const arms = z.array(z.object({ variant: z.string(), share })).describe('The first is the baseline.');
export const plannedArms = z
  .array(
    z.strictObject({ variant: z.string(), milliPercent: wholeNumber.describe('Thousandths of a percent; 100,000 together.') }),
  )
  .describe('The first is the baseline.');

const missingMetric = z.object({
  kind: z.literal('failed'),
  key: keyField,
  name: z.string(),
  code: z.enum(['METRIC_NOT_FOUND', 'METRIC_UNSUPPORTED', 'NO_DATA']),
  message: z.string(),
});

const planPoint = z
  .object({
    minimumEffect: z.number().describe('Relative to the baseline: 0.02 is 2 %.'),
    difference: z.number().describe("In the metric's units."),
    units: z.number().int().describe('Of all arms together.'),
    days: z.number().int().nullable().describe('Null where it takes too long to be foreseen, or for ever.'),
    daysLow: z.number().int().nullable(),
    daysHigh: z.number().int().nullable(),
  })
  .meta({ id: 'PlanPoint', description: 'Effect, units and days that belong together.' });

const plannedMetric = z.object({
  kind: z.literal('planned'),
  key: keyField,
  name: z.string(),
  role: z.enum(['primary', 'secondary']),
  estimate: z.enum(['mean', 'share', 'ratio', 'quantile']),
  units: z.number().int().describe('Units of the past whose window has closed.'),
  baseline: z.number(),
  variance: z.number().describe('Of one unit.'),
  windowDays: z.number(),
  varianceRatio: z.number().describe('What the adjustment by the past would leave of the variance; 1: nothing is gained.'),
  point: planPoint.nullable().describe('What was asked for; of the other metrics what follows for them.'),
  curve: z.array(planPoint).describe('From small effects to large ones.'),
  warnings: z.array(z.string()),
});

export const experimentPlan = z
  .object({
    unitKind: z.string(),
    from: timestampField,
    to: timestampField,
    historyDays: z.number().int(),
    arms,
    enrolmentShare: share,
    alpha: z.number(),
    power: z.number(),
    traffic: z.object({
      source: z.enum(['flag', 'events']),
      flagKey: z.string(),
      ruleId: z.string().nullable().describe('At which rule of the flag; empty where no rule fits, null: at any place.'),
      units: z.number().int().describe('Different units in the past.'),
      newUnitsByDay: z.array(z.number().int()).describe('By the day on which they were first seen, the oldest day first.'),
      perDay: z.number().describe('New units a day over the last week that would take part.'),
    }),
    metrics: z.array(z.discriminatedUnion('kind', [plannedMetric, missingMetric])).describe('In the order asked for.'),
    verdict: z.object({
      code: z.enum(['feasible', 'too-little-traffic', 'no-traffic', 'no-baseline']),
      words: z.string(),
    }),
  })
  .meta({ id: 'ExperimentForecast', description: 'What is known before an experiment starts.' });

const plannedSplit = z.strictObject({
  flagKey: keyField,
  ruleId: z.string().describe("Of the flag's rules in this environment; empty: what is served where no rule fits."),
  baselineVariant: keyField
    .optional()
    .describe("The flag's off variant where it is left out and among the arms, else the first."),
});

export const planRequest = z
  .strictObject({
    metricKeys: z.array(keyField).describe('The first is the primary one.'),
    split: plannedSplit
      .optional()
      .describe("Whose shares, unit's kind and enrolment are planned with; units that were exposed at its rule are the traffic."),
    arms: plannedArms.optional().describe('Instead of a split.'),
    unitKind: z.string().optional().describe('That of the split where it is left out; required with `arms`.'),
    flagKey: keyField
      .optional()
      .describe('Without a split: units exposed to it are the traffic; left out: units with events of the metrics.'),
    enrolmentMilliPercent: wholeNumber.optional().describe('That of the split where it is left out, or 100,000.'),
    historyDays: wholeNumber.optional().describe('28 where it is left out; at most 90.'),
    alpha: z.number().optional().describe('0.05 where it is left out.'),
    power: z.number().optional().describe('0.8 where it is left out.'),
    minimumEffect: z.number().optional().describe('Relative: 0.02 is 2 %. Exactly one of this, `units` and `days` is given.'),
    units: z.number().optional(),
    days: z.number().optional(),
    prePeriodDays: wholeNumber.optional().describe('14 where it is left out; 0: nothing is adjusted.'),
  })
  .meta({
    id: 'PlanRequest',
    examples: [
      {
        unitKind: 'user',
        metricKeys: ['purchase-rate'],
        arms: [
          { variant: 'off', milliPercent: 50_000 },
          { variant: 'on', milliPercent: 50_000 },
        ],
        minimumEffect: 0.05,
      },
      { metricKeys: ['purchase-rate'], split: { flagKey: 'checkout', ruleId: '' }, days: 14 },
    ],
  });

const replayVerdict = z.enum(['calibrated', 'too-many', 'cautious', 'not-computable']);
const replayedMetric = z.object({
  kind: z.literal('replayed'),
  key: keyField,
  name: z.string(),
  estimate: z.enum(['mean', 'share', 'ratio', 'quantile']),
  units: z.number().int(),
  comparisons: z.array(
    z.object({
      variant: z.string(),
      falsePositives: z.number().int().describe('Replays in which a difference was called.'),
      replays: z.number().int().describe('Replays that could be computed.'),
      rate: z.number(),
      band: z.object({ low: z.number(), high: z.number() }).describe('Within which 99 of 100 right tests lie.'),
      verdict: replayVerdict,
      histogram: z.array(z.number().int()).describe('Replays by p-value, in bars of equal width from 0 to 1.'),
    }),
  ),
  verdict: replayVerdict,
  words: z.string(),
});

export const replay = z
  .object({
    replay: z
      .object({
        unitKind: z.string(),
        from: timestampField,
        to: timestampField,
        prePeriodDays: z
          .number()
          .int()
          .describe('How much of the time before tells what a unit is like; 0: nothing is adjusted.'),
        units: z.number().int(),
        assignedUnits: z.number().int(),
        mostUnits: z.number().int().describe('Of more units a sample is taken.'),
        replays: z.number().int(),
        seed: z.number().int(),
        arms,
        alpha: z.number(),
        metrics: z.array(z.discriminatedUnion('kind', [replayedMetric, missingMetric])),
        words: z.string(),
      })
      .optional()
      .describe('Absent until one has succeeded.'),
    computedAt: timestampField.optional(),
    lastJob: job.optional(),
  })
  .meta({
    id: 'AaReplay',
    description: 'Past units, assigned anew again and again: how often a difference is called that is none.',
  });

export const replayRequest = z
  .strictObject({
    historyDays: wholeNumber.optional().describe('28 where it is left out; at most 90.'),
    replays: wholeNumber.optional().describe('1,000 where it is left out; from 100 to 5,000.'),
    arms: plannedArms.optional().describe("Those of the experiment's split where they are left out, or two equal ones."),
  })
  .meta({ id: 'ReplayRequest', examples: [{ historyDays: 28, replays: 1_000 }] });

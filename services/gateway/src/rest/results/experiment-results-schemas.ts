import { z } from 'zod';
import { idField, timestampField } from '../fields.ts';
import { armDecisionCodes, daysLeft, decisionCode, interval } from './figure-schemas.ts';
import { metricResult } from './metric-result-schemas.ts';

const arm = z
  .object({
    variant: z.string(),
    units: z.number().int().describe('Different units whose first exposure was to this arm.'),
    mixedUnits: z.number().int().describe('Of those, the ones that were exposed to another arm later.'),
    deliveredUnits: z
      .number()
      .int()
      .describe(
        'Of those that take part, the ones that were first seen by a delivery of all values, where the environment counts those; whether the application read the flag for them is not known.',
      ),
    expectedShare: z.number().describe('In the last period; from 0 to 1.'),
    expectedUnits: z.number().nullable().describe('Over all periods; null while no unit was exposed.'),
    periods: z.array(z.object({ period: z.number().int(), units: z.number().int(), expectedShare: z.number() })),
  })
  .meta({ id: 'ArmResult' });

const period = z
  .object({
    number: z.number().int(),
    from: timestampField,
    to: timestampField.nullable(),
    enrolmentShare: z.number(),
    isPause: z.boolean().describe('Units that were first exposed in a pause take no part.'),
  })
  .meta({ id: 'PeriodResult', description: 'A time in which the arms’ weights did not change.' });

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
  .meta({ id: 'ExposureCounts' });

const eventCounts = z
  .object({
    items: z.number().int(),
    withoutUnit: z.number().int().describe('Without a key of the experiment’s unit kind.'),
    linked: z.number().int().describe('Of those, the ones with another key that is known to belong to some unit.'),
  })
  .meta({ id: 'EventCounts', description: 'Events of the metrics that were stored in the last 24 hours before `dataUntil`.' });

const healthCheck = z
  .object({
    check: z.enum([
      'sample-ratio',
      'sample-ratio-periods',
      'sample-ratio-platforms',
      'trigger-rate',
      'mixed-units',
      'unit-kind',
      'missing-data',
      'pre-period',
      'changed-mid-run',
      'deliveries',
      'overlaps',
      'late-data',
      'stopped-stream',
      'recount',
      'heavy-tails',
      'few-units',
      'few-conversions',
      'failed-metrics',
    ]),
    status: z.enum(['ok', 'warning', 'broken', 'waiting']).describe('`broken`: do not use the results.'),
    title: z.string(),
    cause: z.string().describe('What was found, and why it matters.'),
    remedy: z.string().nullable().describe('What to do; null where there is nothing to be done.'),
    figures: z.array(z.object({ label: z.string(), value: z.union([z.number(), z.string()]) })),
  })
  .meta({ id: 'HealthCheck' });

const decision = z
  .object({
    code: decisionCode,
    variant: z.string().nullable().describe('The arm that the headline is about.'),
    headline: z.string(),
    detail: z.array(z.string()),
    advice: z.string().describe('What to do now.'),
    promise: z.string().nullable().describe('What the level means.'),
    isBestUnclear: z.boolean().describe('Several arms pass, and which is best isn’t known.'),
    arms: z.array(
      z.object({
        variant: z.string(),
        code: z.enum(armDecisionCodes),
        headline: z.string(),
        detail: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'ExperimentDecision' });

const sequential = z
  .object({
    share: z.number().nullable().describe('Of the plan that has matured; null without a plan.'),
    maturedUnits: z.number().int(),
    plannedUnits: z.number().int().nullable(),
    endsAt: timestampField.nullable(),
    isClosed: z.boolean().describe('The plan or the end date was reached: nothing is called any more.'),
    closedBy: z.enum(['plan', 'end-date']).nullable(),
  })
  .meta({ id: 'SequentialResult', description: 'Where the primary metric stands in its plan.' });

const plan = z
  .object({
    minimumEffect: z.number().nullable().describe('Relative; null for a rollout.'),
    power: z.number().nullable(),
    plannedDays: z.number().nullable(),
    windowHours: z.number().nullable().describe('Of the primary metric.'),
    elapsedDays: z.number(),
    currentMinimumEffect: z.number().nullable().describe('Relative: what this look would call with the planned power.'),
    daysLeft: daysLeft.nullable(),
    firstResultsAt: timestampField.nullable(),
    changedAfterStart: z.array(z.string()),
  })
  .meta({ id: 'PlanResult' });

const traffic = z
  .object({
    unitsPerWeek: z.number(),
    interval: interval.describe('Of level 1 − alpha.'),
    enrolledShare: z.number().describe('Of those units the part that takes part.'),
  })
  .meta({
    id: 'Traffic',
    description: 'Units that would meet the change in a week if everybody got it, at the traffic of the last week.',
  });

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.array(z.number())]));

const inputs = z
  .object({
    sql: z.string().describe('What gave every arm’s figures, with `parameters`.'),
    parameters,
    rowsRead: z.number().nullable(),
    watermark: timestampField
      .nullable()
      .describe(
        'Everything that was accepted until then is in the figures, as far as is known: what waits in spools of event-service holds it back.',
      ),
    lateShare: z
      .number()
      .describe('Of the last day’s events that happened after the start, those that came more than an hour late.'),
    maturedShare: z.number().describe('Units whose window of the primary metric has closed.'),
    lastExposureAt: timestampField.nullable(),
    lastEventAt: timestampField.nullable(),
    derivation: z
      .enum(['full', 'incremental', 'checked', 'recounted', 'repaired', 'differs', 'unchecked'])
      .describe(
        'Whether all items were read, or what was new; and whether a comparison with all items agreed: at once (`checked`), but for counts of exposures (`recounted`), after units’ rows were made anew (`repaired`), or not even then, as far as could be found out (`differs`). What was made from all items says `full` where a comparison agreed, or where none was made, as in the first computation. `unchecked`: the last comparison could not be finished, and had found no difference.',
      ),
  })
  .meta({ id: 'ResultInputs' });

/** The results of one iteration, as stats-service stores them. */
export const experimentResults = z
  .object({
    experimentId: idField,
    experimentKey: z.string(),
    kind: z.enum(['experiment', 'rollout']),
    iterationId: idField,
    iteration: z.number().int().describe('Counts from 1.'),
    snapshotHash: z.string(),
    engineVersion: z.string(),
    assignment: z.string(),
    from: timestampField.describe('Exposures from here count…'),
    to: timestampField.describe('…until here. While the experiment runs, until `dataUntil`.'),
    dataUntil: timestampField.describe('Items that were stored until then take part.'),
    computedAt: timestampField,
    isFinal: z.boolean(),
    design: z.enum(['sequential', 'fixed-horizon', 'always-valid']),
    adjustment: z.enum(['on', 'off']),
    alpha: z.number().describe('Intervals have the level 1 − alpha.'),
    unitKind: z.string(),
    baselineVariant: z.string(),
    periods: z.array(period),
    arms: z.array(arm),
    exposures: exposureCounts,
    events: eventCounts.nullable().describe('Null where no metric asks for events.'),
    health: z.array(healthCheck).describe('Every check, always, in the same order.'),
    sequential,
    plan,
    traffic: traffic
      .nullable()
      .describe('Null before seven full days under one enrolment, and with a pause among the last seven.'),
    prior: z
      .object({ deviation: z.number(), low: z.number(), high: z.number(), experiments: z.number().int() })
      .describe('The standard deviation of true effects, learnt from so many finished experiments.'),
    decision,
    metrics: z.array(metricResult).describe('The first is the primary one.'),
    inputs,
  })
  .meta({ id: 'ExperimentResults', description: 'The results of one iteration of an experiment.' });

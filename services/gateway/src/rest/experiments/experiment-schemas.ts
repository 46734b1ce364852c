import { bucketCount } from '@stitchd/core';
import { z } from 'zod';
import { idField, keyField, nameField, timestampField, versionField, wholeNumber } from '../fields.ts';
import { countedListOf, pageQuery } from '../lists.ts';

const states = ['draft', 'starting', 'running', 'paused', 'stopping', 'stopped'] as const;
const kinds = ['experiment', 'rollout'] as const;
const assignment = z
  .enum(['split', 'recorded'])
  .describe('`split`: Stitchd assigns. `recorded`: arms were assigned elsewhere; the variant of the exposure is the arm.');
const ruleId = z.string().describe('The rule whose split is under test; empty: that of the default serve.');
const hypothesis = z.string();
const metrics = z
  .array(
    z
      .strictObject({
        key: keyField,
        role: z.enum(['primary', 'secondary', 'guardrail']),
        margin: z
          .number()
          .gt(0)
          .optional()
          .describe('Of a guardrail: the relative worsening that is allowed; 0.01 is 1 %, and usual.'),
      })
      .meta({ id: 'ExperimentMetric' }),
  )
  .describe('An experiment has exactly one primary metric, a rollout at most one.');
const kind = z
  .enum(kinds)
  .describe(
    '`experiment`: planned, ends in a verdict. `rollout`: watched by intervals that hold at any time, without a verdict to ship.',
  );
const owner = z.string().describe('Who looks after it: the id of a user.');
const enrolmentMilliPercent = z
  .number()
  .int()
  .min(0)
  .max(bucketCount)
  .describe(
    'The share of units that take part, in thousandths of a percent; the others are served the `otherwise` of the split.',
  );
const baselineVariant = z.string().describe('The variant with which the others are compared.');
const unitKind = z.string().describe('The kind of context whose key is the unit.');

const planFields = {
  minimumEffect: z
    .number()
    .gt(0)
    .optional()
    .describe('Relative: the smallest effect on the primary metric to be found; 0.02 is 2 %.'),
  power: z.number().describe('The chance to find it.'),
  plannedUnits: z.number().int().optional().describe('All arms together.'),
  plannedDays: z.number().optional(),
  endsAt: timestampField.optional(),
};
const plan = z.object(planFields).meta({ id: 'ExperimentPlan' });
const newPlan = z
  .strictObject({ ...planFields, power: z.number().optional().describe('0.8 if left out.') })
  .meta({ id: 'NewExperimentPlan' });

const analysisFields = {
  design: z
    .enum(['sequential', 'fixed-horizon'])
    .describe('`sequential`: may be looked at any time. `fixed-horizon`: one look, at the planned end.'),
  adjustment: z.enum(['on', 'off']).describe('Whether what units did before narrows the intervals.'),
  prePeriodDays: wholeNumber.describe('How many days before a unit’s first exposure are looked at for that.'),
  scheduleMinutes: wholeNumber.min(1).describe('How often results are computed: 15 to 1,440.'),
  onHarm: z.enum(['tell', 'serve-baseline']).describe('What happens when a metric is surely harmed.'),
  dimensions: z.array(z.string()).describe('Names of exposure attributes by which results are broken down; at most 5.'),
};
const analysis = z.object(analysisFields).meta({ id: 'AnalysisSettings' });
const newAnalysis = z.strictObject(analysisFields).partial().meta({ id: 'NewAnalysisSettings' });

export const arm = z
  .strictObject({
    variant: z.string(),
    expectedMilliPercent: z
      .number()
      .int()
      .min(0)
      .max(bucketCount)
      .describe('Expected share in thousandths of a percent; all together 100,000.'),
  })
  .meta({ id: 'Arm' });

export const experiment = z
  .object({
    id: idField,
    key: keyField,
    name: nameField,
    hypothesis,
    kind,
    owner,
    state: z.enum(states),
    archivedAt: timestampField.optional(),
    flagKey: keyField,
    ruleId,
    assignment,
    baselineVariant,
    arms: z.array(arm),
    metrics,
    metricVersions: z
      .array(z.object({ key: keyField, version: z.number().int() }))
      .describe('By which definitions its metrics are measured in the current iteration; empty before the first start.'),
    unitKind,
    alpha: z.number().describe('The confidence level of intervals is 1 − alpha.'),
    enrolmentMilliPercent,
    plan,
    analysis,
    snapshotHash: z.string().describe('SHA-256 of what the current iteration began with; empty before the first start.'),
    changedAfterStart: z
      .array(z.string())
      .describe('What is no longer as it was at the start, such as `metrics.revenue.margin`.'),
    graceUntil: timestampField.optional().describe('Late data counts until then; set when it stops.'),
    servedAfter: z
      .object({ kind: z.enum(['keep', 'variant']), variant: z.string(), note: z.string() })
      .optional()
      .describe('What was served after the last stop.'),
    iterationId: z.string().describe('Of the current iteration; empty before the first.'),
    startedAt: timestampField.optional(),
    stoppedAt: timestampField.optional(),
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField.optional(),
    environmentId: idField,
    projectId: idField,
    periodFrom: timestampField.optional().describe('As asked for, with recorded assignment.'),
    periodTo: timestampField.optional(),
    iterationNumber: z.number().int().describe('Counts from 1; 0 before the first start.'),
    startProblem: z
      .object({
        code: z.string(),
        detail: z.string(),
        errors: z.array(z.object({ path: z.string(), message: z.string() })),
        currentJson: z.string(),
      })
      .optional()
      .describe('Why the last start was refused and the experiment became a draft again.'),
  })
  .meta({ id: 'Experiment' });

const headline = z
  .object({
    result: z
      .object({
        code: z.string().describe('Of the decision, as in results.'),
        headline: z.string().describe('The decision in a few words.'),
        advice: z.string().describe('What to do now: one sentence.'),
        share: z.number().optional().describe('How much of the plan has matured, 0 to 1; absent without a plan.'),
        units: z.number().int().describe('How many take part.'),
        broken: z.array(z.string()).describe('What is wrong with data that can’t be used.'),
        computedAt: timestampField,
        iteration: z
          .number()
          .int()
          .describe('Whose results these are; another than `iterationNumber` where the newest iteration has none yet.'),
      })
      .optional()
      .describe('Of the newest results; absent until a computation has succeeded.'),
    failure: z.string().describe('Why the newest computation failed; empty where it did not.'),
  })
  .meta({ id: 'ExperimentHeadline' });

const listedExperiment = experiment
  .extend({ headline: headline.optional().describe('Where it was asked for, and anything was computed.') })
  .meta({ id: 'ListedExperiment' });

export const experimentList = countedListOf(listedExperiment, 'ExperimentList');

export const experimentQuery = pageQuery.extend({
  headlines: z
    .enum(['true', 'false'])
    .optional()
    .describe('Tell with each what its newest results say, in a few words. It needs the permission `stats.read`.'),
  state: z.enum(states).optional(),
  flag: keyField.optional(),
  metric: keyField.optional(),
  kind: z.enum(kinds).optional(),
  archived: z.enum(['true', 'false']).optional().describe('Archived ones, and no others; `false` if left out.'),
});

export const newExperiment = z
  .strictObject({
    key: keyField,
    name: nameField.optional(),
    hypothesis: hypothesis.optional(),
    flagKey: keyField,
    ruleId: ruleId.optional(),
    assignment: assignment.optional().describe('`split` if left out.'),
    baselineVariant,
    arms: z.array(arm).optional().describe('Required for recorded assignment; else taken from the split at start.'),
    metrics,
    kind: kind.optional().describe('`experiment` if left out.'),
    owner: owner.optional().describe('Whoever creates it if left out.'),
    enrolmentMilliPercent: enrolmentMilliPercent
      .optional()
      .describe('What the start gives the split, in thousandths of a percent; left out: the split stays as it is.'),
    plan: newPlan.optional(),
    analysis: newAnalysis.optional(),
    unitKind: unitKind.optional().describe('`user` if left out.'),
    alpha: z.number().gt(0).lt(1).optional().describe('0.05 if left out.'),
    periodFrom: timestampField.optional().describe('For recorded assignment: exposures count from then on.'),
    periodTo: timestampField.optional().describe('For recorded assignment: exposures count until then.'),
  })
  .meta({
    id: 'NewExperiment',
    examples: [
      {
        key: 'checkout-button',
        name: 'Checkout button',
        hypothesis: 'A larger button sells more.',
        flagKey: 'checkout',
        baselineVariant: 'off',
        metrics: [{ key: 'revenue', role: 'primary' }],
        plan: { minimumEffect: 0.02 },
      },
    ],
  });

export const experimentPatch = z
  .strictObject({
    name: nameField.optional(),
    hypothesis: hypothesis.optional(),
    metrics: metrics.optional().describe('Replaces all of them. While it runs, only margins may differ.'),
    baselineVariant: baselineVariant.optional(),
    owner: owner.optional(),
    alpha: z.number().gt(0).lt(1).optional(),
    enrolmentMilliPercent: enrolmentMilliPercent.optional(),
    plan: newPlan.optional().describe('Replaces the whole plan.'),
    analysis: newAnalysis
      .optional()
      .describe('What is left out stays. While it runs, only `scheduleMinutes`, `onHarm` and `dimensions` may change.'),
  })
  .meta({ id: 'ExperimentPatch', examples: [{ hypothesis: 'A larger button sells more on phones.' }] });

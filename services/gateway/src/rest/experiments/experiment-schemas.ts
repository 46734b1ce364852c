import { bucketCount } from '@stitchd/core';
import { z } from 'zod';
import { idField, keyField, nameField, timestampField, versionField } from '../fields.ts';
import { countedListOf, pageQuery } from '../lists.ts';

const states = ['draft', 'starting', 'running', 'stopping', 'stopped'] as const;
const assignment = z
  .enum(['split', 'recorded'])
  .describe('`split`: Stitchd assigns. `recorded`: arms were assigned elsewhere; the variant of the exposure is the arm.');
const ruleId = z.string().describe('The rule whose split is under test; empty: that of the default serve.');
const hypothesis = z.string();
const metricKeys = z.array(keyField).describe('The first is the primary one.');
const baselineVariant = z.string().describe('The variant with which the others are compared.');
const unitKind = z.string().describe('The kind of context whose key is the unit.');

const arm = z
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
    state: z.enum(states),
    flagKey: keyField,
    ruleId,
    assignment,
    baselineVariant,
    arms: z.array(arm),
    metricKeys,
    metricVersions: z
      .array(z.object({ key: keyField, version: z.number().int() }))
      .describe('By which definitions its metrics are measured in the current iteration; empty before the first start.'),
    unitKind,
    alpha: z.number().describe('The confidence level of intervals is 1 − alpha.'),
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

export const experimentList = countedListOf(experiment, 'ExperimentList');

export const experimentQuery = pageQuery.extend({
  state: z.enum(states).optional(),
  flag: keyField.optional(),
  metric: keyField.optional(),
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
    metricKeys,
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
        metricKeys: ['revenue'],
      },
    ],
  });

export const experimentPatch = z
  .strictObject({
    name: nameField.optional(),
    hypothesis: hypothesis.optional(),
    metricKeys: metricKeys.optional(),
    baselineVariant: baselineVariant.optional(),
  })
  .meta({ id: 'ExperimentPatch', examples: [{ hypothesis: 'A larger button sells more on phones.' }] });

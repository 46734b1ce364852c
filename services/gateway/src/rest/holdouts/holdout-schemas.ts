import { bucketCount } from '@stitchd/core';
import { z } from 'zod';
import { descriptionField, idField, keyField, nameField, timestampField, versionField } from '../fields.ts';
import { countedListOf, pageQuery } from '../lists.ts';

const states = ['draft', 'running', 'ended'] as const;
const unitKind = z.string().describe('The kind of context whose key is the unit.');
const share = z.number().int().min(0).max(bucketCount).describe('Of all units, in thousandths of a percent.');
const exceptFlagKeys = z.array(keyField).describe('Flags whose experiments reach its units too.');
const metricKeys = z.array(keyField).describe('What the effect of all that it covers is measured by.');
const endsAt = timestampField.describe('When it ends by itself.');

export const holdout = z
  .object({
    id: idField,
    key: keyField,
    name: nameField,
    description: descriptionField,
    state: z.enum(states),
    unitKind,
    shareMilliPercent: share,
    exceptFlagKeys,
    metricKeys,
    metricVersions: z
      .array(z.object({ key: keyField, version: z.number().int() }))
      .describe('By which definitions its metrics are measured; empty before the start.'),
    alpha: z.number().describe('The confidence level of intervals is 1 − alpha.'),
    endsAt: endsAt.optional(),
    startedAt: timestampField.optional(),
    endedAt: timestampField.optional(),
    coveredFlagKeys: z.array(keyField).describe('Flags that have a rule or default which it covers now.'),
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField,
    environmentId: idField,
    projectId: idField,
  })
  .meta({ id: 'Holdout' });

export const holdoutList = countedListOf(holdout, 'HoldoutList');
export const holdoutQuery = pageQuery.extend({ state: z.enum(states).optional() });

export const newHoldout = z
  .strictObject({
    key: keyField.describe('Never used again in the environment, also once the holdout has ended.'),
    name: nameField.optional(),
    description: descriptionField.optional(),
    unitKind: unitKind.optional().describe('`user` if left out.'),
    shareMilliPercent: share,
    exceptFlagKeys: exceptFlagKeys.optional(),
    metricKeys: metricKeys.optional(),
    alpha: z.number().gt(0).lt(1).optional().describe('0.05 if left out.'),
    endsAt: endsAt.optional(),
  })
  .meta({
    id: 'NewHoldout',
    examples: [{ key: 'second-half', name: 'Second half of the year', shareMilliPercent: 5_000, metricKeys: ['revenue'] }],
  });

export const holdoutPatch = z
  .strictObject({
    name: nameField.optional(),
    description: descriptionField.optional(),
    shareMilliPercent: share.optional().describe('Of a draft only.'),
    exceptFlagKeys: exceptFlagKeys.optional().describe('What it covers already it goes on covering.'),
    metricKeys: metricKeys.optional(),
    endsAt: endsAt.nullable().optional().describe('null: no planned end.'),
  })
  .meta({ id: 'HoldoutPatch', examples: [{ endsAt: '2027-01-01T00:00:00Z' }] });

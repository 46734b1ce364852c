import { bucketCount } from '@stitchd/core';
import { z } from 'zod';
import { idField, keyField, timestampField, versionField } from '../fields.ts';
import { condition } from './condition-schemas.ts';

const variantKey = z.string().describe('The key of a variant of the flag.');
const bucket = z.number().int().min(0).max(bucketCount);
const salt = z.string().describe('16 lower-case hex digits; made by the service and kept.');
const bucketRange = z.strictObject({ from: bucket, to: bucket });

const holdoutCover = z.strictObject({ holdout: keyField, baseline: variantKey }).meta({ id: 'HoldoutCover' });

const split = z
  .strictObject({
    id: z.string().optional().describe('Made by the service for a new split; send it to keep the split.'),
    contextKind: z.string().describe('The kind of context whose key is the unit.'),
    attribute: z.string().optional().describe("An attribute of that kind to use as the unit instead of the kind's key."),
    salt: salt.optional(),
    weights: z
      .record(z.string(), z.number().int().min(0).max(bucketCount))
      .optional()
      .describe('By variant, in thousandths of a percent, together 100,000. Instead of `ranges`: nobody moves who need not.'),
    ranges: z
      .array(z.strictObject({ variant: variantKey, from: bucket, to: bucket }))
      .optional()
      .describe('Buckets `from` (inclusive) to `to` (exclusive), sorted and disjoint.'),
    enrol: z
      .strictObject({ salt: salt.optional(), ranges: z.array(bucketRange), otherwise: variantKey })
      .optional()
      .describe('Under an experiment: who takes part, and what the others get.'),
    iterationId: z.string().optional().describe('The running iteration of an experiment on this split.'),
    sticky: z.boolean().optional(),
    layer: z.strictObject({ key: keyField, salt: salt.optional(), ranges: z.array(bucketRange) }).optional(),
    holdouts: z.array(holdoutCover).optional(),
  })
  .meta({
    id: 'Split',
    description: 'Serves variants by the bucket of a unit. Buckets are 0 to 99,999: one is 0.001 %.',
    examples: [{ contextKind: 'user', weights: { on: 25_000, off: 75_000 } }],
  });

const serve = z
  .union([z.strictObject({ variant: variantKey, holdouts: z.array(holdoutCover).optional() }), z.strictObject({ split })])
  .meta({ id: 'Serve', description: 'One variant, or a split.' });

const rule = z
  .strictObject({
    id: z.string().optional().describe('Made by the service for a new rule; send it to keep the rule.'),
    name: z.string().optional(),
    when: condition,
    serve,
  })
  .meta({ id: 'Rule', description: 'Serves those for whom the condition is true.' });

const prerequisite = z
  .strictObject({ flag: keyField, variants: z.array(variantKey) })
  .meta({ id: 'Prerequisite', description: 'Another flag that must serve one of these variants.' });

const target = z
  .strictObject({
    contextKind: z.string(),
    variant: variantKey,
    keys: z.array(z.string()),
    expiresAt: timestampField.optional(),
  })
  .meta({ id: 'IndividualTarget', description: 'Keys of a context kind that get a variant whatever the rules say.' });

export const configurationDocument = z
  .strictObject({
    offVariant: variantKey.nullable().describe("Served while disabled or when a prerequisite fails; null: the caller's default."),
    prerequisites: z.array(prerequisite).optional(),
    targets: z.array(target).optional(),
    rules: z.array(rule).optional().describe('In order; the first whose condition is true serves.'),
    defaultServe: serve,
  })
  .meta({ id: 'ConfigurationDocument' });

const documentExample = {
  offVariant: 'off',
  prerequisites: [],
  targets: [],
  rules: [{ name: 'Pro plans', when: { attribute: 'plan', op: 'in', values: ['pro', 'team'] }, serve: { variant: 'on' } }],
  defaultServe: { split: { contextKind: 'user', weights: { on: 25_000, off: 75_000 } } },
};

export const configuration = z
  .object({
    flagKey: keyField,
    environmentId: idField,
    enabled: z.boolean(),
    document: configurationDocument,
    version: versionField,
    updatedAt: timestampField.optional(),
  })
  .meta({ id: 'Configuration', description: 'How a flag behaves in one environment.' });

export const configurationPut = z
  .strictObject({ enabled: z.boolean().optional(), document: configurationDocument })
  .meta({ id: 'ConfigurationPut', examples: [{ enabled: true, document: documentExample }] });

export const enabledBody = z.strictObject({ enabled: z.boolean() }).meta({ id: 'SetEnabled', examples: [{ enabled: false }] });

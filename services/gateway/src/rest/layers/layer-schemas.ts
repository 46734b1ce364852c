import { bucketCount } from '@stitchd/core';
import { z } from 'zod';
import { descriptionField, idField, keyField, nameField, timestampField, versionField } from '../fields.ts';
import { countedListOf, pageQuery } from '../lists.ts';

const unitKind = z.string().describe('The kind of context whose key is the unit.');
const milliPercent = z.number().int().min(0).max(bucketCount).describe('In thousandths of a percent.');

const bucketRange = z
  .object({ from: z.number().int().describe('Inclusive.'), to: z.number().int().describe('Exclusive.') })
  .meta({ id: 'BucketRange', description: 'Buckets of a layer, 0 to 100,000.' });

const slice = z
  .object({
    experimentKey: keyField,
    experimentName: nameField,
    experimentState: z.string().describe('The state of the experiment.'),
    shareMilliPercent: milliPercent,
    ranges: z.array(bucketRange).describe('Sorted; no two experiments of a layer have a bucket in common.'),
  })
  .meta({ id: 'AllottedSlice' });

export const layer = z
  .object({
    id: idField,
    key: keyField,
    name: nameField,
    description: descriptionField,
    unitKind,
    slices: z.array(slice).describe('What experiments have of it, in the order of their first buckets.'),
    freeMilliPercent: milliPercent,
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField,
    environmentId: idField,
    projectId: idField,
  })
  .meta({ id: 'Layer' });

export const layerList = countedListOf(layer, 'LayerList');
export const layerQuery = pageQuery;

export const newLayer = z
  .strictObject({
    key: keyField,
    name: nameField.optional(),
    description: descriptionField.optional(),
    unitKind: unitKind.optional().describe('`user` if left out.'),
  })
  .meta({ id: 'NewLayer', examples: [{ key: 'checkout', name: 'Checkout' }] });

export const layerPatch = z
  .strictObject({ name: nameField.optional(), description: descriptionField.optional() })
  .meta({ id: 'LayerPatch', examples: [{ description: 'What changes the price that people see.' }] });

export const wantedShare = z
  .strictObject({ shareMilliPercent: milliPercent })
  .meta({ id: 'WantedShare', examples: [{ shareMilliPercent: 20_000 }] });

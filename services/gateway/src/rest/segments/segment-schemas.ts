import { z } from 'zod';
import { descriptionField, idField, keyField, nameField, timestampField, versionField } from '../fields.ts';
import { condition } from '../flags/condition-schemas.ts';
import { countedListOf, listOf, pageQuery } from '../lists.ts';
import { maxListKeysPerRequest } from '../../limits.ts';

const type = z.enum(['rule', 'list']);
const side = z.enum(['included', 'excluded']).describe('Excluded wins.');
const keys = z.array(z.string()).max(maxListKeysPerRequest);

export const segment = z
  .object({
    id: idField,
    key: keyField,
    name: nameField,
    description: descriptionField,
    type,
    when: condition.optional().describe('Of a rule segment.'),
    contextKind: z.string().describe('Of a list segment.'),
    exact: z.boolean().describe('The list grants access: never answered from fingerprints.'),
    includedCount: z.number().int(),
    excludedCount: z.number().int(),
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField.optional(),
    usedBy: z.array(z.string()).describe('Such as `flag:checkout` or `segment:beta`.'),
  })
  .meta({ id: 'Segment' });

export const segmentList = countedListOf(segment, 'SegmentList');

export const segmentQuery = pageQuery.extend({ type: type.optional() });

export const newSegment = z
  .strictObject({
    key: keyField,
    name: nameField.optional(),
    description: descriptionField.optional(),
    type,
    when: condition.optional().describe('Of a rule segment.'),
    contextKind: z.string().optional().describe('Of a list segment; `user` if left out.'),
    exact: z.boolean().optional(),
    included: keys.optional(),
    excluded: keys.optional(),
  })
  .meta({
    id: 'NewSegment',
    examples: [{ key: 'beta', name: 'Beta testers', type: 'list', contextKind: 'user', included: ['u-42'] }],
  });

export const segmentPatch = z
  .strictObject({ name: nameField.optional(), description: descriptionField.optional(), when: condition.optional() })
  .meta({ id: 'SegmentPatch', examples: [{ when: { attribute: 'plan', op: 'equals', values: ['pro'] } }] });

export const listKeysQuery = pageQuery.extend({ side: side.default('included') });

export const listKeys = listOf(z.string(), 'ListKeys', {
  expiresAt: z.record(z.string(), timestampField).describe('By key: when it leaves the list, for those of this page that do.'),
});

const newKey = z.union([
  z.string(),
  z.strictObject({
    key: z.string(),
    expiresAt: timestampField.optional().describe('From then on the key is in the list no more.'),
  }),
]);

export const listKeysChange = z
  .strictObject({
    side,
    add: z
      .array(newKey)
      .max(maxListKeysPerRequest)
      .optional()
      .describe('A key alone stays until it is removed. One that is in the list already gets the time that is given, or none.'),
    remove: keys.optional(),
  })
  .meta({
    id: 'ListKeysChange',
    examples: [{ side: 'included', add: ['u-42', { key: 'u-43', expiresAt: '2027-01-31T00:00:00Z' }], remove: [] }],
  });

export const listKeysChanged = z
  .object({
    added: z.number().int(),
    updated: z.number().int().describe('In the list already, with another time to leave it.'),
    removed: z.number().int(),
    segment,
  })
  .meta({ id: 'ListKeysChanged' });

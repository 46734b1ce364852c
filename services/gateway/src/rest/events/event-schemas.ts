import { z } from 'zod';
import { descriptionField, idField, keyField, nameField, timestampField, versionField } from '../fields.ts';
import { listOf } from '../lists.ts';

const valueType = z
  .enum(['none', 'boolean', 'integer', 'double'])
  .describe('What comes with the event: `none`, it only happened; a `boolean`, counted as 1 or 0; an `integer`; a `double`.');

export const eventDefinition = z
  .object({
    id: idField,
    key: keyField,
    name: nameField,
    description: descriptionField,
    valueType,
    archived: z.boolean(),
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField.optional(),
  })
  .meta({ id: 'EventDefinition' });

export const eventDefinitionList = listOf(eventDefinition, 'EventDefinitionList');

export const newEventDefinition = z
  .strictObject({ key: keyField, name: nameField.optional(), description: descriptionField.optional(), valueType })
  .meta({ id: 'NewEventDefinition', examples: [{ key: 'purchase', name: 'Purchase', valueType: 'double' }] });

export const eventDefinitionPatch = z
  .strictObject({
    name: nameField.optional(),
    description: descriptionField.optional(),
    archived: z.boolean().optional().describe('Events of an archived definition are refused.'),
  })
  .meta({ id: 'EventDefinitionPatch', examples: [{ archived: true }] });

const itemCount = z.number().int();

export const itemCountsQuery = z.strictObject({
  from: timestampField.describe('The first moment, RFC 3339.'),
  to: timestampField.describe('The moment before which items lie, RFC 3339.'),
});

export const itemCounts = z
  .object({
    events: z.array(z.object({ eventKey: z.string(), items: itemCount })),
    exposures: z.array(z.object({ flagKey: z.string(), iterationId: z.string(), variant: z.string(), items: itemCount })),
    waiting: itemCount.describe('Accepted and not yet in the event store.'),
  })
  .meta({ id: 'ItemCounts' });

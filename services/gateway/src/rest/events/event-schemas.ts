import { z } from 'zod';
import { descriptionField, idField, jsonValue, keyField, nameField, timestampField, versionField } from '../fields.ts';
import { listOf } from '../lists.ts';

const valueType = z
  .enum(['none', 'boolean', 'integer', 'double'])
  .describe('What comes with the event: `none`, it only happened; a `boolean`, counted as 1 or 0; an `integer`; a `double`.');

const unit = z.string().describe('What the value counts, such as `EUR`; free text, may be empty.');
const propertiesSchema = z
  .record(z.string(), jsonValue)
  .describe('JSON Schema (2020-12, bounded) that properties have to fit. References stay inside it; patterns are RE2’s.');
const requiredContexts = z.array(z.string()).describe('Context kinds without which an event is refused; at most 16.');
const owner = z.string().describe('Who looks after it; free text, may be empty.');

export const eventDefinition = z
  .object({
    id: idField,
    key: keyField,
    name: nameField,
    description: descriptionField,
    valueType,
    unit,
    propertiesSchema: propertiesSchema.optional(),
    requiredContexts,
    owner,
    archived: z.boolean(),
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField.optional(),
  })
  .meta({ id: 'EventDefinition' });

export const eventDefinitionList = listOf(eventDefinition, 'EventDefinitionList');

export const newEventDefinition = z
  .strictObject({
    key: keyField,
    name: nameField.optional(),
    description: descriptionField.optional(),
    valueType,
    unit: unit.optional(),
    propertiesSchema: propertiesSchema.optional(),
    requiredContexts: requiredContexts.optional(),
    owner: owner.optional(),
  })
  .meta({ id: 'NewEventDefinition', examples: [{ key: 'purchase', name: 'Purchase', valueType: 'double' }] });

export const eventDefinitionPatch = z
  .strictObject({
    name: nameField.optional(),
    description: descriptionField.optional(),
    unit: unit.optional(),
    propertiesSchema: propertiesSchema.nullable().optional().describe('A new schema; null: any properties.'),
    requiredContexts: requiredContexts.optional(),
    owner: owner.optional(),
    archived: z.boolean().optional().describe('Events of an archived definition are refused; `false` restores it.'),
  })
  .meta({ id: 'EventDefinitionPatch', examples: [{ archived: true }] });

const itemCount = z.number().int();

export const itemCountsQuery = z.strictObject({
  from: timestampField.describe('The first moment, RFC 3339.'),
  to: timestampField.describe('The moment before which items lie, RFC 3339; at most 400 days later.'),
});

const itemFigures = z.object({
  accepted: itemCount,
  rejected: itemCount,
  limited: itemCount.describe('Of requests that were refused with RATE_LIMITED.'),
});

export const ingestion = z
  .object({
    itemsPerSecond: z.number().int().describe('What the environment may send; a burst may be five seconds of it.'),
    lastMinute: itemFigures.describe('The minute that runs.'),
    lastHour: itemFigures,
    waiting: itemCount.describe('Accepted and not yet in the event store.'),
  })
  .meta({ id: 'Ingestion' });

export const itemCounts = z
  .object({
    events: z.array(z.object({ eventKey: z.string(), items: itemCount })),
    exposures: z.array(z.object({ flagKey: z.string(), iterationId: z.string(), variant: z.string(), items: itemCount })),
    waiting: itemCount.describe('Accepted and not yet in the event store.'),
  })
  .meta({ id: 'ItemCounts' });

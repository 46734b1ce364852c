import { z } from 'zod';
import { descriptionField, idField, keyField, nameField, timestampField, versionField } from '../fields.ts';
import { listOf } from '../lists.ts';

const type = z
  .enum(['conversion', 'mean'])
  .describe("`conversion`: share of units with the event; `mean`: sum of the event's values per unit.");
const direction = z.enum(['increase', 'decrease']).describe('Which way is better.');
const windowHours = z.number().int().min(0).describe('How many hours after the first exposure events count; 0: without limit.');

export const metric = z
  .object({
    id: idField,
    key: keyField,
    name: nameField,
    description: descriptionField,
    type,
    eventKey: keyField,
    direction,
    windowHours,
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField.optional(),
  })
  .meta({ id: 'Metric' });

export const metricList = listOf(metric, 'MetricList');

export const newMetric = z
  .strictObject({
    key: keyField,
    name: nameField.optional(),
    description: descriptionField.optional(),
    type,
    eventKey: keyField,
    direction: direction.optional().describe('`increase` if left out.'),
    windowHours: windowHours.optional(),
  })
  .meta({ id: 'NewMetric', examples: [{ key: 'revenue', name: 'Revenue', type: 'mean', eventKey: 'purchase' }] });

export const metricPatch = z
  .strictObject({
    name: nameField.optional(),
    description: descriptionField.optional(),
    direction: direction.optional(),
    windowHours: windowHours.optional(),
  })
  .meta({ id: 'MetricPatch', examples: [{ windowHours: 168 }] });

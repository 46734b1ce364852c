import { metricDirections, metricTypes } from '@stitchd/core';
import { z } from 'zod';
import { descriptionField, idField, keyField, nameField, timestampField, versionField, wholeNumber } from '../fields.ts';
import { listOf, pageQuery } from '../lists.ts';
import { metricDefinition } from './metric-definition-schemas.ts';

const definitionVersion = z
  .number()
  .int()
  .describe('Which of its definitions this is, from 1. Whatever changes numbers makes a new one; name and description do not.');

export const metric = z
  .object({
    id: idField,
    key: keyField,
    name: nameField,
    description: descriptionField,
    type: z.enum(metricTypes).describe('Of the definition.'),
    direction: z.enum(metricDirections).describe('Of the definition: which way is better.'),
    definition: metricDefinition,
    definitionVersion,
    archived: z.boolean().describe('An archived metric is offered no more; experiments that have it keep it.'),
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField.optional(),
  })
  .meta({ id: 'Metric' });

export const metricList = listOf(metric, 'MetricList');

export const metricQuery = pageQuery.extend({
  archived: z.enum(['true', 'false']).optional().describe('`true`: archived metrics, instead of the others.'),
  type: z.enum(metricTypes).optional(),
  event: keyField.optional().describe('Metrics that count this event.'),
  direction: z.enum(metricDirections).optional(),
});

export const oneMetricQuery = z.strictObject({
  definitionVersion: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('An earlier definition; the latest if left out.'),
});

export const newMetric = z
  .strictObject({
    key: keyField,
    name: nameField.optional(),
    description: descriptionField.optional(),
    definition: metricDefinition,
  })
  .meta({
    id: 'NewMetric',
    examples: [{ key: 'revenue', name: 'Revenue', definition: { type: 'sum', event: 'purchase', windowHours: 168 } }],
  });

export const metricPatch = z
  .strictObject({
    name: nameField.optional(),
    description: descriptionField.optional(),
    definition: metricDefinition
      .optional()
      .describe('Replaces the definition as a whole, and makes a new version if it differs.'),
    archived: z.boolean().optional(),
  })
  .meta({ id: 'MetricPatch', examples: [{ definition: { type: 'sum', event: 'purchase', windowHours: 336 } }] });

const metricVersion = z
  .object({ number: z.number().int(), definition: metricDefinition, createdAt: timestampField })
  .meta({ id: 'MetricVersion' });

export const metricVersionList = listOf(metricVersion, 'MetricVersionList');

const days = wholeNumber.min(1).optional().describe('How many days, today included; 14 if left out, at most 90.');

export const metricPreviewRequest = z
  .strictObject({
    metric: keyField.optional().describe('A metric of the project; or give a definition.'),
    definition: metricDefinition.optional().describe('One that need not be stored.'),
    days,
    unitKind: z.string().optional().describe('The kind of context whose key is the unit; `user` if left out.'),
  })
  .meta({ id: 'MetricPreviewRequest', examples: [{ definition: { type: 'count', event: 'purchase' }, days: 7 }] });

const count = z.number().int();

export const metricPreview = z
  .object({
    days: z
      .array(
        z.object({
          from: timestampField.describe('When the day begins, by UTC.'),
          value: z
            .number()
            .optional()
            .describe('The metric over the units that were there on that day, as if they had been exposed when it began.'),
          events: count.describe('Events that the metric counts.'),
          units: count.describe('Units with such an event.'),
          activeUnits: count.describe('Units with any event: those that the value is about.'),
          complete: z.boolean().describe('Whether all that counts for the day has had its time to happen.'),
        }),
      )
      .describe('Oldest first; the last is today.'),
    events: count,
    units: count,
    unitKind: z.string(),
    sql: z.string().describe('The statement as it was asked…'),
    parameters: z.record(z.string(), z.unknown()).describe('…and its parameters.'),
    eventsWithoutData: z.array(z.string()).describe('Events of the metric of which nothing arrived in these days.'),
  })
  .meta({ id: 'MetricPreview' });

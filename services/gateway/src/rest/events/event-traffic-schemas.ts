import { z } from 'zod';
import { idField, jsonValue, timestampField } from '../fields.ts';
import { listOf } from '../lists.ts';

const count = z.number().int();

const eventVolume = z
  .object({
    eventKey: z.string(),
    lastDay: count.describe('Events of the last 24 hours.'),
    lastWeek: count.describe('Events of the last 7 days.'),
    lastSeen: timestampField,
  })
  .meta({ id: 'EventVolume' });

export const eventVolumeList = listOf(eventVolume, 'EventVolumeList');

export const eventProperties = z
  .object({
    items: z.array(
      z.object({
        property: z.string().describe('A path, such as `cart.total`.'),
        types: z.array(z.enum(['string', 'number', 'boolean', 'list'])),
        values: z.array(z.union([z.string(), z.number(), z.boolean()])).describe('At most 50.'),
        isDefined: z.boolean().describe('Whether the definition names it.'),
      }),
    ),
    truncated: z.boolean().describe('There are more than the 200 that are listed.'),
  })
  .meta({ id: 'EventProperties' });

const quarantinedFields = {
  eventKey: z.string().describe('As it was sent.'),
  items: count,
  unfit: count.describe('Of them, those that a definition refused since.'),
  firstSeen: timestampField,
  lastSeen: timestampField,
};

const sample = z.object({
  id: idField,
  at: timestampField,
  acceptedAt: timestampField,
  context: z.record(z.string(), z.string()).describe('By context kind: its key.'),
  value: jsonValue.describe('As it was sent; null where there was none.'),
  properties: z.record(z.string(), jsonValue).optional(),
  problem: z.string().describe('Why the definition refused it; empty where it waits.'),
});

/** Lists leave `samples` empty. */
export const quarantined = z
  .object({ ...quarantinedFields, samples: z.array(sample).describe('The newest ones; empty in lists.') })
  .meta({ id: 'QuarantinedEvents' });

export const quarantinedList = listOf(quarantined, 'QuarantinedEventsList');

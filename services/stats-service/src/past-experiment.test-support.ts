import { randomUUID } from 'node:crypto';
import type { EventStore } from '@stitchd/db/clickhouse';
import { seededRandom } from '@stitchd/statistics';
import { insertRaw, type RawEvent, type RawExposure } from './computation/raw-items.test-support.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const daily = { windowHours: 24, delayHours: 0, direction: 'increase' };
const spent = { type: 'sum', event: 'purchase' };

/** One of each kind, each with a window of a day. */
export const metricsOfEveryKind = [
  { key: 'revenue', definition: { ...spent, cap: { kind: 'quantile', level: 0.95 }, ...daily } },
  { key: 'bought', definition: { type: 'conversion', event: 'purchase', ...daily } },
  {
    key: 'per-order',
    definition: { type: 'ratio', ...daily, numerator: spent, denominator: { type: 'count', event: 'purchase' } },
  },
  { key: 'usual-spend', definition: { type: 'quantile', level: 0.8, per: 'unit', measure: spent, ...daily } },
  { key: 'order-value', definition: { type: 'quantile', level: 0.5, per: 'event', event: 'purchase', ...daily } },
] as const;

/** Left out by what their exposures say. */
export const botExclusion = { name: 'Bots', filter: { property: 'attributes.bot', operator: '=', value: 'yes' } } as const;

/**
 * Units of two arms by turns, each exposed once to the flag `checkout`: two of three bought in the week before, as much as they do later;
 * a third of the orders name only a device that belongs to a unit, and every tenth unit is a bot.
 */
export async function insertExperiment(
  store: EventStore,
  of: { readonly environmentId: string; readonly iterationId: string; readonly units: number; readonly atMs: number },
): Promise<void> {
  const random = seededRandom(5);
  const exposures: RawExposure[] = [];
  const events: RawEvent[] = [];
  for (let unit = 0; unit < of.units; unit++) {
    const at = of.atMs + unit * 1_000;
    const person = { user: `u-${unit}`, device: `d-${unit}` };
    const item = (itemAt: number, units: Readonly<Record<string, string>>) => {
      const times = { at: itemAt, skew_ms: 0, accepted_at: itemAt, stored_at: itemAt };
      return { item_id: randomUUID(), environment_id: of.environmentId, units, ...times };
    };
    exposures.push({
      ...item(at, person),
      flag: 'checkout',
      variant: ['off', 'on'][unit % 2] ?? '',
      iteration_id: of.iterationId,
      attributes: unit % 10 === 0 ? { bot: 'yes' } : {},
    });
    const usual = 10 + 3 * random.normal();
    const buy = (itemAt: number, units: Readonly<Record<string, string>>, value: number): void => {
      events.push({ ...item(itemAt, units), event: 'purchase', value });
    };
    if (unit % 3 !== 0) buy(at - 7 * dayMs, { user: person.user }, usual);
    for (let order = random.below(4); order > 0; order--)
      buy(at + order * hourMs, order === 2 ? { device: person.device } : { user: person.user }, usual + random.normal());
  }
  await insertRaw(store, 'exposure', exposures, randomUUID());
  await insertRaw(store, 'event', events, randomUUID());
}

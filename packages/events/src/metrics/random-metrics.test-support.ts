import type { EventSelection, Measure, MetricDefinition, PropertyFilter, PropertyValue } from '@stitchd/core';
import { measureTypes, metricTypes } from '@stitchd/core';
import type { ReferenceEvent, ReferenceUnit } from './metric-reference.test-support.ts';

/** Chance that is the same in every run. */
export interface Random {
  readonly below: (limit: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(choices: readonly T[]) => T;
}

/** Marsaglia's xorshift. */
export function seeded(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  return { below, chance: (share) => next() < share, pick };
}

const hourMs = 3_600_000;
const eventKeys = ['visit', 'view', 'purchase'] as const;
/** Values as properties and in filters: with what has to be escaped, and what looks like another type. */
const values: readonly PropertyValue[] = ['pro', 'Pro', '5', 'true', 'o\'n\\e\n\t"ü🎉', '', 5, 0, -2.5, 1e21, true, false];
const paths = ['plan', 'amount', 'cart.total', 'deep.er.still', 'tags', 'nothing'] as const;

export function randomProperties(random: Random): string {
  if (random.chance(0.1)) return '';
  const properties: Record<string, unknown> = {};
  const value = (): unknown => random.pick<unknown>([...values, ...values, null, ['pro', 5], { total: 5 }, {}, []]);
  const number = (): unknown => (random.chance(0.8) ? random.below(400) / 4 - 20 : value());
  if (random.chance(0.8)) properties['plan'] = value();
  if (random.chance(0.8)) properties['amount'] = number();
  if (random.chance(0.6)) properties['cart'] = random.chance(0.8) ? { total: number(), other: 1 } : value();
  if (random.chance(0.3)) properties['deep'] = { er: { still: value() } };
  if (random.chance(0.6)) properties['tags'] = Array.from({ length: random.below(4) }, value);
  return JSON.stringify(properties);
}

export function randomFilter(random: Random, depth = 0): PropertyFilter {
  const form = random.below(depth < 3 ? 8 : 4);
  const parts = () => Array.from({ length: random.below(3) }, () => randomFilter(random, depth + 1));
  if (form === 7) return { not: randomFilter(random, depth + 1) };
  if (form === 6) return { any: parts() };
  if (form === 5) return { all: parts() };
  const property = random.pick(paths);
  switch (random.below(5)) {
    case 0:
      return { property, operator: random.pick(['<', '<=', '>', '>='] as const), value: random.below(80) / 4 };
    case 1:
      return { property, operator: 'in', values: Array.from({ length: 1 + random.below(3) }, () => random.pick(values)) };
    case 2:
      return { property: random.chance(0.5) ? 'tags' : property, operator: 'contains', value: random.pick([...values, 'r']) };
    case 3:
      return { property, operator: 'exists' };
    default:
      return { property, operator: random.pick(['=', '!='] as const), value: random.pick(values) };
  }
}

function randomSelection(random: Random): EventSelection {
  return { event: random.pick(eventKeys), ...(random.chance(0.5) && { filter: randomFilter(random) }) };
}

function randomMeasure(random: Random, type = random.pick(measureTypes)): Measure {
  const selection = randomSelection(random);
  if (type === 'conversion' || type === 'active-days') return { type, ...selection };
  const cap = random.chance(0.3) && { cap: { kind: 'value', value: random.below(20) + 0.5 } as const };
  if (type === 'count') return { type, ...selection, ...cap };
  return { type, ...selection, ...cap, ...(random.chance(0.6) && { property: random.pick(paths) }) };
}

/** Windows whose ends events of `randomEvents` meet exactly. */
export function randomMetric(random: Random, type = random.pick(metricTypes)): MetricDefinition {
  const direction = 'increase';
  const window = { windowHours: random.pick([0, 1, 3, 24, 50]), delayHours: random.pick([0, 0, 1, 26]) };
  switch (type) {
    case 'ratio':
      return { type, numerator: randomMeasure(random), denominator: randomMeasure(random), direction, ...window };
    case 'quantile': {
      const level = random.pick([0.1, 0.5, 0.99]);
      if (random.chance(0.3)) return { type, level, per: 'unit', measure: randomMeasure(random), direction, ...window };
      const property = random.chance(0.5) && { property: random.pick(paths) };
      return { type, level, per: 'event', ...randomSelection(random), ...property, direction, ...window };
    }
    case 'funnel': {
      const step = (): EventSelection => (random.chance(0.6) ? { event: random.pick(eventKeys) } : randomSelection(random));
      const steps = Array.from({ length: 2 + random.below(random.chance(0.2) ? 9 : 3) }, step);
      return { type, steps, withinHours: random.pick([1, 2, 24]), direction, ...window };
    }
    case 'retention': {
      const fromDays = random.below(3);
      return { type, ...randomSelection(random), fromDays, toDays: fromDays + 1 + random.below(2), direction };
    }
    default:
      return { ...randomMeasure(random, type), direction, ...window };
  }
}

/** Events around a unit's first moment: on whole hours mostly, so that many tie and many lie on an edge, or a millisecond beside. */
export function randomEvents(random: Random, { unit, firstMs }: ReferenceUnit, newId: () => string): readonly ReferenceEvent[] {
  const events = Array.from({ length: random.chance(0.1) ? 0 : random.below(25) }, (): ReferenceEvent => {
    const hours = random.chance(0.5) ? random.below(5) : random.below(100) - 20;
    return {
      itemId: newId(),
      unit: random.chance(0.05) ? `${unit}-stranger` : unit,
      event: random.pick(eventKeys),
      // Quarters, so that sums are exact whatever the order.
      value: random.below(100) / 4 - 5,
      properties: randomProperties(random),
      atMs: firstMs + hours * hourMs + random.pick([0, 0, 0, 1, -1]),
    };
  });
  return [...events, ...events.filter(() => random.chance(0.1))];
}

import type { JobBounds } from '@stitchd/db/stats';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import type { RawEvent, RawExposure } from './raw-items.test-support.ts';

/** What the raw items say of one arm, found with loops and maps instead of SQL. */
export interface ReferenceArm {
  units: number;
  mixedUnits: number;
  /** By metric: the value of every unit. */
  readonly values: number[][];
}

interface Copies {
  readonly item_id: string;
  readonly environment_id: string;
  readonly accepted_at: number;
  readonly stored_at: number;
}

/** Each item once: the copy that was stored first. */
function distinct<T extends Copies>(items: readonly T[], environmentId: string): T[] {
  const chosen = new Map<string, T>();
  for (const item of items) {
    if (item.environment_id !== environmentId) continue;
    const known = chosen.get(item.item_id);
    if (known === undefined || item.stored_at < known.stored_at) chosen.set(item.item_id, item);
  }
  return [...chosen.values()];
}

interface Exposed {
  first: number;
  arm: number;
  readonly arms: Set<number>;
}

function firstExposures(plan: ComputationPlan, exposures: readonly RawExposure[], bounds: JobBounds): Map<string, Exposed> {
  const exposed = new Map<string, Exposed>();
  for (const exposure of distinct(exposures, plan.environmentId)) {
    const unit = exposure.units[plan.unitKind];
    const at = exposure.at + exposure.skew_ms;
    const arm = plan.arms.findIndex(({ variant }) => variant === exposure.variant);
    const counts = exposure.iteration_id === plan.iterationId && at >= Date.parse(bounds.from) && at < Date.parse(bounds.to);
    if (!unit || arm < 0 || !counts || exposure.stored_at > Date.parse(bounds.dataUntil)) continue;
    const known = exposed.get(unit);
    if (known === undefined) {
      exposed.set(unit, { first: at, arm, arms: new Set([arm]) });
      continue;
    }
    known.arms.add(arm);
    if (at < known.first || (at === known.first && arm < known.arm)) Object.assign(known, { first: at, arm });
  }
  return exposed;
}

/** The same figures as `armsQuery` is to give, by another way. */
export function referenceArms(
  plan: ComputationPlan,
  metrics: readonly MetricPlan[],
  raw: { readonly exposures: readonly RawExposure[]; readonly events: readonly RawEvent[] },
  bounds: JobBounds,
): readonly ReferenceArm[] {
  const exposed = firstExposures(plan, raw.exposures, bounds);
  const eventsOf = new Map<string, RawEvent[]>();
  for (const event of distinct(raw.events, plan.environmentId)) {
    const unit = event.units[plan.unitKind];
    if (!unit || event.stored_at > Date.parse(bounds.dataUntil)) continue;
    eventsOf.set(unit, [...(eventsOf.get(unit) ?? []), event]);
  }
  const arms: ReferenceArm[] = plan.arms.map(() => ({ units: 0, mixedUnits: 0, values: metrics.map(() => []) }));
  for (const [unit, { first, arm, arms: seen }] of exposed) {
    const into = arms[arm];
    if (into === undefined) throw new Error('an arm that is none');
    into.units += 1;
    if (seen.size > 1) into.mixedUnits += 1;
    for (const [index, metric] of metrics.entries())
      into.values[index]?.push(unitValue(metric, first, eventsOf.get(unit) ?? [], bounds));
  }
  return arms;
}

/** Conversions and sums with no more than a window: what else metrics can be is proven where their SQL is written. */
function unitValue({ definition }: MetricPlan, first: number, events: readonly RawEvent[], bounds: JobBounds): number {
  if (definition.type !== 'conversion' && definition.type !== 'sum') throw new Error('a type without a reference');
  const end = definition.windowHours === 0 ? Date.parse(bounds.to) : first + definition.windowHours * 3_600_000;
  const counted = events.filter(
    ({ event, at, skew_ms: skew }) => event === definition.event && at + skew >= first && at + skew < end,
  );
  if (definition.type === 'conversion') return counted.length > 0 ? 1 : 0;
  return counted.reduce((sum, { value }) => sum + value, 0);
}

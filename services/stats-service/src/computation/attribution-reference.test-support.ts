import type { ComputationPlan } from './metric-plan.ts';
import type { RawEvent, RawExposure } from './raw-items.test-support.ts';

/** What attribution gives of one arm, found with loops and maps: buyers, sums in three hours, visits. */
export interface AttributedArm {
  readonly variant: string;
  units: number;
  mixedUnits: number;
  buyers: number;
  revenue: number;
  visits: number;
}

interface Unit {
  first: number;
  arm: number;
  readonly arms: Set<number>;
  bought: boolean;
  revenue: number;
  visits: number;
}

const mostLinked = 20;

/** Exposures by bots do not count; an event without the unit goes to the earliest exposed unit that one of its keys belongs to. */
export function attributedArms(
  plan: ComputationPlan,
  raw: { readonly exposures: readonly RawExposure[]; readonly events: readonly RawEvent[] },
  until: number,
): readonly AttributedArm[] {
  const units = new Map<string, Unit>();
  for (const exposure of raw.exposures) {
    const key = exposure.units[plan.unitKind];
    if (key === undefined || exposure.at >= until || exposure.attributes?.['agent'] === 'bot') continue;
    const arm = plan.arms.findIndex(({ variant }) => variant === exposure.variant);
    const unit = units.get(key) ?? { first: Infinity, arm, arms: new Set<number>(), bought: false, revenue: 0, visits: 0 };
    units.set(key, unit);
    unit.arms.add(arm);
    if (exposure.at < unit.first || (exposure.at === unit.first && arm < unit.arm))
      Object.assign(unit, { first: exposure.at, arm });
  }
  const known = linksOf([...raw.exposures, ...raw.events], plan.unitKind);
  for (const event of new Map(raw.events.map((one) => [one.item_id, one])).values()) {
    const unit =
      units.get(event.units[plan.unitKind] ?? '') ?? (plan.unitKind in event.units ? undefined : linkedUnit(event, known, units));
    if (unit === undefined || event.at < unit.first || event.at >= until) continue;
    if (event.event === 'visit') unit.visits++;
    if (event.event !== 'purchase') continue;
    unit.bought = true;
    if (event.at < unit.first + 3 * 3_600_000) unit.revenue += event.value;
  }
  return plan.arms.map(({ variant }, index) => {
    const mine = [...units.values()].filter(({ arm }) => arm === index);
    const sum = (of: (unit: Unit) => number): number => mine.reduce((total, unit) => total + of(unit), 0);
    return {
      variant,
      units: mine.length,
      mixedUnits: sum(({ arms }) => (arms.size > 1 ? 1 : 0)),
      buyers: sum(({ bought }) => (bought ? 1 : 0)),
      revenue: sum(({ revenue }) => revenue),
      visits: sum(({ visits }) => visits),
    };
  });
}

/** By other key: the units it was ever seen with. */
function linksOf(items: readonly (RawExposure | RawEvent)[], unitKind: string): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const { units } of items)
    for (const [kind, key] of Object.entries(units)) {
      const unit = units[unitKind];
      if (unit === undefined || kind === unitKind) continue;
      const name = `${kind}:${key}`;
      known.set(name, (known.get(name) ?? new Set()).add(unit));
    }
  return known;
}

function linkedUnit(event: RawEvent, known: Map<string, Set<string>>, units: Map<string, Unit>): Unit | undefined {
  let earliest: Unit | undefined;
  for (const [kind, key] of Object.entries(event.units)) {
    const exposed = [...(known.get(`${kind}:${key}`) ?? [])].flatMap((unit) => units.get(unit) ?? []);
    if (exposed.length > mostLinked) continue;
    for (const unit of exposed) if (earliest === undefined || unit.first < earliest.first) earliest = unit;
  }
  return earliest;
}

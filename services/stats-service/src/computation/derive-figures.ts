import type { DerivedState } from '@stitchd/db/stats';
import type { ArmFigures } from './arm-figures.ts';
import type { Caps } from './arm-columns.ts';
import { planHash, type DerivedPeriod } from './derived-units.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import {
  forgetOtherPlans,
  forgetUnits,
  hasLinks,
  hasUnits,
  readCaps,
  readDerivedArms,
  readRawArms,
  readSurroundings,
  shownQuery,
  writeUnits,
  type Asking,
  type Figures,
} from './read-figures.ts';
import { statsLimits } from '../limits.ts';

/** How figures came about. */
export type Derivation =
  /** From all items: there were no rows of units that fit. */
  | 'full'
  /** From what is new, on top of the rows that were there. */
  | 'incremental'
  /** Like that, and then all items were read once more and said the same. */
  | 'checked'
  /** They did not say the same: the rows were made anew from all items. */
  | 'repaired';

export interface DerivedFigures {
  readonly figures: Figures;
  readonly derivation: Derivation;
  /** To be kept for the next computation. */
  readonly state: DerivedState;
}

/**
 * Brings the rows of the experiment's units up to date and reads every arm's figures from them. All items' units are looked at
 * for that; the rest is read of the units alone of which something is new.
 *
 * @param known - what the last computation kept
 */
export async function deriveFigures(
  asking: Asking,
  period: DerivedPeriod,
  known: DerivedState | undefined,
): Promise<DerivedFigures> {
  const { plan, bounds } = asking;
  const hash = planHash(plan, period);
  const links = await hasLinks(asking);
  const dataUntil = new Date(bounds.dataUntil);
  const fits = known?.plan === hash && known.derivedUntil <= dataUntil && (await hasUnits(asking, hash));
  const fitting = fits ? known : undefined;
  // The event store's clock went back, or an older computation is tried again: rows of a later one would hide what is written.
  if (known?.plan === hash && known.derivedUntil > dataUntil) await forgetUnits(asking);
  await writeUnits(asking, hash, { hasLinks: links, ...(fitting && { storedFrom: overlapBefore(fitting.derivedUntil) }) });
  const frozen = capsByColumn(plan, known?.caps ?? {});
  const { caps, settled } = await readCaps(asking, hash, frozen);
  let arms = await readDerivedArms(asking, hash, caps);
  let derivation: Derivation = fitting === undefined ? 'full' : 'incremental';
  let checkedAt = fitting?.checkedAt ?? dataUntil;
  if (dataUntil.getTime() - checkedAt.getTime() >= statsLimits.derivedCheckMs) {
    checkedAt = dataUntil;
    const checked = await checkArms(asking, { hash, links, caps, arms });
    arms = checked.arms;
    derivation = checked.derivation;
  }
  // Somebody had everything derived made anew meanwhile: what was read may lack units.
  if (!(await hasUnits(asking, hash))) return deriveFigures(asking, period, undefined);
  if (known !== undefined && known.plan !== hash) await forgetOtherPlans(asking, hash);
  return {
    figures: { query: shownQuery(asking, links, caps), arms, caps, ...(await readSurroundings(asking, hash, links)) },
    derivation,
    state: {
      plan: hash,
      derivedUntil: dataUntil,
      checkedAt,
      caps: { ...known?.caps, ...capsByMetric(plan, { ...frozen, ...settled }) },
    },
  };
}

const overlapBefore = (until: Date): string => new Date(until.getTime() - statsLimits.derivedOverlapMs).toISOString();

/** Compares the arms' figures with what all raw items give, and makes the rows anew where the two differ. */
async function checkArms(
  asking: Asking,
  derived: { readonly hash: string; readonly links: boolean; readonly caps: Caps; readonly arms: readonly ArmFigures[] },
): Promise<{ readonly arms: readonly ArmFigures[]; readonly derivation: 'checked' | 'repaired' }> {
  const { hash, links, caps } = derived;
  if (areTheSame(derived.arms, await readRawArms(asking, links, caps))) return { arms: derived.arms, derivation: 'checked' };
  // Items of inserts that were under way when the rows were written are seen by now, and say nothing against the rows.
  await writeUnits(asking, hash, { hasLinks: links, storedFrom: overlapBefore(new Date(asking.bounds.dataUntil)) });
  const arms = await readDerivedArms(asking, hash, caps);
  if (areTheSame(arms, await readRawArms(asking, links, caps))) return { arms, derivation: 'checked' };
  await forgetUnits(asking);
  await writeUnits(asking, hash, { hasLinks: links });
  return { arms: await readDerivedArms(asking, hash, caps), derivation: 'repaired' };
}

/** A cap is kept under its metric and version: places in the plan may change. */
const keyOf = (plan: ComputationPlan, column: string): string => {
  const [, place = '', part = ''] = /^m(\d+)(.*)$/.exec(column) ?? [];
  const metric = plannedMetrics(plan)[Number(place)];
  return `${metric?.key ?? ''}@${metric?.version ?? ''}${part}`;
};

function capsByMetric(plan: ComputationPlan, caps: Caps): Caps {
  return Object.fromEntries(Object.entries(caps).map(([column, cap]) => [keyOf(plan, column), cap]));
}

function capsByColumn(plan: ComputationPlan, kept: Caps): Caps {
  const columns = plannedMetrics(plan).flatMap((_, index) => [`m${index}`, `m${index}_numerator`, `m${index}_denominator`]);
  return Object.fromEntries(
    columns.flatMap((column) => {
      const cap = kept[keyOf(plan, column)];
      return cap === undefined ? [] : [[column, cap]];
    }),
  );
}

/** Whether two ways to the same figures came to the same: counts exactly, the rest but for the order of additions. */
export function areTheSame(left: readonly ArmFigures[], right: readonly ArmFigures[]): boolean {
  return areAlike(left, right as unknown);
}

function areAlike(left: unknown, right: unknown): boolean {
  if (typeof left === 'number' && typeof right === 'number') {
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left === right;
    return Math.abs(left - right) <= statsLimits.derivedTolerance * Math.max(1, Math.abs(left), Math.abs(right));
  }
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) =>
    areAlike((left as Readonly<Record<string, unknown>>)[name], (right as Readonly<Record<string, unknown>>)[name]),
  );
}

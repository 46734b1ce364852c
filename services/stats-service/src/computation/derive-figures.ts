import type { DerivedState } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import { ask, together, type Asking } from './asking.ts';
import { areCountsRight, countAdded, countForCheck, freshSince, readUnits, type Check } from './compare-with-items.ts';
import { planHash, type DerivedPeriod } from './derived-units.ts';
import type { Figures } from './figures.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { readOverlaps, type Neighbour } from './overlap-query.ts';
import { plannedMetrics } from './plan-parameters.ts';
import { readCaps } from './read-caps.ts';
import { itemFigures, shownQuery, type ReadScope } from './read-figures.ts';
import type { Caps } from './unit-numbers.ts';
import { readUnitValues } from './unit-values.ts';
import { forgetOtherPlans, forgetUnits, hasUnits, writeAllUnits, writeFreshUnits } from './write-units.ts';

/** How figures came about. */
export type Derivation =
  /** From all items, from which the rows of units were made anew; where that was asked for, all items were read once more and said the same. */
  | 'full'
  /** From what is new, on top of the rows that were there. */
  | 'incremental'
  /** Like that, and then all items were read once more and said the same. */
  | 'checked'
  /** The rows said the same; counts of exposures that were added up did not, and are those of all items. */
  | 'recounted'
  /** The rows did not say the same: they were made anew from all items, and then did. */
  | 'repaired'
  /** Not even then: the metrics' figures are those of all items, and the rest, which comes from the rows, is in doubt. */
  | 'differs'
  /** From the rows: the comparison with all items could not be finished within what a statement may use. */
  | 'unchecked';

/** What is compared with all items: figures and units from the rows, and counts of exposures that were added up. */
export type Compared = 'figures' | 'exposures';

/** What a computation asks with. */
export interface Computing extends Asking, Pick<ReadScope, 'criticalValueOf'> {
  /** Other experiments whose units may be the same; left out: none. */
  readonly neighbours?: () => Promise<readonly Neighbour[]>;
  /**
   * The rows of all units are made again, and compared with all items: nothing may come after it that would find them wrong. What
   * metrics are capped at stays frozen: else looks before and after it would differ in it.
   */
  readonly isFull?: boolean;
}

export interface DerivedFigures {
  readonly figures: Figures;
  readonly derivation: Derivation;
  /** Of what was kept, what did not say the same as all items; empty where nothing was compared. */
  readonly disagreed: readonly Compared[];
  /** To be kept for the next computation. */
  readonly state: DerivedState;
}

/** Whether any key is known to belong to one of the experiment's kind of unit. */
export async function findLinks(asking: Asking): Promise<boolean> {
  const sql =
    'SELECT 1 AS one FROM identity_link WHERE environment_id = {environmentId:UUID} AND other_kind = {unitKind:String} LIMIT 1';
  const rows = await ask(asking, { sql, parameters: { unitKind: asking.plan.unitKind } });
  return rows.length > 0;
}

/**
 * Brings the rows of the experiment's units up to date and reads every figure from them: after the first time, what is new alone is
 * looked at. That first time is not compared with all items, which would double the longest of all computations: the comparison of
 * the next day does that, or the last computation. Where the last comparison did not end well, it is.
 *
 * @param known - what the last computation kept
 */
export async function deriveFigures(
  given: Computing,
  period: DerivedPeriod,
  known: DerivedState | undefined,
): Promise<DerivedFigures> {
  const { plan, bounds, isFull = false } = given;
  let rowsRead = 0;
  const asking: Asking = { ...given, onRead: (rows) => (rowsRead += rows) };
  const hash = planHash(plan, period);
  const dataUntil = new Date(bounds.dataUntil);
  const [links, isWritten] = await together([findLinks(asking), hasUnits(asking, hash)]);
  const fitting = !isFull && isWritten && known?.plan === hash && known.derivedUntil <= dataUntil ? known : undefined;
  // The event store's clock went back, or an older computation is tried again: rows of a later one would hide what is written.
  if (known?.plan === hash && known.derivedUntil > dataUntil) await forgetUnits(asking);
  const since = fitting && freshSince(fitting.derivedUntil);
  const isChecked = fitting === undefined ? isFull || known?.failedCheck !== undefined : isCheckDue(fitting, dataUntil);
  const tallied = since && fitting.tallies && { ...since, tallies: fitting.tallies };
  const [counted] = await together([
    isChecked ? countForCheck(asking, links, tallied) : countAdded(asking, links, tallied),
    since === undefined ? writeAllUnits(asking, hash, links) : writeFreshUnits(asking, hash, links, since),
  ]);
  const frozen = capsByColumn(plan, known?.caps ?? {});
  const { caps, settled } = await readCaps(asking, hash, frozen);
  const isEnded = period.to !== undefined && Date.parse(period.to) <= dataUntil.getTime();
  const scope: ReadScope = { caps, isEnded, criticalValueOf: given.criticalValueOf };
  const { read, check, hasDiffered, surroundings } = await readUnits(asking, {
    hash,
    links,
    scope,
    isChecked,
    standing: known?.failedCheck?.as,
  });
  const { counts } = counted;
  const areCounted = !isChecked || tallied === undefined || (await areCountsRight(asking, counted, tallied));
  const disagreed: Compared[] = [
    ...(hasDiffered ? ['figures' as const] : []),
    ...(areCounted === false ? ['exposures' as const] : []),
  ];
  const now = derivationOf({ isAnew: fitting === undefined, check, areCounted });
  const unitValues = await readUnitValues(asking, hash, read.metrics, scope);
  const isWholeLook = fitting === undefined || isChecked;
  const overlaps = isWholeLook ? await readOverlaps(asking, hash, (await given.neighbours?.()) ?? [], scope) : null;
  // Somebody had everything derived made anew meanwhile: what was read may lack units.
  if (!(await hasUnits(asking, hash))) return deriveFigures(given, period, known);
  if (known !== undefined && known.plan !== hash) await forgetOtherPlans(asking, hash);
  return {
    figures: {
      query: shownQuery(asking, links, scope),
      ...read,
      ...surroundings,
      unitValues,
      overlaps,
      ...itemFigures(asking, counts),
      caps,
      rowsRead: rowsRead === 0 ? null : rowsRead,
    },
    derivation: now,
    disagreed,
    state: {
      plan: hash,
      derivedUntil: dataUntil,
      ...checkState(fitting, { isChecked, now, dataUntil }),
      caps: { ...known?.caps, ...capsByMetric(plan, { ...frozen, ...settled }) },
      tallies: { exposures: counts.exposures.settled, events: counts.stream ?? [] },
    },
  };
}

/** Once a day; what did not end well is tried again before, but not by every computation: it reads all items several times. */
function isCheckDue({ checkedAt, failedCheck }: DerivedState, dataUntil: Date): boolean {
  const since = (at: Date): number => dataUntil.getTime() - at.getTime();
  if (failedCheck !== undefined) return since(failedCheck.at) >= statsLimits.derivedRecheckMs;
  return since(checkedAt) >= statsLimits.derivedCheckMs;
}

/** What the next computation has to know of comparisons. */
function checkState(
  fitting: DerivedState | undefined,
  { isChecked, now, dataUntil }: { readonly isChecked: boolean; readonly now: Derivation; readonly dataUntil: Date },
): Pick<DerivedState, 'checkedAt' | 'failedCheck'> {
  const { checkedAt, failedCheck } = fitting ?? { checkedAt: dataUntil, failedCheck: undefined };
  if (!isChecked) return { checkedAt, failedCheck };
  const hasFailed = now === 'differs' || now === 'unchecked';
  return hasFailed ? { checkedAt, failedCheck: { as: now, at: dataUntil } } : { checkedAt: dataUntil, failedCheck: undefined };
}

/** How figures came about, by what the comparison of the units' rows and that of the counts of exposures found. */
function derivationOf(found: {
  /** The rows of all units were made anew before. */
  readonly isAnew: boolean;
  readonly check: Check | undefined;
  /** Undefined: that is not known. */
  readonly areCounted: boolean | undefined;
}): Derivation {
  const { isAnew, check, areCounted } = found;
  if (check === undefined) return isAnew ? 'full' : 'incremental';
  if (check !== 'checked') return check;
  if (areCounted === undefined) return 'unchecked';
  if (!areCounted) return 'recounted';
  return isAnew ? 'full' : 'checked';
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

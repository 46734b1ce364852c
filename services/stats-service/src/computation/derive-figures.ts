import type { DerivedState, DerivedTallies } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import { ask, together, type Asking } from './asking.ts';
import { planHash, type DerivedPeriod } from './derived-units.ts';
import { countExposures, type ExposureCounts } from './exposure-counts.ts';
import type { Figures } from './figures.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { readOverlaps, type Neighbour } from './overlap-query.ts';
import { plannedMetrics } from './plan-parameters.ts';
import { readCaps } from './read-caps.ts';
import {
  countItems,
  itemFigures,
  readDerivedMetrics,
  readRawMetrics,
  readSurroundings,
  shownQuery,
  type MetricsRead,
  type ReadScope,
} from './read-figures.ts';
import type { Caps } from './unit-numbers.ts';
import { readUnitValues } from './unit-values.ts';
import { forgetOtherPlans, forgetUnits, hasUnits, writeAllUnits, writeFreshUnits } from './write-units.ts';

/** How figures came about. */
export type Derivation =
  /** From all items: there were no rows of units that fit. */
  | 'full'
  /** From what is new, on top of the rows that were there. */
  | 'incremental'
  /** Like that, and then all items were read once more and said the same. */
  | 'checked'
  /** They did not say the same: what was kept was made anew from all items, and then said the same. */
  | 'repaired'
  /** Not even then: the metrics' figures are those of all items, and the rest, which comes from the rows, is in doubt. */
  | 'differs';

/** What is compared with all items: figures and units from the rows, and counts of exposures that were added up. */
export type Compared = 'figures' | 'exposures';

/** What a computation asks with. */
export interface Computing extends Asking, Pick<ReadScope, 'criticalValueOf'> {
  /** Other experiments whose units may be the same; left out: none. */
  readonly neighbours?: () => Promise<readonly Neighbour[]>;
  /** The rows of all units are made again. What metrics are capped at stays frozen: else looks before and after it would differ in it. */
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
 * looked at.
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
  const isChecked = dataUntil.getTime() - (fitting?.checkedAt ?? dataUntil).getTime() >= statsLimits.derivedCheckMs;
  const tallied = since && fitting.tallies && { ...since, tallies: fitting.tallies };
  const kept = isChecked ? undefined : tallied;
  const [counts] = await together([
    countItems(asking, links, kept),
    since === undefined ? writeAllUnits(asking, hash, links) : writeFreshUnits(asking, hash, links, since),
  ]);
  const frozen = capsByColumn(plan, known?.caps ?? {});
  const { caps, settled } = await readCaps(asking, hash, frozen);
  const isEnded = period.to !== undefined && Date.parse(period.to) <= dataUntil.getTime();
  const scope: ReadScope = { caps, isEnded, criticalValueOf: given.criticalValueOf };
  const { read, check, surroundings } = await readUnits(asking, { hash, links, scope, isChecked });
  const areCounted = !isChecked || tallied === undefined || (await areCountsRight(asking, counts.exposures, tallied));
  const disagreed: Compared[] = [
    ...(check === undefined || check === 'checked' ? [] : ['figures' as const]),
    ...(areCounted ? [] : ['exposures' as const]),
  ];
  const now = derivationOf({ isFirst: fitting === undefined, check, areCounted });
  const unitValues = await readUnitValues(asking, hash, read.metrics, scope);
  const overlaps = now === 'incremental' ? null : await readOverlaps(asking, hash, (await given.neighbours?.()) ?? [], scope);
  // Somebody had everything derived made anew meanwhile: what was read may lack units.
  if (!(await hasUnits(asking, hash))) return deriveFigures({ ...given, isFull: true }, period, known);
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
      // What differs is compared again the next time.
      checkedAt: fitting === undefined || (isChecked && check !== 'differs') ? dataUntil : fitting.checkedAt,
      caps: { ...known?.caps, ...capsByMetric(plan, { ...frozen, ...settled }) },
      tallies: { exposures: counts.exposures.settled, events: counts.stream ?? [] },
    },
  };
}

/** How figures came about, by what the comparison of the units' rows and that of the counts of exposures found. */
function derivationOf(found: {
  readonly isFirst: boolean;
  readonly check: Check | undefined;
  readonly areCounted: boolean;
}): Derivation {
  const { isFirst, check, areCounted } = found;
  if (check === undefined) return isFirst ? 'full' : 'incremental';
  return check === 'checked' && !areCounted ? 'repaired' : check;
}

interface UnitsRead {
  readonly hash: string;
  readonly links: boolean;
  readonly scope: ReadScope;
}

async function readUnits(asking: Asking, { isChecked, ...of }: UnitsRead & { readonly isChecked: boolean }) {
  const { hash, scope } = of;
  if (!isChecked) {
    const [read, surroundings] = await together([readDerivedMetrics(asking, hash, scope), readSurroundings(asking, hash, scope)]);
    return { read, surroundings, check: undefined };
  }
  const checked = await checkMetrics(asking, { ...of, read: await readDerivedMetrics(asking, hash, scope) });
  return { ...checked, surroundings: await readSurroundings(asking, hash, scope) };
}

/** An insert may take a while until its rows are seen, so that what was looked at last is looked at again. */
function freshSince(until: Date) {
  return {
    storedFrom: new Date(until.getTime() - statsLimits.derivedOverlapMs).toISOString(),
    knownUntil: until.toISOString(),
  };
}

type Check = Extract<Derivation, 'checked' | 'repaired' | 'differs'>;

/**
 * Compares the figures with what all raw items give, makes the rows anew where the two differ, and compares again: where they still
 * differ, the raw items are believed.
 */
async function checkMetrics(
  asking: Asking,
  derived: UnitsRead & { readonly read: MetricsRead },
): Promise<{ readonly read: MetricsRead; readonly check: Check }> {
  const { hash, links, scope } = derived;
  const found = await compare(asking, derived, derived.read);
  if (found.areSame) return { read: found.read, check: 'checked' };
  await forgetUnits(asking);
  await writeAllUnits(asking, hash, links);
  const again = await compare(asking, derived, await readDerivedMetrics(asking, hash, scope));
  return again.areSame ? { read: again.read, check: 'repaired' } : { read: again.raw, check: 'differs' };
}

async function compare(asking: Asking, { hash, links, scope }: UnitsRead, read: MetricsRead) {
  const raw = await readRawMetrics(asking, links, scope);
  if (areTheSame(read, raw)) return { areSame: true, read, raw };
  // Items of inserts that were under way when the rows were written are seen by now, and say nothing against the rows.
  await writeFreshUnits(asking, hash, links, freshSince(new Date(asking.bounds.dataUntil)));
  const late = { read: await readDerivedMetrics(asking, hash, scope), raw: await readRawMetrics(asking, links, scope) };
  return { areSame: areTheSame(late.read, late.raw), ...late };
}

/** Whether exposures that were counted as they came, by arm and by exclusion, are those that all items give. */
async function areCountsRight(
  asking: Asking,
  counted: ExposureCounts,
  { tallies, storedFrom }: { readonly tallies: DerivedTallies; readonly storedFrom: string },
): Promise<boolean> {
  const areThose = async (all: ExposureCounts): Promise<boolean> => {
    const added = await countExposures(asking, { tallies: tallies.exposures, storedFrom });
    return areAlike(byVariant(added), byVariant(all));
  };
  // Of an insert that was under way one of the two may have seen more.
  return (await areThose(counted)) || areThose(await countExposures(asking, undefined));
}

const byVariant = ({ counts }: ExposureCounts) =>
  Object.fromEntries(
    counts.map(({ variant, exclusion, items, withoutUnit, units }) => [`${exclusion} ${variant}`, { items, withoutUnit, units }]),
  );

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
export function areTheSame(left: MetricsRead, right: MetricsRead): boolean {
  return areAlike(left, right);
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

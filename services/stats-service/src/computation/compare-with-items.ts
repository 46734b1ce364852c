import { eventStoreErrorOf } from '@stitchd/db/clickhouse';
import type { DerivedTallies, FailedCheck } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import { together, type Asking } from './asking.ts';
import { countExposures, type ExposureCounts } from './exposure-counts.ts';
import {
  countItems,
  readDerivedMetrics,
  readRawMetrics,
  readSurroundings,
  type ItemCounts,
  type MetricsRead,
  type ReadScope,
} from './read-figures.ts';
import { forgetUnits, writeAllUnits, writeFreshUnits } from './write-units.ts';

/** How the rows of units stand to all items. */
export type Check = 'checked' | 'repaired' | FailedCheck['as'];

interface UnitsRead {
  readonly hash: string;
  readonly links: boolean;
  readonly scope: ReadScope;
  /** What the last comparison left; undefined: nothing is known against the rows. */
  readonly standing: FailedCheck['as'] | undefined;
}

interface CheckedRead {
  readonly read: MetricsRead;
  /** Undefined: they were not compared, and nothing is known against them. */
  readonly check: Check | undefined;
  /** This comparison found a difference. */
  readonly hasDiffered: boolean;
}

interface Tallied {
  readonly tallies: DerivedTallies;
  readonly storedFrom: string;
}

/** Figures and surroundings from the rows of units. Rows that differ give no figures of metrics until they were compared well again. */
export async function readUnits(asking: Asking, { isChecked, ...of }: UnitsRead & { readonly isChecked: boolean }) {
  const { hash, links, scope, standing } = of;
  if (!isChecked) {
    const isBelieved = standing !== 'differs';
    const [read, surroundings] = await together([
      isBelieved ? readDerivedMetrics(asking, hash, scope) : readRawMetrics(asking, links, scope),
      readSurroundings(asking, hash, scope),
    ]);
    return { read, surroundings, check: standing, hasDiffered: false };
  }
  const checked = await checkMetrics(asking, { ...of, read: await readDerivedMetrics(asking, hash, scope) });
  return { ...checked, surroundings: await readSurroundings(asking, hash, scope) };
}

/** An insert may take a while until its rows are seen, so that what was looked at last is looked at again. */
export function freshSince(until: Date) {
  return {
    storedFrom: new Date(until.getTime() - statsLimits.derivedOverlapMs).toISOString(),
    knownUntil: until.toISOString(),
  };
}

/**
 * Compares the figures with what all raw items give, makes the rows anew where the two differ, and compares again: unless they agree
 * now, the raw items are believed, as they were read last. Where the raw items can't be read at all, the figures of the rows stay,
 * unless they are known to be wrong.
 */
async function checkMetrics(asking: Asking, derived: UnitsRead & { readonly read: MetricsRead }): Promise<CheckedRead> {
  const { hash, links, scope, standing } = derived;
  const comparing = compare(asking, derived, derived.read);
  const found = await (standing === 'differs' ? comparing : finished(comparing));
  if (found === undefined) return { read: derived.read, check: 'unchecked', hasDiffered: false };
  if (found.areSame) return { read: found.read, check: 'checked', hasDiffered: false };
  await forgetUnits(asking);
  await writeAllUnits(asking, hash, links);
  const anew = await readDerivedMetrics(asking, hash, scope);
  const again = await finished(compare(asking, derived, anew));
  return again?.areSame === true
    ? { read: again.read, check: 'repaired', hasDiffered: true }
    : { read: (again ?? found).raw, check: 'differs', hasDiffered: true };
}

/** Undefined where a statement came to one of its limits: that says nothing against what was compared. @throws whatever else fails */
async function finished<T>(comparison: Promise<T>): Promise<T | undefined> {
  try {
    return await comparison;
  } catch (error) {
    const kind = eventStoreErrorOf(error)?.kind;
    if (kind === 'timeout' || kind === 'memory') return undefined;
    throw error;
  }
}

async function compare(asking: Asking, { hash, links, scope }: UnitsRead, read: MetricsRead) {
  const raw = await readRawMetrics(asking, links, scope);
  if (areTheSame(read, raw)) return { areSame: true, read, raw };
  // Items of inserts that were under way when the rows were written are seen by now, and say nothing against the rows.
  await writeFreshUnits(asking, hash, links, freshSince(new Date(asking.bounds.dataUntil)));
  const late = { read: await readDerivedMetrics(asking, hash, scope), raw: await readRawMetrics(asking, links, scope) };
  return { areSame: areTheSame(late.read, late.raw), ...late };
}

/** All items are counted, and where that can't be finished, what is new is added as at any other time. */
export async function countForCheck(asking: Asking, links: boolean, tallied: Tallied | undefined): Promise<CountedItems> {
  if (tallied === undefined) return { counts: await countItems(asking, links, undefined), areWhole: true };
  const all = await finished(countItems(asking, links, undefined));
  return all === undefined ? countAdded(asking, links, tallied) : { counts: all, areWhole: true };
}

/** What is new, added to what was counted before; all items where nothing was. */
export async function countAdded(asking: Asking, links: boolean, tallied: Tallied | undefined): Promise<CountedItems> {
  return { counts: await countItems(asking, links, tallied), areWhole: tallied === undefined };
}

interface CountedItems {
  readonly counts: ItemCounts;
  /** All items were counted at once. */
  readonly areWhole: boolean;
}

/**
 * Whether exposures that were counted as they came, by arm and by exclusion, are those that all items give; undefined where that could
 * not be found out.
 */
export async function areCountsRight(
  asking: Asking,
  { counts, areWhole }: CountedItems,
  { tallies, storedFrom }: Tallied,
): Promise<boolean | undefined> {
  if (!areWhole) return undefined;
  const areThose = async (all: ExposureCounts): Promise<boolean> => {
    const added = await countExposures(asking, { tallies: tallies.exposures, storedFrom });
    return areAlike(byVariant(added), byVariant(all));
  };
  // Of an insert that was under way one of the two may have seen more.
  const both = async (): Promise<boolean> =>
    (await areThose(counts.exposures)) || areThose(await countExposures(asking, undefined));
  return finished(both());
}

const byVariant = ({ counts }: ExposureCounts) =>
  Object.fromEntries(
    counts.map(({ variant, exclusion, items, withoutUnit, units }) => [`${exclusion} ${variant}`, { items, withoutUnit, units }]),
  );

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

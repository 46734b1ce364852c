import { hoursToMs, type EventSelection } from '@stitchd/core';
import { oneSlot, type SlottedMeasure } from './metric-slot.ts';
import type { RowColumns, RowReader, RowWindow } from './row-reader.ts';

/** What a millisecond is cut into: more than twice as many as there are sets of steps. */
const ticksPerMs = 2_048;
const setsOfSteps = 1_024;

/**
 * How many steps a unit did in order, the last one less than `withinHours` after the first: 0 to the number of steps. One
 * event is one step, even where it fits several.
 *
 * `windowFunnel` takes rows by time, and those of one time as they come, which is chance. So the time here is the millisecond
 * and, below it, the set of steps that a row fits: rows of one millisecond are taken in the order of the steps. Rows that fit the
 * same steps can be swapped without a difference. Its window includes its end: half a millisecond is taken off.
 */
export function funnelLevel(
  funnel: { readonly steps: readonly EventSelection[]; readonly withinHours: number },
  reader: RowReader,
  window: RowWindow,
  row: RowColumns,
): string {
  const { conditions, tick, within } = funnelParts(funnel, reader, window, row);
  return `windowFunnel(${within}, 'strict_once')(toUInt64(${tick}), ${conditions.join(', ')})`;
}

/** The same from a list of the moments of steps, each with the set of steps that it is. */
export function funnelSlots(
  funnel: { readonly steps: readonly EventSelection[]; readonly withinHours: number },
  reader: RowReader,
  window: RowWindow,
  row: RowColumns,
): SlottedMeasure {
  const { conditions, tick, within } = funnelParts(funnel, reader, window, row);
  // A time in milliseconds times 2,048 is still exact as a Float64.
  return oneSlot('list', `groupArrayIf(toFloat64(${tick}), ${conditions.join(' OR ')})`, (ticks) => {
    const fits = conditions.map((_, index) => `arrayMap(tick -> bitTest(toUInt64(tick), ${index}), ${ticks})`);
    return `arrayReduce('windowFunnel(${within}, \\'strict_once\\')', arrayMap(tick -> toUInt64(tick), ${ticks}), ${fits.join(', ')})`;
  });
}

function funnelParts(
  funnel: { readonly steps: readonly EventSelection[]; readonly withinHours: number },
  reader: RowReader,
  window: RowWindow,
  row: RowColumns,
) {
  const conditions = funnel.steps.map((step) => `(${reader.selects(step)} AND ${window.holds})`);
  const set = conditions.map((step, index) => `${step} * ${2 ** index}`).join(' + ');
  return {
    conditions,
    tick: `${row.atMs} * ${ticksPerMs} + ${set}`,
    within: hoursToMs(funnel.withinHours) * ticksPerMs - setsOfSteps,
  };
}

import type { ComputationPlan } from './metric-plan.ts';

const firstMs = 'intDiv(first, 256)';

/** In which of the plan's periods a unit was exposed first, as an expression of its row: the number of the period. */
export function periodOf({ periods }: Pick<ComputationPlan, 'periods'>): string {
  const last = periods.at(-1);
  if (last === undefined) return 'toUInt32(1)';
  const earlier = periods.slice(0, -1).map(({ number }, index) => {
    const next = periods[index + 1] ?? last;
    return `${firstMs} < ${Date.parse(next.from)}, ${number}`;
  });
  return earlier.length === 0 ? `toUInt32(${last.number})` : `toUInt32(multiIf(${earlier.join(', ')}, ${last.number}))`;
}

/** Whether a unit takes part: those that were first exposed in a pause do not. */
export function takesPart(plan: Pick<ComputationPlan, 'periods'>): string {
  const pauses = plan.periods.filter(({ isPause }) => isPause).map(({ number }) => number);
  return pauses.length === 0 ? '1' : `${periodOf(plan)} NOT IN (${pauses.join(', ')})`;
}

/** Whether a unit takes part and was exposed first under the weights of the end: units of other weights can't be summed up with it. */
export function isOfLatestWeights(plan: Pick<ComputationPlan, 'periods'>): string {
  const earlier = plan.periods.filter(({ isBeforeChange }) => isBeforeChange === true).map(({ number }) => number);
  return earlier.length === 0 ? takesPart(plan) : `${takesPart(plan)} AND ${periodOf(plan)} NOT IN (${earlier.join(', ')})`;
}

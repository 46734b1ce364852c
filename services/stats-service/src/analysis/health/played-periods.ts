import type { AnalysisInputs } from '../analysis-inputs.ts';

/** The periods whose units take part, with the weights of each by place of the arm; at least one. */
export function playedPeriods({
  plan,
  settings,
}: AnalysisInputs): readonly { readonly number: number; readonly weights: readonly number[] }[] {
  const weights = plan.arms.map(({ expectedMilliPercent }) => expectedMilliPercent);
  const periods = settings.periods.filter(({ isPause }) => !isPause);
  return periods.length === 0
    ? [{ number: 1, weights }]
    : periods.map(({ number, expectedMilliPercent }) => ({ number, weights: expectedMilliPercent }));
}

/** Periods in a row whose weights are the same, such as those before and after a pause. */
export interface ConstantWeights {
  readonly periods: ReadonlySet<number>;
  /** By place of the arm. */
  readonly weights: readonly number[];
}

/**
 * The times in which weights did not change, in their order; at least one. Units of different ones must not be summed up: other
 * times have other people in other shares of the arms.
 */
export function timesOfConstantWeights(inputs: AnalysisInputs): readonly ConstantWeights[] {
  const times: { periods: Set<number>; weights: readonly number[] }[] = [];
  for (const { number, weights } of playedPeriods(inputs)) {
    const last = times.at(-1);
    if (last !== undefined && last.weights.every((weight, arm) => weight === weights[arm])) last.periods.add(number);
    else times.push({ periods: new Set([number]), weights });
  }
  return times;
}

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

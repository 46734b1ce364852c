import { compare, type Question } from '../analysis/compare.ts';
import { quantileOf } from '../analysis/metric-target.ts';
import type { QuantileArm, QuantileFigures } from '../computation/figures.ts';

/** A comparison of two arms that nothing makes different. */
export interface Call {
  readonly pValue: number;
  /** Whether a difference is called. */
  readonly isCalled: boolean;
}

/** As results do: adjusted, and raw where that can't be computed. */
export function call(question: Question, alpha: number): Call | undefined {
  const level = { rule: { kind: 'fixed' }, alpha } as const;
  const adjusted = compare(question, level, 'on');
  const { look } = adjusted.look === null ? compare(question, level, 'off') : adjusted;
  return look === null ? undefined : { pValue: look.pValue, isCalled: look.isCrossed };
}

/** The same of quantiles: every arm against the first. */
export function callQuantiles(
  arms: readonly QuantileArm[],
  of: { readonly level: number; readonly per: QuantileFigures['per']; readonly alpha: number },
): readonly (Call | undefined)[] {
  const figures: QuantileFigures = { kind: 'quantile', level: of.level, per: of.per, matured: arms, all: arms };
  const [control, ...treatments] = arms.map((arm) => quantileOf(figures, arm));
  return treatments.map((treatment) => {
    if (control?.kind !== 'ok' || treatment.kind !== 'ok') return undefined;
    return call({ kind: 'estimates', control: control.estimate, treatment: treatment.estimate }, of.alpha);
  });
}

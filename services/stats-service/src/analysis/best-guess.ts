import { largestFiellerG, shrink, type DeviationPosterior } from '@stitchd/statistics';
import type { BestGuess } from '../results/metric-result.ts';
import type { Compared } from './compare.ts';

/** Of 95 %, squared. */
const squaredCritical = 1.959964 ** 2;

/** The lift with its standard error by the delta method; undefined where the baseline is not clearly apart from 0. */
export function liftEstimate({ effect, control, treatment }: Compared) {
  if (effect.lift === null || control === null || treatment === null) return undefined;
  const relative = control.variance / control.value / control.value;
  if (!(squaredCritical * relative < largestFiellerG)) return undefined;
  const ratio = treatment.value / control.value;
  const standardError = Math.sqrt(treatment.variance / control.value / control.value + relative * ratio * ratio);
  return standardError > 0 && Number.isFinite(standardError) ? { estimate: effect.lift, standardError } : undefined;
}

/** What to believe of the effect; null before the one look of a fixed horizon, and where there is no lift. */
export function bestGuess(compared: Compared, prior: DeviationPosterior, direction: 'increase' | 'decrease'): BestGuess | null {
  const lift = compared.effect.notComputable === 'not-yet' ? undefined : liftEstimate(compared);
  if (lift === undefined) return null;
  const good = direction === 'increase' ? 'larger' : 'smaller';
  const { estimate, interval, probabilityAbove, lossOfShipping, lossOfKeeping } = shrink(lift.estimate, lift.standardError, {
    prior,
    good,
  });
  const chanceBetter = good === 'larger' ? probabilityAbove : 1 - probabilityAbove;
  return { isLift: true, value: estimate, interval, chanceBetter, lossOfShipping, lossOfKeeping };
}

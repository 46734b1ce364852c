import { randomisationFrom } from '../limits.ts';
import { judgeLook, type LookRule } from '../sequential/look.ts';
import type { ShuffledLabels } from '../randomisation/shuffle-labels.ts';
import { liftOf, type ArmOutcome } from './compare-arms.ts';

/**
 * One arm of few units at one look: the p-value of its shuffled labels, held against the look's bar (c/√t of a plan, 1.96 of one look),
 * with the interval difference ∓ SE·(the quantile of |t| under the shuffles), in the metric's units, and Fieller's lift by the same
 * quantile, so that p-value, interval, lift and call agree.
 *
 * It assumes independent units; labels within a period are exchangeable where the treatment does nothing. Before half of a plan
 * the bar is beyond what shuffles can tell: `too-early`, as is any bar that asks for a p-value below 1/(1 + permutations).
 * Sources: `shuffleLabels`, `judgeLook`, `relativeLift`.
 *
 * @throws DomainError for a rule or alpha out of range
 */
export function compareShuffled(labels: ShuffledLabels, rule: LookRule, alpha: number): ArmOutcome {
  const { control, treatment, difference, standardError, pValue } = labels;
  const tooEarly: ArmOutcome = { kind: 'not-computable', reason: 'too-early' };
  if (rule.kind === 'planned' && rule.isEndDate !== true && rule.share < randomisationFrom) return tooEarly;
  const look = judgeLook({ difference, pValue }, rule, alpha);
  if (look.kind !== 'ok') return tooEarly;
  const criticalValue = labels.criticalValueAt(look.nominalAlpha);
  if (criticalValue === undefined) return tooEarly;
  const halfWidth = criticalValue * standardError;
  const interval = { low: difference - halfWidth, high: difference + halfWidth };
  if (!Number.isFinite(interval.low) || !Number.isFinite(interval.high)) return { kind: 'not-computable', reason: 'not-finite' };
  return {
    kind: 'ok',
    method: 'randomisation',
    control,
    treatment,
    difference,
    look: { ...look, criticalValue, interval },
    lift: liftOf(control, treatment, criticalValue),
    adjustments: [],
  };
}

import { unitsBeyondPerSquaredCritical } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import { estimateOf } from '../estimate/estimate.ts';
import { ratioStatistic } from '../estimate/statistic.ts';
import type { CrossMoments } from '../moments/cross-moments.ts';

/** Where to look for the ends of the interval of a quantile; without enough units beyond it there are none. */
export type QuantileRanks =
  | {
      readonly kind: 'ok';
      /** The levels whose quantiles are the ends of the interval, within [0, 1]. */
      readonly lower: number;
      readonly upper: number;
    }
  | { readonly kind: 'not-computable'; readonly reason: 'too-few-units' | 'not-finite' };

/** A quantile to be estimated. */
export interface QuantileQuestion {
  readonly n: number;
  /** In (0, 1): 0.9 is what nine of ten are below. */
  readonly level: number;
  /** Of the interval; c/√t in a sequential test. */
  readonly criticalValue: number;
}

/**
 * The ranks between which a quantile of one value per unit lies: ν ∓ z·√(ν(1 − ν)/n) (R. Woodruff 1952, J. Am. Stat. Assoc. 47, 635).
 *
 * @throws DomainError for a level, count or critical value out of range
 */
export function unitQuantileRanks(question: QuantileQuestion): QuantileRanks {
  checkQuestion('unitQuantileRanks', question);
  const { n, level } = question;
  return ranksAround(question, Math.sqrt((level * (1 - level)) / n));
}

/**
 * The same for a quantile over events of units that have several each: the share of events at or below the estimate is a ratio of two
 * numbers per unit, and its delta-method variance takes the place of ν(1 − ν)/n (Deng, Knoblich & Lu 2018, section 4.2). Taking events
 * as independent calls up to a quarter of experiments without effect.
 *
 * @param perUnit moments of (events at or below the pooled estimate, events) per unit
 * @throws DomainError for a level, count or critical value out of range
 */
export function clusteredQuantileRanks(question: QuantileQuestion, perUnit: CrossMoments): QuantileRanks {
  checkQuestion('clusteredQuantileRanks', question);
  const share = estimateOf(perUnit, ratioStatistic(0, 1));
  if (share.kind !== 'ok')
    return { kind: 'not-computable', reason: share.reason === 'not-finite' ? 'not-finite' : 'too-few-units' };
  return ranksAround(question, Math.sqrt(share.estimate.variance));
}

function ranksAround({ n, level, criticalValue }: QuantileQuestion, standardError: number): QuantileRanks {
  if (n * Math.min(level, 1 - level) < unitsBeyondPerSquaredCritical * criticalValue * criticalValue)
    return { kind: 'not-computable', reason: 'too-few-units' };
  const reach = criticalValue * standardError;
  return { kind: 'ok', lower: Math.max(0, level - reach), upper: Math.min(1, level + reach) };
}

function checkQuestion(functionName: string, { n, level, criticalValue }: QuantileQuestion): void {
  const check = argumentsOf(functionName);
  check(Number.isSafeInteger(n) && n >= 0, 'n', n, 'a whole number of at least 0');
  check(level > 0 && level < 1, 'level', level, 'between 0 and 1');
  check(criticalValue > 0 && criticalValue < Infinity, 'criticalValue', criticalValue, 'greater than 0 and finite');
}

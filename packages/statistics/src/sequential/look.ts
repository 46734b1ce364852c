import { highestBar } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import type { Interval } from '../interval.ts';
import { normalQuantile, normalSurvival } from '../special-functions/normal.ts';
import { studentTQuantile } from '../special-functions/student-t.ts';
import { endDateCriticalValue, endDatePValue, lookPValue, obrienFlemingBoundary } from './obrien-fleming.ts';
import { sequenceCriticalValue, sequencePValue } from './confidence-sequence.ts';

/** How a look is judged. */
export type LookRule =
  /** A planned experiment: t is the share of the plan, (0, 1]; `isEndDate` at the last look, where it falls short of the plan. */
  | { readonly kind: 'planned'; readonly share: number; readonly isEndDate?: boolean }
  /** A run without a plan: units of both arms together. */
  | { readonly kind: 'unplanned'; readonly units: number; readonly tuningUnits?: number }
  /** One look, decided on before the start. */
  | { readonly kind: 'fixed' };

/** A comparison with its own p-value, be it Welch's, exact or by permutation. */
export interface LookComparison {
  readonly difference: number;
  /** Two-sided, as if this were the only look. */
  readonly pValue: number;
  /** Absent for exact methods: no interval is then drawn here. */
  readonly standardError?: number;
  /** Student's; absent for the normal distribution. */
  readonly degreesOfFreedom?: number;
}

/** A look judged. */
export interface JudgedLook {
  /** Φ̄⁻¹(p/2) with the sign of the difference. */
  readonly z: number;
  /** The |z| from which an effect is called at this look. */
  readonly bar: number;
  /** The two-sided p-value below which it is called: 2·Φ̄(bar). */
  readonly nominalAlpha: number;
  readonly isCrossed: boolean;
  /** Of this look, valid however often is looked once the least of all looks is taken. */
  readonly pValue: number;
  /** What the standard error was multiplied with; to be given to `relativeLift`. Absent without a standard error. */
  readonly criticalValue?: number;
  /** Excludes 0 exactly when `isCrossed`. */
  readonly interval?: Interval;
}

/** `too-early`: so little of the plan has matured that no effect could be called. */
export type LookOutcome = ({ readonly kind: 'ok' } & JudgedLook) | { readonly kind: 'too-early' };

/**
 * Judges one look of a sequential comparison. The bar for z is turned into a p-value, and that into the critical value of the
 * comparison's own distribution, so that p-value, interval and call agree with few degrees of freedom too.
 *
 * The bar is `obrienFlemingBoundary`(α)/√t (c/√t), `endDateCriticalValue`, `sequenceCriticalValue` or the fixed z; an effect is
 * called where p ≤ 2·Φ̄(bar). The interval, difference ∓ (the same tail's quantile of t)·SE, is in the metric's units and holds
 * at all looks together (C. Jennison & B. Turnbull 1989, J. R. Stat. Soc. B 51, 305). It assumes increments that are independent:
 * closed windows, units in the order in which they mature.
 *
 * @throws DomainError for alpha, p-value or share out of range
 */
export function judgeLook(comparison: LookComparison, rule: LookRule, alpha: number): LookOutcome {
  const { difference, pValue, standardError, degreesOfFreedom } = comparison;
  const check = argumentsOf('judgeLook');
  check(pValue > 0 && pValue <= 1, 'pValue', pValue, 'greater than 0 and at most 1');
  check(Number.isFinite(difference), 'difference', difference, 'a finite number');
  const bar = barOf(rule, alpha);
  if (bar > highestBar) return { kind: 'too-early' };
  const z = signedScore(pValue, difference);
  const nominalAlpha = 2 * normalSurvival(bar);
  const judged = {
    kind: 'ok',
    z,
    bar,
    nominalAlpha,
    isCrossed: pValue <= nominalAlpha,
    pValue: pValueOf(z, rule, alpha),
  } as const;
  if (standardError === undefined) return judged;
  const criticalValue = degreesOfFreedom === undefined ? bar : -studentTQuantile(nominalAlpha / 2, degreesOfFreedom);
  const halfWidth = criticalValue * standardError;
  if (!Number.isFinite(difference - halfWidth) || !Number.isFinite(difference + halfWidth)) return judged;
  return { ...judged, criticalValue, interval: { low: difference - halfWidth, high: difference + halfWidth } };
}

/**
 * Φ̄⁻¹(p/2) with the sign of the difference: how far from 0 the evidence is, whatever its distribution.
 *
 * In standard errors of a normal distribution.
 */
export function signedScore(pValue: number, difference: number): number {
  return Math.sign(difference) * -normalQuantile(Math.max(Number.MIN_VALUE, pValue / 2));
}

function barOf(rule: LookRule, alpha: number): number {
  switch (rule.kind) {
    case 'fixed':
      argumentsOf('judgeLook')(alpha > 0 && alpha < 1, 'alpha', alpha, 'between 0 and 1');
      return -normalQuantile(alpha / 2);
    case 'unplanned':
      return sequenceCriticalValue({ ...rule, alpha, sides: 'two' });
    case 'planned':
      argumentsOf('judgeLook')(rule.share > 0 && rule.share <= 1, 'share', rule.share, 'greater than 0 and at most 1');
      return rule.isEndDate === true
        ? endDateCriticalValue(alpha, rule.share)
        : obrienFlemingBoundary(alpha) / Math.sqrt(rule.share);
  }
}

function pValueOf(z: number, rule: LookRule, alpha: number): number {
  switch (rule.kind) {
    case 'fixed':
      return Math.max(Number.MIN_VALUE, 2 * normalSurvival(Math.abs(z)));
    case 'unplanned':
      return sequencePValue(z, { ...rule, alpha, sides: 'two' });
    case 'planned':
      return rule.isEndDate === true ? endDatePValue(z, rule.share, alpha) : lookPValue(z, rule.share);
  }
}

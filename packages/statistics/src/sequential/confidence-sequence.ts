import { defaultTuningUnits } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';

/** An always-valid comparison of two means: it may be looked at for ever, without a plan. */
export interface SequenceQuestion {
  /** Units of both arms together. */
  readonly units: number;
  /** In (0, 1/e) for two sides, (0, 1/(2e)) for one. */
  readonly alpha: number;
  readonly sides: 'one' | 'two';
  /** The units at which the interval is narrowest; has to be chosen before the data are seen. 5,000 where absent. */
  readonly tuningUnits?: number;
}

/**
 * What the standard error is to be multiplied with at any look: √(2(Nρ²+1)/(Nρ²)·ln(√(Nρ²+1)/α)), for one side with
 * ln(1 + √(Nρ²+1)/(2α)) (I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy & A. Ramdas 2024, Ann. Stat. 52, 2613), N the units and
 * ρ² = (−2·ln α + ln(1 − 2·ln α))/N*. It holds asymptotically: it is to be begun at `sequenceBegins` only.
 *
 * @throws DomainError for figures out of range
 */
export function sequenceCriticalValue(question: SequenceQuestion): number {
  const { alpha, sides } = question;
  const tuned = tunedUnits(question);
  const logarithm = sides === 'two' ? Math.log(Math.sqrt(tuned + 1) / alpha) : Math.log1p(Math.sqrt(tuned + 1) / (2 * alpha));
  return Math.sqrt(((2 * (tuned + 1)) / tuned) * logarithm);
}

/**
 * The α at which z would be just on the bar, for the sequence that was tuned for `alpha`; the least of all looks so far is valid
 * at any.
 * With one side it is evidence that the mean is above 0, and 1 where z ≤ 0.
 *
 * √(Nρ²+1)·exp(−Nρ²·z²/(2(Nρ²+1))), from the smallest double to 1; z in standard errors. Same source and assumptions as
 * `sequenceCriticalValue`.
 *
 * @throws DomainError for figures out of range
 */
export function sequencePValue(z: number, question: SequenceQuestion): number {
  argumentsOf('sequencePValue')(!Number.isNaN(z), 'z', z, 'a number');
  const tuned = tunedUnits(question);
  const exponent = (Math.min(z * z, 1e9) * tuned) / (2 * (tuned + 1));
  const root = Math.sqrt(tuned + 1);
  if (question.sides === 'two') return clamp(root * Math.exp(-exponent));
  return z <= 0 ? 1 : clamp(root / 2 / Math.expm1(exponent));
}

function clamp(p: number): number {
  return Math.min(1, Math.max(Number.MIN_VALUE, p));
}

/** Nρ² */
function tunedUnits({ units, alpha, sides, tuningUnits = defaultTuningUnits }: SequenceQuestion): number {
  const check = argumentsOf('sequenceCriticalValue');
  const level = sides === 'two' ? alpha : 2 * alpha;
  check(units > 0 && units < Infinity, 'units', units, 'greater than 0 and finite');
  check(tuningUnits > 0 && tuningUnits < Infinity, 'tuningUnits', tuningUnits, 'greater than 0 and finite');
  check(level > 0 && level < Math.exp(-1), 'alpha', alpha, sides === 'two' ? 'between 0 and 1/e' : 'between 0 and 1/(2e)');
  const logarithm = Math.log(level);
  return (units / tuningUnits) * (-2 * logarithm + Math.log(1 - 2 * logarithm));
}

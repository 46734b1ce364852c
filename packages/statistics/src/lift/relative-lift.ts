import { argumentsOf } from '../domain-error.ts';
import type { Interval } from '../interval.ts';

/** An estimated mean with the variance of the estimate (sample variance/n, or that of an adjusted mean). */
export interface MeanEstimate {
  readonly mean: number;
  readonly variance: number;
}

/** Why no interval for a relative lift is given. */
export type LiftRefusal =
  /** A lift relative to 0 has no meaning. */
  | 'control-mean-zero'
  /** The control mean is less than about 4.4 standard errors (at 95 %) from 0, so a ratio to it could be almost anything. */
  | 'control-mean-near-zero'
  /** The numbers are so large or small that the interval isn't finite. */
  | 'not-finite';

/** What a relative lift can come to. */
export type LiftOutcome<Refusal extends string = LiftRefusal> =
  | {
      readonly kind: 'measurable';
      /** (treatment mean − control mean)/|control mean|: 0.05 is five per cent up, and up is always towards larger values. */
      readonly lift: number;
      readonly interval: Interval;
    }
  | {
      readonly kind: 'not-measurable';
      readonly reason: Refusal;
      /** The point estimate; absent only where the control mean is 0 or the quotient isn't finite. */
      readonly lift?: number;
    };

/** Fieller's g above which no interval is shown: it is the squared critical value over the squared control mean in standard errors. */
export const largestFiellerG = 0.2;

/** What `relativeLift` compares. */
export interface LiftQuestion {
  readonly control: MeanEstimate;
  readonly treatment: MeanEstimate;
  /** Of the absolute comparison, be it normal, Student's or sequential: with the same one the two intervals agree about 0. */
  readonly criticalValue: number;
}

/**
 * The relative lift and its interval by Fieller's theorem (E. C. Fieller 1954, J. R. Stat. Soc. B 16, 175) for independent arms.
 *
 * The interval is the set of ratios ρ with (mB − ρ·mA)² ≤ z²(vB + ρ²·vA), so it excludes a lift of 0 exactly when the absolute
 * difference is more than z standard errors. A negative control mean is divided by its magnitude: the lift has the difference's sign.
 *
 * @throws DomainError for a critical value that isn't positive and finite, and for negative variances.
 */
export function relativeLift({ control, treatment, criticalValue }: LiftQuestion): LiftOutcome {
  const check = argumentsOf('relativeLift');
  check(criticalValue > 0 && criticalValue < Infinity, 'criticalValue', criticalValue, 'greater than 0 and finite');
  check(control.variance >= 0, 'control.variance', control.variance, 'at least 0');
  check(treatment.variance >= 0, 'treatment.variance', treatment.variance, 'at least 0');
  const lift = pointLift(control.mean, treatment.mean);
  if (lift === undefined) return { kind: 'not-measurable', reason: control.mean === 0 ? 'control-mean-zero' : 'not-finite' };
  // Variances relative to the control mean: Fieller's interval then depends on nothing else but the lift.
  const ofControl = control.variance / control.mean / control.mean;
  const ofTreatment = treatment.variance / control.mean / control.mean;
  const g = criticalValue * criticalValue * ofControl;
  if (Number.isNaN(g) || g >= largestFiellerG) return { kind: 'not-measurable', reason: 'control-mean-near-zero', lift };
  const interval = fiellerInterval(lift, { ofControl, ofTreatment, g, criticalValue, direction: Math.sign(control.mean) });
  if (!Number.isFinite(interval.low) || !Number.isFinite(interval.high))
    return { kind: 'not-measurable', reason: 'not-finite', lift };
  return { kind: 'measurable', lift, interval };
}

/** (treatment − control)/|control|, where that is a finite number. */
export function pointLift(controlMean: number, treatmentMean: number): number | undefined {
  const lift = (treatmentMean - controlMean) / Math.abs(controlMean);
  return Number.isFinite(lift) ? lift : undefined;
}

interface FiellerTerms {
  readonly ofControl: number;
  readonly ofTreatment: number;
  readonly g: number;
  readonly criticalValue: number;
  /** The control mean's sign. */
  readonly direction: number;
}

/**
 * Ends of Fieller's interval of the ratio ρ, ρ/(1−g) ± z/(1−g)·√(vB·(1−g) + vA·ρ²), less one, with both variances relative to the
 * squared control mean. For a negative control mean the lift is 1 − ρ instead of ρ − 1.
 */
function fiellerInterval(lift: number, { ofControl, ofTreatment, g, criticalValue, direction }: FiellerTerms): Interval {
  const ratio = 1 + direction * lift;
  const centre = direction * ((direction * lift + g) / (1 - g));
  const halfWidth = (criticalValue / (1 - g)) * Math.sqrt(ofTreatment * (1 - g) + ofControl * ratio * ratio);
  return { low: centre - halfWidth, high: centre + halfWidth };
}

import type { Interval } from '../interval.ts';
import type { Conversions } from './conversions.ts';
import { wilsonInterval } from './wilson.ts';

/**
 * The interval of the difference treatment − control of two independent proportions, combined from both Wilson intervals
 * (R. G. Newcombe 1998, Statistics in Medicine 17, 873, method 10). Inside [−1, 1], sound with few or no conversions.
 *
 * @throws DomainError like `wilsonInterval`.
 */
export function newcombeInterval(control: Conversions, treatment: Conversions, criticalValue: number): Interval {
  const ofControl = wilsonInterval(control, criticalValue);
  const ofTreatment = wilsonInterval(treatment, criticalValue);
  const controlRate = control.successes / control.trials;
  const treatmentRate = treatment.successes / treatment.trials;
  const difference = treatmentRate - controlRate;
  return {
    low: Math.max(-1, difference - Math.hypot(treatmentRate - ofTreatment.low, ofControl.high - controlRate)),
    high: Math.min(1, difference + Math.hypot(ofTreatment.high - treatmentRate, controlRate - ofControl.low)),
  };
}

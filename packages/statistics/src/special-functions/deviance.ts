import { logQuotient } from './log-quotient.ts';

/** Where |x − mean| is under a tenth of x + mean the direct formula cancels, and the series is short. */
const seriesWithin = 0.1;

/**
 * D(x, m) = x·ln(x/m) + m − x, half the deviance of a Poisson count; ≥ 0, and 0 only at x = m. x ≥ 0, m > 0.
 *
 * Near x = m by the series of ln(x/m) = 2·artanh(v), v = (x−m)/(x+m) (Loader 2000, section 3), so that the difference of
 * large terms is never formed.
 */
export function deviance(x: number, mean: number): number {
  const difference = x - mean;
  if (x === 0) return mean;
  if (Math.abs(difference) >= seriesWithin * (x + mean)) return x * logQuotient(x, mean) - difference;
  const v = difference / (x + mean);
  const square = v * v;
  let sum = difference * v;
  let power = 2 * x * v;
  for (let odd = 3; ; odd += 2) {
    power *= square;
    const next = sum + power / odd;
    if (next === sum) return next;
    sum = next;
  }
}

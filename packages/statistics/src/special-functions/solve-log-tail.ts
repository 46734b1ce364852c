import { DomainError } from '../domain-error.ts';
import { largestStepCount } from './limits.ts';
import { logQuotient } from './log-quotient.ts';

/** A tail probability at a point, and its derivative there. */
export interface TailAtPoint {
  readonly probability: number;
  readonly slope: number;
}

/** The search for the point at which a tail has a given probability. */
export interface TailSearch {
  readonly functionName: string;
  /** Monotone, and its logarithm is concave in the argument. */
  readonly tail: (point: number) => TailAtPoint;
  readonly direction: 'rising' | 'falling';
  readonly target: number;
  readonly start: number;
  /** The answer is looked for between these; an answer beyond comes back as the nearer of them. */
  readonly low: number;
  readonly high: number;
}

/**
 * Newton's method on ln tail(point) = ln target, inside a bracket that shrinks with each step.
 *
 * Every tail here has a log-concave density in its argument (normal in z; gamma, beta and t² in the logarithm or logit), hence is
 * itself log-concave (Prékopa 1973). A concave function lies below its tangents, so from the second step on Newton's method comes
 * from one side and can't cycle; the bracket catches rounding and steps that leave the range of doubles.
 */
export function solveLogTail(search: TailSearch): number {
  const { tail, target } = search;
  const rising = search.direction === 'rising';
  let { low, high } = search;
  let point = search.start;
  for (let step = 0; step < largestStepCount; step += 1) {
    const { probability, slope } = tail(point);
    const gap = logQuotient(probability, target);
    if (gap === 0) return point;
    if (gap > 0 === rising) high = point;
    else low = point;
    const newton = point - (gap * probability) / slope;
    const resolution = 2 * Number.EPSILON * Math.max(1, Math.abs(point));
    if (Math.abs(newton - point) <= resolution || high - low <= resolution) return point;
    point = newton > low && newton < high ? newton : low + (high - low) / 2;
  }
  throw new DomainError('OUT_OF_REACH', {
    functionName: search.functionName,
    argument: 'the probability',
    value: target,
    requirement: `one whose quantile is found within ${largestStepCount} steps`,
  });
}

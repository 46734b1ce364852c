import type { Comparison, Interval } from '../results.ts';

/** Called by a step-down correction although its interval contains zero: it is drawn closed there. */
export function drawnInterval(
  { low, high }: Interval,
  { isClosedAtZero, effect }: Pick<Comparison, 'isClosedAtZero' | 'effect'>,
): Interval {
  if (!isClosedAtZero) return { low, high };
  return (effect.lift ?? 0) > 0 ? { low: 0, high } : { low, high: 0 };
}

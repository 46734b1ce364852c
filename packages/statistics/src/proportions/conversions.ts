import { argumentsOf } from '../domain-error.ts';

/** How many of an arm's units converted. */
export interface Conversions {
  readonly successes: number;
  /** ≥ 1 */
  readonly trials: number;
}

/** Refuses counts that can't be. */
export function checkConversions(functionName: string, argument: string, { successes, trials }: Conversions): void {
  const check = argumentsOf(functionName);
  check(Number.isSafeInteger(trials) && trials >= 1, `${argument}.trials`, trials, 'a whole number of at least 1');
  const holds = Number.isSafeInteger(successes) && successes >= 0 && successes <= trials;
  check(holds, `${argument}.successes`, successes, `a whole number from 0 to ${trials}`);
}

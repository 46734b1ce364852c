import { argumentsOf } from '../domain-error.ts';
import { momentsOfConversions, type Moments } from '../moments/moments.ts';

/** One step of a funnel in one arm. */
export interface FunnelStep {
  /** Units that reached it, within the window. */
  readonly units: number;
  /** Of all exposed units. */
  readonly shareOfExposed: number;
  /** Of those that reached the step before; absent where nobody did. It depends on the treatment who that is: never a verdict. */
  readonly shareOfPrevious?: number;
  /** √(p(1 − p)/units of the step before), the delta method's for nested counts; absent with `shareOfPrevious`. */
  readonly standardError?: number;
}

/** A funnel of one arm. */
export interface Funnel {
  /** The metric: units that reached the last step, of all that were exposed. */
  readonly converted: Moments;
  readonly steps: readonly FunnelStep[];
}

/**
 * A funnel of one arm from its counts.
 *
 * Its figure is the share of exposed units that reached the end, a proportion per unit (0…1) to be compared as any conversion.
 * Rates from step to step are among those who got so far, who may be others in each arm: they are shown, never a verdict.
 *
 * @param exposed units that were exposed and whose window has closed
 * @param reached units that reached each step, never rising
 * @throws DomainError where there are no steps, or more units at a step than at the one before
 */
export function funnel(exposed: number, reached: readonly number[]): Funnel {
  const check = argumentsOf('funnel');
  check(reached.length > 0, 'the number of steps', 0, 'at least 1');
  const steps = reached.map((units, index): FunnelStep => {
    const before = index === 0 ? exposed : (reached[index - 1] ?? 0);
    check(Number.isSafeInteger(units) && units >= 0 && units <= before, `reached[${index}]`, units, `from 0 to ${before}`);
    const share = { units, shareOfExposed: exposed === 0 ? 0 : units / exposed };
    if (before === 0) return share;
    const shareOfPrevious = units / before;
    return { ...share, shareOfPrevious, standardError: Math.sqrt((shareOfPrevious * (1 - shareOfPrevious)) / before) };
  });
  return { converted: momentsOfConversions(reached.at(-1) ?? 0, exposed), steps };
}

/**
 * Retention: units that came back in [from, to) after their exposure, of those for which that time has passed.
 *
 * The share returned/matured (0…1), to be compared as any conversion. Units whose time hasn't passed are in neither: counting
 * them as gone would favour the arm that is older.
 *
 * @throws DomainError for more returned than matured units
 */
export function retention(maturedUnits: number, returnedUnits: number): Moments {
  return momentsOfConversions(returnedUnits, maturedUnits);
}

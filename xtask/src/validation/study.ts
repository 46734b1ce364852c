import type { SeededRandom } from '@stitchd/statistics';

/** Sums over simulated experiments; those of several runs are added up by name. */
export type Totals = Readonly<Record<string, number>>;

/** A figure of a cell, with where it has to be. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly shownAs: 'percent' | 'number';
  /** One end may be absent; without a band the figure is shown for comparison only. */
  readonly band?: { readonly low?: number; readonly high?: number };
  /** Of the simulation itself; a short run's band is widened by it. */
  readonly standardError: number;
}

/** One set-up of simulated experiments whose truth is known. */
export interface Cell {
  readonly name: string;
  /** Experiments to simulate. */
  readonly replications: { readonly fast: number; readonly full: number };
  readonly simulate: (random: SeededRandom, replications: number) => Totals;
  readonly judge: (totals: Totals) => readonly Figure[];
}

/** A question that simulation answers. */
export interface Study {
  readonly key: string;
  readonly title: string;
  /** What is simulated and what is asked, in plain words. */
  readonly explanation: string;
  readonly cells: readonly Cell[];
}

export type Profile = 'fast' | 'full';

/** `hits` of `trials` as a figure. */
export function shareFigure(name: string, hits: number, trials: number, band?: Figure['band']): Figure {
  const value = hits / trials;
  // Never 0: no hit of n trials does not mean that there are none.
  const standardError = Math.sqrt(Math.max(value * (1 - value), 1 / trials) / trials);
  return { name, value, shownAs: 'percent', ...(band === undefined ? {} : { band }), standardError };
}

/** The mean of a sum over trials as a figure. */
export function meanFigure(
  name: string,
  totals: { sum: number; squares: number; trials: number },
  band?: Figure['band'],
): Figure {
  const value = totals.sum / totals.trials;
  const variance = Math.max(0, totals.squares / totals.trials - value * value);
  const standardError = Math.sqrt(variance / totals.trials);
  return { name, value, shownAs: 'number', ...(band === undefined ? {} : { band }), standardError };
}

/** How many standard errors a short run's figure may be beyond its band. */
const fastAllowance = 4;

/** Whether a figure is where it has to be. */
export function isInBand({ value, band, standardError }: Figure, profile: Profile): boolean {
  if (!Number.isFinite(value)) return false;
  const allowance = profile === 'fast' ? fastAllowance * standardError : 0;
  return value >= (band?.low ?? -Infinity) - allowance && value <= (band?.high ?? Infinity) + allowance;
}

/** The band that 99 % of runs of this length stay in when the rate is truly the nominal one. */
export function binomialBand(nominal: number, trials: number): { readonly low: number; readonly high: number } {
  const margin = 2.5758 * Math.sqrt((nominal * (1 - nominal)) / trials);
  return { low: nominal - margin, high: nominal + margin };
}

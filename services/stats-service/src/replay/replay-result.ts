import type { MissingMetric } from '../history/past-metric.ts';

/** What an experiment's metrics say of a difference that does not exist: past units, assigned anew again and again. Plain JSON. */
export interface ReplayResult {
  readonly unitKind: string;
  /** The past that was looked at, ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** How long before it was first seen a unit's events say what it is like, as in the experiment; 0: nothing is adjusted. */
  readonly prePeriodDays: number;
  /** Units of the past, and how many of them were assigned: a sample where there are very many. */
  readonly units: number;
  readonly assignedUnits: number;
  readonly mostUnits: number;
  readonly replays: number;
  /** Of the random numbers: the same seed gives the same result. */
  readonly seed: number;
  /** The first is the baseline; shares from 0 to 1. */
  readonly arms: readonly { readonly variant: string; readonly share: number }[];
  readonly alpha: number;
  readonly metrics: readonly ReplayedMetric[];
  /** The whole in a sentence. */
  readonly words: string;
}

export type ReplayedMetric =
  | {
      readonly kind: 'replayed';
      readonly key: string;
      readonly name: string;
      readonly estimate: 'mean' | 'share' | 'ratio' | 'quantile';
      /** Whose window had closed. */
      readonly units: number;
      /** By arm other than the baseline. */
      readonly comparisons: readonly ReplayedComparison[];
      readonly verdict: ReplayVerdict;
      readonly words: string;
    }
  | MissingMetric;

export interface ReplayedComparison {
  readonly variant: string;
  /** Replays in which a difference was called. */
  readonly falsePositives: number;
  /** Replays that could be computed. */
  readonly replays: number;
  readonly rate: number;
  /** What luck allows with a right test: 99 of 100 lie within. Rates. */
  readonly band: { readonly low: number; readonly high: number };
  readonly verdict: ReplayVerdict;
  /** Replays by their p-value, bars of equal width from 0 to 1: flat where the test is right. */
  readonly histogram: readonly number[];
}

/**
 * - `calibrated`: within what luck allows
 * - `too-many`: calls differences that are not there more often than promised
 * - `cautious`: less often than promised; nothing is wrong, but more units are needed than planned
 * - `not-computable`: hardly any replay had an answer
 */
export type ReplayVerdict = 'calibrated' | 'too-many' | 'cautious' | 'not-computable';

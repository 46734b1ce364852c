import type { AnalysisInputs } from '../analysis/analysis-inputs.ts';
import type { ExperimentResults } from '../results/experiment-results.ts';

export const bundleFormat = 'stitchd-results-bundle';
export const bundleVersion = 1;

/**
 * Results with all that they were made from: settings, sufficient statistics and what earlier looks said. It names no unit. Plain JSON.
 */
export interface ResultsBundle {
  readonly format: typeof bundleFormat;
  readonly version: typeof bundleVersion;
  /** Of the methods that gave the results. */
  readonly engineVersion: string;
  readonly experimentKey: string;
  /** Counts from 1. */
  readonly iteration: number;
  /** ISO 8601. */
  readonly computedAt: string;
  readonly inputs: AnalysisInputs;
  readonly results: ExperimentResults;
}

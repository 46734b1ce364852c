import { createHash } from 'node:crypto';
import { canonicalJson, type JsonValue } from '@stitchd/core';
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
  /** What the iteration began with, and its SHA-256; null and empty for a holdout. */
  readonly settings: { readonly snapshot: JsonValue; readonly hash: string };
  /** Their `figures.query` is the statement, with its parameters: it runs as it is with ClickHouse's client. */
  readonly inputs: AnalysisInputs;
  readonly results: ExperimentResults;
  /** SHA-256 of the canonical JSON of the two: what was changed since shows. */
  readonly checksums: { readonly inputs: string; readonly results: string };
}

export function bundleOf(inputs: AnalysisInputs, results: ExperimentResults): ResultsBundle {
  return {
    format: bundleFormat,
    version: bundleVersion,
    engineVersion: results.engineVersion,
    experimentKey: results.experimentKey,
    iteration: results.iteration,
    computedAt: results.computedAt,
    settings: { snapshot: inputs.settings.snapshot, hash: inputs.settings.snapshotHash },
    inputs,
    results,
    checksums: { inputs: hashOf(inputs), results: hashOf(results) },
  };
}

/** SHA-256 in hex of the canonical JSON. */
export function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(value as JsonValue))
    .digest('hex');
}

import type { AnalysisSettings } from './analysis-inputs.ts';

/**
 * Whether the experiment is being stopped, or was, and its last computation is still to come. What was assigned elsewhere has none:
 * nothing more comes once its period is over.
 */
export function awaitsLastResults({ isStopping, finalAt, isFinal }: AnalysisSettings): boolean {
  return (isStopping || finalAt !== null) && !isFinal;
}

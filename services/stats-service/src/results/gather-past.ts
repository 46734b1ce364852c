import { findEvidence, lastResult, listFinishedEffects, listSequentialStates, type IterationScope } from '@stitchd/db/stats';
import type { Tx } from '@stitchd/db/postgres';
import { lookKey, type Evidence, type LookState, type PastLooks } from '../analysis/analysis-inputs.ts';
import { statsLimits } from '../limits.ts';
import type { ExperimentResults } from './experiment-results.ts';

/** What earlier looks at this iteration left, and what the organisation's other experiments found. */
export async function gatherPast(tx: Tx, scope: IterationScope, iteration: number): Promise<PastLooks> {
  const states = await listSequentialStates(tx, scope.iterationId);
  const evidence = await findEvidence(tx, scope.iterationId);
  const last = await lastResult(tx, { ...scope, iteration });
  const effects = await listFinishedEffects(tx, {
    organisationId: scope.organisationId,
    exceptExperimentId: scope.experimentId,
    limit: statsLimits.finishedEffects,
  });
  return {
    states: Object.fromEntries(
      states.map(({ metricKey, variant, runningPValue, verdict, closed }) => [
        lookKey(metricKey, variant),
        { runningPValue, verdict: verdict as LookState['verdict'], closed: closed as LookState['closed'] },
      ]),
    ),
    evidence: (evidence ?? null) as Evidence | null,
    effects: effects.map(({ lift, standardError }) => ({ estimate: lift, standardError })),
    goodMetrics: last === undefined ? {} : goodMetrics(last.results as unknown as ExperimentResults),
  };
}

/** A value that was old already stays as old as it is. */
function goodMetrics({ metrics, computedAt }: ExperimentResults): PastLooks['goodMetrics'] {
  return Object.fromEntries(
    metrics.flatMap((metric) =>
      metric.kind === 'computed' ? [[metric.key, { at: metric.stale?.since ?? computedAt, metric }] as const] : [],
    ),
  );
}

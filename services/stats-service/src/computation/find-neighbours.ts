import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import { listRunning } from './list-running.ts';
import type { ComputationPlan } from './metric-plan.ts';
import type { Neighbour } from './overlap-query.ts';

/**
 * Experiments whose units may be this one's too: of its environment and kind of unit, running. Those that started last are the ones of
 * which nobody knows yet that they go together.
 */
export async function findNeighbours(
  ctx: Pick<StatsContext, 'analysis'>,
  { experimentId, environmentId, unitKind, source }: ComputationPlan,
): Promise<readonly Neighbour[]> {
  // A holdout is made to change what experiments do.
  if (source.kind === 'holdout') return [];
  const experiments = (await listRunning(ctx)).filter(
    ({ id, state, iterationId, environmentId: place, unitKind: kind }) =>
      id !== experimentId &&
      iterationId !== '' &&
      iterationId !== id &&
      state === 'running' &&
      place === environmentId &&
      kind === unitKind,
  );
  return experiments
    .toSorted((a, b) => Number((b.startedAt?.seconds ?? 0n) - (a.startedAt?.seconds ?? 0n)))
    .slice(0, statsLimits.neighbours)
    .map(({ key, iterationId, baselineVariant, arms }) => ({
      experimentKey: key,
      iterationId,
      baselineVariant,
      variants: arms.map(({ variant }) => variant),
    }));
}

import type { Tx } from '../postgres/index.ts';

/** The relative effect of one arm on the primary metric of a finished experiment. */
export interface FinishedEffect {
  readonly experimentId: string;
  readonly variant: string;
  readonly lift: number;
  readonly standardError: number;
}

/** A later result of the same iteration, or one of a later iteration, takes the place of the one before. */
export async function saveFinishedEffects(
  tx: Tx,
  of: { readonly organisationId: string; readonly iteration: number; readonly finishedAt: Date },
  effects: readonly FinishedEffect[],
): Promise<void> {
  for (const { experimentId, variant, lift, standardError } of effects) {
    const values = { finished_at: of.finishedAt, iteration: of.iteration, lift, standard_error: standardError };
    await tx
      .insertInto('stats.finished_effect')
      .values({ experiment_id: experimentId, variant, organisation_id: of.organisationId, ...values })
      .onConflict((conflict) =>
        conflict
          .columns(['experiment_id', 'variant'])
          .doUpdateSet(values)
          .where('stats.finished_effect.iteration', '<=', of.iteration),
      )
      .execute();
  }
}

/** Of the organisation's other experiments, the newest first, at most `limit`. */
export async function listFinishedEffects(
  tx: Tx,
  query: { readonly organisationId: string; readonly exceptExperimentId: string; readonly limit: number },
): Promise<readonly FinishedEffect[]> {
  const rows = await tx
    .selectFrom('stats.finished_effect')
    .selectAll()
    .where('organisation_id', '=', query.organisationId)
    .where('experiment_id', '!=', query.exceptExperimentId)
    .orderBy('finished_at', 'desc')
    .orderBy('experiment_id')
    .orderBy('variant')
    .limit(query.limit)
    .execute();
  return rows.map((row) => ({
    experimentId: row.experiment_id,
    variant: row.variant,
    lift: row.lift,
    standardError: row.standard_error,
  }));
}

import { recordChange } from '@stitchd/db/platform';
import { exportFile, importFormats } from '@stitchd/events';
import type { ExportUnitsRequest } from '@stitchd/proto/stats/v1/unit_export';
import { currentAuthor, environmentScope, problem } from '@stitchd/service-kit';
import { findPlan } from '../computation/find-plan.ts';
import { findLinks } from '../computation/derive-figures.ts';
import type { StatsContext } from '../context.ts';
import { experimentUnits } from '../unit-export/experiment-units.ts';
import { chooseBounds } from '../worker/compute.ts';
import { ComputationRefused } from '../worker/job-failure.ts';

/** The units of an experiment as its results count them now; whoever goes away ends it. */
export async function* exportUnits(ctx: StatsContext, request: ExportUnitsRequest, signal: AbortSignal) {
  const scope = environmentScope();
  const { experimentId, format, forSpreadsheets } = request;
  if (!(importFormats as readonly string[]).includes(format))
    throw problem('VALIDATION_FAILED', `format must be one of ${importFormats.join(', ')}.`);
  const release = ctx.exportPlaces.take(scope.environmentId);
  if (release === undefined)
    throw problem('TOO_MANY_JOBS', 'An environment has as many exports at once as it may; try again later.');
  // Nobody asks for more when the reader is gone.
  signal.addEventListener('abort', release);
  try {
    const found = await findPlan(ctx, experimentId).catch((error: unknown) => {
      if (error instanceof ComputationRefused) throw problem('INVALID_STATE', error.message);
      throw error;
    });
    const { plan } = found;
    if (plan.environmentId !== scope.environmentId) throw problem('NOT_FOUND', 'There is no such experiment.');
    const asking = { store: ctx.eventStore, plan, bounds: await chooseBounds(ctx, found), signal };
    await ctx.database.inTenant(scope.organisationId, (tx) =>
      recordChange(tx, ctx.newId, {
        ...scope,
        ...currentAuthor(),
        action: 'experiment.export',
        resource: { kind: 'experiment', id: experimentId, key: plan.experimentKey },
        after: { format, dataUntil: asking.bounds.dataUntil },
      }),
    );
    yield* exportFile(experimentUnits(asking, await findLinks(asking)), { format, forSpreadsheets }, signal);
  } finally {
    release();
  }
}

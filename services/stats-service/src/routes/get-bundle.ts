import { create, type JsonObject } from '@bufbuild/protobuf';
import { findInputs, lastResult } from '@stitchd/db/stats';
import { BundleSchema, type Bundle, type GetBundleRequest } from '@stitchd/proto/stats/v1/stats';
import { problem } from '@stitchd/service-kit';
import type { AnalysisInputs } from '../analysis/analysis-inputs.ts';
import { bundleFormat, bundleVersion, type ResultsBundle } from '../bundle/results-bundle.ts';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import type { ExperimentResults } from '../results/experiment-results.ts';
import { experimentScope, refuseUnknown } from './experiment-scope.ts';

/** The newest results of an iteration with all that they were made from. @throws NOT_FOUND before the first results */
export async function getBundle(ctx: StatsContext, { experimentId, iteration }: GetBundleRequest): Promise<Bundle> {
  const { organisationId, environmentId } = experimentScope(experimentId);
  const found = await ctx.database.inTenant(organisationId, async (tx) => {
    const result = await lastResult(tx, { environmentId, experimentId, iteration });
    return result && { result, inputs: await findInputs(tx, result.iterationId) };
  });
  if (found?.inputs === undefined) {
    await refuseUnknown(ctx, experimentId);
    throw problem('NOT_FOUND', 'Nothing has been computed yet.');
  }
  const results = found.result.results as unknown as ExperimentResults;
  const bundle: ResultsBundle = {
    format: bundleFormat,
    version: bundleVersion,
    engineVersion: results.engineVersion,
    experimentKey: results.experimentKey,
    iteration: results.iteration,
    computedAt: results.computedAt,
    inputs: found.inputs as unknown as AnalysisInputs,
    results,
  };
  const bytes = Buffer.byteLength(JSON.stringify(bundle));
  if (bytes > statsLimits.bundleBytes)
    throw problem('INVALID_STATE', `The bundle has ${bytes} bytes; ${statsLimits.bundleBytes} are the most.`);
  return create(BundleSchema, { bundle: bundle as unknown as JsonObject });
}

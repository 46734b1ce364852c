import { create } from '@bufbuild/protobuf';
import { findInputs, lastResult } from '@stitchd/db/stats';
import { BundleSchema, type Bundle, type GetBundleRequest } from '@stitchd/proto/stats/v1/stats';
import { problem } from '@stitchd/service-kit';
import type { AnalysisInputs } from '../analysis/analysis-inputs.ts';
import { bundleOf } from '../bundle/results-bundle.ts';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import type { ExperimentResults } from '../results/experiment-results.ts';
import { experimentScope, refuseUnknown } from './experiment-scope.ts';
import { jsonBytes } from './json-bytes.ts';

/**
 * The newest results of an iteration with all that they were made from.
 * @throws NOT_FOUND before the first results; BUNDLE_TOO_LARGE where the inputs were too many to be kept or sent
 */
export async function getBundle(ctx: StatsContext, { experimentId, iteration }: GetBundleRequest): Promise<Bundle> {
  const { organisationId, environmentId } = experimentScope(experimentId);
  const find = () =>
    ctx.database.inTenant(organisationId, async (tx) => {
      const result = await lastResult(tx, { environmentId, experimentId, iteration });
      const inputs = result && (await findInputs(tx, result.iterationId));
      return inputs === undefined
        ? undefined
        : {
            results: result?.results as unknown as ExperimentResults,
            inputs: inputs as unknown as AnalysisInputs | { readonly tooLarge: number },
          };
    });
  const found = await find();
  if (found === undefined) {
    await refuseUnknown(ctx, experimentId);
    throw problem('NOT_FOUND', 'Nothing has been computed yet.');
  }
  if ('tooLarge' in found.inputs) throw tooLarge(found.inputs.tooLarge, statsLimits.inputBytes);
  // Between the two reads new results may have come; computations are minutes apart, so that the next pair fits.
  const pair = found.inputs.computedAt === found.results.computedAt ? found : await find();
  if (pair === undefined || 'tooLarge' in pair.inputs || pair.inputs.computedAt !== pair.results.computedAt)
    throw problem('CONFLICT', 'New results are just being stored; ask again.');
  const json = jsonBytes(bundleOf(pair.inputs, pair.results));
  if (json.length > statsLimits.bundleBytes) throw tooLarge(json.length, statsLimits.bundleBytes);
  return create(BundleSchema, { json });
}

function tooLarge(bytes: number, most: number) {
  return problem('BUNDLE_TOO_LARGE', `What these results were made from has ${bytes} bytes; ${most} are the most of a bundle.`);
}

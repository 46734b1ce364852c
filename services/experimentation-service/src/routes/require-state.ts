import type { ExperimentRow } from '@stitchd/db/experiment';
import { problem } from '@stitchd/service-kit';

/**
 * @param doing - what somebody wants it to do
 * @throws INVALID_STATE where it neither runs nor is paused
 */
export function requireMeasuring(experiment: ExperimentRow, doing: string): void {
  const { state } = experiment;
  if (state !== 'running' && state !== 'paused')
    throw problem('INVALID_STATE', `Only an experiment that runs or is paused can ${doing}; this is ${state}.`);
}

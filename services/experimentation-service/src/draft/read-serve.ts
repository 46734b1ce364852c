import type { ExperimentRow, StoredServe } from '@stitchd/db/experiment';
import type { Serve } from '@stitchd/proto/experiment/v1/experiment';
import { experimentLimits } from '../limits.ts';
import { createFieldErrors } from './field-errors.ts';

/**
 * What a person chose to be served after a stop. Nothing is chosen for them.
 * @throws VALIDATION_FAILED where nothing was chosen, or what can't be served
 */
export function readServe(experiment: ExperimentRow, given: Serve | undefined): StoredServe {
  const errors = createFieldErrors();
  const { kind = '', variant = '', note = '' } = given ?? {};
  errors.check(kind !== '', 'serve', 'is required: { keep } leaves the split as it is, { variant } serves one to everybody');
  errors.check(['', 'keep', 'variant'].includes(kind), 'serve', 'must be { keep } or { variant }');
  if (kind === 'variant') {
    errors.check(experiment.assignment === 'split', 'serve', 'must be { keep }: arms are assigned elsewhere');
    const isArm = experiment.arms.some((arm) => arm.variant === variant);
    errors.check(isArm, 'serve.variant', `"${variant}" is no arm of this experiment`);
  }
  const { noteLength } = experimentLimits;
  errors.check(note.length <= noteLength, 'note', `must have at most ${noteLength} characters`);
  errors.refuse();
  return kind === 'variant' ? { kind, variant, note } : { kind: 'keep', note };
}

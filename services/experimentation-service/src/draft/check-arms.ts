import type { StoredArm } from '@stitchd/db/experiment';
import { experimentLimits, wholeShare } from '../limits.ts';
import type { FieldErrors } from './field-errors.ts';

/** Shares can be tested against, and compared with the baseline, only if these hold. */
export function checkArms(arms: readonly StoredArm[], errors: FieldErrors): void {
  if (!errors.check(arms.length >= 2 && arms.length <= experimentLimits.arms, 'arms', `must be 2 to ${experimentLimits.arms}`))
    return;
  for (const [index, { variant, expectedMilliPercent }] of arms.entries()) {
    errors.check(variant !== '', `arms[${index}].variant`, 'is required');
    const usable = Number.isInteger(expectedMilliPercent) && expectedMilliPercent >= 0 && expectedMilliPercent <= wholeShare;
    errors.check(usable, `arms[${index}].expectedMilliPercent`, `must be a whole number from 0 to ${wholeShare}`);
  }
  errors.check(new Set(arms.map(({ variant }) => variant)).size === arms.length, 'arms', 'must be of different variants');
  const sum = arms.reduce((total, { expectedMilliPercent }) => total + expectedMilliPercent, 0);
  errors.check(sum === wholeShare, 'arms', `must have shares of ${wholeShare} thousandths of a percent together, not ${sum}`);
  const served = arms.filter(({ expectedMilliPercent }) => expectedMilliPercent > 0).length;
  errors.check(served >= 2, 'arms', 'must give at least two variants a share');
}

/** The arm that the others are compared with has to get units. */
export function checkBaseline(arms: readonly StoredArm[], baselineVariant: string, errors: FieldErrors): void {
  const served = arms.some(({ variant, expectedMilliPercent }) => variant === baselineVariant && expectedMilliPercent > 0);
  errors.check(
    served,
    'baselineVariant',
    baselineVariant === '' ? 'is required' : `"${baselineVariant}" is not an arm with a share`,
  );
}

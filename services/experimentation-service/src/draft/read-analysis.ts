import { adjustments, designs, harmAnswers, type Assignment, type StoredAnalysis } from '@stitchd/db/experiment';
import type { AnalysisSettings } from '@stitchd/proto/experiment/v1/experiment';
import { experimentLimits } from '../limits.ts';
import type { FieldErrors } from './field-errors.ts';

const { prePeriodDays: days, scheduleMinutes: minutes } = experimentLimits.analysis;

/** How results are computed where nobody says otherwise. */
export const usualAnalysis: StoredAnalysis = {
  design: 'sequential',
  adjustment: 'on',
  prePeriodDays: days.default,
  scheduleMinutes: minutes.default,
  onHarm: 'tell',
  dimensions: [],
};

/**
 * How results are to be computed.
 * @param before - what is left out stays as there
 * @param options.replacesDimensions - an empty list of dimensions is meant, and not left out
 */
export function readAnalysis(
  given: AnalysisSettings | undefined,
  errors: FieldErrors,
  before: StoredAnalysis = usualAnalysis,
  options: { readonly replacesDimensions: boolean } = { replacesDimensions: true },
): StoredAnalysis {
  if (given === undefined) return before;
  const prePeriodDays = given.prePeriodDays ?? before.prePeriodDays;
  const scheduleMinutes = given.scheduleMinutes || before.scheduleMinutes;
  errors.check(
    prePeriodDays >= 0 && prePeriodDays <= days.high,
    'analysis.prePeriodDays',
    `must be a whole number from 0 to ${days.high}`,
  );
  errors.check(
    scheduleMinutes >= minutes.low && scheduleMinutes <= minutes.high,
    'analysis.scheduleMinutes',
    `must be a whole number from ${minutes.low} to ${minutes.high}`,
  );
  const oneOf = <Known extends string>(name: string, text: string, known: readonly Known[], usual: Known): Known => {
    const found = known.find((value) => value === (text || usual));
    errors.check(found !== undefined, `analysis.${name}`, `must be one of ${known.join(', ')}`);
    return found ?? usual;
  };
  return {
    design: oneOf('design', given.design, designs, before.design),
    adjustment: oneOf('adjustment', given.adjustment, adjustments, before.adjustment),
    prePeriodDays,
    scheduleMinutes,
    onHarm: oneOf('onHarm', given.onHarm, harmAnswers, before.onHarm),
    dimensions:
      options.replacesDimensions || given.dimensions.length > 0 ? readDimensions(given.dimensions, errors) : before.dimensions,
  };
}

/** Where arms are assigned elsewhere, nobody here can serve the baseline: what would do nothing is not to be asked for. */
export function checkHarmAnswer(analysis: StoredAnalysis, assignment: Assignment, errors: FieldErrors): void {
  errors.check(
    assignment === 'split' || analysis.onHarm !== 'serve-baseline',
    'analysis.onHarm',
    'must be tell: arms are assigned elsewhere, so that Stitchd can not serve the baseline',
  );
}

function readDimensions(names: readonly string[], errors: FieldErrors): readonly string[] {
  const { dimensions: most, dimensionLength: longest } = experimentLimits.analysis;
  errors.check(names.length <= most, 'analysis.dimensions', `must be at most ${most}`);
  errors.check(new Set(names).size === names.length, 'analysis.dimensions', 'must be different');
  for (const [index, name] of names.entries())
    errors.check(
      name !== '' && name.length <= longest,
      `analysis.dimensions[${index}]`,
      `must be the name of an exposure attribute, at most ${longest} characters`,
    );
  return names;
}

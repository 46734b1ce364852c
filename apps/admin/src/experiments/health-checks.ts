import { chanceText, countText, shareText } from './numbers.ts';
import type { ArmResult, ExperimentResults } from './results.ts';

export interface HealthCheck {
  readonly name: string;
  readonly state: 'good' | 'notice' | 'bad';
  /** What was found, and where it is not good what to do. */
  readonly finding: string;
}

/** From which share on units that saw two arms deserve a look. */
const mixedShareToNotice = 0.01;

/** All checks of the data, the good ones too: what is not shown can't be trusted to have been looked at. */
export function healthChecks(results: ExperimentResults): readonly HealthCheck[] {
  return [
    exposuresCheck(results),
    sampleRatioCheck(results),
    mixedUnitsCheck(results),
    unitKindCheck(results),
    linkedCheck(results),
    metricsCheck(results),
  ].filter((check) => check !== undefined);
}

/** Events that no unit is known for: above this share of them, results miss something. */
const unlinkedShareToNotice = 0.05;

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function exposuresCheck({ arms, exposures, unitKind }: ExperimentResults): HealthCheck {
  const units = sumOf(arms.map((arm) => arm.units));
  const name = 'Exposures arrive';
  if (units === 0)
    return {
      name,
      state: 'notice',
      finding: `No ${unitKind} has been exposed yet. Evaluate the flag with the SDK: reading its value is the exposure.`,
    };
  const others = sumOf(exposures.otherVariants.map(({ items }) => items));
  const beside = others === 0 ? '' : ` Another ${countText(others)} exposures were to variants that are no arm.`;
  const left = exposures.excluded
    .filter(({ items }) => items > 0)
    .map(({ name: rule, items, units: keys }) => `${rule} (${countText(items)} of ${countText(keys)} keys)`);
  const excluded = left.length === 0 ? '' : ` Left out by rule: ${left.join(', ')}.`;
  return {
    name,
    state: 'good',
    finding: `${countText(units)} ${unitKind} keys, ${countText(exposures.items)} exposures.${beside}${excluded}`,
  };
}

function sampleRatioCheck({ sampleRatio, arms }: ExperimentResults): HealthCheck {
  const name = 'Sample ratio';
  if (sampleRatio === null) return { name, state: 'notice', finding: 'Can’t be tested before the first exposure.' };
  const expected = arms.map(({ expectedShare }) => shareText(expectedShare)).join(' / ');
  if (sampleRatio.verdict === 'ok')
    return {
      name,
      state: 'good',
      finding: `The arms’ sizes fit the expected ${expected} (p = ${sampleRatio.pValue.toFixed(2)}).`,
    };
  return {
    name,
    state: 'bad',
    finding: `${worstArm(arms)} than the expected ${expected}; the chance of that by luck is ${chanceText(1 / sampleRatio.eValue)}. Look for exposures that only one arm sends or loses.`,
  };
}

function worstArm(arms: readonly ArmResult[]): string {
  const distances = arms.map(({ variant, units, expectedUnits }) => ({ variant, distance: units - (expectedUnits ?? 0) }));
  const worst = distances.reduce((found, next) => (Math.abs(next.distance) > Math.abs(found.distance) ? next : found));
  return `${worst.variant} has ${countText(Math.round(Math.abs(worst.distance)))} ${worst.distance < 0 ? 'fewer' : 'more'}`;
}

function mixedUnitsCheck({ mixedUnits, arms, unitKind }: ExperimentResults): HealthCheck {
  const name = 'One arm each';
  const units = sumOf(arms.map((arm) => arm.units));
  if (mixedUnits === 0) return { name, state: 'good', finding: `No ${unitKind} saw two arms.` };
  const share = mixedUnits / Math.max(units, 1);
  return {
    name,
    state: share > mixedShareToNotice ? 'notice' : 'good',
    finding: `${countText(mixedUnits)} ${unitKind} keys (${shareText(share)}) saw two arms; they count for the one that they saw first.`,
  };
}

function unitKindCheck({ exposures, unitKind }: ExperimentResults): HealthCheck {
  const name = 'Exposures name their unit';
  if (exposures.withoutUnit === 0) return { name, state: 'good', finding: `All of them have a ${unitKind} key.` };
  return {
    name,
    state: 'notice',
    finding: `${countText(exposures.withoutUnit)} exposures have no ${unitKind} key and count for nobody. Give the SDK a ${unitKind} in the context.`,
  };
}

function linkedCheck({ events, unitKind }: ExperimentResults): HealthCheck | undefined {
  const name = 'Events name their unit';
  if (events === null || events.items === 0) return undefined;
  if (events.withoutUnit === 0) return { name, state: 'good', finding: `All events of the last day have a ${unitKind} key.` };
  const lost = events.withoutUnit - events.linked;
  const share = lost / events.items;
  const found = `${countText(events.withoutUnit)} of ${countText(events.items)} events of the last day have no ${unitKind} key; ${countText(events.linked)} were found through another key`;
  return {
    name,
    state: share > unlinkedShareToNotice ? 'notice' : 'good',
    finding: lost === 0 ? `${found}.` : `${found}, and ${countText(lost)} (${shareText(share)}) count for nobody.`,
  };
}

function metricsCheck({ metrics }: ExperimentResults): HealthCheck {
  const name = 'Metrics computed';
  const failed = metrics.filter(({ kind }) => kind === 'failed').length;
  if (failed > 0)
    return { name, state: 'bad', finding: `${failed} of ${metrics.length} could not be computed; each says why below.` };
  const empty = metrics.filter((metric) => metric.kind === 'computed' && metric.arms.every(({ sum }) => sum === 0));
  if (empty.length > 0)
    return {
      name,
      state: 'notice',
      finding: `No events yet for ${empty.map(({ key }) => key).join(', ')}. Check that your program tracks them for the same keys.`,
    };
  return { name, state: 'good', finding: metrics.length === 1 ? 'The metric has events.' : `All ${metrics.length} have events.` };
}

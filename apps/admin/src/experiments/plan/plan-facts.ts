import type { Schemas } from '@stitchd/rest-client';
import { countText, shareText } from '../../parts/numbers.ts';
import { levelText } from '../result-words.ts';
import { wholeMilliPercent } from '../../parts/milli-percent.ts';

type Experiment = Schemas['Experiment'];

const date = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });

/** What was decided before anybody looked, as pairs of what and how. */
export function planFacts(experiment: Experiment): readonly (readonly [name: string, fact: string])[] {
  const { arms, plan, analysis, alpha, unitKind, baselineVariant, kind } = experiment;
  const shares = arms.map(
    ({ variant, expectedMilliPercent }) => `${variant} ${shareText(expectedMilliPercent / wholeMilliPercent)}`,
  );
  return [
    ['Unit', `each ${unitKind} counts once, for the arm of its first exposure`],
    ['Baseline', baselineVariant],
    ['Arms', shares.join(', ') || 'those of the split at the start'],
    ['Who takes part', whoText(experiment)],
    ...(kind === 'rollout' ? [] : sizeFacts(plan)),
    ['Level', alphaText(alpha, kind)],
    ['Looking', designTexts[analysis.design]],
    ['Adjusting', adjustmentText(analysis)],
    ['Broken down by', analysis.dimensions.join(', ') || 'nothing beside the SDK and the platform'],
    ['Computed', `every ${analysis.scheduleMinutes === 60 ? 'hour' : `${countText(analysis.scheduleMinutes)} minutes`}`],
    ['On harm', analysis.onHarm === 'tell' ? 'it is told' : 'it is told, and everybody is served the baseline'],
  ];
}

function whoText({ assignment, enrolmentMilliPercent }: Experiment): string {
  if (assignment === 'recorded') return 'whoever was given an arm elsewhere';
  return `${shareText(enrolmentMilliPercent / wholeMilliPercent)} of those whom the split reaches`;
}

function sizeFacts(plan: Experiment['plan']): readonly (readonly [name: string, fact: string])[] {
  const { minimumEffect, power, plannedUnits, plannedDays, endsAt } = plan;
  const length = [
    ...(plannedDays === undefined ? [] : [`${countText(plannedDays)} days`]),
    ...(endsAt === undefined ? [] : [`until ${date.format(new Date(endsAt))}`]),
  ];
  return [
    ['Least effect that matters', minimumEffect === undefined ? 'not planned' : shareText(minimumEffect)],
    ['Found if it is there', `${Math.round(power * 100)} times in 100`],
    ['Size', plannedUnits === undefined ? 'not planned' : `${countText(plannedUnits)} units, all arms together`],
    ['Length', length.join(', ') || 'not planned'],
  ];
}

/** What the level promises, as a frequency. */
export function alphaText(alpha: number, kind: Experiment['kind']): string {
  const interval = `intervals of ${levelText(alpha)}`;
  if (kind === 'rollout') return interval;
  return `${interval}; of 100 useless changes at most ${Number((alpha * 100).toPrecision(3))} would be called`;
}

const designTexts = {
  sequential: 'at any time, as often as you like',
  'fixed-horizon': 'once, at the planned end',
} as const satisfies Record<Experiment['analysis']['design'], string>;

function adjustmentText({ adjustment, prePeriodDays }: Experiment['analysis']): string {
  if (adjustment === 'off') return 'off';
  return `by what units did in the ${countText(prePeriodDays)} days before`;
}

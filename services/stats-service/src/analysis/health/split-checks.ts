import {
  brokenLogEvidence,
  evidenceByValue,
  evidenceOfPeriods,
  imbalanceAlpha,
  mixedShare,
  mixedShareAbove,
  sampleRatioTest,
  type ArmCount,
  type HealthFigures,
  type MixedUnits,
} from '@stitchd/statistics';
import type { HealthCheck } from '../../results/health-check.ts';
import type { AnalysisInputs, Evidence, SplitPart as Part } from '../analysis-inputs.ts';
import { countText, evidenceOf, finding, luckText, shareText, unexposedText } from './findings.ts';
import { playedPeriods, timesOfConstantWeights } from './played-periods.ts';
import { triggerHealth, type TriggerHealth } from './trigger-check.ts';

/** What is known of the split, with the gravest of earlier looks. */
export interface SplitHealth extends Omit<TriggerHealth, 'check'> {
  readonly checks: readonly HealthCheck[];
  readonly sampleRatio: HealthFigures['sampleRatio'];
  readonly mixed: HealthFigures['mixed'];
  /** To be remembered; null before the first unit. */
  readonly logEvidence: number | null;
  readonly mixedEvidence: Evidence['mixed'];
  /** To be remembered; null before the first unit. */
  readonly splitParts: Evidence['splitParts'];
}

/** What counts as evidence where units are in an arm that should get none. */
const certain = 700;

export function splitHealth(inputs: AnalysisInputs, mixedAlpha: number): SplitHealth {
  const periods = periodCounts(inputs).map(({ counts }) => counts);
  const units = periods.flat().reduce((sum, each) => sum + each.units, 0);
  const mixed = mixedHealth(inputs, mixedAlpha);
  const { check: triggerCheck, ...trigger } = triggerHealth(inputs);
  if (units === 0)
    return {
      ...mixed,
      ...trigger,
      checks: [
        finding('sample-ratio', 'waiting', unexposedText(inputs.settings)),
        finding('sample-ratio-periods', 'waiting', unexposedText(inputs.settings)),
        finding('sample-ratio-platforms', 'waiting', unexposedText(inputs.settings)),
        triggerCheck,
        ...mixed.checks,
      ],
      sampleRatio: { logEvidence: 0 },
      logEvidence: null,
      splitParts: null,
    };
  const { logEvidence, unexpectedUnits } = evidenceOfPeriods(periods);
  const now = unexpectedUnits > 0 ? certain : logEvidence;
  const gravest = Math.max(now, inputs.past.evidence?.sampleRatio ?? now);
  const past = inputs.past.evidence?.splitParts;
  const byPeriod = remembered(periodCheck(inputs), past?.periods);
  const byValue = remembered(platformCheck(inputs), past?.platforms);
  const found = Math.max(gravest, byPeriod.logEvidence, byValue.logEvidence);
  const worst = found > brokenLogEvidence ? (byValue.worst ?? byPeriod.worst) : undefined;
  return {
    ...mixed,
    ...trigger,
    checks: [ratioCheck(inputs, gravest, unexpectedUnits), byPeriod.check, byValue.check, triggerCheck, ...mixed.checks],
    sampleRatio: { logEvidence: found, ...(worst === undefined ? {} : { worst }) },
    logEvidence: gravest,
    splitParts: { periods: partOf(byPeriod), platforms: partOf(byValue) },
  };
}

function ratioCheck(inputs: AnalysisInputs, logEvidence: number, unexpectedUnits: number): HealthCheck {
  const periods = periodCounts(inputs);
  const arms = inputs.plan.arms.map(({ variant }, arm) => {
    const units = periods.reduce((sum, { counts }) => sum + (counts[arm]?.units ?? 0), 0);
    return { variant, units, expected: expectedOf(periods, arm) };
  });
  const worst = arms.toSorted((a, b) => Math.abs(b.units - b.expected) - Math.abs(a.units - a.expected))[0];
  // Pearson's test of one look, for those who know it; of one period only is it right.
  const single = periods.length === 1 ? sampleRatioTest(periods[0]?.counts ?? []) : undefined;
  const figures = [
    { label: 'Evidence against the split (E)', value: evidenceOf(logEvidence) },
    ...(single?.kind === 'ok'
      ? [
          { label: 'Chi-square', value: single.statistic },
          { label: 'Chi-square p-value, of one look', value: single.pValue },
        ]
      : []),
    ...arms.flatMap(({ variant, units, expected }) => [
      { label: `${variant}: units`, value: units },
      { label: `${variant}: expected`, value: Math.round(expected * 10) / 10 },
    ]),
  ];
  if (logEvidence <= brokenLogEvidence)
    return finding('sample-ratio', 'ok', "The arms' sizes fit the split, however often this is looked at.", { figures });
  const difference = worst === undefined ? 0 : worst.units - worst.expected;
  const direction = difference < 0 ? 'fewer' : 'more';
  const cause =
    unexpectedUnits > 0
      ? `${countText(unexpectedUnits)} units are in an arm that should have none.`
      : `${worst?.variant ?? ''} has ${countText(Math.abs(difference))} ${direction} units than the split predicts; the chance of that by luck is ${luckText(logEvidence)}. Who is missing differs from who is there, so that every comparison may be wrong.`;
  return finding('sample-ratio', 'broken', cause, {
    remedy:
      'Do not use these results. Look for what loses or adds exposures in one arm only: a redirect, a crash, a slow variant, bots, a filter after the split. Mend it, then restart with a new iteration.',
    figures,
  });
}

interface Placed {
  readonly check: HealthCheck;
  readonly logEvidence: number;
  readonly worst?: { readonly name: string; readonly value: string };
}

/** What an earlier look found is not healed by units that came since. */
function remembered(now: Placed, before: Part | null | undefined): Placed {
  if (now.worst !== undefined || before == null) return now;
  const { name, value, logEvidence } = before;
  const cause = `An earlier look found that the sizes do not fit on ${name} ${value}; the chance of that by luck was ${luckText(logEvidence)}. Units that came since only dilute it.`;
  const remedy = 'Look at what was different there, mend it, then restart with a new iteration.';
  const { check, figures } = now.check;
  return { check: finding(check, 'broken', cause, { remedy, figures }), logEvidence, worst: { name, value } };
}

const partOf = ({ worst, logEvidence }: Placed): Part | null => (worst === undefined ? null : { ...worst, logEvidence });

function periodCheck(inputs: AnalysisInputs): Placed {
  const periods = periodCounts(inputs).filter(({ counts }) => counts.some(({ units }) => units > 0));
  const each = periods.map(({ number, counts }) => ({ number, ...evidenceOfPeriods([counts]) }));
  const figures = each.map(({ number, logEvidence }) => ({ label: `Period ${number} (E)`, value: evidenceOf(logEvidence) }));
  const bar = brokenLogEvidence + Math.log(Math.max(1, each.length));
  const worst = each.toSorted((a, b) => b.logEvidence - a.logEvidence)[0];
  if (each.length > 1 && worst !== undefined && worst.logEvidence > bar) {
    const cause = `The sizes do not fit the weights of period ${worst.number}; the chance of that by luck is ${luckText(worst.logEvidence - Math.log(each.length))}.`;
    const remedy = 'Look at what was changed when that period began, such as weights that did not reach every SDK.';
    const check = finding('sample-ratio-periods', 'broken', cause, { remedy, figures });
    return { check, logEvidence: worst.logEvidence, worst: { name: 'period', value: String(worst.number) } };
  }
  const cause = each.length > 1 ? `The sizes fit in each of ${each.length} periods.` : 'The weights were never changed.';
  return { check: finding('sample-ratio-periods', 'ok', cause, { figures }), logEvidence: 0 };
}

function platformCheck(inputs: AnalysisInputs): Placed {
  const names = ['sdk', 'platform'];
  const rows = inputs.figures.dimensionUnits.filter(({ name, value }) => names.includes(name) && value !== '');
  const keys = [...new Set(rows.map(({ name, value }) => `${name} ${value}`))];
  if (keys.length === 0)
    return {
      check: finding('sample-ratio-platforms', 'waiting', 'Exposures do not say from which platform they come.'),
      logEvidence: 0,
    };
  const periods = playedPeriods(inputs);
  const counts = Object.fromEntries(
    keys.map((key) => [
      key,
      periods.map(({ number, weights }) =>
        weights.map((weight, arm): ArmCount => {
          const own = rows.filter((row) => `${row.name} ${row.value}` === key && row.period === number && row.arm === arm);
          return { units: own.reduce((sum, { units }) => sum + units, 0), weight };
        }),
      ),
    ]),
  );
  const each = evidenceByValue(counts);
  const figures = each.slice(0, 10).map(({ value, logEvidence }) => ({ label: `${value} (E)`, value: evidenceOf(logEvidence) }));
  const [worst] = each;
  if (worst === undefined || worst.pValue >= imbalanceAlpha)
    return { check: finding('sample-ratio-platforms', 'ok', 'The sizes fit on every platform.', { figures }), logEvidence: 0 };
  const cause = `On ${worst.value} the sizes do not fit the split; the chance of that by luck is ${luckText(-Math.log(worst.pValue))}.`;
  const remedy =
    'Look at that program first: at its version, and at what of it runs before or after the evaluation in one arm only.';
  const [name = '', ...value] = worst.value.split(' ');
  return {
    check: finding('sample-ratio-platforms', 'broken', cause, { remedy, figures }),
    logEvidence: Math.max(worst.logEvidence, brokenLogEvidence + 1e-9),
    worst: { name, value: value.join(' ') },
  };
}

function mixedIn({ figures }: AnalysisInputs, periods: ReadonlySet<number>, arm: number): MixedUnits {
  const counted = figures.periodUnits.filter((each) => each.arm === arm && periods.has(each.period));
  return {
    units: counted.reduce((sum, { units }) => sum + units, 0),
    mixed: counted.reduce((sum, { mixedUnits }) => sum + mixedUnits, 0),
  };
}

function mixedHealth(inputs: AnalysisInputs, alpha: number): Pick<SplitHealth, 'checks' | 'mixed' | 'mixedEvidence'> {
  const { arms, unitKind } = inputs.plan;
  // Whoever was there before a change of weights may be moved by it to another arm, always out of the arm that lost weight.
  const times = timesOfConstantWeights(inputs);
  const byTime = times.map(({ periods }) => arms.map((_, arm) => mixedIn(inputs, periods, arm)));
  const counts = byTime.at(-1) ?? [];
  if (byTime.flat().every(({ units }) => units === 0))
    return {
      checks: [finding('mixed-units', 'waiting', unexposedText(inputs.settings))],
      mixed: { share: 0, pValue: 1 },
      mixedEvidence: null,
    };
  const before = inputs.past.evidence?.mixed ?? null;
  const { share, pValue: latestPValue } = mixedShare(counts);
  // Each change of weights begins a count of its own; all of them together have at most twice the level of the first.
  const number = times.length;
  const now = Math.min(1, latestPValue * (number === 1 ? 1 : number * (number - 1)));
  const pValue = before?.times === number ? Math.min(now, before.pValue) : now;
  const isFound = share > mixedShareAbove && pValue < alpha;
  // What an earlier look found is not healed by units that came since.
  const broken = isFound ? { share, pValue } : (before?.broken ?? null);
  const total = counts.reduce((sum, each) => sum + each.mixed, 0);
  const figures = [
    { label: 'Share of units', value: share },
    ...counts.map(({ mixed }, arm) => ({ label: `${arms[arm]?.variant ?? ''}: units`, value: mixed })),
  ];
  const remedy =
    'Look for keys that are shared or change: a shared device, a key that is made anew at sign-in, or two programs that name the same person differently. Identify units by one stable key, then restart.';
  const described = `${countText(total)} ${unitKind} keys (${shareText(share)}) saw more than one arm; they count for the one that they saw first`;
  const status = broken === null ? (share > mixedShareAbove ? 'warning' : 'ok') : 'broken';
  const moved = byTime.flat().reduce((sum, { mixed }) => sum + mixed, 0) - total;
  const found =
    total === 0
      ? `No ${unitKind} saw two arms${times.length === 1 ? '' : ' of those who came since the weights were changed last'}.`
      : isFound
        ? `${described}, and they are not spread over the arms as the others are: the treatment changes who is seen twice.`
        : share > mixedShareAbove
          ? `${described}, which makes every difference look smaller than it is.`
          : `${described}.`;
  const earlier =
    broken === null || isFound
      ? ''
      : ` An earlier look found ${shareText(broken.share)} of the units in two arms, and not spread over them as the others: units that came since only dilute that.`;
  const told =
    moved === 0
      ? ''
      : ` Of those who came before the weights were changed last, ${countText(moved)} saw two arms as well: such a change moves people, so that these are not judged any more.`;
  const cause = `${found}${earlier}${told}`;
  return {
    checks: [finding('mixed-units', status, cause, { figures, ...(status === 'ok' ? {} : { remedy }) })],
    mixed: broken ?? { share, pValue },
    mixedEvidence: { times: number, pValue, broken },
  };
}

/** Periods that take part, with their weights; without a plan of periods the arms' shares are those of one. */
function periodCounts(inputs: AnalysisInputs) {
  return playedPeriods(inputs).map(({ number, weights }) => ({
    number,
    counts: weights.map((weight, arm): ArmCount => {
      const found = inputs.figures.periodUnits.find((each) => each.period === number && each.arm === arm);
      return { units: found?.units ?? 0, weight };
    }),
  }));
}

function expectedOf(periods: ReturnType<typeof periodCounts>, arm: number): number {
  return periods.reduce((sum, { counts }) => {
    const units = counts.reduce((all, each) => all + each.units, 0);
    const weights = counts.reduce((all, each) => all + each.weight, 0);
    return sum + (weights === 0 ? 0 : (units * (counts[arm]?.weight ?? 0)) / weights);
  }, 0);
}

/** By place of the arm, over all periods that take part. */
export function expectedUnits(inputs: AnalysisInputs): readonly number[] {
  const periods = periodCounts(inputs);
  return inputs.plan.arms.map((_, arm) => expectedOf(periods, arm));
}

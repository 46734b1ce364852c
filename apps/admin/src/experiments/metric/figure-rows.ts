import { chanceText, changeText, pValueText, shareText, valueText } from '../../parts/numbers.ts';
import { isShare } from '../../metrics/is-share.ts';
import { differenceText } from '../result-words.ts';
import type { Comparison, ComputedMetric, Effect } from '../results.ts';

type Row = readonly [name: string, figure: string];

const methods = {
  student: 'Student’s t with unequal variances',
  'fisher-newcombe': 'Fisher’s mid-p, Newcombe’s interval',
  randomisation: 'shuffled labels',
} as const satisfies Record<NonNullable<Effect['method']>, string>;

/** What the interval and the best guess rest on; p-values stand here and nowhere else. */
export function figureRows(metric: ComputedMetric, comparison: Comparison, effect: Effect): readonly Row[] {
  return [
    ...differenceRows(metric, effect),
    ...weekRows(metric, comparison),
    ...lookRows(comparison),
    ...beliefRows(metric, comparison),
    ...harmRows(metric, comparison),
  ];
}

function differenceRows({ type }: ComputedMetric, effect: Effect): readonly Row[] {
  const { difference, interval, standardError, lift, method } = effect;
  return [
    ...(difference === null ? [] : [['Measured difference', differenceText(type, difference)] as const]),
    ...(interval === null
      ? []
      : [
          [
            'Interval of the difference',
            `${differenceText(type, interval.low)} to ${differenceText(type, interval.high)}`,
          ] as const,
        ]),
    ...(standardError === null ? [] : [['Standard error', valueText(standardError)] as const]),
    ...(lift === null ? [] : [['Measured lift', changeText(lift)] as const]),
    ...(method === null ? [] : [['Method', methods[method]] as const]),
  ];
}

/** What `effect` of the verdict comes to; not of the figures that are only looked at. */
function weekRows({ type }: ComputedMetric, { perWeek }: Comparison): readonly Row[] {
  if (perWeek === null) return [];
  const signed = (value: number) => `${value > 0 ? '+' : ''}${valueText(value)}`;
  const { value, interval } = perWeek;
  const range = interval === null ? '' : ` (${signed(interval.low)} to ${signed(interval.high)})`;
  return [
    [
      'A week of full rollout, at today’s traffic',
      `${signed(value)}${range} ${isShare(type) ? 'units that do it' : 'over all units'}`,
    ],
  ];
}

const corrections = {
  holm: 'Holm, over the arms',
  'benjamini-hochberg': 'Benjamini–Hochberg, over the secondary metrics',
  none: 'none: each has to pass',
} as const satisfies Record<Comparison['correction'], string>;

function lookRows({ z, bar, share, runningPValue, adjustedPValue, correction, effect }: Comparison): readonly Row[] {
  return [
    ...(share === null ? [] : [['Of its plan has matured', shareText(share)] as const]),
    ...(z === null || bar === null
      ? []
      : [
          [
            'Distance from zero, and from where on it is called',
            `${valueText(Math.abs(z))} standard errors; called from ${valueText(bar)}`,
          ] as const,
        ]),
    ...(effect.pValue === null ? [] : [['p-value of this look', pValueText(effect.pValue)] as const]),
    ...(runningPValue === null ? [] : [['Least p-value of all looks', pValueText(runningPValue)] as const]),
    ...(adjustedPValue === null
      ? []
      : [['p-value, corrected', `${pValueText(adjustedPValue)} (${corrections[correction]})`] as const]),
  ];
}

/** A smaller loss is nothing to anybody. */
const leastLift = 0.0001;

/** Beliefs are told as frequencies, and what they rest on is said beside. */
function beliefRows({ type }: ComputedMetric, { bestGuess }: Comparison): readonly Row[] {
  if (bestGuess === null) return [];
  const text = (value: number) => (bestGuess.isLift ? changeText(value) : differenceText(type, value));
  const lossText = (value: number) =>
    bestGuess.isLift && value < leastLift ? `under ${shareText(leastLift)}` : text(value).replace('+', '');
  const { low, high } = bestGuess.interval;
  return [
    ['Best guess, and what is plausible around it', `${text(bestGuess.value)} (${text(low)} to ${text(high)})`],
    ['That it is better at all, by what true effects are like here', oddsText(bestGuess.chanceBetter)],
    ['Lost on average by shipping it', lossText(bestGuess.lossOfShipping)],
    ['Lost on average by keeping the baseline', lossText(bestGuess.lossOfKeeping)],
  ];
}

/** A chance that may be large: `9 in 10`, and close to sure by what is left. */
export function oddsText(chance: number): string {
  if (chance > 0.95) return `all but ${chanceText(1 - chance)}`;
  if (chance < 0.05) return chanceText(chance);
  return `about ${Math.round(chance * 20)} in 20`;
}

function harmRows({ type }: ComputedMetric, { harm }: Comparison): readonly Row[] {
  return harm.map(({ windowHours, status, by, atLeast, isLift }) => {
    const text = (value: number) => (isLift ? shareText(Math.abs(value)) : differenceText(type, value));
    const name = `Harm ${windowHours === null ? 'in its own window' : `within ${windowHours} ${windowHours === 1 ? 'hour' : 'hours'}`}`;
    if (status === 'waiting') return [name, 'too few units to say'] as const;
    if (status === 'ok') return [name, 'none found'] as const;
    const found = by === null ? 'worse' : `worse by ${text(by)}`;
    return [name, `${found}${atLeast === null ? '' : `, at least ${text(atLeast)}`}; sure at any time`] as const;
  });
}

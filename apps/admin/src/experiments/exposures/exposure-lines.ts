import type { ChartLine, ChartMark } from '../charts/TimeChart.tsx';
import { countText, shareText } from '../../parts/numbers.ts';
import type { ExperimentResults } from '../results.ts';

/** Told apart also by those who see few colours; the baseline is grey. */
const colours = ['gray-6', 'cyan-7', 'orange-6', 'grape-6', 'lime-7', 'pink-6', 'indigo-6'];

type Source = Pick<ExperimentResults, 'arms' | 'exposures' | 'baselineVariant' | 'periods'>;

export function armColour(variant: string, { arms, baselineVariant }: Pick<Source, 'arms' | 'baselineVariant'>): string {
  const others = arms.map((arm) => arm.variant).filter((one) => one !== baselineVariant);
  const place = variant === baselineVariant ? 0 : 1 + others.indexOf(variant);
  return `var(--mantine-color-${colours[place % colours.length] ?? 'gray-6'})`;
}

/** Units of each arm so far, by day; days on which an arm had nobody are in between. */
export function exposureLines(source: Source, isCumulative: boolean): readonly ChartLine[] {
  const days = [...new Set(source.exposures.days.map(({ day }) => day))].toSorted();
  return source.arms.map(({ variant }) => {
    const byDay = new Map(
      source.exposures.days.filter((one) => one.variant === variant).map(({ day, units }) => [day, units] as const),
    );
    let sum = 0;
    const points = days.map((day) => {
      const units = byDay.get(day) ?? 0;
      sum += units;
      return { atMs: Date.parse(`${day}T00:00:00Z`), value: isCumulative ? sum : units };
    });
    return { label: variant, colour: armColour(variant, source), points };
  });
}

/** Where the arms' weights changed, and pauses; the first period begins with the chart. */
export function periodMarks({ periods }: Pick<Source, 'periods'>): readonly ChartMark[] {
  return periods.slice(1).map(({ number, from, isPause, enrolmentShare }) => ({
    atMs: Date.parse(from),
    label: isPause ? 'pause' : `period ${number}: ${shareText(enrolmentShare)} take part`,
  }));
}

/** What exposures are, where some are deliveries; undefined where all are reads. */
export function deliverySentence({ arms }: Pick<Source, 'arms'>, unitKind: string): string | undefined {
  const delivered = arms.reduce((sum, arm) => sum + arm.deliveredUnits, 0);
  if (delivered === 0) return undefined;
  const units = arms.reduce((sum, arm) => sum + arm.units, 0);
  return `Exposures are deliveries: ${countText(delivered)} of ${countText(units)} ${unitKind} keys were first seen by a delivery of all values. Some of them never saw the flag, so that the effect on those who did is larger than what is shown.`;
}

/** Who was exposed and counts for nobody. */
export function uncountedSentences(
  { exposures: { withoutUnit, otherVariants, excluded } }: Pick<Source, 'exposures'>,
  unitKind: string,
) {
  return [
    ...(withoutUnit > 0 ? [`${countText(withoutUnit)} exposures have no ${unitKind} key.`] : []),
    ...otherVariants
      .filter(({ items }) => items > 0)
      .map(({ variant, items }) => `${countText(items)} exposures were to ${variant}, which is no arm.`),
    ...excluded
      .filter(({ items }) => items > 0)
      .map(
        ({ name, items, units }) => `${name}: ${countText(items)} exposures of ${countText(units)} keys were left out by rule.`,
      ),
  ];
}

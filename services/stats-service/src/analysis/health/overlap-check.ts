import {
  benjaminiHochberg,
  estimateOf,
  imbalanceAlpha,
  interactionOf,
  interactionRate,
  sequenceBegins,
  sequencePValue,
  signedScore,
  type Estimate,
} from '@stitchd/statistics';
import type { MeansFigures, OverlapFigures } from '../../computation/figures.ts';
import type { HealthCheck } from '../../results/health-check.ts';
import type { AnalysisInputs, OverlapFinding } from '../analysis-inputs.ts';
import type { ComputablePass } from '../metric-pass.ts';
import { statisticsOf } from '../metric-target.ts';
import { countText, finding, listText } from './findings.ts';

/** Of this look, or of the last that asked; null before one did, and where the primary metric is no mean. */
export function overlapFindings(inputs: AnalysisInputs, primary: ComputablePass | undefined): readonly OverlapFinding[] | null {
  const { overlaps } = inputs.figures;
  if (overlaps === null) return inputs.past.evidence?.overlaps ?? null;
  const figures = primary?.figures;
  if (figures?.kind !== 'means') return null;
  return overlaps.flatMap((other) => findingsOf(inputs, figures, other));
}

/** Whether another experiment changes what this one does. A warning, never a verdict. */
export function overlapCheck(
  { plan }: AnalysisInputs,
  primary: ComputablePass | undefined,
  findings: readonly OverlapFinding[] | null,
): HealthCheck {
  if (findings === null || primary === undefined)
    return finding('overlaps', 'waiting', 'Other experiments are looked at once a day, by the mean of the primary metric.');
  const shared = findings.filter(({ units }) => units > 0);
  const figures = shared.map(({ experimentKey, variant, otherVariant, units }) => ({
    label: `${experimentKey}: units in ${variant}, ${otherVariant} and the baselines`,
    value: units,
  }));
  if (shared.length === 0) return finding('overlaps', 'ok', 'No other running experiment has the same units.', { figures });
  const known = shared.filter(({ pValue }) => pValue !== null);
  const corrected = benjaminiHochberg(known.map(({ pValue }) => pValue ?? 1));
  const changed = known.filter((_, index) => (corrected[index] ?? 1) <= interactionRate);
  const assignmentAlpha = imbalanceAlpha / shared.length;
  const tied = shared.filter(({ assignmentPValue }) => assignmentPValue !== null && assignmentPValue < assignmentAlpha);
  const { name } = primary.metric;
  const keys = new Set(shared.map(({ experimentKey }) => experimentKey));
  const others =
    keys.size === 1 ? '1 other experiment that shares units' : `${countText(keys.size)} other experiments that share units`;
  if (changed.length === 0 && tied.length === 0)
    return finding(
      'overlaps',
      'ok',
      known.length === 0
        ? `Of ${others} none shares enough to say whether it changes the effect on ${name}.`
        : `Of ${others} none is seen to change the effect on ${name}.`,
      { figures },
    );
  const sentences = [
    ...changed.map((each) => changedText(each, name)),
    ...(tied.length === 0
      ? []
      : [
          `Which arm a unit has goes together with its arm in ${listText([...new Set(tied.map(({ experimentKey }) => experimentKey))])}: one of them decides who reaches the other.`,
        ]),
  ];
  return finding('overlaps', 'warning', sentences.join(' '), { remedy: remedyText(plan.unitKind), figures });
}

const remedyText = (unitKind: string): string =>
  `Decide on both experiments together: what one is worth depends on what is shipped of the other. To keep them apart, put both into one layer and restart them, so that no ${unitKind} is in both.`;

function changedText({ experimentKey, variant, otherVariant, withOther, without }: OverlapFinding, metric: string): string {
  return `The effect of ${variant} on ${metric} is ${signed(withOther)} for units that see ${otherVariant} of ${experimentKey}, and ${signed(without)} for those that see its baseline: more than luck explains.`;
}

function signed(value: number): string {
  const amount = Number(Math.abs(value).toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });
  return `${value < 0 ? '\u2212' : '+'}${amount}`;
}

/** Every arm with every arm of the other, each beside its baseline. */
function findingsOf({ plan }: AnalysisInputs, figures: MeansFigures, other: OverlapFigures): readonly OverlapFinding[] {
  const { target } = statisticsOf(figures);
  const baseline = plan.arms.findIndex(({ variant }) => variant === plan.baselineVariant);
  const otherBaseline = other.variants.indexOf(other.baselineVariant);
  const unitsOf = (arm: number, otherArm: number): number =>
    other.cells.find((cell) => cell.arm === arm && cell.otherArm === otherArm)?.n ?? 0;
  const estimate = (arm: number, otherArm: number): Estimate | undefined => {
    const cell = other.cells.find((each) => each.arm === arm && each.otherArm === otherArm);
    const outcome = cell === undefined ? undefined : estimateOf(cell, target);
    return outcome?.kind === 'ok' ? outcome.estimate : undefined;
  };
  return plan.arms.flatMap(({ variant }, arm) =>
    arm === baseline
      ? []
      : other.variants.flatMap((otherVariant, otherArm): readonly OverlapFinding[] => {
          if (otherArm === otherBaseline || otherBaseline < 0) return [];
          const places = [
            [baseline, otherBaseline],
            [baseline, otherArm],
            [arm, otherBaseline],
            [arm, otherArm],
          ] as const;
          const units = places.reduce((sum, [own, others]) => sum + unitsOf(own, others), 0);
          const named = { experimentKey: other.experimentKey, variant, otherVariant, units };
          const [neither, secondOnly, firstOnly, both] = places.map(([own, others]) => estimate(own, others));
          const nothing = { ...named, withOther: 0, without: 0, pValue: null, assignmentPValue: null };
          if (neither === undefined || secondOnly === undefined || firstOnly === undefined || both === undefined)
            return [nothing];
          if (places.some(([own, others]) => unitsOf(own, others) < sequenceBegins.unitsPerArm)) return [nothing];
          const found = interactionOf({ neither, secondOnly, firstOnly, both });
          if (found.kind !== 'ok') return [nothing];
          return [
            {
              ...named,
              withOther: both.value - secondOnly.value,
              without: firstOnly.value - neither.value,
              pValue: atAnyLook(found.pValue, units),
              assignmentPValue: atAnyLook(found.assignmentPValue, units),
            },
          ];
        }),
  );
}

/** A p-value of one look as one that holds however often is looked. */
function atAnyLook(pValue: number, units: number): number {
  return sequencePValue(signedScore(pValue, 1), { units, alpha: interactionRate, sides: 'two' });
}

import {
  compareArms,
  compareEstimates,
  compareShuffled,
  judgeLook,
  relativeLift,
  type ArmAnswer,
  type Conversions,
  type Estimate,
  type JudgedLook,
  type LiftOutcome,
  type LookRule,
  type ShuffledOutcome,
  type Statistic,
  type Stratum,
} from '@stitchd/statistics';
import type { EffectResult, NotComputable } from '../results/metric-result.ts';

/** One comparison as far as it could be computed. */
export interface Compared {
  readonly effect: EffectResult;
  /** null where nothing was judged. */
  readonly look: JudgedLook | null;
  readonly control: Estimate | null;
  readonly treatment: Estimate | null;
  readonly adjustments: ArmAnswer['adjustments'];
}

export interface Level {
  readonly rule: LookRule;
  /** Divided by the number of arms already. */
  readonly alpha: number;
}

/** Two arms, to be compared at any level. */
export type Question =
  | {
      readonly kind: 'means';
      readonly periods: readonly (readonly Stratum[])[];
      readonly target: Statistic;
      readonly conversions?: { readonly control: Conversions; readonly treatment: Conversions };
    }
  | { readonly kind: 'estimates'; readonly control: Estimate; readonly treatment: Estimate }
  | { readonly kind: 'refused'; readonly reason: NotComputable };

const nothing: EffectResult = {
  method: null,
  difference: null,
  standardError: null,
  degreesOfFreedom: null,
  pValue: null,
  interval: null,
  notComputable: 'failed',
  lift: null,
  liftInterval: null,
  liftNotMeasurable: 'difference-not-computable',
};

/** No figures, and why. */
export function refused(reason: NotComputable): Compared {
  return { effect: { ...nothing, notComputable: reason }, look: null, control: null, treatment: null, adjustments: [] };
}

/** The comparison with its interval, p-value and lift, all of one critical value. */
export function compare(question: Question, { rule, alpha }: Level, adjustment: 'on' | 'off'): Compared {
  switch (question.kind) {
    case 'refused':
      return refused(question.reason);
    case 'estimates':
      return compareTwo(question.control, question.treatment, { rule, alpha });
    case 'means': {
      if (question.periods.length === 0) return refused('too-few-units');
      const { periods, target, conversions } = question;
      const outcome = compareArms({ periods, target, adjustment, rule, alpha, ...(conversions && { conversions }) });
      if (outcome.kind !== 'ok') return refusedWithDifference(question, outcome.reason, adjustment);
      return answered(outcome, alpha);
    }
  }
}

/** By the shuffled labels of its units; before a look of theirs the difference alone. */
export function compareLabels(question: Question, labels: ShuffledOutcome, { rule, alpha }: Level): Compared {
  if (labels.kind !== 'ok') return refused(labels.reason);
  const outcome = compareShuffled(labels, rule, alpha);
  return outcome.kind === 'ok' ? answered(outcome, alpha) : refusedWithDifference(question, outcome.reason, 'off');
}

/** The difference and the lift without any statement of how sure they are. */
export function compareWithoutLook(question: Question, reason: NotComputable, adjustment: 'on' | 'off'): Compared {
  const { effect, control, treatment, adjustments } = compare(question, { rule: { kind: 'fixed' }, alpha: 0.05 }, adjustment);
  if (effect.method === null) return refused(effect.notComputable ?? reason);
  return { effect: pointOf(effect, reason), look: null, control, treatment, adjustments };
}

function refusedWithDifference(question: Question, reason: NotComputable, adjustment: 'on' | 'off'): Compared {
  return reason === 'too-early' ? compareWithoutLook(question, reason, adjustment) : refused(reason);
}

function pointOf(effect: EffectResult, reason: NotComputable): EffectResult {
  return {
    ...effect,
    pValue: null,
    interval: null,
    notComputable: reason,
    liftInterval: null,
    liftNotMeasurable: effect.liftNotMeasurable ?? 'difference-not-computable',
  };
}

function answered(answer: ArmAnswer, alpha: number): Compared {
  const { method, control, treatment, difference, look, lift, adjustments } = answer;
  const spread = compareEstimates(control, treatment, { alpha });
  const isExact = method === 'fisher-newcombe';
  return {
    look,
    control,
    treatment,
    adjustments,
    effect: {
      method,
      difference,
      standardError: isExact || spread.kind !== 'ok' ? null : spread.standardError,
      degreesOfFreedom: method !== 'student' || spread.kind !== 'ok' ? null : spread.degreesOfFreedom,
      pValue: look.pValue,
      interval: look.interval ?? null,
      notComputable: look.interval === undefined ? 'not-finite' : null,
      ...liftFigures(lift, isExact),
    },
  };
}

function liftFigures(lift: LiftOutcome, isExact: boolean): Pick<EffectResult, 'lift' | 'liftInterval' | 'liftNotMeasurable'> {
  if (lift.kind === 'measurable') return { lift: lift.lift, liftInterval: lift.interval, liftNotMeasurable: null };
  const isFew = isExact && lift.reason === 'control-mean-near-zero';
  return { lift: lift.lift ?? null, liftInterval: null, liftNotMeasurable: isFew ? 'few-conversions' : lift.reason };
}

function compareTwo(control: Estimate, treatment: Estimate, { rule, alpha }: Level): Compared {
  const spread = compareEstimates(control, treatment, { alpha });
  if (spread.kind !== 'ok') return refused(spread.reason);
  const look = judgeLook(spread, rule, alpha);
  const { difference, standardError, degreesOfFreedom, criticalValue: fixed } = spread;
  const criticalValue = look.kind === 'ok' ? (look.criticalValue ?? fixed) : fixed;
  const mean = ({ value, variance }: Estimate) => ({ mean: value, variance });
  const lift = relativeLift({ control: mean(control), treatment: mean(treatment), criticalValue });
  const isJudged = look.kind === 'ok' && look.interval !== undefined;
  const effect: EffectResult = {
    method: 'student',
    difference,
    standardError,
    degreesOfFreedom,
    pValue: look.kind === 'ok' ? look.pValue : null,
    interval: isJudged ? (look.interval ?? null) : null,
    notComputable: look.kind === 'ok' ? (isJudged ? null : 'not-finite') : 'too-early',
    ...liftFigures(lift, false),
  };
  return {
    look: look.kind === 'ok' ? look : null,
    control,
    treatment,
    adjustments: [],
    effect: isJudged ? effect : pointOf(effect, effect.notComputable ?? 'not-finite'),
  };
}

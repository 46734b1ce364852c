import {
  armWords,
  conditionalPower,
  dayText,
  decide,
  randomisationBelowUnits,
  randomisationFrom,
  wordsOf,
  type ArmDecision,
  type ArmFigures,
  type DaysLeft,
  type Decision,
  type DecisionFigures,
  type EffectFigures,
  type Harm,
  type HealthFigures,
  type RunState,
} from '@stitchd/statistics';
import { statsLimits } from '../limits.ts';
import type { DecisionCode, DecisionResult } from '../results/decision-result.ts';
import type { DaysLeftResult } from '../results/experiment-results.ts';
import type { ComputedMetric, MetricComparison } from '../results/metric-result.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';
import { shareText } from './health/findings.ts';
import { lastResultsAt, maturedShare } from './maturing.ts';
import { isPlanOver, type Progress } from './plan-progress.ts';

/** All that the decision is made of. */
export interface DecisionMaterial {
  readonly inputs: AnalysisInputs;
  readonly progress: Progress;
  readonly health: HealthFigures;
  readonly primary: ComputedMetric | undefined;
  readonly guardrails: readonly ComputedMetric[];
  readonly share: number | null;
  readonly daysLeft: DaysLeftResult | null;
  readonly daysToSettle: DaysLeftResult | null;
  readonly firstResultsAt: string | null;
  readonly currentMinimumEffect: number | null;
}

const advice: Readonly<Record<DecisionCode, string>> = {
  broken: 'Find the cause among the health checks, mend it, and restart with a new iteration.',
  harm: 'Stop the experiment, or switch the flag off now; look at what went wrong afterwards.',
  'no-verdict': 'Use it to watch. To decide, plan an experiment with a primary metric that has a closed window.',
  'too-early': 'Wait: nothing can be said yet, whichever way the figures lean.',
  ship: 'Stop the experiment and choose what is served afterwards.',
  'ship-with-care': 'Wait for the open guardrails, or stop and ship knowing what is not yet proven.',
  'trade-off': 'Weigh what is won against what is lost; no rule can do that for you.',
  worse: 'Stop the experiment and keep the baseline.',
  'no-meaningful-difference': 'Stop the experiment and keep the simpler variant.',
  'unlikely-to-succeed': 'Consider stopping: what could still be won is named above. Nothing is stopped by itself.',
  undecided: 'Decide by cost and taste, or plan a larger experiment.',
  'keep-running': 'Let it run; looking early costs nothing and changes nothing.',
  'no-interval': 'Wait for more units or conversions.',
};

const lastResults = 'Wait for the last results: units that were exposed before the stop still count.';

/** Between the stop and the last results: what these may change is not to be decided before. */
const adviceWhileMaturing: Partial<typeof advice> = {
  'no-verdict': lastResults,
  'too-early': lastResults,
  'ship-with-care': lastResults,
  undecided: lastResults,
  'keep-running': lastResults,
  'no-interval': lastResults,
};

/** Once it has ended: there is nothing to wait for, and nothing left to stop. */
const adviceAfterEnd: Partial<typeof advice> = {
  harm: 'Make sure that nobody is served what did harm, and look at what went wrong.',
  'no-verdict': 'To decide, plan an experiment with a primary metric that has a closed window.',
  'too-early': 'Decide without these figures, or restart it and run it to its planned end.',
  ship: 'Serve it to everybody, where that was not chosen at the stop.',
  'ship-with-care': 'Ship knowing what is not proven, or restart it to find out.',
  worse: 'Keep the baseline.',
  'no-meaningful-difference': 'Keep the simpler variant.',
  'no-interval': 'Decide by cost and taste, or plan a larger experiment.',
};

/** What to do, in code and words. */
export function decideExperiment(material: DecisionMaterial): {
  readonly decision: DecisionResult;
  readonly harms: readonly Harm[];
  readonly figures: DecisionFigures;
} {
  const { inputs, primary } = material;
  const figures = decisionFigures(material);
  const decision = awaitEnd(decide(figures), figures.run, material);
  const { run } = figures;
  const unit = weekUnit(primary, inputs.plan.unitKind);
  const names = { metric: primary?.name ?? 'The metrics', run, unit };
  const words = wordsOf(decision, names);
  const code = decision.code === 'arms' ? decision.headline.code : decision.code;
  const arms = decision.code === 'arms' ? decision.arms : [];
  return {
    figures,
    harms: figures.harms,
    decision: {
      code,
      variant: decision.code === 'arms' ? decision.headline.armKey : null,
      headline: words.title,
      detail: [...words.text, ...sinceVerdictText(primary, decision), ...endedText(material, run)],
      advice: adviceOf(code, run),
      promise: promiseText(material.progress, inputs.plan.alpha),
      isBestUnclear: decision.code === 'arms' && decision.isBestUnclear,
      arms: arms.map((arm) => {
        const { title, text } = armWords(arm, names);
        return { variant: arm.armKey, code: arm.code, headline: title, detail: text };
      }),
    },
  };
}

function adviceOf(code: DecisionCode, run: RunState): string {
  const whileMaturing = run === 'maturing' ? adviceWhileMaturing[code] : undefined;
  return whileMaturing ?? (run === 'running' ? undefined : adviceAfterEnd[code]) ?? advice[code];
}

/** What a week of full rollout is counted in, as on the page of a metric. */
function weekUnit(primary: ComputedMetric | undefined, unitKind: string): string {
  return primary?.estimate === 'share' ? `${unitKind} keys that do it` : `over all ${unitKind} keys`;
}

function decisionFigures(material: DecisionMaterial): DecisionFigures {
  const { inputs, progress, health, primary, guardrails, share } = material;
  const { arms, baselineVariant } = inputs.plan;
  const variants = arms.map(({ variant }) => variant).filter((variant) => variant !== baselineVariant);
  const isFixed = progress.design === 'fixed-horizon';
  return {
    health,
    harms: harmsOf([...(primary === undefined ? [] : [primary]), ...guardrails]),
    isPlanned: progress.design !== 'always-valid',
    hasClosedWindow: primary === undefined || primary.windowHours !== null || isFixed,
    elapsedDays: progress.elapsedDays,
    unitsPerArm: primary === undefined ? 0 : Math.min(...primary.arms.map(({ n }) => n)),
    leastUnitsPerArm: leastUnits(material),
    ...(material.firstResultsAt === null ? {} : { firstResultsAtMs: Date.parse(material.firstResultsAt) }),
    share: share ?? 0,
    isEndDateReached: progress.isEndReached,
    run: runState(material),
    good: (primary?.direction ?? 'increase') === 'increase' ? 'larger' : 'smaller',
    minimumEffect: inputs.settings.minimumEffect ?? statsLimits.minimumEffect,
    arms: variants.map((variant) => armFigures(material, variant)),
  };
}

/** A horizon that ends with the stop has its one look at the last computation. */
function runState(material: DecisionMaterial): RunState {
  const { settings, bounds } = material.inputs;
  if (settings.isRunning) return 'running';
  if (settings.isFinal) return 'ended';
  if (settings.isStopping) return 'maturing';
  const { endsAtMs, isEndReached } = material.progress;
  const isLookAhead = endsAtMs !== null && Date.parse(bounds.to) >= endsAtMs && !isEndReached;
  return isLookAhead || maturedShare(material) < 1 ? 'maturing' : 'ended';
}

/** A share has exact methods, and shuffled labels hold for however few; else the usual method has to hold. */
function leastUnits({ primary, inputs, progress }: DecisionMaterial): number {
  if (primary?.estimate === 'share') return statsLimits.leastUnitsOfShares;
  const isShuffled = primary?.comparisons.every(({ effect }) => effect.method === 'randomisation') ?? false;
  if (isShuffled) return 0;
  const isAtHand = inputs.figures.unitValues.some(({ metric }) => metric === primary?.key);
  const smallest = (progress.plannedUnits ?? Infinity) * Math.min(...progress.expectedShares);
  return isAtHand ? Math.min(randomisationBelowUnits, Math.ceil(smallest * randomisationFrom)) : randomisationBelowUnits;
}

function armFigures(material: DecisionMaterial, variant: string): ArmFigures {
  const { primary, guardrails, inputs, progress, share } = material;
  const comparison = primary?.comparisons.find((each) => each.variant === variant);
  const effect = comparison === undefined ? undefined : effectOf(primary, comparison);
  const isAhead = inputs.settings.isRunning && !isPlanOver(progress, share);
  const isOpen = progress.design === 'sequential' && share !== null && share > 0 && isAhead;
  const z = (comparison?.z ?? 0) * (primary?.direction === 'decrease' ? -1 : 1);
  const alpha = inputs.plan.alpha / Math.max(1, inputs.plan.arms.length - 1);
  return {
    armKey: variant,
    ...(effect === undefined ? {} : { effect }),
    ...(comparison?.verdict == null ? {} : { verdict: comparison.verdict.direction }),
    guardrails: guardrails.flatMap(({ name, comparisons }) => {
      const found = comparisons.find((each) => each.variant === variant)?.guardrail;
      if (found == null) return [];
      const left = found.daysLeft === null ? {} : { daysLeft: daysOf(found.daysLeft) };
      return [{ metric: name, result: found.outcome, margin: found.margin, ...left }];
    }),
    ...(isOpen && comparison?.z != null ? { conditionalPower: conditionalPower({ z, share, alpha }) } : {}),
    ...(material.currentMinimumEffect === null ? {} : { currentMinimumEffect: material.currentMinimumEffect }),
    ...(material.daysLeft === null ? {} : { daysLeft: daysOf(material.daysLeft) }),
    ...(material.daysToSettle === null ? {} : { daysToSettle: daysOf(material.daysToSettle) }),
  };
}

/** As parts of the baseline: the lift, or the difference over the baseline's value where the lift has no interval. */
function effectOf(
  primary: ComputedMetric | undefined,
  { effect, bestGuess, variant, perWeek }: MetricComparison,
): EffectFigures | undefined {
  if (effect.interval === null || effect.difference === null) return undefined;
  const week = perWeek?.interval == null ? {} : { perWeek: perWeek.interval };
  if (effect.liftInterval !== null)
    return { interval: effect.liftInterval, bestGuess: bestGuess?.value ?? effect.lift ?? 0, isLift: true, ...week };
  const own = primary?.arms.find((arm) => arm.variant === variant)?.mean ?? null;
  const base = own === null ? 0 : Math.abs(own - effect.difference);
  if (base === 0) return undefined;
  const { low, high } = effect.interval;
  return { interval: { low: low / base, high: high / base }, bestGuess: effect.difference / base, isLift: true, ...week };
}

function harmsOf(metrics: readonly ComputedMetric[]): readonly Harm[] {
  return metrics.flatMap(({ name, comparisons }) =>
    comparisons.flatMap(({ variant, harm }) => {
      const alarms = harm.filter(({ status }) => status === 'alarm');
      // One sentence for each metric and arm: of the window that says most.
      const [first] = alarms.toSorted((a, b) => (b.atLeast ?? 0) - (a.atLeast ?? 0) || (b.by ?? 0) - (a.by ?? 0));
      if (first === undefined) return [];
      const { by, atLeast, isLift } = first;
      return [
        { metric: name, armKey: variant, isLift, ...(by === null ? {} : { by }), ...(atLeast === null ? {} : { atLeast }) },
      ];
    }),
  );
}

/** A fixed horizon has no interval before its end, which is no want of units; the end is awaited until the last results. */
function awaitEnd(decision: Decision, run: RunState, { progress, share, daysLeft }: DecisionMaterial): Decision {
  if (decision.code !== 'arms' || progress.design !== 'fixed-horizon' || isPlanOver(progress, share)) return decision;
  const left = daysLeft === null ? {} : { daysLeft: daysOf(daysLeft) };
  const waiting = ({ armKey }: ArmDecision): ArmDecision =>
    run === 'ended'
      ? { code: 'no-interval', armKey, isEndMissed: true }
      : { code: 'keep-running', armKey, share: share ?? 0, ...left };
  return { ...decision, headline: waiting(decision.headline), arms: decision.arms.map(waiting), isBestUnclear: false };
}

/** What was called stays called; where the data moved since, that has to be said. */
function sinceVerdictText(primary: ComputedMetric | undefined, decision: Decision): readonly string[] {
  if (decision.code !== 'arms') return [];
  const verdict = primary?.comparisons.find(({ variant }) => variant === decision.headline.armKey)?.verdict;
  if (verdict == null) return [];
  const changed = verdict.changedShare ?? 0;
  return [
    ...(verdict.hasParted
      ? [`It crossed the bar on ${dayText(verdict.at)}; since then the estimate moved, and its interval includes no effect.`]
      : []),
    ...(changed < statsLimits.changedShareFrom
      ? []
      : [
          `Data changed since the decision: of the units that it rests on ${shareText(changed)} were added late, or erased, or left out. The verdict stays; the figures are those of today.`,
        ]),
  ];
}

/** When it ended, and what is still to come of it, or how far its plan had come by what is known now. */
function endedText(material: DecisionMaterial, run: RunState): readonly string[] {
  const { inputs, share, progress } = material;
  const { bounds } = inputs;
  if (run === 'running') return [];
  if (run === 'maturing') {
    const percent = `${Math.floor(maturedShare(material) * 100)}\u00A0%`;
    const [ended, last] = inputs.settings.isStopping
      ? ['It is being stopped', 'after the stop, when late data no longer counts']
      : [`It ended on ${dayText(bounds.to)}`, `on ${dayText(lastResultsAt(material))}`];
    return [`${ended}. ${percent} of the units have matured; the last results come ${last}.`];
  }
  const isBefore = share !== null && share < 1 && !progress.isEndReached;
  const matured = isBefore ? `, before its plan: ${Math.floor(share * 100)}\u00A0% of it has matured` : '';
  return [`It ended on ${dayText(bounds.to)}${matured}.`];
}

function promiseText({ design }: Progress, alpha: number): string | null {
  const useless = Number((alpha * 100).toPrecision(3));
  switch (design) {
    case 'sequential':
      return `Of 100 useless changes at most ${useless} would be called, however often you look.`;
    case 'fixed-horizon':
      return `Of 100 useless changes ${useless} would be called, by the one look at the planned end.`;
    case 'always-valid':
      return null;
  }
}

function daysOf(left: DaysLeftResult): DaysLeft {
  return left.kind === 'days' ? { ...left, kind: 'ok' } : left;
}

import { deviationPosterior, imbalanceAlpha } from '@stitchd/statistics';
import type { ExperimentResults, PriorResult, TrafficResult } from '../results/experiment-results.ts';
import { healthCheckNames, type HealthCheck } from '../results/health-check.ts';
import type { ComputedMetric, MetricResult } from '../results/metric-result.ts';
import type { ResultDetails } from '../results/result-details.ts';
import { lookKey, openState, type AnalysisInputs, type Evidence, type LookState } from './analysis-inputs.ts';
import { liftEstimate } from './best-guess.ts';
import { comparisonResult, daysUntil } from './comparison-result.ts';
import { alarmsOf, type Alarm } from './alarms.ts';
import { decideExperiment } from './decide-experiment.ts';
import { evidenceAfter, withCurrentEvidence } from './evidence.ts';
import { resultDetails } from './details.ts';
import { harmsOf } from './harm.ts';
import { covariateHealth } from './health/covariate-check.ts';
import { deliveryCheck } from './health/delivery-check.ts';
import { overlapCheck, overlapFindings } from './health/overlap-check.ts';
import { expectedUnits, splitHealth } from './health/split-checks.ts';
import {
  changedCheck,
  lateDataCheck,
  recountCheck,
  metricChecks,
  missingDataCheck,
  stoppedStreamCheck,
  unitKindCheck,
} from './health/stream-checks.ts';
import { judgeGuardrail, judgePrimary, judgeSecondary, type JudgedArm } from './judged-arms.ts';
import { stateAfter } from './look-states.ts';
import { changedShare } from './verdict-units.ts';
import { metricArms } from './metric-arms.ts';
import { metricPasses, roleOf, type ComputablePass, type MetricPass } from './metric-pass.ts';
import { windowHoursOf } from './metric-window.ts';
import { currentEffect, daysToPlan, daysToSettle, firstResultsAt, fullDays } from './plan-result.ts';
import { isPlanOver, progressOf, sequentialResult, type Progress } from './plan-progress.ts';
import { armResults, exposureCounts, periodResults, resultInputs } from './surroundings.ts';
import { weeklyTrafficOf } from './weekly-traffic.ts';

/** A result with all that has to be remembered of the look that gave it. */
export interface Analysis {
  readonly results: ExperimentResults;
  readonly states: Readonly<Record<string, LookState>>;
  readonly evidence: Evidence;
  readonly details: ResultDetails;
  readonly alarms: readonly Alarm[];
  /** Lifts of the primary metric by variant: of use to others once the experiment is finished. */
  readonly effects: readonly { readonly variant: string; readonly lift: number; readonly standardError: number }[];
}

/**
 * The results of one look. It asks nobody and knows no time but that of its inputs: the same inputs, as they are in the bundle of a result,
 * give the same results.
 */
export function analyse(inputs: AnalysisInputs): ExperimentResults {
  return analyseLook(inputs).results;
}

/** The results of one look, and what the next look has to know of it. */
export function analyseLook(given: AnalysisInputs): Analysis {
  const inputs = withCurrentEvidence(given);
  const progress = progressOf(inputs);
  const passes = metricPasses(inputs, progress);
  const computable = passes.filter((pass) => pass.kind === 'computable');
  const prior = deviationPosterior(inputs.past.effects);
  const judged = judge(inputs, computable);
  const context: Context = {
    inputs,
    progress,
    prior,
    judged,
    weights: expectedUnits(inputs),
    watched: watchedOf(computable),
    traffic: weeklyTrafficOf(inputs),
  };
  const metrics = passes.map((pass) => metricResult(context, pass));
  const states = Object.fromEntries([...judged].flatMap(([pass, arms]) => statesOf(inputs, pass, arms)));

  const primaryPass = computable.find((pass) => roleOf(pass) === 'primary');
  const covariates = covariateHealth(inputs, computable);
  const overlaps = overlapFindings(inputs, primaryPass);
  const split = splitHealth(inputs, imbalanceAlpha / (covariates.covariates.length + 1));
  const health = inOrder([
    ...split.checks,
    covariates.check,
    unitKindCheck(inputs),
    missingDataCheck(inputs, metrics),
    changedCheck(inputs),
    deliveryCheck(inputs),
    overlapCheck(inputs, primaryPass, overlaps),
    lateDataCheck(inputs),
    stoppedStreamCheck(inputs),
    recountCheck(inputs),
    ...metricChecks(inputs, metrics),
  ]);
  const computed = metrics.filter((metric) => metric.kind === 'computed');
  const primaryArms = primaryPass === undefined ? [] : (judged.get(primaryPass) ?? []);
  const primary = computed.find(({ role }) => role === 'primary');
  const windowHours = primaryPass === undefined ? null : windowHoursOf(primaryPass.metric.definition);
  const share = leastShare(primaryArms);
  const daysLeft = daysToPlan(inputs, progress, windowHours);
  const isOver = isPlanOver(progress, share);
  const currentMinimumEffect = currentEffect(inputs, primaryArms);
  const resultsAt = firstResultsAt(inputs, windowHours);
  const { decision, harms } = decideExperiment({
    inputs,
    progress,
    health: {
      sampleRatio: split.sampleRatio,
      ...(split.triggerRate === undefined ? {} : { triggerRate: split.triggerRate }),
      covariates: covariates.covariates,
      mixed: split.mixed,
    },
    primary,
    guardrails: computed.filter(({ role }) => role === 'guardrail'),
    share,
    daysLeft: isOver ? null : daysLeft,
    daysToSettle: isOver ? daysToSettle(inputs, progress, windowHours) : null,
    firstResultsAt: resultsAt,
    currentMinimumEffect,
  });
  const { settings, plan, bounds } = inputs;
  const maturedUnits = primary === undefined ? 0 : primary.arms.reduce((sum, { n }) => sum + n, 0);
  const closedBy = closedByOf(states, primary);
  const results: ExperimentResults = {
    experimentId: plan.experimentId,
    experimentKey: plan.experimentKey,
    kind: settings.kind,
    iterationId: plan.iterationId,
    iteration: plan.iteration,
    snapshotHash: settings.snapshotHash,
    engineVersion: inputs.engineVersion,
    assignment: plan.assignment,
    from: bounds.from,
    to: bounds.to,
    dataUntil: bounds.dataUntil,
    computedAt: inputs.computedAt,
    isFinal: settings.isFinal,
    design: progress.design,
    adjustment: settings.adjustment,
    alpha: plan.alpha,
    unitKind: plan.unitKind,
    baselineVariant: plan.baselineVariant,
    periods: periodResults(inputs),
    arms: armResults(inputs, progress, context.weights),
    exposures: exposureCounts(inputs),
    events: eventsOf(inputs),
    health,
    sequential: sequentialResult(progress, { share, maturedUnits, closedBy }),
    plan: {
      minimumEffect: settings.kind === 'rollout' ? null : settings.minimumEffect,
      power: settings.kind === 'rollout' ? null : settings.power,
      plannedDays: settings.plannedDays,
      windowHours,
      elapsedDays: progress.elapsedDays,
      currentMinimumEffect,
      daysLeft: isOver ? null : daysLeft,
      firstResultsAt: resultsAt,
      changedAfterStart: settings.changedAfterStart,
    },
    traffic: context.traffic,
    prior: priorResult(prior, inputs.past.effects.length),
    decision,
    metrics,
    inputs: resultInputs(inputs, maturedUnits),
  };
  return {
    results,
    states,
    evidence: evidenceAfter(inputs, { ...split, covariates: covariates.pValues, overlaps }, computed),
    details: resultDetails(inputs, progress, computable),
    alarms: alarmsOf(results, harms),
    effects: primaryArms.flatMap(({ pass, figured }) => {
      const lift = liftEstimate(figured.used);
      return lift === undefined ? [] : [{ variant: pass.variant, lift: lift.estimate, standardError: lift.standardError }];
    }),
  };
}

interface Context {
  readonly inputs: AnalysisInputs;
  readonly progress: Progress;
  readonly prior: ReturnType<typeof deviationPosterior>;
  readonly judged: ReadonlyMap<ComputablePass, readonly JudgedArm[]>;
  readonly weights: readonly number[];
  /** How many metrics are watched for harm. */
  readonly watched: number;
  readonly traffic: TrafficResult | null;
}

const isWatched = (pass: ComputablePass): boolean => roleOf(pass) !== 'secondary';
const watchedOf = (passes: readonly ComputablePass[]): number => passes.filter(isWatched).length;

function judge({ plan }: AnalysisInputs, passes: readonly ComputablePass[]): ReadonlyMap<ComputablePass, readonly JudgedArm[]> {
  const secondary = judgeSecondary(
    passes.filter((pass) => roleOf(pass) === 'secondary'),
    plan.alpha,
  );
  return new Map(
    passes.map((pass) => {
      switch (roleOf(pass)) {
        case 'primary':
          return [pass, judgePrimary(pass, plan.alpha)];
        case 'guardrail':
          return [pass, judgeGuardrail(pass, plan.alpha)];
        case 'secondary':
          return [pass, secondary.get(pass) ?? []];
      }
    }),
  );
}

function statesOf(inputs: AnalysisInputs, pass: ComputablePass, arms: readonly JudgedArm[]): [string, LookState][] {
  return arms.map((arm) => [lookKey(pass.metric.key, arm.pass.variant), stateAfter(inputs, arm, pass.metric)]);
}

function metricResult(context: Context, pass: MetricPass): MetricResult {
  const { inputs } = context;
  if (pass.kind === 'computable') return computedMetric(context, pass);
  const { key, failure } = pass.result;
  const good = inputs.past.goodMetrics[key];
  if (good === undefined) return pass.result;
  const { stage, code, message, query } = failure;
  return { ...good.metric, stale: { since: good.at, stage, code, cause: message, query } };
}

function computedMetric(context: Context, pass: ComputablePass): ComputedMetric {
  const { inputs, prior, progress } = context;
  const { metric, figures, position } = pass;
  const { plan, settings } = inputs;
  const arms = context.judged.get(pass) ?? [];
  const windowHours = windowHoursOf(metric.definition);
  const margin = metric.role === 'guardrail' ? (settings.margins[metric.key] ?? null) : null;
  const missing = Math.max(0, (progress.plannedUnits ?? 0) - figuresUnits(inputs));
  const daysLeft =
    settings.isRunning && progress.plannedUnits !== null ? daysUntil(fullDays(inputs), missing, windowHours) : null;
  return {
    kind: 'computed',
    key: metric.key,
    name: metric.name,
    role: metric.role,
    isExploratory:
      metric.role === 'secondary' || settings.changedAfterStart.some((name) => name.startsWith(`metrics.${metric.key}`)),
    margin,
    version: metric.version,
    type: metric.definition.type,
    direction: metric.definition.direction ?? 'increase',
    definition: metric.definition,
    estimate: estimateKind(metric.definition.type),
    windowHours,
    stale: null,
    arms: metricArms(
      figures,
      plan.arms.map(({ variant }) => variant),
      {
        cap: inputs.figures.caps[`m${position}`],
        adjusted: adjustedMeans(plan.baselineVariant, arms),
      },
    ),
    comparisons: arms.map((arm) => {
      const after = stateAfter(inputs, arm, metric);
      return comparisonResult(pass, arm, {
        prior,
        baselineVariant: plan.baselineVariant,
        harm: isWatched(pass) ? harmOf(context, pass, arm) : [],
        after,
        changedShare: changedShare(inputs, after),
        margin,
        daysLeft,
        traffic: context.traffic,
      });
    }),
  };
}

function harmOf({ inputs, watched }: Context, { metric, figures }: ComputablePass, { pass, figured }: JudgedArm) {
  return harmsOf(inputs, {
    metric,
    figures,
    baseline: pass.placeOf(inputs.plan.baselineVariant),
    treatment: pass.placeOf(pass.variant),
    variant: pass.variant,
    raw: figured.raw,
    metrics: watched,
  });
}

function adjustedMeans(baseline: string, arms: readonly JudgedArm[]): ReadonlyMap<string, number> {
  const adjusted = new Map<string, number>();
  for (const { pass, figured } of arms) {
    const { control, treatment } = figured.adjusted ?? {};
    if (control == null || treatment == null) continue;
    if (!adjusted.has(baseline)) adjusted.set(baseline, control.value);
    adjusted.set(pass.variant, treatment.value);
  }
  return adjusted;
}

function estimateKind(type: ComputedMetric['type']): ComputedMetric['estimate'] {
  switch (type) {
    case 'conversion':
    case 'funnel':
    case 'retention':
      return 'share';
    case 'ratio':
    case 'quantile':
      return type;
    default:
      return 'mean';
  }
}

function figuresUnits({ figures }: AnalysisInputs): number {
  return figures.units.reduce((sum, { units }) => sum + units, 0);
}

function leastShare(arms: readonly JudgedArm[]): number | null {
  const shares = arms.flatMap(({ pass: { share } }) => (share === null ? [] : [share]));
  return shares.length === 0 ? null : Math.min(...shares);
}

function closedByOf(
  states: Readonly<Record<string, LookState>>,
  primary: ComputedMetric | undefined,
): 'plan' | 'end-date' | null {
  if (primary === undefined) return null;
  const closed = primary.comparisons.map(({ variant }) => (states[lookKey(primary.key, variant)] ?? openState).closed);
  return closed.length > 0 && closed.every((each) => each !== null) ? (closed[0]?.by ?? null) : null;
}

function inOrder(checks: readonly HealthCheck[]): readonly HealthCheck[] {
  return checks.toSorted((a, b) => healthCheckNames.indexOf(a.check) - healthCheckNames.indexOf(b.check));
}

function eventsOf({ figures: { events } }: AnalysisInputs): ExperimentResults['events'] {
  return events === null ? null : { items: events.items, withoutUnit: events.withoutUnit, linked: events.linked };
}

function priorResult({ median, low, high }: { median: number; low: number; high: number }, experiments: number): PriorResult {
  return { deviation: median, low, high, experiments };
}

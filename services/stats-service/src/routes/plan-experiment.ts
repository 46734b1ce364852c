import { create, type JsonObject } from '@bufbuild/protobuf';
import {
  ExperimentPlanSchema,
  type ExperimentPlan as PlanMessage,
  type PlannedArm,
  type PlanExperimentRequest,
} from '@stitchd/proto/stats/v1/planning';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { findExclusions } from '../computation/find-plan.ts';
import type { PastTraffic } from '../history/history.ts';
import { findPastMetrics } from '../history/past-metric.ts';
import { readPast, type Past } from '../history/read-past.ts';
import { statsLimits } from '../limits.ts';
import type { ExperimentPlan } from '../planning/experiment-plan.ts';
import { planMetric, type PlanQuestion } from '../planning/plan-metric.ts';
import { planVerdict } from '../planning/plan-verdict.ts';
import { readBaselines } from '../planning/read-baselines.ts';
import { perDay } from '../planning/traffic-forecast.ts';

const dayMs = 86_400_000;
const whole = 100_000;

/** Effect, units and days of an experiment that does not exist yet. */
export async function planExperiment(
  ctx: StatsContext,
  request: PlanExperimentRequest,
  signal: AbortSignal,
): Promise<PlanMessage> {
  const { environmentId } = environmentScope();
  checkPlan(request);
  const to = new Date(ctx.nowMs());
  const from = new Date(to.getTime() - request.historyDays * dayMs);
  const found = await findPastMetrics(ctx, request.metricKeys);
  const metrics = found.filter((metric) => metric.kind === 'planned');
  const traffic = trafficOf(request);
  const history = {
    environmentId,
    unitKind: request.unitKind,
    metrics,
    exclusions: await findExclusions(ctx),
    traffic,
    from: from.toISOString(),
    to: to.toISOString(),
    prePeriodDays: request.prePeriodDays,
  };
  const past = await readPast(ctx.eventStore, history, signal);
  const baselines = await readBaselines(past, request.alpha);
  const newUnitsByDay = daysOf(past, request.historyDays);
  const enrolment = request.enrolmentMilliPercent / whole;
  const forecast = { newUnitsByDay: newUnitsByDay.map((units) => units * enrolment) };
  const shares = request.arms.map(({ milliPercent }) => milliPercent / whole);
  const { alpha, power } = request;
  const question: PlanQuestion = { shares, alpha, power, traffic: forecast, asked: askedOf(request) };
  const planned = found.map((metric) => {
    if (metric.kind === 'failed') return metric;
    const baseline = baselines[metrics.indexOf(metric)];
    if (baseline === undefined || 'kind' in baseline) return baseline ?? neverHere();
    return planMetric(baseline, question);
  });
  const units = newUnitsByDay.reduce((sum, count) => sum + count, 0);
  const source = traffic.kind === 'anywhere' ? 'events' : 'flag';
  const plan: ExperimentPlan = {
    unitKind: request.unitKind,
    from: from.toISOString(),
    to: to.toISOString(),
    historyDays: request.historyDays,
    arms: request.arms.map(({ variant }, index) => ({ variant, share: shares[index] ?? 0 })),
    enrolmentShare: enrolment,
    alpha,
    power,
    traffic: {
      source,
      flagKey: request.flagKey,
      ruleId: traffic.kind === 'rule' ? traffic.ruleId : null,
      units,
      newUnitsByDay,
      perDay: perDay(forecast),
    },
    metrics: planned,
    verdict: planVerdict(planned[0], { source, units, perDay: perDay(forecast) }),
  };
  return create(ExperimentPlanSchema, { plan: plan as unknown as JsonObject });
}

function trafficOf({ flagKey, ruleId }: PlanExperimentRequest): PastTraffic {
  if (flagKey === '') return { kind: 'anywhere' };
  return ruleId === undefined ? { kind: 'flag', flagKey } : { kind: 'rule', flagKey, ruleId };
}

function daysOf({ days }: Past, historyDays: number): readonly number[] {
  return Array.from({ length: historyDays }, (_, day) => days.find((row) => row.day === day)?.units ?? 0);
}

function neverHere(): never {
  throw new Error('a metric was planned for and not read');
}

function askedOf({ minimumEffect, units, days }: PlanExperimentRequest): PlanQuestion['asked'] {
  if (units > 0) return { kind: 'units', units };
  if (days > 0) return { kind: 'days', days };
  return { kind: 'effect', minimumEffect };
}

function checkPlan(request: PlanExperimentRequest): void {
  const { historyDays, plannedMetrics } = statsLimits;
  const errors: { path: string; message: string }[] = [];
  const refuse = (isBad: boolean, path: string, message: string): void => {
    if (isBad) errors.push({ path, message });
  };
  refuse(request.unitKind === '', '/unitKind', 'is required');
  refuse(
    request.historyDays < 1 || request.historyDays > historyDays.most,
    '/historyDays',
    `must be from 1 to ${historyDays.most}`,
  );
  refuse(
    request.metricKeys.length === 0 || request.metricKeys.length > plannedMetrics,
    '/metricKeys',
    `must name from 1 to ${plannedMetrics} metrics`,
  );
  refuse(!(request.alpha > 0 && request.alpha < 1), '/alpha', 'must be between 0 and 1');
  refuse(!(request.power > request.alpha && request.power < 1), '/power', 'must be greater than alpha and less than 1');
  refuse(
    request.enrolmentMilliPercent < 1 || request.enrolmentMilliPercent > whole,
    '/enrolmentMilliPercent',
    `must be from 1 to ${whole}`,
  );
  const asked = [request.minimumEffect, request.units, request.days].filter((value) => value !== 0);
  refuse(
    asked.length !== 1 || !asked.every((value) => value > 0 && Number.isFinite(value)),
    '/minimumEffect',
    'exactly one of minimumEffect, units and days must be given, greater than 0',
  );
  refuse(
    request.prePeriodDays < 0 || request.prePeriodDays > historyDays.most,
    '/prePeriodDays',
    `must be from 0 to ${historyDays.most}`,
  );
  errors.push(...armErrors(request.arms));
  if (errors.length > 0) throw problem('VALIDATION_FAILED', 'The plan can not be made as asked for.', { errors });
}

/** What is wrong with the arms of a plan or a replay. */
export function armErrors(arms: readonly PlannedArm[]): readonly { path: string; message: string }[] {
  const isFine =
    arms.length >= 2 &&
    arms.length <= statsLimits.plannedArms &&
    arms.every(({ milliPercent }) => Number.isInteger(milliPercent) && milliPercent > 0) &&
    arms.reduce((sum, { milliPercent }) => sum + milliPercent, 0) === whole &&
    new Set(arms.map(({ variant }) => variant)).size === arms.length;
  const message = `must be from 2 to ${statsLimits.plannedArms} different variants with shares above 0, 100,000 together`;
  return isFine ? [] : [{ path: '/arms', message }];
}

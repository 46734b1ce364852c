import { toJson } from '@bufbuild/protobuf';
import { timestampDate, ValueSchema } from '@bufbuild/protobuf/wkt';
import { type JsonValue, parseMetricDefinition, parsePropertyFilter } from '@stitchd/core';
import type { Metric } from '@stitchd/proto/event/v1/event';
import type { EnvironmentEventSettings } from '@stitchd/proto/event/v1/event_settings';
import type { AnalysisPlan, Period } from '@stitchd/proto/experiment/v1/experiment';
import { problemOf } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import type { FailedMetric, MetricFailureCode } from '../results/metric-result.ts';
import { ComputationRefused } from '../worker/job-failure.ts';
import type { ComputationPlan, Exclusion, MetricPlan } from './metric-plan.ts';

export interface FoundPlan {
  readonly plan: ComputationPlan;
  /** Exposures from then on count. */
  readonly from: Date;
  /** Up to then; undefined: until now. */
  readonly to: Date | undefined;
  /** When the environment changed what exposes, the latest last. */
  readonly exposuresOnChangedAt: readonly Date[];
  /** What it was found in. */
  readonly answer: AnalysisPlan;
}

/**
 * Asks the others what to compute of an iteration, counted from 1, or of the current one (0); runs in the tenant of the experiment.
 * A metric that is gone is part of the plan, as failed, so that the results name it.
 * @throws ComputationRefused where the experiment never started; what reaching the others throws
 */
export async function findPlan(ctx: StatsContext, experimentId: string, iteration = 0): Promise<FoundPlan> {
  const answer = await ctx.analysis.getAnalysisPlan({ experimentId, iteration });
  const { experiment, holdoutKey, from, to, periods } = answer;
  if (experiment === undefined || from === undefined || experiment.iterationId === '')
    throw new ComputationRefused('EXPERIMENT_NOT_STARTED', 'The experiment has not started.');
  // Without a version, the latest: an experiment that lacks one began before there were any.
  const versions = new Map(experiment.metricVersions.map(({ key, version }) => [key, version]));
  const settings = await ctx.eventSettings.getEventSettings({});
  return {
    answer,
    exposuresOnChangedAt: settings.exposuresOnChangedAt.map(timestampDate),
    from: timestampDate(from),
    to: to && timestampDate(to),
    plan: {
      experimentId,
      experimentKey: experiment.key,
      environmentId: experiment.environmentId,
      source: holdoutKey === '' ? { kind: 'iteration' } : { kind: 'holdout', key: holdoutKey },
      iterationId: experiment.iterationId,
      iteration: experiment.iterationNumber,
      startedAt: timestampDate(experiment.startedAt ?? from).toISOString(),
      assignment: experiment.assignment,
      alpha: experiment.alpha,
      unitKind: experiment.unitKind,
      baselineVariant: experiment.baselineVariant,
      arms: experiment.arms.map(({ variant, expectedMilliPercent }) => ({ variant, expectedMilliPercent })),
      metrics: await Promise.all(
        experiment.metrics.map(({ key, role }) => findMetric(ctx, { key, role: roleOf(role) }, versions.get(key) ?? 0)),
      ),
      periods: periods.map((period) => ({
        number: period.number,
        from: timestampDate(period.from ?? from).toISOString(),
        isPause: period.isPause,
        isBeforeChange: periods.some((later) => later.number > period.number && !later.isPause && !hasSameWeights(period, later)),
      })),
      prePeriodDays: experiment.analysis?.adjustment === 'off' ? 0 : (experiment.analysis?.prePeriodDays ?? 0),
      dimensions: experiment.analysis?.dimensions ?? [],
      exclusions: exclusionsOf(settings),
    },
  };
}

function hasSameWeights(one: Period, other: Period): boolean {
  const weightIn = ({ arms }: Period, name: string) => arms.find(({ variant }) => variant === name)?.expectedMilliPercent ?? 0;
  return [...one.arms, ...other.arms].every(({ variant }) => weightIn(one, variant) === weightIn(other, variant));
}

/** Those of the environment; they were checked when they were written. */
export async function findExclusions(ctx: StatsContext): Promise<readonly Exclusion[]> {
  return exclusionsOf(await ctx.eventSettings.getEventSettings({}));
}

function exclusionsOf({ exclusions }: EnvironmentEventSettings): readonly Exclusion[] {
  return (exclusions?.values ?? []).map((value) => {
    const { name, filter } = toJson(ValueSchema, value) as { readonly name: string; readonly filter: JsonValue };
    const parsed = parsePropertyFilter(filter);
    if (parsed.kind === 'invalid') throw new Error(`the exclusion ${name} is no filter`);
    return { name, filter: parsed.value };
  });
}

type AskedMetric = Pick<MetricPlan, 'key' | 'role'>;

async function findMetric(ctx: StatsContext, asked: AskedMetric, version: number): Promise<MetricPlan | FailedMetric> {
  const { key } = asked;
  try {
    return planOf(await ctx.metrics.getMetric({ key, definitionVersion: version }), asked);
  } catch (error) {
    if (problemOf(error).code !== 'NOT_FOUND') throw error;
    return failedMetric(asked, 'METRIC_NOT_FOUND', `There is no metric "${key}" any more.`);
  }
}

function planOf({ key, name, type, definitionVersion, definition }: Metric, asked: AskedMetric): MetricPlan | FailedMetric {
  const parsed = parseMetricDefinition(definition);
  if (parsed.kind === 'ok')
    return { kind: 'planned', key, name, role: asked.role, version: definitionVersion, definition: parsed.value };
  return failedMetric(asked, 'METRIC_UNSUPPORTED', `This version can't compute metrics of the type "${type}".`);
}

function failedMetric({ key, role }: AskedMetric, code: MetricFailureCode, message: string): FailedMetric {
  return { kind: 'failed', key, role, failure: { code, message, stage: 'definition', query: null } };
}

/** A role that this version does not know decides nothing. */
function roleOf(role: string): MetricPlan['role'] {
  return role === 'primary' || role === 'guardrail' ? role : 'secondary';
}

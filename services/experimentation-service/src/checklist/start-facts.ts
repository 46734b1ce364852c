import { metricEventKeys, parseMetricDefinition, splitAt, type FlagConfiguration, type Split } from '@stitchd/core';
import { findConflicting, sliceOfExperiment, type ExperimentRow } from '@stitchd/db/experiment';
import type { Tx } from '@stitchd/db/postgres';
import { isProblem, problemOf } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';

/** A metric as the others know it now. */
export interface MetricFact {
  readonly key: string;
  readonly state: 'usable' | 'archived' | 'missing';
  readonly eventKeys: readonly string[];
}

/** What is known of an environment when an experiment is about to start. Undefined: it could not be asked. */
export interface StartFacts {
  readonly experiment: ExperimentRow;
  readonly flag: { readonly enabled: boolean; readonly split: Split | undefined } | undefined;
  /** Keys of other experiments that run on the same split, or on all of the flag. */
  readonly conflicting: readonly string[];
  /** The layer that it has a share of. */
  readonly layer: { readonly key: string; readonly unitKind: string } | undefined;
  readonly metrics: readonly MetricFact[];
  /** Of the last seven days, by event key. */
  readonly volumes: ReadonlyMap<string, number> | undefined;
  /** Context kinds that each event needs, by event key. */
  readonly eventKinds: ReadonlyMap<string, readonly string[]> | undefined;
  /** Of the environment: which attributes exposures carry, and whether a delivery of all flags is one. */
  readonly exposures: { readonly attributes: ReadonlySet<string>; readonly countDeliveries: boolean } | undefined;
}

/** Asks all who know something. Only what could block the start has to be answered. */
export async function startFacts(ctx: ExperimentationContext, experiment: ExperimentRow): Promise<StartFacts> {
  const [flag, { conflicting, layer }, metrics, volumes, exposures] = await Promise.all([
    findFlag(ctx, experiment),
    ctx.database.inTenant(experiment.organisation_id, (tx) => findOthers(tx, experiment)),
    Promise.all(experiment.metrics.map(({ key }) => findMetric(ctx, key))),
    orUnknown(ctx, async () => {
      const { items } = await ctx.traffic.listEventVolumes({});
      return new Map(items.map(({ eventKey, lastWeek }) => [eventKey, lastWeek]));
    }),
    findExposures(ctx),
  ]);
  const eventKeys = [...new Set(metrics.flatMap((metric) => metric.eventKeys))];
  const eventKinds = await orUnknown(ctx, async () => new Map(await Promise.all(eventKeys.map((key) => kindsOf(ctx, key)))));
  return { experiment, flag, conflicting, layer, metrics, volumes, eventKinds, exposures };
}

async function findOthers(tx: Tx, experiment: ExperimentRow): Promise<Pick<StartFacts, 'conflicting' | 'layer'>> {
  const conflicting = await findConflicting(tx, experiment);
  const slice = await sliceOfExperiment(tx, experiment.id);
  return { conflicting, layer: slice && { key: slice.layer.key, unitKind: slice.layer.unit_kind } };
}

async function findFlag(ctx: ExperimentationContext, experiment: ExperimentRow): Promise<StartFacts['flag']> {
  try {
    const [{ archived }, { enabled, document }] = await Promise.all([
      ctx.flags.getFlag({ key: experiment.flag_key }),
      ctx.flags.getConfiguration({ flagKey: experiment.flag_key }),
    ]);
    return archived ? undefined : { enabled, split: splitAt(document as unknown as FlagConfiguration, experiment.rule_id) };
  } catch (error) {
    if (isProblem(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

async function findMetric(ctx: ExperimentationContext, key: string): Promise<MetricFact> {
  try {
    const { archived, definition } = await ctx.metrics.getMetric({ key });
    const parsed = parseMetricDefinition(definition);
    return {
      key,
      state: archived ? 'archived' : 'usable',
      eventKeys: parsed.kind === 'ok' ? metricEventKeys(parsed.value) : [],
    };
  } catch (error) {
    if (isProblem(error, 'NOT_FOUND')) return { key, state: 'missing', eventKeys: [] };
    throw error;
  }
}

function findExposures(ctx: ExperimentationContext): Promise<StartFacts['exposures']> {
  return orUnknown(ctx, async () => {
    const { exposureAttributes, exposuresOn } = await ctx.eventSettings.getEventSettings({});
    return { attributes: new Set(exposureAttributes), countDeliveries: exposuresOn === 'delivery' };
  });
}

async function kindsOf(ctx: ExperimentationContext, key: string): Promise<readonly [string, readonly string[]]> {
  try {
    return [key, (await ctx.events.getEventDefinition({ key })).requiredContexts];
  } catch (error) {
    if (isProblem(error, 'NOT_FOUND')) return [key, []];
    throw error;
  }
}

/** What can't be known now holds up no start. */
async function orUnknown<T>(ctx: ExperimentationContext, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    ctx.log.warn({ code: problemOf(error).code, err: error }, 'a start could not be checked in full');
    return undefined;
  }
}

import { randomUUID } from 'node:crypto';
import { create, fromJson, type JsonObject } from '@bufbuild/protobuf';
import { timestampFromMs, timestampMs, ValueSchema } from '@bufbuild/protobuf/wkt';
import { EnvironmentEventSettingsSchema, EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { Ingestion, MetricSchema, Metrics, type Metric } from '@stitchd/proto/event/v1/event';
import { Analysis, ExperimentSchema, type Experiment, type ReportHarmRequest } from '@stitchd/proto/experiment/v1/experiment';
import { currentPrincipal, defineService, implement, problem, type Principal } from '@stitchd/service-kit';

export interface PlannedExperiment {
  readonly experiment: Experiment;
  readonly principal: Principal;
  /** Undefined: it never started. */
  fromMs: number | undefined;
  toMs: number | undefined;
}

/** The services that stats-service asks, reduced to what it asks. */
export interface Neighbours {
  readonly experiments: PlannedExperiment[];
  readonly metrics: Map<string, Metric>;
  /** Called before a plan is answered: may throw, or hold the call back. */
  beforePlan: () => Promise<void> | void;
  /** Called with each decision that is told: may throw. */
  onDecision: (iterationId: string, decision: string) => void;
  readonly harms: (ReportHarmRequest & { readonly by: Principal })[];
  /** Of every environment: traffic that results leave out. */
  exclusions: readonly { readonly name: string; readonly filter: JsonObject }[];
  /** What waits in spools, asked with the beginning of the iteration. */
  spools: (sinceMs: number) => { readonly storedUntilMs?: number; readonly silentReplicas: number };
}

export function createNeighbours(): Neighbours {
  return {
    experiments: [],
    metrics: new Map(),
    beforePlan: () => undefined,
    onDecision: () => undefined,
    harms: [],
    exclusions: [],
    spools: () => ({ silentReplicas: 0 }),
  };
}

/** A definition whose events count to the end of the period. */
export const openMetric = (type: 'conversion' | 'sum', event: string) => ({ type, event, windowHours: 0 });

/** A running experiment with two arms; adds its metrics. */
export function addExperiment(
  neighbours: Neighbours,
  principal: Principal,
  options: {
    readonly fromMs: number | undefined;
    readonly toMs?: number;
    readonly variants?: readonly string[];
    readonly metrics: readonly Partial<Metric>[];
  },
): PlannedExperiment {
  const variants = options.variants ?? ['off', 'on'];
  for (const metric of options.metrics)
    neighbours.metrics.set(
      metric.key ?? '',
      create(MetricSchema, { definitionVersion: 1, name: metric.key ?? '', ...metric, $typeName: undefined } as never),
    );
  const experiment = create(ExperimentSchema, {
    id: randomUUID(),
    key: `e-${neighbours.experiments.length}`,
    state: 'running',
    assignment: 'recorded',
    baselineVariant: variants[0] ?? '',
    // The first gets what the division leaves over.
    arms: variants.map((variant, index) => ({
      variant,
      expectedMilliPercent: Math.floor(100_000 / variants.length) + (index === 0 ? 100_000 % variants.length : 0),
    })),
    metrics: options.metrics.map(({ key }, index) => ({ key: key ?? '', role: index === 0 ? 'primary' : 'secondary' })),
    unitKind: 'user',
    alpha: 0.05,
    // One look at its end, where it has one.
    analysis: { design: options.toMs === undefined ? 'sequential' : 'fixed-horizon', adjustment: 'off' },
    iterationId: options.fromMs === undefined ? '' : randomUUID(),
    iterationNumber: options.fromMs === undefined ? 0 : 1,
    projectId: principal.projectId ?? '',
    environmentId: principal.environmentId ?? '',
  });
  const planned = { experiment, principal, fromMs: options.fromMs, toMs: options.toMs };
  neighbours.experiments.push(planned);
  return planned;
}

/** The experiment runs again from then on: the iteration before it has stopped, and takes late data until then. */
export function restartExperiment(
  neighbours: Neighbours,
  earlier: PlannedExperiment,
  at: { readonly stoppedMs: number; readonly graceUntilMs: number },
): PlannedExperiment {
  const { experiment, principal } = earlier;
  const again = {
    experiment: create(ExperimentSchema, {
      ...experiment,
      iterationId: randomUUID(),
      iterationNumber: experiment.iterationNumber + 1,
    }),
    principal,
    fromMs: at.stoppedMs,
    toMs: undefined,
  };
  experiment.state = 'stopped';
  experiment.graceUntil = timestampFromMs(at.graceUntilMs);
  earlier.toMs = at.stoppedMs;
  neighbours.experiments.push(again);
  return again;
}

/** Definitions under the real names, for `startTestServices`. */
export function neighbourDefinitions(neighbours: Neighbours) {
  const forStats = { services: ['stats-service'], scope: 'organisation' } as const;
  const experimentation = defineService({
    name: 'experimentation-service',
    serves: [Analysis],
    reaches: [],
    settings: {},
    access: {
      'stitchd.experiment.v1.Analysis/GetAnalysisPlan': forStats,
      'stitchd.experiment.v1.Analysis/ListRunning': forStats,
      'stitchd.experiment.v1.Analysis/RecordDecision': forStats,
      'stitchd.experiment.v1.Analysis/ReportHarm': forStats,
    },
    create: async () => ({ implementations: [implementAnalysis(neighbours)] }),
  });
  const events = defineService({
    name: 'event-service',
    serves: [Metrics, EventSettings, Ingestion],
    reaches: [],
    settings: {},
    access: {
      'stitchd.event.v1.Metrics/GetMetric': { services: ['stats-service'], scope: 'project' },
      'stitchd.event.v1.EventSettings/GetEventSettings': { services: ['stats-service'], scope: 'environment' },
      'stitchd.event.v1.Ingestion/GetSpools': { services: ['stats-service'], scope: 'environment' },
    },
    create: async () => ({
      implementations: [
        implement(EventSettings, {
          getEventSettings: () =>
            create(EnvironmentEventSettingsSchema, {
              exclusions: { values: neighbours.exclusions.map((exclusion) => fromJson(ValueSchema, { ...exclusion })) },
            }),
        }),
        implement(Ingestion, {
          getSpools({ since }) {
            const { storedUntilMs, silentReplicas } = neighbours.spools(since === undefined ? 0 : timestampMs(since));
            return { silentReplicas, ...(storedUntilMs !== undefined && { storedUntil: timestampFromMs(storedUntilMs) }) };
          },
        }),
        implement(Metrics, {
          getMetric({ key }) {
            const metric = neighbours.metrics.get(key);
            if (metric === undefined) throw problem('NOT_FOUND', 'no such metric');
            return metric;
          },
        }),
      ],
    }),
  });
  return [experimentation, events];
}

function implementAnalysis(neighbours: Neighbours) {
  return implement(Analysis, {
    async getAnalysisPlan({ experimentId, iteration }) {
      await neighbours.beforePlan();
      const { environmentId } = currentPrincipal();
      const found = neighbours.experiments.findLast(
        ({ experiment }) => experiment.id === experimentId && (iteration === 0 || experiment.iterationNumber === iteration),
      );
      if (found === undefined || found.experiment.environmentId !== environmentId)
        throw problem('NOT_FOUND', 'no such experiment');
      return {
        experiment: found.experiment,
        projectId: found.experiment.projectId,
        ...(found.fromMs !== undefined && { from: timestampFromMs(found.fromMs) }),
        ...(found.experiment.graceUntil !== undefined && { graceUntil: found.experiment.graceUntil }),
        ...(found.toMs !== undefined && { to: timestampFromMs(found.toMs) }),
        ...(found.fromMs !== undefined && {
          periods: [{ number: 1, from: timestampFromMs(found.fromMs), arms: found.experiment.arms }],
        }),
      };
    },
    recordDecision({ iterationId, decision }) {
      neighbours.onDecision(iterationId, decision);
      return {};
    },
    reportHarm(request) {
      neighbours.harms.push({ ...request, by: currentPrincipal() });
      return { isStopped: true };
    },
    /** One a page, so that pages are gone through. */
    listRunning({ page }) {
      const { organisationId } = currentPrincipal();
      const mine = neighbours.experiments.filter(({ principal }) => principal.organisationId === organisationId);
      const index = Number(page?.cursor || 0);
      const items = mine.slice(index, index + 1).map(({ experiment }) => experiment);
      return { items, nextCursor: index + 1 < mine.length ? String(index + 1) : '' };
    },
  });
}

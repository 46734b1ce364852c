import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ExposuresOn, FlagConfiguration, JsonValue } from '@stitchd/core';
import { EventDefinitions, Metrics } from '@stitchd/proto/event/v1/event';
import { EventTraffic } from '@stitchd/proto/event/v1/event_traffic';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { Flags, Splits, type BindSplitRequest, type SplitEvent, SplitEventSchema } from '@stitchd/proto/flag/v1/flag';
import { currentPrincipal, defineService, implement, problem, type Principal } from '@stitchd/service-kit';

/** The services that experimentation-service asks, reduced to what it asks, so that each answer can be chosen. */
export interface Neighbours {
  readonly configuration: { document: FlagConfiguration };
  /** Iterations that hold a binding. */
  readonly bound: Map<string, BindSplitRequest & { readonly at: Date }>;
  readonly principals: Principal[];
  /** Called before a binding is made and after: may throw, or hold the call back. */
  beforeBind: () => Promise<void> | void;
  afterBind: () => Promise<void> | void;
  beforeUnbind: () => Promise<void> | void;
  /** The latest version of each metric; 1 where nothing is said. */
  readonly metricVersions: Map<string, number>;
  /** Of the last week, by event key. */
  readonly volumes: Map<string, number>;
  readonly eventKinds: Map<string, readonly string[]>;
  /** What exposes in the environment. */
  exposuresOn: ExposuresOn;
  /** What flag-service says of every iteration. */
  history: SplitEvent[];
  /** What was to be served instead of the split, of each that was unbound. */
  readonly served: string[];
}

export const splitRuleId = '11111111-1111-4111-8111-111111111111';

const split = {
  id: 's-1',
  contextKind: 'user',
  salt: '0123456789abcdef',
  ranges: [
    { variant: 'off', from: 0, to: 50_000 },
    { variant: 'on', from: 50_000, to: 100_000 },
  ],
};

const document: FlagConfiguration = {
  enabled: true,
  offVariant: 'off',
  prerequisites: [],
  targets: [],
  rules: [
    { id: splitRuleId, when: { all: [] }, serve: { split: { ...split, id: 's-2', contextKind: 'device' } } },
    { id: 'plain', when: { all: [] }, serve: { variant: 'on' } },
  ],
  defaultServe: { split },
};

export function createNeighbours(): Neighbours {
  return {
    configuration: { document },
    bound: new Map(),
    principals: [],
    beforeBind: () => undefined,
    afterBind: () => undefined,
    beforeUnbind: () => undefined,
    metricVersions: new Map(),
    volumes: new Map(),
    eventKinds: new Map(),
    exposuresOn: 'read',
    history: [],
    served: [],
  };
}

export const metricKeys = ['purchase', 'revenue'];
export const archivedMetricKey = 'archived';

/** Definitions under the real names, for `startTestServices`. */
export function neighbourDefinitions(neighbours: Neighbours) {
  const admits = { services: ['experimentation-service'], scope: 'environment' } as const;
  const flags = defineService({
    name: 'flag-service',
    serves: [Flags, Splits],
    reaches: [],
    settings: {},
    access: {
      'stitchd.flag.v1.Flags/GetFlag': admits,
      'stitchd.flag.v1.Flags/GetConfiguration': admits,
      'stitchd.flag.v1.Splits/BindSplit': admits,
      'stitchd.flag.v1.Splits/UnbindSplit': admits,
      'stitchd.flag.v1.Splits/ChangeSplit': admits,
      'stitchd.flag.v1.Splits/GetSplitHistory': admits,
    },
    create: async () => ({ implementations: [implementFlags(neighbours), implementSplits(neighbours)] }),
  });
  const events = defineService({
    name: 'event-service',
    serves: [Metrics, EventDefinitions, EventTraffic, EventSettings],
    reaches: [],
    settings: {},
    access: {
      'stitchd.event.v1.Metrics/GetMetric': admits,
      'stitchd.event.v1.EventDefinitions/GetEventDefinition': admits,
      'stitchd.event.v1.EventTraffic/ListEventVolumes': admits,
      'stitchd.event.v1.EventSettings/GetEventSettings': admits,
    },
    create: async () => ({
      implementations: [
        implement(Metrics, {
          getMetric({ key }) {
            if (![...metricKeys, archivedMetricKey].includes(key)) throw problem('NOT_FOUND', 'no such metric');
            return {
              key,
              definitionVersion: neighbours.metricVersions.get(key) ?? 1,
              archived: key === archivedMetricKey,
              definition: { type: 'conversion', event: key, direction: 'increase', windowHours: 72, delayHours: 0 },
            };
          },
        }),
        implement(EventDefinitions, {
          getEventDefinition: ({ key }) => ({ key, requiredContexts: [...(neighbours.eventKinds.get(key) ?? [])] }),
        }),
        implement(EventTraffic, {
          listEventVolumes: () => ({ items: [...neighbours.volumes].map(([eventKey, lastWeek]) => ({ eventKey, lastWeek })) }),
        }),
        implement(EventSettings, {
          getEventSettings: () => ({ exposureAttributes: ['plan'], exposuresOn: neighbours.exposuresOn }),
        }),
      ],
    }),
  });
  return [flags, events];
}

function implementFlags(neighbours: Neighbours) {
  return implement(Flags, {
    getFlag({ key }) {
      if (key !== 'checkout') throw problem('NOT_FOUND', 'no such flag');
      return { key, type: 'boolean', variants: [{ key: 'on' }, { key: 'off' }] };
    },
    getConfiguration: ({ flagKey }) => ({
      flagKey,
      enabled: true,
      document: neighbours.configuration.document as unknown as { [key: string]: never } & JsonValue,
    }),
  });
}

function implementSplits(neighbours: Neighbours) {
  return implement(Splits, {
    async bindSplit(request) {
      neighbours.principals.push(currentPrincipal());
      await neighbours.beforeBind();
      const known = neighbours.bound.get(request.iterationId);
      const binding = known ?? Object.assign(request, { at: new Date() });
      neighbours.bound.set(request.iterationId, binding);
      await neighbours.afterBind();
      return {
        splitId: request.recorded ? '' : 's-1',
        contextKind: 'user',
        salt: request.recorded ? '' : split.salt,
        shares: request.recorded ? [] : split.ranges.map(({ variant, from, to }) => ({ variant, weightMilliPercent: to - from })),
        boundAt: timestampFromDate(binding.at),
      };
    },
    changeSplit({ shares, enrolmentMilliPercent }) {
      const at = timestampFromDate(new Date());
      if (shares.length > 0) neighbours.history.push(create(SplitEventSchema, { at, kind: 'weights', shares }));
      if (enrolmentMilliPercent !== undefined)
        neighbours.history.push(create(SplitEventSchema, { at, kind: 'enrolment', enrolmentMilliPercent }));
      return { events: neighbours.history };
    },
    getSplitHistory: () => ({ events: neighbours.history }),
    async unbindSplit({ iterationId, serveVariant }) {
      await neighbours.beforeUnbind();
      neighbours.served.push(serveVariant);
      neighbours.bound.delete(iterationId);
      return { unboundAt: timestampFromDate(new Date()) };
    },
  });
}

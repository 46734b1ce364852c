import { daysToMs, hoursToMs } from './hours.ts';
import type { EventSelection, Measure, MetricDefinition } from './metric-definition.ts';

/** One use of an event in a metric. */
export interface MetricPart {
  /** JSON pointer to the event's key in the definition. */
  readonly path: string;
  readonly selection: EventSelection;
  /** Whether it takes the number that the event itself carries. */
  readonly needsValue: boolean;
}

function measurePart(measure: Measure, path: string): MetricPart {
  const takesNumber = 'property' in measure || valueTypes.has(measure.type);
  const property = 'property' in measure ? measure.property : undefined;
  return { path: `${path}/event`, selection: measure, needsValue: takesNumber && property === undefined };
}

const valueTypes: ReadonlySet<string> = new Set(['sum', 'mean', 'minimum', 'maximum', 'last', 'distinct-values']);

/** Where a metric names events, in the order of its definition. */
export function metricParts(definition: MetricDefinition): readonly MetricPart[] {
  switch (definition.type) {
    case 'ratio':
      return [measurePart(definition.numerator, '/numerator'), measurePart(definition.denominator, '/denominator')];
    case 'quantile':
      return definition.per === 'unit'
        ? [measurePart(definition.measure, '/measure')]
        : [{ path: '/event', selection: definition, needsValue: definition.property === undefined }];
    case 'funnel':
      return definition.steps.map((step, index) => ({ path: `/steps/${index}/event`, selection: step, needsValue: false }));
    case 'retention':
      return [{ path: '/event', selection: definition, needsValue: false }];
    default:
      return [measurePart(definition, '')];
  }
}

/** The keys of all events that a metric counts, each once. */
export function metricEventKeys(definition: MetricDefinition): readonly string[] {
  return [...new Set(metricParts(definition).map(({ selection }) => selection.event))];
}

/** When a unit's events count: from `fromMs` after its first exposure until before `toMs` after it. */
export interface MetricWindow {
  readonly fromMs: number;
  /** undefined: until the end of the period that is looked at. */
  readonly toMs: number | undefined;
}

export function metricWindow(definition: MetricDefinition): MetricWindow {
  if (definition.type === 'retention') return { fromMs: daysToMs(definition.fromDays), toMs: daysToMs(definition.toDays) };
  const fromMs = hoursToMs(definition.delayHours);
  return { fromMs, toMs: definition.windowHours === 0 ? undefined : fromMs + hoursToMs(definition.windowHours) };
}

import { expect, test } from 'vitest';
import type { MetricDefinition } from './metric-definition.ts';
import { metricEventKeys, metricParts, metricWindow } from './metric-parts.ts';
import { parseMetricDefinition } from './parse-metric-definition.ts';

function errorsOf(input: unknown) {
  const parsed = parseMetricDefinition(input);
  return parsed.kind === 'ok' ? [] : parsed.errors.map(({ path, message }) => `${path} ${message}`);
}
const goal = { direction: 'increase', windowHours: 168, delayHours: 0 } as const;
const filter = { property: 'plan', operator: '=', value: 'pro' } as const;

const definitions: readonly MetricDefinition[] = [
  { type: 'conversion', event: 'purchase', ...goal },
  { type: 'active-days', event: 'purchase', filter, ...goal, minimumEffect: 0.02 },
  { type: 'count', event: 'purchase', cap: { kind: 'value', value: 10 }, ...goal, direction: 'decrease' },
  { type: 'sum', event: 'purchase', property: 'cart.total', cap: { kind: 'quantile', level: 0.999 }, ...goal, windowHours: 0 },
  ...(['mean', 'minimum', 'maximum', 'last', 'distinct-values'] as const).map((type): MetricDefinition => ({
    type,
    event: 'purchase',
    ...goal,
    delayHours: 0.5,
  })),
  {
    type: 'ratio',
    numerator: { type: 'sum', event: 'purchase' },
    denominator: { type: 'count', event: 'visit', filter },
    ...goal,
  },
  { type: 'quantile', level: 0.9, per: 'unit', measure: { type: 'sum', event: 'load' }, ...goal },
  { type: 'quantile', level: 0.5, per: 'event', event: 'load', property: 'ms', filter, ...goal },
  { type: 'funnel', steps: [{ event: 'visit' }, { event: 'purchase', filter }], withinHours: 24, ...goal },
  { type: 'retention', event: 'visit', fromDays: 7, toDays: 14, direction: 'increase' },
];

test.each(definitions)('A definition of the type $type is read as it is', (definition) => {
  expect(parseMetricDefinition(structuredClone(definition))).toEqual({ kind: 'ok', value: definition });
});

test('What is left out is 7 days without a delay, and up is good', () => {
  expect(parseMetricDefinition({ type: 'sum', event: 'purchase' })).toEqual({
    kind: 'ok',
    value: { type: 'sum', event: 'purchase', direction: 'increase', windowHours: 168, delayHours: 0 },
  });
  const funnel = parseMetricDefinition({ type: 'funnel', steps: [{ event: 'a' }, { event: 'b' }] });
  expect(funnel).toMatchObject({ value: { withinHours: 168, windowHours: 168 } });
});

const event = 'purchase';
test.each<[unknown, readonly string[]]>([
  ['sum', [' must be an object']],
  [{ event }, ['/type is required']],
  [{ type: 'median', event }, [expect.stringContaining('/type must be one of conversion, count')]],
  [{ type: 'sum' }, ['/event is required']],
  [{ type: 'sum', event, windowHour: 1 }, ['/windowHour is not a known field']],
  [{ type: 'conversion', event, cap: { kind: 'value', value: 1 } }, ['/cap is not a known field']],
  [{ type: 'count', event, property: 'a' }, ['/property is not a known field']],
  [{ type: 'sum', event, cap: { kind: 'value', value: 0 } }, ['/cap/value must be above 0']],
  [{ type: 'sum', event, cap: { kind: 'value', value: 1, level: 0.9 } }, ['/cap/level is not a known field']],
  [{ type: 'sum', event, cap: { kind: 'quantile', level: 1 } }, ['/cap/level must be from 0.5 to below 1']],
  [{ type: 'sum', event, cap: { kind: 'quantile', level: 0.49 } }, ['/cap/level must be from 0.5 to below 1']],
  [{ type: 'sum', event, minimumEffect: 0 }, ['/minimumEffect must be above 0, at most 10: 0.02 is 2 %']],
  [{ type: 'sum', event, minimumEffect: 10.1 }, ['/minimumEffect must be above 0, at most 10: 0.02 is 2 %']],
  [{ type: 'sum', event, direction: 'up' }, ['/direction must be one of increase, decrease']],
  [{ type: 'sum', event, filter: { not: filter, all: [] } }, ['/filter/not is not a known field']],
  [{ type: 'ratio', numerator: { type: 'sum', event } }, ['/denominator is required']],
  [
    { type: 'ratio', numerator: { type: 'ratio', event }, denominator: { type: 'count', event, cap: {} } },
    [expect.stringContaining('/numerator/type must be one of'), '/denominator/cap/kind is required'],
  ],
  [{ type: 'quantile', per: 'unit', level: 0.995, measure: { type: 'sum', event } }, ['/level must be from 0.01 to 0.99']],
  [{ type: 'quantile', per: 'unit', level: 0.5, event }, ['/event is not a known field', '/measure is required']],
  [{ type: 'quantile', per: 'visit', level: 0.5, event }, ['/per must be one of unit, event']],
  [{ type: 'funnel', steps: [{ event }] }, ['/steps must have at least 2 items']],
  [{ type: 'funnel', steps: Array.from({ length: 11 }, () => ({ event })) }, ['/steps must have at most 10 items']],
  [{ type: 'funnel', steps: [{ event }, { event, property: 'a' }] }, ['/steps/1/property is not a known field']],
  [{ type: 'funnel', steps: [{ event }, { event }], withinHours: 0 }, ['/withinHours must be hours, from a minute to 2160']],
  [{ type: 'retention', event, fromDays: 7, toDays: 7 }, ['/toDays must lie after fromDays']],
  [{ type: 'retention', event, fromDays: 7, toDays: 91 }, ['/toDays must be days, from 0 to 90']],
  [{ type: 'retention', event, fromDays: 1, toDays: 2, windowHours: 24 }, ['/windowHours is not a known field']],
])('%j is refused with every place that is wrong', (input, messages) => {
  expect(errorsOf(input)).toEqual(messages);
});

test('A window has from a minute to 90 days, or no end; a delay up to 90 days', () => {
  const window = (windowHours: number) => errorsOf({ type: 'count', event, windowHours });
  const message = '/windowHours must be hours, from a minute to 2160, or 0 (until the end of the period)';
  expect([0, 1 / 60, 0.5, 2_160].flatMap(window)).toEqual([]);
  expect([1 / 61, -1, 2_160.001].flatMap(window)).toEqual([message, message, message]);
  const delay = (delayHours: number) => errorsOf({ type: 'count', event, delayHours });
  expect([0, 0.001, 2_160].flatMap(delay)).toEqual([]);
  expect([-0.1, 2_161].flatMap(delay)).toHaveLength(2);
});

test('The window of a metric is in milliseconds after the first exposure', () => {
  const windows = definitions.map(metricWindow);
  expect(windows[0]).toEqual({ fromMs: 0, toMs: 604_800_000 });
  expect(windows[3]).toEqual({ fromMs: 0, toMs: undefined });
  expect(windows[4]).toEqual({ fromMs: 1_800_000, toMs: 606_600_000 });
  expect(windows.at(-1)).toEqual({ fromMs: 604_800_000, toMs: 1_209_600_000 });
});

test('A metric names each use of an event, with its place and whether it takes its number', () => {
  const places = definitions.map((definition) => metricParts(definition).map(({ path, needsValue }) => [path, needsValue]));
  expect(places[0]).toEqual([['/event', false]]);
  expect(places[3]).toEqual([['/event', false]]);
  expect(places[4]).toEqual([['/event', true]]);
  expect(places[9]).toEqual([
    ['/numerator/event', true],
    ['/denominator/event', false],
  ]);
  expect(places[10]).toEqual([['/measure/event', true]]);
  expect(places[11]).toEqual([['/event', false]]);
  expect(places[12]).toEqual([
    ['/steps/0/event', false],
    ['/steps/1/event', false],
  ]);
  expect(definitions.map(metricEventKeys)[12]).toEqual(['visit', 'purchase']);
});

import { create } from '@bufbuild/protobuf';
import { PowerQuestionSchema } from '@stitchd/proto/experiment/v1/experiment';
import { problem } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { judged, powerItem, withForecast } from './power-item.ts';

const question = create(PowerQuestionSchema, { flagKey: 'checkout', metricKey: 'revenue', minimumEffect: 0.05 });

function planOf(code: 'feasible' | 'no-traffic' | 'too-little-traffic', source: 'flag' | 'events' = 'flag') {
  const point = {
    minimumEffect: 0.05,
    difference: 1,
    units: 10_000,
    days: code === 'feasible' ? 45 : null,
    daysLow: null,
    daysHigh: null,
  };
  const metric = {
    kind: 'planned' as const,
    key: 'revenue',
    name: 'Revenue',
    role: 'primary' as const,
    estimate: 'mean' as const,
  };
  return {
    unitKind: 'user',
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-28T00:00:00.000Z',
    historyDays: 28,
    arms: [
      { variant: 'off', share: 0.5 },
      { variant: 'on', share: 0.5 },
    ],
    enrolmentShare: 1,
    alpha: 0.05,
    power: 0.8,
    traffic: { source, flagKey: '', ruleId: null, units: 6_000, newUnitsByDay: [200], perDay: 200 },
    metrics: [{ ...metric, units: 1, baseline: 1, variance: 1, windowDays: 1, varianceRatio: 1, point, curve: [], warnings: [] }],
    verdict: { code, words: 'It takes 45 days.' },
  };
}

test('A plan that the traffic carries is well, and says how long it takes', () => {
  expect(judged(planOf('feasible'), question)).toEqual({ check: 'power', status: 'ok', title: 'It takes 45 days.', remedy: '' });
  expect(judged(planOf('feasible', 'events'), question)?.title).toContain('had no exposures');
});

test.for([
  ['units', { plannedUnits: 8_999 }, { plannedUnits: 9_000 }],
  ['days', { plannedDays: 40 }, { plannedDays: 41 }],
] as const)('A plan for too few %s is a warning, from a tenth on', ([, short, enough]) => {
  expect(judged(planOf('feasible'), { ...question, ...short })?.status).toBe('warning');
  expect(judged(planOf('feasible'), { ...question, ...enough })?.status).toBe('ok');
});

test('Too little traffic is a warning, and a past without units says nothing', () => {
  expect(judged(planOf('too-little-traffic'), question)).toMatchObject({ status: 'warning', remedy: /larger effect/ });
  expect(judged(planOf('no-traffic'), question)).toBeUndefined();
});

test('A flag without exposures is planned for by events; where nobody answers, the item and the log say so with the code', async () => {
  const asked: unknown[] = [];
  const warned: unknown[] = [];
  const log = { warn: (facts: object) => warned.push(facts) } as never;
  const answering = (answer: (flagKey: string) => object) => ({
    log,
    call: (async (_method: unknown, request: { flagKey: string }) => {
      asked.push(request.flagKey);
      return { plan: answer(request.flagKey) };
    }) as never,
  });
  const byEvents = answering((flagKey) => planOf(flagKey === '' ? 'feasible' : 'no-traffic', flagKey === '' ? 'events' : 'flag'));
  const forecast = await powerItem(question, byEvents);
  expect(asked).toEqual(['checkout', '']);
  expect(forecast?.status).toBe('ok');
  expect(warned).toEqual([]);
  const item = { check: 'power', status: 'ok', title: 'Planned', remedy: '' };
  for (const [error, code] of [
    [problem('DEADLINE_EXCEEDED', 'too slow'), 'DEADLINE_EXCEEDED'],
    [new Error('no such shape'), 'INTERNAL'],
  ] as const) {
    const unknown = await powerItem(question, { call: (() => Promise.reject(error)) as never, log });
    expect(unknown).toMatchObject({ status: 'warning', title: expect.stringContaining(`(${code})`) });
    expect(withForecast(item, unknown)).toEqual(unknown);
    expect(warned.at(-1)).toMatchObject({ code, flag: 'checkout', metric: 'revenue', err: error });
  }
  expect(withForecast(item, undefined)).toEqual(item);
  expect(withForecast(item, forecast)).toEqual(forecast);
  const unplanned = { ...item, status: 'warning', title: 'There is no plan', remedy: 'Plan.' };
  expect(withForecast(unplanned, forecast)).toMatchObject({
    status: 'warning',
    remedy: expect.stringContaining('Plan. It takes 45'),
  });
  expect(withForecast({ ...item, check: 'data' }, forecast)).toMatchObject({ check: 'data' });
});

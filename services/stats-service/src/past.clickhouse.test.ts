import { randomUUID } from 'node:crypto';
import { Planning } from '@stitchd/proto/stats/v1/planning';
import { Results } from '@stitchd/proto/stats/v1/stats';
import { quantileOfSorted, seededRandom } from '@stitchd/statistics';
import { currentCall, problem, type Principal } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { principalWith } from '../../../test/support/test-services.ts';
import { insertRaw, type RawEvent, type RawExposure } from './computation/raw-items.test-support.ts';
import type { ExperimentPlan, ReplayResult } from './index.ts';
import { addExperiment } from './neighbours.test-support.ts';
import { botExclusion, insertExperiment, metricsOfEveryKind } from './past-experiment.test-support.ts';
import { readPast } from './history/read-past.ts';
import { prepareReplay } from './replay/replay-metric.ts';
import { readReplayValues } from './replay/read-replay-values.ts';
import { endOf, refusalOf, resultsOf, useStatsService } from './stats-service.test-support.ts';

const fixture = useStatsService();

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const arms = ['off', 'on'].map((variant) => ({ variant, milliPercent: 50_000 }));
const daily = { windowHours: 24, delayHours: 0, direction: 'increase' };
const bought = { key: 'bought', definition: { type: 'conversion', event: 'purchase', ...daily } };
const revenue = { key: 'revenue', definition: { type: 'sum', event: 'purchase', ...daily } };
const usualSpend = {
  key: 'usual-spend',
  definition: { type: 'quantile', level: 0.8, per: 'unit', measure: { type: 'sum', event: 'purchase' }, ...daily },
};
const perOrder = {
  key: 'per-order',
  definition: {
    type: 'ratio',
    ...daily,
    numerator: { type: 'sum', event: 'purchase' },
    denominator: { type: 'count', event: 'purchase' },
  },
};

/** 100 new units on each of the last 20 days, exposed to a flag; three of ten buy in the hour after, and what they bought a week before tells how much. */
async function insertPast({ environmentId }: Principal): Promise<{
  readonly mean: number;
  readonly variance: number;
  readonly ofQuantile: { readonly value: number; readonly variance: number };
  readonly lateBuyers: number;
}> {
  const random = seededRandom(3);
  const exposures: RawExposure[] = [];
  const events: RawEvent[] = [];
  const spent: number[] = [];
  let lateBuyers = 0;
  const now = Date.now();
  for (let unit = 0; unit < 2_000; unit++) {
    const at = now - (20 - Math.floor(unit / 100)) * dayMs + hourMs;
    const item = (itemAt: number) => ({
      item_id: randomUUID(),
      environment_id: environmentId ?? '',
      at: itemAt,
      skew_ms: 0,
      accepted_at: itemAt,
      stored_at: itemAt,
      units: { user: `u-${unit}` },
    });
    exposures.push({ ...item(at), flag: 'checkout', variant: 'on', iteration_id: randomUUID() });
    const buys = random.uniform() < 0.3;
    const value = buys ? 10 + 5 * random.normal() : 0;
    // The last day's window is still open.
    if (unit < 1_900) spent.push(value);
    else if (buys) lateBuyers += 1;
    if (buys)
      events.push({ ...item(at + hourMs), event: 'purchase', value }, { ...item(at - 7 * dayMs), event: 'purchase', value });
  }
  await insertRaw(fixture.eventStore.store, 'exposure', exposures, randomUUID());
  await insertRaw(fixture.eventStore.store, 'event', events, randomUUID());
  const mean = spent.reduce((sum, value) => sum + value, 0) / spent.length;
  const variance = spent.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (spent.length - 1);
  const sorted = spent.toSorted((a, b) => a - b);
  const z = 1.959963984540054;
  const away = z * Math.sqrt((0.8 * 0.2) / sorted.length);
  const [low, value, high] = [0.8 - away, 0.8, 0.8 + away].map((level) => quantileOfSorted(sorted, level)) as [
    number,
    number,
    number,
  ];
  return { mean, variance, lateBuyers, ofQuantile: { value, variance: ((high - low) / 2 / z) ** 2 * sorted.length } };
}

test('From the past of units, a plan says baseline, variance, gain of the adjustment and days; a replay that tests can be trusted', async () => {
  const principal = principalWith();
  const { experiment } = addExperiment(fixture.neighbours, principal, {
    fromMs: undefined,
    metrics: [revenue, bought, perOrder, usualSpend] as never,
  });
  const { mean, variance, ofQuantile, lateBuyers } = await insertPast(principal);
  const services = await fixture.startReplica();
  const planning = services.as(principal, Planning);

  const asked = {
    unitKind: 'user',
    arms,
    enrolmentMilliPercent: 100_000,
    metricKeys: ['revenue', 'bought', 'gone', 'usual-spend'],
    flagKey: 'checkout',
    historyDays: 28,
    alpha: 0.05,
    power: 0.8,
    minimumEffect: 0.3,
    prePeriodDays: 14,
  };
  const plan = (await planning.planExperiment(asked)).plan as unknown as ExperimentPlan;
  expect(plan.traffic).toMatchObject({ source: 'flag', units: 2_000, perDay: 100 });
  const [money, share, gone, quantile] = plan.metrics;
  if (money?.kind !== 'planned' || share?.kind !== 'planned' || quantile?.kind !== 'planned')
    throw new Error('nothing was planned');
  expect(money).toMatchObject({ units: 1_900, windowDays: 1, role: 'primary', estimate: 'mean' });
  expect(money.baseline).toBeCloseTo(mean, 9);
  expect(money.variance).toBeCloseTo(variance, 6);
  // The week before says it all.
  expect(money.varianceRatio).toBeLessThan(0.001);
  expect(share).toMatchObject({ estimate: 'share', role: 'secondary' });
  expect(gone).toMatchObject({ kind: 'failed', code: 'METRIC_NOT_FOUND' });
  expect(quantile).toMatchObject({ estimate: 'quantile', units: 1_900, varianceRatio: 1 });
  expect([quantile.baseline, quantile.variance]).toEqual([
    expect.closeTo(ofQuantile.value, 9),
    expect.closeTo(ofQuantile.variance, 6),
  ]);
  expect(plan.verdict.code).toBe('feasible');
  const atNobody = (await planning.planExperiment({ ...asked, ruleId: 'r-1' })).plan as unknown as ExperimentPlan;
  expect(atNobody).toMatchObject({
    traffic: { ruleId: 'r-1', units: 0 },
    verdict: { code: 'no-traffic', words: expect.stringContaining('The flag exposed nobody') },
  });
  expect(atNobody.metrics.at(-1)).toMatchObject({ kind: 'failed', code: 'NO_DATA', message: expect.stringContaining('No unit') });

  const unadjusted = (await planning.planExperiment({ ...asked, prePeriodDays: 0 })).plan as unknown as ExperimentPlan;
  const [plain] = unadjusted.metrics;
  if (plain?.kind !== 'planned' || plain.point === null) throw new Error('nothing was planned');
  const { units } = plain.point;
  const days = (await planning.planExperiment({ ...asked, prePeriodDays: 0, minimumEffect: 0, units }))
    .plan as unknown as ExperimentPlan;
  const [back] = days.metrics;
  if (back?.kind !== 'planned') throw new Error('nothing was planned');
  expect(back.point?.minimumEffect).toBeCloseTo(0.3, 3);
  // The last of 15 days is for the windows of those who came before; of the 14 others of such a month the first 8 bring nobody.
  const [byDays, byUnits] = await Promise.all(
    [{ days: 15 }, { units: 600 }].map(async (given) => {
      const answer = await planning.planExperiment({ ...asked, prePeriodDays: 0, minimumEffect: 0, ...given });
      const [first] = (answer.plan as unknown as ExperimentPlan).metrics;
      return first?.kind === 'planned' ? first.point : null;
    }),
  );
  expect(byDays).toEqual(byUnits);
  expect(byDays).toMatchObject({ units: 600, days: 15 });
  expect(byDays?.minimumEffect).toBeCloseTo(0.3 * Math.sqrt(units / 600), 3);
  const small = (await planning.planExperiment({ ...asked, prePeriodDays: 0, minimumEffect: 0.001 }))
    .plan as unknown as ExperimentPlan;
  expect(small.verdict).toMatchObject({
    code: 'too-little-traffic',
    words: expect.stringContaining('There is too little traffic'),
  });
  expect(await refusalOf(planning.planExperiment({ ...asked, units: 10 }))).toBe('VALIDATION_FAILED');
  expect(await refusalOf(planning.planExperiment({ ...asked, historyDays: 91 }))).toBe('VALIDATION_FAILED');

  const { id } = await planning.startReplay({ experimentId: experiment.id, arms, replays: 200 });
  expect(await endOf(services, principal, id)).toMatchObject({ state: 'succeeded', kind: 'aa-replay', errorMessage: '' });
  const answer = await planning.getReplay({ experimentId: experiment.id });
  const replay = answer.replay as unknown as ReplayResult;
  expect(replay).toMatchObject({ units: 2_000, assignedUnits: 2_000, replays: 200 });
  // Without a flag, who bought a week before was first seen then: that window has closed.
  const closed = 1_900 + lateBuyers;
  expect(replay.metrics.map((metric) => metric.kind === 'replayed' && [metric.key, metric.estimate, metric.units])).toEqual([
    ['revenue', 'mean', closed],
    ['bought', 'share', closed],
    ['per-order', 'ratio', closed],
    ['usual-spend', 'quantile', closed],
  ]);
  // Each replay draws anew, so that one verdict in a hundred is wrong by luck; a rate of 15 % is not.
  for (const metric of replay.metrics)
    expect(metric).toMatchObject({ comparisons: [{ replays: 200, rate: expect.toSatisfy((rate: number) => rate < 0.15) }] });
  expect(await refusalOf(planning.startReplay({ experimentId: experiment.id, replays: 99 }))).toBe('VALIDATION_FAILED');
});

test('A replay that gives units the arms they had says what the results of the experiment say: adjusted, linked, without bots', async () => {
  const principal = principalWith();
  const { environmentId = '' } = principal;
  const [fromMs, toMs] = [Date.now() - 10 * dayMs, Date.now() - 2 * dayMs];
  const { experiment } = addExperiment(fixture.neighbours, principal, { fromMs, toMs, metrics: metricsOfEveryKind as never });
  experiment.state = 'stopped';
  experiment.analysis!.adjustment = 'on';
  experiment.analysis!.prePeriodDays = 14;
  fixture.neighbours.exclusions = [botExclusion];
  const { store } = fixture.eventStore;
  await insertExperiment(store, { environmentId, iterationId: experiment.iterationId, units: 1_200, atMs: fromMs + hourMs });
  const services = await fixture.startReplica();
  const results = services.as(principal, Results);
  const { id } = await results.recompute({ experimentId: experiment.id });
  expect(await endOf(services, principal, id)).toMatchObject({ state: 'succeeded' });
  const said = resultsOf(await results.getResults({ experimentId: experiment.id }));
  const comparisons = said.metrics.flatMap((metric) => (metric.kind === 'computed' ? metric.comparisons : []));
  expect(comparisons.map(({ uses }) => uses)).toEqual(['adjusted', 'raw', 'adjusted', 'raw', 'raw']);

  const history = {
    environmentId,
    unitKind: 'user',
    metrics: metricsOfEveryKind.map((metric) => ({
      kind: 'planned',
      name: '',
      version: 1,
      role: 'secondary',
      ...metric,
    })) as never,
    exclusions: [botExclusion],
    from: new Date(fromMs).toISOString(),
    to: new Date().toISOString(),
    prePeriodDays: 14,
  };
  const values = await readReplayValues(
    await readPast(store, { ...history, traffic: { kind: 'flag', flagKey: 'checkout' } }, new AbortController().signal),
  );
  expect(values).toMatchObject({ units: 1_080, taken: 1_080 });
  const units = await store.query<{ arm: number }>({
    environmentId,
    sql: "SELECT toUInt8(variant = 'on') AS arm FROM exposure WHERE environment_id = {environmentId:UUID} AND attributes['bot'] = '' ORDER BY uid",
  });
  const assigned = Uint8Array.from(units, ({ arm }) => arm);
  const frame = { armCount: 2, alpha: experiment.alpha, history: values.history };
  const called = values.metrics.map((metric) => prepareReplay(metric, frame)(assigned)[0]);
  expect(called.map((call) => call?.pValue)).toEqual(
    comparisons.map(({ effect }) => expect.closeTo(effect.pValue ?? Number.NaN, 9)),
  );
  // Whoever has events and no exposure that counts is no unit of the past either.
  const anywhere = await readPast(store, { ...history, traffic: { kind: 'anywhere' } }, new AbortController().signal);
  expect(anywhere.days.reduce((sum, day) => sum + day.units, 0)).toBe(1_080);
});

test('A job that waits is cancelled at once, one that runs as soon as its worker hears of it, and one that has ended not at all', async () => {
  const principal = principalWith();
  const { experiment } = addExperiment(fixture.neighbours, principal, {
    fromMs: Date.now() - hourMs,
    metrics: [bought] as never,
  });
  const services = await fixture.startReplica({ STITCHD_STATS_WORKERS: '1' });
  const results = services.as(principal, Results);
  let [isHeld, release] = [false, (): void => undefined];
  fixture.neighbours.beforePlan = () =>
    currentCall()?.requestId.startsWith('job-') === true && !isHeld
      ? new Promise((resolve) => {
          isHeld = true;
          release = resolve;
        })
      : undefined;
  const running = await results.recompute({ experimentId: experiment.id });
  await expect.poll(() => isHeld, { timeout: 60_000 }).toBe(true);
  const waiting = await results.recompute({ experimentId: experiment.id, full: true });
  expect(waiting).toMatchObject({ state: 'waiting', full: true });
  expect(await results.cancelJob({ id: waiting.id })).toMatchObject({ state: 'cancelled' });
  const told = await results.cancelJob({ id: running.id });
  expect(told.state).toBe('running');
  expect(told.cancelRequestedAt).toBeDefined();
  release();
  expect(await endOf(services, principal, running.id)).toMatchObject({ state: 'cancelled', errorCode: '' });
  expect(await refusalOf(results.cancelJob({ id: running.id }))).toBe('INVALID_STATE');
  expect((await results.listJobs({ experimentId: experiment.id })).items.map(({ id, state }) => [id, state])).toEqual([
    [waiting.id, 'cancelled'],
    [running.id, 'cancelled'],
  ]);
  const viewer: Principal = { ...principal, role: 'viewer' };
  expect(await refusalOf(services.as(viewer, Results).cancelJob({ id: running.id }))).toBe('PERMISSION_DENIED');
  expect(await refusalOf(services.as(principalWith(), Results).cancelJob({ id: running.id }))).toBe('NOT_FOUND');
});

test('Operators see the queue, how attempts ended, why they failed and what took their time', async () => {
  const principal = principalWith();
  const { experiment } = addExperiment(fixture.neighbours, principal, {
    fromMs: Date.now() - hourMs,
    metrics: [bought] as never,
  });
  const services = await fixture.startReplica({ STITCHD_STATS_WORKERS: '1' });
  const results = services.as(principal, Results);
  const registry = services.together.services.find(({ definition }) => definition.name === 'stats-service')?.registry;
  /** The numbers of a metric by its labels, but for that of the service. */
  const numbers = async (name: string): Promise<Readonly<Record<string, number>>> => {
    const lines = [...((await registry?.metrics()) ?? '').matchAll(new RegExp(`^${name}\\{(.*)\\} (\\S+)$`, 'gm'))];
    return Object.fromEntries(
      lines.map(([, labels = '', value]) => [/(?:kind|outcome|code|stage)="([^"]*)"/.exec(labels)?.[1] ?? '', Number(value)]),
    );
  };
  let [isHeld, release] = [false, (): void => undefined];
  fixture.neighbours.beforePlan = () =>
    currentCall()?.requestId.startsWith('job-') === true
      ? new Promise((resolve) => {
          isHeld = true;
          release = resolve;
        })
      : undefined;
  const first = await results.recompute({ experimentId: experiment.id });
  await expect.poll(() => isHeld, { timeout: 60_000 }).toBe(true);
  const second = await results.recompute({ experimentId: experiment.id });
  expect(await numbers('stitchd_stats_jobs_waiting')).toEqual({ results: 1, 'aa-replay': 0 });
  expect(await numbers('stitchd_stats_jobs_running')).toEqual({ results: 1, 'aa-replay': 0 });
  const { results: oldest = 0, 'aa-replay': none } = await numbers('stitchd_stats_jobs_oldest_seconds');
  expect([oldest > 0, oldest < 60, none]).toEqual([true, true, 0]);

  fixture.neighbours.beforePlan = () => {
    if (currentCall()?.requestId === `job-${second.id}`) throw problem('NOT_FOUND', 'gone');
  };
  release();
  expect((await endOf(services, principal, first.id)).state).toBe('succeeded');
  expect(await endOf(services, principal, second.id)).toMatchObject({ state: 'failed', errorCode: 'EXPERIMENT_NOT_FOUND' });
  await expect.poll(() => numbers('stitchd_stats_attempts_total')).toEqual({ succeeded: 1, failed: 1 });
  expect(await numbers('stitchd_stats_failures_total')).toEqual({ EXPERIMENT_NOT_FOUND: 1 });
  expect(await numbers('stitchd_stats_stage_duration_seconds_count')).toEqual({ plan: 2, read: 1, analyse: 1, save: 1 });
  expect(await numbers('stitchd_stats_attempt_duration_seconds_count')).toEqual({ '': 2 });
  for (const gauge of ['waiting', 'running', 'oldest_seconds'])
    expect(await numbers(`stitchd_stats_jobs_${gauge}`)).toEqual({ results: 0, 'aa-replay': 0 });
});

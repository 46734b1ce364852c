import { randomUUID } from 'node:crypto';
import { Planning } from '@stitchd/proto/stats/v1/planning';
import { Results } from '@stitchd/proto/stats/v1/stats';
import { seededRandom } from '@stitchd/statistics';
import { currentCall, type Principal } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { principalWith } from '../../../test/support/test-services.ts';
import { insertRaw, type RawEvent, type RawExposure } from './computation/raw-items.test-support.ts';
import type { ExperimentPlan, ReplayResult } from './index.ts';
import { addExperiment } from './neighbours.test-support.ts';
import { endOf, refusalOf, useStatsService } from './stats-service.test-support.ts';

const fixture = useStatsService();

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const arms = ['off', 'on'].map((variant) => ({ variant, milliPercent: 50_000 }));
const daily = { windowHours: 24, delayHours: 0, direction: 'increase' };
const bought = { key: 'bought', definition: { type: 'conversion', event: 'purchase', ...daily } };
const revenue = { key: 'revenue', definition: { type: 'sum', event: 'purchase', ...daily } };
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
async function insertPast({
  environmentId,
}: Principal): Promise<{ readonly mean: number; readonly variance: number; readonly lateBuyers: number }> {
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
  return { mean, variance, lateBuyers };
}

test('From the past of units, a plan says baseline, variance, gain of the adjustment and days; a replay that tests can be trusted', async () => {
  const principal = principalWith();
  const { experiment } = addExperiment(fixture.neighbours, principal, {
    fromMs: undefined,
    metrics: [revenue, bought, perOrder] as never,
  });
  const { mean, variance, lateBuyers } = await insertPast(principal);
  const services = await fixture.startReplica();
  const planning = services.as(principal, Planning);

  const asked = {
    unitKind: 'user',
    arms,
    enrolmentMilliPercent: 100_000,
    metricKeys: ['revenue', 'bought', 'gone'],
    flagKey: 'checkout',
    historyDays: 28,
    alpha: 0.05,
    power: 0.8,
    minimumEffect: 0.3,
    prePeriodDays: 14,
  };
  const plan = (await planning.planExperiment(asked)).plan as unknown as ExperimentPlan;
  expect(plan.traffic).toMatchObject({ source: 'flag', units: 2_000, perDay: 100 });
  const [money, share, gone] = plan.metrics;
  if (money?.kind !== 'planned' || share?.kind !== 'planned') throw new Error('nothing was planned');
  expect(money).toMatchObject({ units: 1_900, windowDays: 1, role: 'primary', estimate: 'mean' });
  expect(money.baseline).toBeCloseTo(mean, 9);
  expect(money.variance).toBeCloseTo(variance, 6);
  // The week before says it all.
  expect(money.varianceRatio).toBeLessThan(0.001);
  expect(share).toMatchObject({ estimate: 'share', role: 'secondary' });
  expect(gone).toMatchObject({ kind: 'failed', code: 'METRIC_NOT_FOUND' });
  expect(plan.verdict.code).toBe('feasible');

  const unadjusted = (await planning.planExperiment({ ...asked, prePeriodDays: 0 })).plan as unknown as ExperimentPlan;
  const [plain] = unadjusted.metrics;
  if (plain?.kind !== 'planned' || plain.point === null) throw new Error('nothing was planned');
  const { units } = plain.point;
  const days = (await planning.planExperiment({ ...asked, prePeriodDays: 0, minimumEffect: 0, units }))
    .plan as unknown as ExperimentPlan;
  const [back] = days.metrics;
  if (back?.kind !== 'planned') throw new Error('nothing was planned');
  expect(back.point?.minimumEffect).toBeCloseTo(0.3, 3);
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
  ]);
  expect(replay.metrics.map((metric) => metric.kind === 'replayed' && metric.verdict)).toEqual([
    'calibrated',
    'calibrated',
    'calibrated',
  ]);
  expect(await refusalOf(planning.startReplay({ experimentId: experiment.id, replays: 99 }))).toBe('VALIDATION_FAILED');
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

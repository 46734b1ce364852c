import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { AnalysisPlanSchema } from '@stitchd/proto/experiment/v1/experiment';
import { expect, test } from 'vitest';
import { analyse } from './analyse.ts';
import { conversion, dayMs, lookAt, shares, startMs } from './analysis-inputs.test-support.ts';
import { settingsOf } from './settings-of-plan.ts';

const at = (day: number) => timestampFromMs(startMs + day * dayMs);

test('What happened to the flag during the run is told by day, after what was edited, and makes a warning of the results', () => {
  const plan = create(AnalysisPlanSchema, {
    experiment: { state: 'running', kind: 'experiment', changedAfterStart: ['metrics.signup.margin'] },
    from: at(0),
    flagChanges: [
      { at: at(2), kind: 'disabled', parts: [] },
      { at: at(2.5), kind: 'enabled', parts: [] },
      { at: at(4), kind: 'edited', parts: ['rules', 'prerequisites'] },
    ],
  });
  const { changedAfterStart, isRunning } = settingsOf(
    { answer: plan, exposuresOnChangedAt: [] },
    { dataUntilMs: startMs + 10 * dayMs, isFinal: false },
  );
  expect(isRunning).toBe(true);
  expect(changedAfterStart).toEqual([
    'metrics.signup.margin',
    'the flag was switched off on May 3, 2026',
    'the flag was switched on on May 3, 2026',
    "the flag's rules, prerequisites on May 5, 2026",
  ]);
  const metrics = [[conversion('signup'), shares([500, 5_000], [650, 5_000])]] as const;
  const { health, plan: shown, metrics: found } = analyse(lookAt({ metrics, settings: { changedAfterStart } }));
  const check = health.find((each) => each.check === 'changed-mid-run');
  expect(check).toMatchObject({ status: 'warning' });
  expect(check?.cause).toContain('the flag was switched off on May 3, 2026');
  expect(shown.changedAfterStart).toEqual(changedAfterStart);
  // The metric whose margin was edited is no verdict any more; what happened to the flag takes it from none.
  expect(found[0]).toMatchObject({ isExploratory: true });
});

test('A change of what exposes is told where it lies within the run, and units that were delivered are counted', () => {
  const answer = create(AnalysisPlanSchema, { experiment: { state: 'stopped' }, from: at(0), to: at(8) });
  const dayOf = (day: number) => new Date(startMs + day * dayMs);
  const changes = (dataUntilDay: number) =>
    settingsOf(
      { answer, exposuresOnChangedAt: [-1, 2, 6, 9].map(dayOf) },
      { dataUntilMs: startMs + dataUntilDay * dayMs, isFinal: false },
    ).exposuresOnChangedAt;
  expect(changes(10)).toEqual([dayOf(2).toISOString(), dayOf(6).toISOString()]);
  expect(changes(5)).toEqual([dayOf(2).toISOString()]);
  const metrics = [[conversion('signup'), shares([500, 5_000], [650, 5_000])]] as const;
  const checkOf = (exposuresOnChangedAt: readonly string[], deliveredUnits: readonly number[]) => {
    const firstSeen = deliveredUnits.map((deliveries, arm) => ({ period: 1, arm, reads: 5_000 - deliveries, deliveries }));
    const results = analyse(lookAt({ metrics, settings: { exposuresOnChangedAt }, figures: { firstSeen } }));
    expect(results.arms.map((arm) => arm.deliveredUnits)).toEqual(deliveredUnits);
    expect(results.plan.changedAfterStart).toEqual([]);
    return results.health.find(({ check }) => check === 'deliveries');
  };
  expect(checkOf([], [0, 0])).toMatchObject({ status: 'ok', figures: [] });
  const chosen = checkOf([], [1_000, 1_500]);
  expect(chosen).toMatchObject({ status: 'ok', figures: [{ value: 1_000 }, { value: 1_500 }] });
  expect(chosen?.cause).toContain('2,500 (25');
  const changed = checkOf(changes(5), [1_000, 1_500]);
  expect(changed).toMatchObject({ status: 'warning', remedy: expect.stringContaining('Restart') });
  expect(changed?.cause).toMatch(/was changed while this ran, on May 3, 2026: .* were first seen by a delivery/);
});

test('When the last results come is known of what has stopped, and of nothing else; what is to stop runs no more', () => {
  const settingsIn = (state: string) =>
    settingsOf(
      {
        answer: create(AnalysisPlanSchema, { experiment: { state }, from: at(0), to: at(8), graceUntil: at(15) }),
        exposuresOnChangedAt: [],
      },
      { dataUntilMs: startMs + 7 * dayMs, isFinal: false },
    );
  const finalAt = new Date(startMs + 15 * dayMs).toISOString();
  expect(settingsIn('stopped')).toMatchObject({ isRunning: false, isStopping: false, finalAt });
  expect(settingsIn('stopping')).toMatchObject({ isRunning: false, isStopping: true, finalAt: null });
  expect(settingsIn('running')).toMatchObject({ isRunning: true, isStopping: false, finalAt: null });
});

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
  const { changedAfterStart, isRunning } = settingsOf(plan, startMs + 10 * dayMs, false);
  expect(isRunning).toBe(true);
  expect(changedAfterStart).toEqual([
    'metrics.signup.margin',
    'the flag was switched off on 2026-05-03',
    'the flag was switched on on 2026-05-03',
    "the flag's rules, prerequisites on 2026-05-05",
  ]);
  const metrics = [[conversion('signup'), shares([500, 5_000], [650, 5_000])]] as const;
  const { health, plan: shown, metrics: found } = analyse(lookAt({ metrics, settings: { changedAfterStart } }));
  const check = health.find((each) => each.check === 'changed-mid-run');
  expect(check).toMatchObject({ status: 'warning' });
  expect(check?.cause).toContain('the flag was switched off on 2026-05-03');
  expect(shown.changedAfterStart).toEqual(changedAfterStart);
  // The metric whose margin was edited is no verdict any more; what happened to the flag takes it from none.
  expect(found[0]).toMatchObject({ isExploratory: true });
});

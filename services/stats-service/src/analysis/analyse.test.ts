import { expect, test } from 'vitest';
import { healthCheckNames, type HealthCheckName } from '../results/health-check.ts';
import type { ComputedMetric } from '../results/metric-result.ts';
import { analyse, analyseLook, type Analysis } from './analyse.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';
import { type Look, conversion, dayMs, lookAt, shares, startMs, unitsOn, values } from './analysis-inputs.test-support.ts';

const signup = conversion('signup');
const errors = conversion('errors', 'guardrail', { direction: 'decrease', windowHours: 24 });

/** The next look, which knows what the last one left. */
function after(last: Analysis, look: Look): Analysis {
  return analyseLook(lookAt({ ...look, past: { ...look.past, states: last.states, evidence: last.evidence } }));
}
function metric({ results }: Analysis, key: string): ComputedMetric {
  const found = results.metrics.find((each) => each.key === key);
  if (found?.kind !== 'computed') throw new Error(`${key} was not computed`);
  return found;
}
function comparison(analysis: Analysis, key = 'signup', variant = 'green') {
  const found = metric(analysis, key).comparisons.find((each) => each.variant === variant);
  if (found === undefined) throw new Error(`${variant} was not compared`);
  return found;
}
const health = ({ results }: Analysis, check: HealthCheckName) => results.health.find((each) => each.check === check);

test('A clear win half way through the plan ships, and its verdict stays when the estimate moves away', () => {
  const first = analyseLook(lookAt({ metrics: [[signup, shares([500, 5_000], [650, 5_000])]] }));
  expect(first.results.decision).toMatchObject({ code: 'ship', variant: 'green', headline: 'Ship green' });
  expect(first.results.decision.promise).toContain('however often you look');
  expect(first.results.decision.detail).toContainEqual(expect.stringMatching(/ user keys that do it a week\.$/));
  expect(first.results.sequential).toMatchObject({ share: 0.5, plannedUnits: 20_000, isClosed: false });
  expect(comparison(first)).toMatchObject({
    isCalled: true,
    verdict: { direction: 'up', isGood: true, share: 0.5, snapshotHash: 'abc', hasParted: false },
  });
  // 2.2414/√0.5 standard errors.
  expect(comparison(first).bar).toBeCloseTo(3.1698, 4);
  const moved = after(first, { day: 12, metrics: [[signup, shares([800, 7_000], [820, 7_000])]], units: [7_000, 7_000] });
  expect(moved.results.decision).toMatchObject({ code: 'ship', variant: 'green' });
  expect(moved.results.decision.detail.join(' ')).toContain('It crossed the bar on May 11, 2026');
  expect(comparison(moved)).toMatchObject({ isCalled: false, verdict: { share: 0.5, hasParted: true } });
  expect(comparison(moved).runningPValue).toBe(comparison(first).runningPValue);
});

test('Units that were added to a verdict or taken from it since are told as a share, and change no verdict', () => {
  // The window of a week has closed for whoever was exposed before 4 May, ten days after the 1st.
  const days = (...before: readonly [control: number, green: number]) => [
    ...before.map((units, arm) => ({ day: '2026-05-03', arm, units })),
    { day: '2026-05-04', arm: 0, units: 700 },
    { day: '2026-05-10', arm: 1, units: 900 },
  ];
  const won = [[signup, shares([500, 5_000], [650, 5_000])]] as const;
  const first = analyseLook(lookAt({ metrics: won, figures: { days: days(2_000, 2_000) } }));
  expect(comparison(first).verdict).toMatchObject({ changedShare: 0 });
  expect(first.results.decision.detail.join(' ')).not.toContain('since the decision');
  const later = (control: number, green: number) =>
    after(first, { day: 12, metrics: won, figures: { days: days(control, green) } });
  expect(comparison(later(2_003, 2_000)).verdict?.changedShare).toBeCloseTo(0.000_75, 10);
  expect(later(2_003, 2_000).results.decision.detail.join(' ')).not.toContain('since the decision');
  // 30 were erased of one arm, 10 came late to the other: nothing makes up for anything.
  const changed = later(1_970, 2_010);
  expect(comparison(changed).verdict?.changedShare).toBeCloseTo(0.01, 10);
  expect(changed.results.decision).toMatchObject({ code: 'ship', variant: 'green' });
  expect(changed.results.decision.detail.at(-1)).toBe(
    'Data changed since the decision: of the units that it rests on 1\u00A0% were added late, or erased, or left out. The verdict stays; the figures are those of today.',
  );
  // Called when no whole day had matured: nothing can be said.
  const early = analyseLook(lookAt({ metrics: won, figures: { days: days(2_000, 2_000).slice(2) } }));
  expect(comparison(early).verdict).toMatchObject({ changedShare: null });
});

test('An effect that one look would call is not called half way through the plan', () => {
  const analysis = analyseLook(lookAt({ metrics: [[signup, shares([500, 5_000], [570, 5_000])]] }));
  const { effect, isCalled, z, bar } = comparison(analysis);
  expect(Math.abs(z ?? 0)).toBeGreaterThan(1.96);
  expect(Math.abs(z ?? 0)).toBeLessThan(bar ?? 0);
  expect(isCalled).toBe(false);
  expect(effect.interval?.low).toBeLessThan(0);
  expect(effect.liftInterval?.low).toBeLessThan(0);
  expect(analysis.results.decision).toMatchObject({ code: 'keep-running' });
  expect(analysis.results.plan.daysLeft).toEqual({ kind: 'days', days: 4, low: 4, high: 4 });
});

test('Once the plan is reached nothing is called any more; an undecided run is watched on by always-valid intervals', () => {
  const end = { day: 13, units: [10_000, 10_000] };
  const closed = analyseLook(lookAt({ ...end, metrics: [[signup, shares([1_000, 10_000], [1_050, 10_000])]] }));
  expect(closed.results.sequential).toMatchObject({ share: 1, isClosed: true, closedBy: 'plan' });
  expect(closed.results.decision.code).toBe('undecided');
  const later = after(closed, {
    day: 13.5,
    units: [11_000, 11_000],
    metrics: [[signup, shares([1_100, 11_000], [1_400, 11_000])]],
  });
  expect(comparison(later)).toMatchObject({ isCalled: false, verdict: null });
  expect(comparison(later).bar).toBeGreaterThan(2.9);
  expect(later.results.decision.code).toBe('undecided');
});

test('At the end date the last look spends what is left of the level', () => {
  const look = { day: 14, units: [6_000, 6_000], metrics: [[signup, shares([600, 6_000], [680, 6_000])]] } as const;
  const analysis = analyseLook(lookAt(look));
  expect(analysis.results.sequential).toMatchObject({ share: 0.6, isClosed: true, closedBy: 'end-date' });
  expect(comparison(analysis).bar).toBeCloseTo(1.96108, 4);
  expect(comparison(analysis).isCalled).toBe(true);
  expect(analysis.results.decision.code).toBe('ship');
});

test('A fixed horizon shows neither interval nor p-value before its end, and there those of one look', () => {
  const settings = { design: 'fixed-horizon', plannedUnits: null } as const;
  const figures = [[signup, shares([500, 5_000], [570, 5_000])]] as const;
  const early = analyseLook(lookAt({ settings, metrics: figures }));
  expect(comparison(early).effect).toMatchObject({ pValue: null, interval: null, liftInterval: null, notComputable: 'not-yet' });
  expect(comparison(early).effect.difference).toBeCloseTo(0.014, 10);
  expect(comparison(early).bestGuess).toBeNull();
  expect(early.results.decision.code).toBe('keep-running');
  const end = after(early, { day: 14, settings, metrics: figures });
  expect(comparison(end).effect.pValue).toBeCloseTo(0.02354, 4);
  expect(comparison(end).bar).toBeCloseTo(1.96, 2);
  expect(end.results.decision.code).toBe('ship');
  // A second look at the end is no other one.
  const again = after(end, { day: 15, settings, metrics: [[signup, shares([500, 5_000], [505, 5_000])]] });
  expect(comparison(again).verdict).toEqual({
    ...comparison(end).verdict,
    changedShare: expect.any(Number),
    hasParted: true,
  });
});

test('A rollout gets always-valid intervals, and never a verdict', () => {
  const settings = { kind: 'rollout' } as const;
  const analysis = analyseLook(lookAt({ settings, metrics: [[signup, shares([500, 5_000], [900, 5_000])]] }));
  expect(analysis.results).toMatchObject({ design: 'always-valid', decision: { code: 'no-verdict', promise: null } });
  expect(comparison(analysis)).toMatchObject({ isCalled: false, verdict: null, share: null });
  expect(comparison(analysis).effect.interval?.low).toBeGreaterThan(0);
  const few = analyseLook(lookAt({ settings, units: [99, 99], metrics: [[signup, shares([40, 99], [60, 99])]] }));
  expect(comparison(few).effect).toMatchObject({ interval: null, notComputable: 'not-begun' });
});

test('Of two arms Holm decides, and an interval never contradicts him', () => {
  const units = [5_000, 5_000, 5_000];
  const settings = { plannedUnits: 15_000 };
  const metrics = [[signup, shares([500, 5_000], [600, 5_000], [572, 5_000])]] as const;
  const analysis = analyseLook(lookAt({ units, settings, metrics }));
  const [green, blue] = [comparison(analysis), comparison(analysis, 'signup', 'blue')];
  expect(green).toMatchObject({ isCalled: true, correction: 'holm', isClosedAtZero: false });
  expect(green.adjustedPValue).toBeCloseTo(2 * (green.effect.pValue ?? 0), 12);
  // By step-down: alone at 0.05, though the interval at 0.025 includes 0.
  expect(blue).toMatchObject({ isCalled: true, isClosedAtZero: true });
  expect(blue.effect.interval?.low).toBe(0);
  expect(analysis.results.decision).toMatchObject({ code: 'ship', variant: 'green', isBestUnclear: true });
});

test('Secondary metrics are called together at a false discovery rate of 10 %, and are no verdict', () => {
  const secondaries = ['a', 'b', 'c', 'd'].map((key) => conversion(key, 'secondary'));
  const counts = [600, 575, 505, 498];
  const metrics = secondaries.map((each, index) => [each, shares([500, 5_000], [counts[index] ?? 0, 5_000])] as const);
  const settings = { plannedUnits: 10_000 };
  const analysis = analyseLook(lookAt({ settings, metrics: [[signup, shares([500, 5_000], [505, 5_000])], ...metrics] }));
  for (const { key } of secondaries) {
    const { isCalled, effect, correction, verdict } = comparison(analysis, key);
    expect({ correction, verdict }).toEqual({ correction: 'benjamini-hochberg', verdict: null });
    expect(isCalled).toBe(['a', 'b'].includes(key));
    const { low, high } = effect.interval ?? { low: 0, high: 0 };
    expect(low > 0 || high < 0).toBe(isCalled);
    expect(metric(analysis, key).isExploratory).toBe(true);
  }
});

test('A guardrail passes within its margin, is open where that is not known, and holds a win back', () => {
  const settings = { margins: { errors: 0.2 }, plannedUnits: 10_000 };
  const win = [signup, shares([500, 5_000], [650, 5_000])] as const;
  const look = (found: readonly [number, number]) =>
    analyseLook(lookAt({ settings, metrics: [win, [errors, shares([900, 5_000], found)]] }));
  const passed = look([900, 5_000]);
  expect(comparison(passed, 'errors').guardrail).toMatchObject({ margin: 0.2, outcome: 'passed', daysLeft: null });
  expect(passed.results.decision.code).toBe('ship');
  const open = look([990, 5_000]);
  expect(comparison(open, 'errors').guardrail).toMatchObject({ outcome: 'open' });
  expect(open.results.decision.code).toBe('ship-with-care');
});

test('Harm on a guardrail stops before anything else, within the first hour of units, and stays known', () => {
  const settings = { margins: { errors: 0.01 } };
  const metrics = [
    [signup, shares([0, 0], [0, 0])],
    [errors, shares([0, 0], [0, 0])],
  ] as const;
  const harm = [
    { metric: 'errors', windowMs: 3_600_000, period: 1, arm: 0, n: 400, conversions: 0, moments: null },
    { metric: 'errors', windowMs: 3_600_000, period: 1, arm: 1, n: 400, conversions: 25, moments: null },
  ];
  const first = analyseLook(lookAt({ day: 0.2, settings, units: [400, 400], metrics, figures: { harm } }));
  expect(first.results.decision).toMatchObject({ code: 'harm', headline: 'Stop: harm' });
  expect(comparison(first, 'errors').harm[0]).toMatchObject({ windowHours: 1, status: 'alarm' });
  expect(first.alarms.map(({ reason }) => reason)).toEqual(['harm:errors:green']);
  const calm = after(first, { day: 0.3, settings, units: [400, 400], metrics });
  const again = after(first, {
    day: 0.3,
    settings,
    units: [400, 400],
    metrics,
    figures: { harm: harm.map((each) => ({ ...each, conversions: 25 })) },
  });
  expect(again.results.decision.code).toBe('harm');
  expect(calm.evidence.harm).toEqual(first.evidence.harm);
});

test('A split that does not fit blocks the verdict, stays known, and is forgotten with what is left out since', () => {
  const metrics = [[signup, shares([500, 5_000], [800, 5_400])]] as const;
  const broken = analyseLook(lookAt({ metrics, units: [5_000, 5_600] }));
  expect(broken.results.decision).toMatchObject({ code: 'broken', variant: null, arms: [] });
  expect(health(broken, 'sample-ratio')).toMatchObject({ status: 'broken' });
  expect(health(broken, 'sample-ratio')?.cause).toContain('control has 300 fewer units');
  expect(broken.alarms.map(({ reason }) => reason)).toEqual(['broken:sample-ratio']);
  const diluted = after(broken, { metrics, units: [500_000, 500_600] });
  expect(diluted.results.decision.code).toBe('broken');
  const exclusions = [{ name: 'Bots', filter: { property: 'bot', operator: 'exists' } }] as never;
  const cleaned = after(broken, { metrics, units: [5_000, 5_010], plan: { exclusions } });
  expect(health(cleaned, 'sample-ratio')?.status).toBe('ok');
});

test('A split that fits in all but not in one period or on one platform is found where it is', () => {
  const periodUnits = [2_500, 3_000, 2_500, 2_000].map((units, index) => ({
    arm: index % 2,
    period: 1 + Math.floor(index / 2),
    units,
    mixedUnits: 0,
  }));
  const period = { from: '', to: null, expectedMilliPercent: [50_000, 50_000], enrolmentMilliPercent: 100_000, isPause: false };
  const settings = {
    periods: [
      { ...period, number: 1 },
      { ...period, number: 2 },
    ],
  };
  const metrics = [[signup, shares([500, 5_000], [500, 5_000])]] as const;
  const ramp = analyseLook(lookAt({ settings, metrics, figures: { periodUnits } }));
  expect(health(ramp, 'sample-ratio-periods')).toMatchObject({ status: 'broken' });
  const dimensionUnits = [unitsOn('ios', 0, 2_000), unitsOn('ios', 1, 1_500), unitsOn('web', 0, 3_000), unitsOn('web', 1, 3_500)];
  const platform = analyseLook(lookAt({ metrics, figures: { dimensionUnits } }));
  expect(health(platform, 'sample-ratio')?.status).toBe('ok');
  expect(health(platform, 'sample-ratio-platforms')).toMatchObject({ status: 'broken' });
  expect(platform.results.decision.detail[0]).toContain('Worst on platform ios');
});

test('Reads that one arm loses break the results, although deliveries make up for them and the sizes fit in sum', () => {
  const metrics = [[signup, shares([500, 5_000], [500, 5_000])]] as const;
  const seen = (...arms: readonly (readonly [reads: number, deliveries: number])[]) =>
    arms.map(([reads, deliveries], arm) => ({ period: 1, arm, reads, deliveries }));
  const look = (firstSeen: ReturnType<typeof seen>, evidence: number | null = null) =>
    analyseLook(
      lookAt({
        metrics,
        figures: { firstSeen },
        past: { evidence: { ...analyseLook(lookAt({ metrics })).evidence, triggerRate: evidence } },
      }),
    );
  const broken = look(seen([3_000, 2_000], [2_600, 2_400]));
  expect(health(broken, 'sample-ratio')?.status).toBe('ok');
  expect(health(broken, 'trigger-rate')).toMatchObject({
    status: 'broken',
    figures: [
      { label: 'Evidence against the split of both (E)' },
      { label: 'control: units first seen by a read', value: 3_000 },
      { label: 'green: units first seen by a read', value: 2_600 },
      { label: 'control: units first seen by a delivery', value: 2_000 },
      { label: 'green: units first seen by a delivery', value: 2_400 },
    ],
  });
  expect(broken.results.decision).toMatchObject({ code: 'broken' });
  expect(broken.results.decision.detail[0]).toContain('triggered at different rates');
  expect(broken.evidence.triggerRate).toBeGreaterThan(Math.log(1_000));
  // What an earlier look found stays found.
  const even = seen([2_500, 2_500], [2_490, 2_510]);
  expect(health(look(even), 'trigger-rate')?.status).toBe('ok');
  expect(health(look(even, 20), 'trigger-rate')?.status).toBe('broken');
  expect(look(even, 20).evidence.triggerRate).toBe(20);
  // With one way the sample ratio is the test.
  for (const alone of [seen([5_000, 0], [4_000, 0]), seen([0, 5_000], [0, 4_000])])
    expect(health(look(alone), 'trigger-rate')).toMatchObject({ status: 'ok', figures: [] });
});

test('Arms that differed before the exposure are no basis for a verdict', () => {
  const revenue = {
    ...conversion('revenue'),
    definition: { type: 'sum', event: 'buy', windowHours: 24, delayHours: 0, direction: 'increase' },
  } as never;
  const apart = values(
    [
      [10, 5, 5_000],
      [11, 5, 5_000],
    ],
    [8, 9],
  );
  const analysis = analyseLook(lookAt({ metrics: [[revenue, apart]] }));
  expect(health(analysis, 'pre-period')).toMatchObject({ status: 'broken' });
  expect(analysis.results.decision.code).toBe('broken');
  const [control, green] = metric(analysis, 'revenue').arms;
  // What was there before explains most of it: 1 − 0.8·1 = 0.2 is left.
  expect((green?.adjustedMean ?? 0) - (control?.adjustedMean ?? 0)).toBeCloseTo(0.2, 2);
  expect(comparison(analysis, 'revenue')).toMatchObject({ uses: 'adjusted', adjustment: { status: 'applied', historyShare: 1 } });
  expect(comparison(analysis, 'revenue').raw.difference).toBeCloseTo(1, 10);
});

test('Few conversions are compared exactly, and their lift has no interval', () => {
  const settings = { plannedUnits: 2_000 };
  const analysis = analyseLook(
    lookAt({ units: [1_000, 1_000], settings, metrics: [[signup, shares([100, 1_000], [0, 1_000])]] }),
  );
  expect(comparison(analysis).effect).toMatchObject({ method: 'fisher-newcombe', standardError: null, liftInterval: null });
  expect(comparison(analysis).effect.pValue).toBeLessThan(1e-20);
  expect(analysis.results.decision).toMatchObject({ code: 'harm' });
});

test('A metric that fails keeps its last good value, marked with stage, cause and query; others are not affected', () => {
  const metrics = [
    [signup, shares([500, 5_000], [650, 5_000])],
    [errors, shares([90, 5_000], [90, 5_000])],
  ] as const;
  const good = analyseLook(lookAt({ metrics }));
  const failure = { code: 'QUERY_FAILED', message: 'No memory.', stage: 'figures', query: 'SELECT 1' } as const;
  const at = good.results.computedAt;
  const inputs = lookAt({ day: 11, metrics, past: { goodMetrics: { errors: { at, metric: metric(good, 'errors') } } } });
  const failing = (given: AnalysisInputs): AnalysisInputs => ({
    ...given,
    figures: { ...given.figures, metrics: given.figures.metrics.slice(0, 1) },
    plan: {
      ...given.plan,
      metrics: given.plan.metrics.map((one) =>
        one.key === 'errors' ? { kind: 'failed', key: one.key, role: 'guardrail', failure } : one,
      ),
    },
  });
  const { results } = analyseLook(failing(inputs));
  expect(results.metrics[1]).toEqual({
    ...metric(good, 'errors'),
    stale: { since: at, stage: 'figures', code: 'QUERY_FAILED', cause: 'No memory.', query: 'SELECT 1' },
  });
  expect(results.decision.code).toBe('ship');
  const { results: bare } = analyseLook(failing(lookAt({ metrics })));
  expect(bare.metrics[1]).toEqual({ kind: 'failed', key: 'errors', role: 'guardrail', failure });
});

test('Every check is there at every look, also before the first unit; a remedy stands by whatever is not well', () => {
  const empty = analyseLook(
    lookAt({
      day: 0.1,
      units: [0, 0],
      metrics: [[signup, shares([0, 0], [0, 0])]],
      figures: { lastExposureAt: null, lastEventAt: null, events: null, exposures: [] },
    }),
  );
  expect(empty.results.health.map(({ check }) => check)).toEqual(healthCheckNames);
  expect(empty.results.decision.code).toBe('too-early');
  expect(health(empty, 'few-conversions')?.status).toBe('waiting');
  const trouble = analyseLook(
    lookAt({
      metrics: [[signup, shares([0, 5_000], [0, 5_000])]],
      settings: { changedAfterStart: ['metrics.signup.margin'] },
      figures: {
        lastExposureAt: new Date(startMs + 9 * dayMs).toISOString(),
        periodUnits: [5_000, 5_000].map((units, arm) => ({ period: 1, arm, units, mixedUnits: 200 })),
        events: { items: 100, sinceStart: 100, withoutUnit: 90, linked: 10, lateShare: 0.4, byEvent: {} },
      },
    }),
  );
  const named = ['mixed-units', 'unit-kind', 'missing-data', 'changed-mid-run', 'late-data', 'stopped-stream', 'few-conversions'];
  for (const check of trouble.results.health) {
    expect(check.status).toBe(
      named.includes(check.check)
        ? 'warning'
        : ['sample-ratio-platforms', 'pre-period', 'overlaps'].includes(check.check)
          ? 'waiting'
          : 'ok',
    );
    if (check.status === 'warning') expect(check.remedy).not.toBeNull();
  }
});

test('Once an iteration has ended nothing speaks of waiting or of days that are left, but of what the data can say and of that day', () => {
  const stopped = { isRunning: false } as const;
  const waits = /\b(wait|yet|left|collecting|keep running|let it run|first results|by now)\b/i;
  const looks: readonly (readonly [Look, string, string])[] = [
    // A few hours in; nobody; half way through; a fixed horizon before its one look; a rollout; an open guardrail.
    [{ day: 0.5, units: [30, 30], metrics: [[signup, shares([3, 30], [4, 30])]] }, 'too-early', 'It ended on May 1, 2026'],
    [
      { units: [0, 0], metrics: [[signup, shares([0, 0], [0, 0])]], figures: { exposures: [], events: null } },
      'too-early',
      'May 11',
    ],
    [{ metrics: [[signup, shares([500, 5_000], [570, 5_000])]] }, 'undecided', 'before its plan: 50\u00A0% of it has matured'],
    [
      { metrics: [[signup, shares([500, 5_000], [570, 5_000])]], settings: { design: 'fixed-horizon' } },
      'no-interval',
      'the planned end, and that was not reached',
    ],
    [{ metrics: [[signup, shares([500, 5_000], [570, 5_000])]], settings: { kind: 'rollout' } }, 'no-verdict', 'May 11, 2026.'],
    [
      {
        metrics: [
          [signup, shares([500, 5_000], [650, 5_000])],
          [errors, shares([9, 5_000], [12, 5_000])],
        ],
        settings: { margins: { errors: 0.01 } },
      },
      'ship-with-care',
      'errors is not known to be within the 1\u00A0% you allowed.',
    ],
  ];
  for (const [look, code, says] of looks) {
    for (const isFinal of [false, true]) {
      const { results } = analyseLook(lookAt({ ...look, settings: { ...look.settings, ...stopped, isFinal } }));
      expect(results.decision.code).toBe(code);
      expect([...results.decision.detail, ...results.decision.arms.flatMap(({ detail }) => detail)].join(' ')).toContain(says);
      const said = [results.decision, results.health.map(({ cause, remedy }) => [cause, remedy])];
      expect(JSON.stringify(said)).not.toMatch(waits);
      expect(results.plan).toMatchObject({ daysLeft: null, firstResultsAt: null });
    }
    // What runs still says what is to come.
    const running = analyseLook(lookAt(look)).results;
    expect(running.decision.detail.join(' ')).not.toContain('It ended');
  }
  const early = { day: 3, metrics: [[signup, shares([50, 500], [57, 500])]] } as const;
  expect(analyseLook(lookAt(early)).results.plan.firstResultsAt).not.toBeNull();
});

test('Rows of units that do not say what all items say, and that could not be compared, are warned of; what was made anew is named', () => {
  const inputs = lookAt({ metrics: [[signup, shares([500, 5_000], [570, 5_000])]] });
  for (const [derivation, status, says] of [
    ['recounted', 'ok', 'figures say the same, but exposures that had been added up'],
    ['repaired', 'ok', 'were made anew'],
    ['differs', 'warning', 'making them anew did not show that they do'],
    ['unchecked', 'warning', 'could not be finished'],
  ] as const) {
    const looked = analyseLook({ ...inputs, derivation });
    expect(health(looked, 'recount')?.status).toBe(status);
    expect(health(looked, 'recount')?.cause).toContain(says);
    expect(looked.results.inputs.derivation).toBe(derivation);
  }
  const final = analyseLook({ ...inputs, derivation: 'unchecked', settings: { ...inputs.settings, isFinal: true } });
  expect(health(final, 'recount')?.remedy).toContain('it is not tried again');
});

test('By dimension effects are corrected for their number and never a verdict', () => {
  const cell = (arm: number, n: number, share: number) => ({
    period: 1,
    arm,
    n,
    means: [share],
    products: [[n * share * (1 - share)]],
  });
  const dimensions = ['de', 'fr'].map((value, index) => ({
    name: 'country',
    value,
    isOther: false,
    metric: 'signup',
    cells: [cell(0, 2_000, 0.1), cell(1, 2_000, 0.1 + 0.01 * index)],
  }));
  const { details, results } = analyseLook(
    lookAt({ metrics: [[signup, shares([500, 5_000], [505, 5_000])]], figures: { dimensions } }),
  );
  const [country] = details.dimensions;
  expect(country).toMatchObject({ dimension: 'country', metricKey: 'signup' });
  const [, fr] = country?.values ?? [];
  expect(fr?.comparisons[0]?.adjustedPValue).toBeCloseTo(2 * (fr?.comparisons[0]?.effect.pValue ?? 0), 12);
  expect(JSON.stringify(results)).not.toContain('country');
});

test('Inputs that went through JSON give the same result to the last digit', () => {
  const inputs = lookAt({
    metrics: [
      [signup, shares([500, 5_000], [570, 5_000])],
      [errors, shares([9, 5_000], [12, 5_000])],
    ],
    past: { effects: [{ estimate: 0.02, standardError: 0.01 }] },
  });
  const copied = JSON.parse(JSON.stringify(inputs)) as typeof inputs;
  expect(analyse(copied)).toEqual(analyse(inputs));
  expect(JSON.parse(JSON.stringify(analyse(inputs)))).toEqual(analyse(inputs));
});

import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { decide, type ArmFigures, type DecisionFigures } from './decide.ts';
import type { Decision } from './decision.ts';
import { wordsOf } from './wording.ts';

const effect = { interval: { low: 0.021, high: 0.068 }, bestGuess: 0.039, isLift: true };
const wide = { interval: { low: -0.006, high: 0.031 }, bestGuess: 0.01, isLift: true };
const arm: ArmFigures = { armKey: 'b', effect: wide, guardrails: [] };
const sound = {
  sampleRatio: { logEvidence: -1 },
  covariates: [{ covariate: 'revenue', pValue: 0.4 }],
  mixed: { share: 0.002, pValue: 1 },
};
const figures: DecisionFigures = {
  health: sound,
  harms: [],
  isPlanned: true,
  hasClosedWindow: true,
  elapsedDays: 10,
  unitsPerArm: 5000,
  leastUnitsPerArm: 200,
  share: 0.62,
  isEndDateReached: false,
  run: 'running',
  good: 'larger',
  minimumEffect: 0.02,
  arms: [arm],
};
const words = (decision: Decision): string => {
  const { title, text } = wordsOf(decision, { metric: 'Signups', arms: { b: 'B' } });
  return `${title}. ${text.join(' ')}`;
};
const code = (decision: Decision): string => (decision.code === 'arms' ? decision.headline.code : decision.code);
const guardrail = { metric: 'Checkout errors', margin: 0.01, daysLeft: { kind: 'ok', days: 6, low: 4, high: 9 } } as const;

test('every gate hides those after it', () => {
  const winning = { ...arm, effect, verdict: 'up' } as const;
  const everything: DecisionFigures = {
    ...figures,
    health: { ...sound, sampleRatio: { logEvidence: 10, worst: { name: 'Android', value: '14.2' } } },
    harms: [{ metric: 'Checkout errors', armKey: 'B', by: 0.31, atLeast: 0.12, isLift: true }],
    isPlanned: false,
    hasClosedWindow: false,
    elapsedDays: 3,
    arms: [winning],
  };
  const gates: DecisionFigures[] = [everything];
  const open = (change: Partial<DecisionFigures>): void => {
    gates.push({ ...(gates.at(-1) ?? figures), ...change });
  };
  open({ health: sound });
  open({ harms: [] });
  open({ isPlanned: true });
  open({ hasClosedWindow: true });
  open({ elapsedDays: 8 });
  expect(gates.map((each) => code(decide(each)))).toEqual(['broken', 'harm', 'no-verdict', 'no-verdict', 'too-early', 'ship']);
  expect(gates.map((each) => words(decide(each)))).toEqual([
    "Don't use these results. The arms' sizes don't fit the split; the chance of that by luck is below 1 in 10,000. Worst on Android 14.2.",
    'Stop: harm. Checkout errors got worse by 31\u00A0% (at least 12\u00A0%) with B. We are sure enough to stop at any time.',
    'Watching. Without a plan there is no verdict; the intervals hold however often you look.',
    'Watching. This metric goes on growing for each unit, so that no verdict holds; give it a closed window.',
    'Collecting. 3 of 7 days.',
    'Ship B. Signups went up by 2.1\u00A0% to 6.8\u00A0%; best guess 3.9\u00A0% after allowing for luck.',
  ]);
});

test.for<[name: string, change: Partial<ArmFigures>, whole: Partial<DecisionFigures>, code: string, text: string]>([
  [
    'guardrails that pass',
    { effect, verdict: 'up', guardrails: [{ ...guardrail, result: 'passed' }] },
    {},
    'ship',
    'No guardrail got worse',
  ],
  [
    'an open guardrail',
    { effect, verdict: 'up', guardrails: [{ ...guardrail, result: 'open' }] },
    {},
    'ship-with-care',
    'about 6 days (4–9) left',
  ],
  [
    'a failed guardrail',
    { effect, verdict: 'up', guardrails: [{ ...guardrail, result: 'failed' }] },
    {},
    'trade-off',
    'more than the 1\u00A0% you allowed',
  ],
  ['the wrong direction', { effect, verdict: 'up' }, { good: 'smaller' }, 'worse', "Don't ship B"],
  [
    'the good direction downwards',
    { effect: { ...effect, interval: { low: -0.05, high: -0.01 }, bestGuess: -0.02 }, verdict: 'down' },
    { good: 'smaller' },
    'ship',
    'went down by 1\u00A0% to 5\u00A0%',
  ],
  [
    'a small interval',
    { effect: { ...wide, interval: { low: -0.019, high: 0.0199 } } },
    {},
    'no-meaningful-difference',
    'smaller than the 2\u00A0%',
  ],
  ['little hope', { conditionalPower: 0.04 }, {}, 'unlikely-to-succeed', 'under 1 in 25'],
  [
    'the end of the plan',
    { daysToSettle: { kind: 'ok', days: 19, low: 19, high: 19 } },
    { share: 1 },
    'undecided',
    'compatible with −0.6\u00A0% to +3.1\u00A0%. To settle an effect of 2\u00A0%: 19 days',
  ],
  ['the end date', {}, { isEndDateReached: true, elapsedDays: 5 }, 'undecided', 'compatible with'],
  [
    'nothing yet',
    { conditionalPower: 0.5, daysLeft: { kind: 'change-the-plan' }, currentMinimumEffect: 0.031 },
    {},
    'keep-running',
    '62\u00A0% of the plan has matured, more than 60 days: change the plan left. By now an effect of 3.1\u00A0% would be called.',
  ],
  ['few units', {}, { unitsPerArm: 150 }, 'too-early', '150 of 200 units'],
])('%s: %s', ([, change, whole, expected, text]) => {
  const decision = decide({ ...figures, ...whole, arms: [{ ...arm, ...change }] });
  expect(code(decision)).toBe(expected);
  expect(words(decision)).toContain(text);
});

test('of what has ended nothing is waited for: the words say what the data can say and what not', () => {
  const ended = (change: Partial<ArmFigures>, whole: Partial<DecisionFigures> = {}) => {
    const decision = decide({ ...figures, run: 'ended', ...whole, arms: [{ ...arm, ...change }] });
    const { title, text } = wordsOf(decision, { metric: 'Signups', run: 'ended' });
    return [code(decision), title, ...text];
  };
  const compatible = 'Signups: compatible with −0.6\u00A0% to +3.1\u00A0%.';
  expect(ended({ conditionalPower: 0.5 })).toEqual(['undecided', 'Undecided', compatible]);
  expect(ended({ conditionalPower: 0.01 })).toEqual(['undecided', 'Undecided', compatible]);
  const short = 'Too little to say anything';
  expect(ended({}, { elapsedDays: 3.5, firstResultsAtMs: 0 })).toEqual([
    'too-early',
    short,
    'Nothing can be said of any effect: the data cover 3 of the 7 days that are needed.',
  ]);
  expect(ended({}, { unitsPerArm: 1_150, leastUnitsPerArm: 2_000 }).at(-1)).toBe(
    'Nothing can be said of any effect: each arm needs 2,000 units whose window has closed, and the smallest has 1,150.',
  );
  expect(ended({ effect, verdict: 'up', guardrails: [{ ...guardrail, result: 'open' }] }).at(-1)).toBe(
    'Checkout errors is not known to be within the 1\u00A0% you allowed.',
  );
  expect(ended({}, { isPlanned: false })[1]).toBe('Watched');
  expect(ended({}, { harms: [{ metric: 'Errors', armKey: 'b', isLift: true }] }).slice(1)).toEqual([
    'Harm',
    'Errors got worse with b.',
  ]);
  const missed = { code: 'no-interval', armKey: 'b', isEndMissed: true } as const;
  expect(
    wordsOf({ code: 'arms', headline: missed, arms: [missed], isBestUnclear: false }, { metric: 'Signups', run: 'ended' }),
  ).toEqual({
    title: 'No interval',
    text: ["How Signups moved with b can't be said: this design looks once, at the planned end, and that was not reached."],
  });
});

test('after a stop, while units mature, it decides as before the stop, and no word is of more exposures, nor a last one', () => {
  const maturing = (change: Partial<ArmFigures>, whole: Partial<DecisionFigures> = {}) => {
    const decision = decide({ ...figures, run: 'maturing', ...whole, arms: [{ ...arm, ...change }] });
    const { title, text } = wordsOf(decision, { metric: 'Signups', run: 'maturing' });
    return [code(decision), title, ...text];
  };
  const wait = 'The last units are maturing';
  expect(maturing({})).toEqual(['keep-running', wait]);
  expect(maturing({}, { elapsedDays: 3 })).toEqual(['too-early', wait]);
  expect(maturing({}, { share: 1 })[0]).toBe('undecided');
  expect(maturing({ effect, verdict: 'up', guardrails: [{ ...guardrail, result: 'open' }] }).at(-1)).toBe(
    'Checkout errors is not known to be within the 1\u00A0% you allowed.',
  );
  expect(maturing({}, { harms: [{ metric: 'Errors', armKey: 'b', isLift: true }] })[1]).toBe('Harm');
  const worth = { ...effect, perWeek: { low: 412.3, high: 2_904 } };
  for (const run of ['maturing', 'ended'] as const)
    expect(
      wordsOf(decide({ ...figures, run, arms: [{ ...arm, effect: worth, verdict: 'up' }] }), { metric: 'Signups', run }).text,
    ).toContain('At full rollout, at the traffic of its last seven days: +412 to +2,900 a week.');
});

test('a stored verdict stays although the interval has come to include 0, and its signs are shown', () => {
  const decision = decide({ ...figures, arms: [{ ...arm, verdict: 'up' }] });
  expect(words(decision)).toContain('went up by −0.6\u00A0% to +3.1\u00A0%');
});

test('what an effect is worth in a week at full rollout is said with the verdict, in the metric’s unit where it has one', () => {
  const worth = { ...effect, perWeek: { low: 412.3, high: 2_904 } };
  const shipped = decide({ ...figures, arms: [{ ...arm, effect: worth, verdict: 'up' }] });
  expect(wordsOf(shipped, { metric: 'Revenue', unit: 'EUR' }).text).toContain(
    "At full rollout, at today's traffic: +412 to +2,900 EUR a week.",
  );
  const lost = { ...effect, interval: { low: -0.05, high: -0.01 }, bestGuess: -0.02, perWeek: { low: -90, high: -7 } };
  const worse = decide({ ...figures, arms: [{ ...arm, effect: lost, verdict: 'down' }] });
  expect(words(worse)).toContain('−90 to −7 a week');
  expect(words(decide({ ...figures, arms: [{ ...arm, effect, verdict: 'up' }] }))).not.toContain('a week');
});

test('the headline is the passing arm with the largest best guess, and says when the best is not clear', () => {
  const passing = (armKey: string, bestGuess: number): ArmFigures => ({
    ...arm,
    armKey,
    verdict: 'up',
    effect: { ...effect, bestGuess },
  });
  const decision = decide({ ...figures, arms: [arm, passing('c', 0.03), passing('d', 0.05)] });
  if (decision.code !== 'arms') throw new Error(decision.code);
  expect(decision.headline.armKey).toBe('d');
  expect(decision.arms.map(({ code: each }) => each)).toEqual(['keep-running', 'ship', 'ship']);
  expect(words(decision)).toContain('not settled');
  const { effect: none, ...blind } = arm;
  expect(none).toBeDefined();
  expect(code(decide({ ...figures, arms: [blind, { ...arm, verdict: 'down' }] }))).toBe('no-interval');
});

test.for<[kind: string, health: Partial<DecisionFigures['health']>]>([
  ['trigger-rate', { triggerRate: { logEvidence: 8 } }],
  ['imbalance', { covariates: [{ covariate: 'revenue', pValue: 1e-5 }] }],
  ['mixed-units', { mixed: { share: 0.02, pValue: 1e-5 } }],
])('data are broken by %s', ([kind, health]) => {
  const decision = decide({ ...figures, health: { ...sound, ...health } });
  expect(decision).toMatchObject({ code: 'broken', reasons: [{ kind }] });
  expect(words(decision).length).toBeGreaterThan(40);
});

test('many mixed units that are spread evenly, and uneven ones that are few, break nothing', () => {
  expect(code(decide({ ...figures, health: { ...sound, mixed: { share: 0.1, pValue: 0.5 } } }))).toBe('keep-running');
  expect(code(decide({ ...figures, health: { ...sound, mixed: { share: 0.001, pValue: 1e-9 } } }))).toBe('keep-running');
});

test('no arms and no least effect are refused', () => {
  expect(() => decide({ ...figures, arms: [] })).toThrow(DomainError);
  expect(() => decide({ ...figures, minimumEffect: 0 })).toThrow(DomainError);
});

import {
  benjaminiHochberg,
  defaultFalseDiscoveryRate,
  falseCoverageAlpha,
  simultaneous,
  type Interval,
} from '@stitchd/statistics';
import type { MetricComparison } from '../results/metric-result.ts';
import type { ArmPass, Figured } from './arm-pass.ts';
import type { ComputablePass } from './metric-pass.ts';

/** An arm with the figures of the level that its correction asks for. */
export interface JudgedArm {
  readonly pass: ArmPass;
  readonly figured: Figured;
  readonly adjustedPValue: number | null;
  readonly correction: MetricComparison['correction'];
  readonly isCalled: boolean;
  readonly isClosedAtZero: boolean;
}

/** Whether what a look finds may be called at all. */
function mayCall({ look, isFewUnits }: ArmPass): boolean {
  return look.kind === 'judge' && look.rule.kind !== 'unplanned' && !isFewUnits;
}

/** The arms of the primary metric together: decided by Holm, drawn with intervals that never contradict him. */
export function judgePrimary({ arms }: ComputablePass, alpha: number): readonly JudgedArm[] {
  const figured = arms.map((pass) => ({ pass, figured: pass.at(alpha / Math.max(1, arms.length)) }));
  const asked = figured.map(({ figured: { used } }) => {
    const { pValue, interval, difference } = used.effect;
    return pValue === null || interval === null || difference === null ? undefined : { pValue, interval, difference };
  });
  const answers = simultaneous(
    asked.filter((question) => question !== undefined),
    alpha,
  );
  let next = 0;
  return figured.map((arm, index): JudgedArm => {
    const answer = asked[index] === undefined ? undefined : answers[next++];
    if (answer === undefined) return { ...arm, adjustedPValue: null, correction: 'holm', isCalled: false, isClosedAtZero: false };
    const { adjustedPValue, isClosedAtZero, interval } = answer;
    const isCalled = answer.isCalled && mayCall(arm.pass);
    const closed = isClosedAtZero ? closedAtZero(arm.figured, interval) : arm.figured;
    return { pass: arm.pass, figured: closed, adjustedPValue, correction: 'holm', isCalled, isClosedAtZero };
  });
}

function closedAtZero(figured: Figured, interval: Interval): Figured {
  const { effect } = figured.used;
  const lift = effect.liftInterval;
  const liftInterval =
    lift === null
      ? null
      : interval.low === 0
        ? { ...lift, low: Math.max(0, lift.low) }
        : { ...lift, high: Math.min(0, lift.high) };
  return { ...figured, used: { ...figured.used, effect: { ...effect, interval, liftInterval } } };
}

/** Guardrails all have to pass, so that nothing is divided among them. */
export function judgeGuardrail({ arms }: ComputablePass, alpha: number): readonly JudgedArm[] {
  return arms.map((pass) => {
    const figured = pass.at(alpha);
    const { pValue } = figured.used.effect;
    return { pass, figured, adjustedPValue: pValue, correction: 'none', isCalled: false, isClosedAtZero: false };
  });
}

/**
 * Secondary metrics together, all arms: Benjamini and Hochberg at 10 %, and intervals of the level that matches, so that they
 * exclude 0 exactly where something is called.
 */
export function judgeSecondary(
  passes: readonly ComputablePass[],
  alpha: number,
): ReadonlyMap<ComputablePass, readonly JudgedArm[]> {
  const all = passes.flatMap((pass) => pass.arms.map((arm) => ({ pass, arm, first: arm.at(alpha).used.effect.pValue })));
  const tested = all.flatMap(({ arm, first }) => (first === null ? [] : [{ arm, first }]));
  const corrected = benjaminiHochberg(tested.map(({ first }) => first));
  const adjusted = new Map(tested.map(({ arm }, index) => [arm, corrected[index] ?? 1]));
  const q = defaultFalseDiscoveryRate;
  const called = [...adjusted.values()].filter((pValue) => pValue <= q).length;
  const level = falseCoverageAlpha(called, tested.length, q);
  return new Map(
    passes.map((pass) => [
      pass,
      pass.arms.map((arm): JudgedArm => {
        const adjustedPValue = adjusted.get(arm) ?? null;
        const isCalled = adjustedPValue !== null && adjustedPValue <= q && mayCall(arm);
        return {
          pass: arm,
          figured: arm.at(level),
          adjustedPValue,
          correction: 'benjamini-hochberg',
          isCalled,
          isClosedAtZero: false,
        };
      }),
    ]),
  );
}

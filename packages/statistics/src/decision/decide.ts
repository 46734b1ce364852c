import { firstWeekDays, unlikelyBelow } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import type { DaysLeft } from '../planning/days-left.ts';
import type { ArmDecision, BrokenReason, Decision, EffectFigures, GuardrailFigures, Harm, RunState } from './decision.ts';
import { brokenReasons, type HealthFigures } from './health-gate.ts';

/** One arm against the baseline. */
export interface ArmFigures {
  readonly armKey: string;
  /** Sequential and simultaneous over the arms; absent where there is no interval. */
  readonly effect?: EffectFigures;
  /** The stored verdict: set at the first crossing and never taken back. */
  readonly verdict?: 'up' | 'down';
  readonly guardrails: readonly GuardrailFigures[];
  /** Of a clear win by the planned end; absent once the plan is reached. */
  readonly conditionalPower?: number;
  readonly currentMinimumEffect?: number;
  readonly daysLeft?: DaysLeft;
  /** Once the plan is reached. */
  readonly daysToSettle?: DaysLeft;
}

/** All that a decision is made of; stored with it, so that it can be made again. */
export interface DecisionFigures {
  readonly health: HealthFigures;
  readonly harms: readonly Harm[];
  readonly isPlanned: boolean;
  /** Whether the primary metric has a closed window. */
  readonly hasClosedWindow: boolean;
  readonly elapsedDays: number;
  /** Matured units of the smallest arm, and how many are needed before anything is said. */
  readonly unitsPerArm: number;
  readonly leastUnitsPerArm: number;
  readonly firstResultsAtMs?: number;
  readonly share: number;
  readonly isEndDateReached: boolean;
  /** Whatever was planned. */
  readonly run: RunState;
  /** Which way of the primary metric is good. */
  readonly good: 'larger' | 'smaller';
  /** The least effect that matters, > 0, in the units of the effects. */
  readonly minimumEffect: number;
  readonly arms: readonly ArmFigures[];
}

/**
 * The decision: the first gate that applies, in this order. Broken data; harm; no verdict on open figures or without a plan; too
 * early;
 * then arm by arm ship, ship with care, trade-off, worse, no meaningful difference, unlikely to succeed, undecided at the end,
 * keep running. What was stopped before its end is undecided instead of the last two, once its units have matured.
 * The headline is the most hopeful arm's; of passing arms the one with the largest best guess.
 *
 * It computes nothing: every figure comes from the methods, and the same figures give the same decision. α is kept by the
 * verdicts that it is given, not by it.
 *
 * @throws DomainError without arms, and for a least effect that isn't positive
 */
export function decide(figures: DecisionFigures): Decision {
  const check = argumentsOf('decide');
  check(figures.arms.length > 0, 'the number of arms', 0, 'at least 1');
  check(figures.minimumEffect > 0, 'minimumEffect', figures.minimumEffect, 'greater than 0');
  const reasons: readonly BrokenReason[] = brokenReasons(figures.health);
  if (reasons.length > 0) return { code: 'broken', reasons };
  if (figures.harms.length > 0) return { code: 'harm', harms: figures.harms };
  if (!figures.isPlanned) return { code: 'no-verdict', reason: 'unplanned' };
  if (!figures.hasClosedWindow) return { code: 'no-verdict', reason: 'open-window' };
  const isOver = figures.share >= 1 || figures.isEndDateReached;
  if (!isOver && (figures.elapsedDays < firstWeekDays || figures.unitsPerArm < figures.leastUnitsPerArm))
    return tooEarly(figures);
  const arms = figures.arms.map((arm) => decideArm(arm, figures, isOver || figures.run === 'ended'));
  const best = arms.toSorted((a, b) => rank(a) - rank(b) || goodness(b, figures.good) - goodness(a, figures.good));
  const [headline, second] = best;
  if (headline === undefined) throw new Error('an arm was lost');
  return { code: 'arms', headline, arms, isBestUnclear: second !== undefined && overlap(headline, second) };
}

function tooEarly({ elapsedDays, unitsPerArm, leastUnitsPerArm, firstResultsAtMs }: DecisionFigures): Decision {
  return {
    code: 'too-early',
    elapsedDays,
    ofDays: firstWeekDays,
    unitsPerArm,
    ofUnitsPerArm: leastUnitsPerArm,
    ...(firstResultsAtMs === undefined ? {} : { firstResultsAtMs }),
  };
}

function decideArm(arm: ArmFigures, figures: DecisionFigures, isOver: boolean): ArmDecision {
  const { armKey, effect, guardrails } = arm;
  const { good, minimumEffect, share } = figures;
  if (effect === undefined) return { code: 'no-interval', armKey };
  if (arm.verdict === (good === 'larger' ? 'up' : 'down')) {
    const failed = guardrails.filter(({ result }) => result === 'failed');
    const open = guardrails.filter(({ result }) => result === 'open');
    if (failed.length > 0) return { code: 'trade-off', armKey, effect, failed };
    return open.length > 0 ? { code: 'ship-with-care', armKey, effect, open } : { code: 'ship', armKey, effect, guardrails };
  }
  if (arm.verdict !== undefined) return { code: 'worse', armKey, effect };
  const { low, high } = effect.interval;
  if (low > -minimumEffect && high < minimumEffect) return { code: 'no-meaningful-difference', armKey, effect, minimumEffect };
  if (isOver) {
    const { daysToSettle } = arm;
    return { code: 'undecided', armKey, effect, minimumEffect, ...(daysToSettle === undefined ? {} : { daysToSettle }) };
  }
  if (arm.conditionalPower !== undefined && arm.conditionalPower < unlikelyBelow)
    return { code: 'unlikely-to-succeed', armKey, effect, conditionalPower: arm.conditionalPower };
  const { daysLeft, currentMinimumEffect } = arm;
  return {
    code: 'keep-running',
    armKey,
    share,
    ...(daysLeft === undefined ? {} : { daysLeft }),
    ...(currentMinimumEffect === undefined ? {} : { currentMinimumEffect }),
  };
}

const hopeful: readonly ArmDecision['code'][] = [
  'ship',
  'ship-with-care',
  'trade-off',
  'keep-running',
  'undecided',
  'unlikely-to-succeed',
  'no-meaningful-difference',
  'no-interval',
  'worse',
];

function rank({ code }: ArmDecision): number {
  return hopeful.indexOf(code);
}

function goodness(arm: ArmDecision, good: 'larger' | 'smaller'): number {
  if (!('effect' in arm)) return -Infinity;
  return good === 'larger' ? arm.effect.bestGuess : -arm.effect.bestGuess;
}

function overlap(first: ArmDecision, second: ArmDecision): boolean {
  const passes = (arm: ArmDecision): boolean => arm.code === 'ship' || arm.code === 'ship-with-care';
  if (!passes(first) || !passes(second) || !('effect' in first) || !('effect' in second)) return false;
  const [a, b] = [first.effect.interval, second.effect.interval];
  return a.low <= b.high && b.low <= a.high;
}

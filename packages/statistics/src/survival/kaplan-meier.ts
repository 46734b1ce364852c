import { argumentsOf } from '../domain-error.ts';
import type { EstimateOutcome } from '../estimate/estimate.ts';

/** A stretch of time since exposure. */
export interface LifeBin {
  /** Where it begins, in any unit of time; the first at 0. */
  readonly start: number;
  /** Units observed at its begin and without the event until then. */
  readonly atRisk: number;
  /** Of these, in which it happened in this stretch. */
  readonly events: number;
}

/** A step of the curve: the share of units without the event from `start` on, until the next. */
export interface SurvivalStep {
  readonly start: number;
  readonly survival: number;
  /** Greenwood's. */
  readonly standardError: number;
}

/**
 * The share of units in which something hasn't happened yet (E. Kaplan & P. Meier 1958; variance by M. Greenwood 1926). Units that aren't
 * observed long enough count as long as they are. An event counts at the begin of its stretch.
 *
 * @throws DomainError for bins that don't rise, or with more events than units
 */
export function kaplanMeier(bins: readonly LifeBin[]): readonly SurvivalStep[] {
  checkBins('kaplanMeier', bins);
  let [survival, greenwood] = [1, 0];
  return bins.map(({ start, atRisk, events }) => {
    if (atRisk > 0) survival *= (atRisk - events) / atRisk;
    if (events < atRisk) greenwood += events / atRisk / (atRisk - events);
    return { start, survival, standardError: survival * Math.sqrt(greenwood) };
  });
}

/**
 * The mean time without the event up to a horizon τ, RMST(τ) = ∫₀^τ Ŝ, with the variance Σᵢ(∫_{tᵢ}^τ Ŝ)²·dᵢ/(nᵢ(nᵢ − dᵢ)) (P. Royston &
 * M. Parmar 2013, BMC Med. Res. Methodol. 13, 152). Of two arms they are compared as any two estimates.
 *
 * @param horizon τ, after the begin of the last bin at most one bin away: the curve isn't drawn out beyond what was observed
 * @throws DomainError for bins that don't rise from 0, more events than units, and a horizon that isn't after the last begin
 */
export function restrictedMean(bins: readonly LifeBin[], horizon: number): EstimateOutcome {
  const check = argumentsOf('restrictedMean');
  const curve = kaplanMeier(bins);
  const [first] = bins;
  if (first === undefined || first.atRisk < 2) return { kind: 'not-computable', reason: 'too-few-units' };
  check(first.start === 0, 'the first start', first.start, '0');
  const last = curve.at(-1)?.start ?? 0;
  check(horizon > last && horizon < Infinity, 'horizon', horizon, `after the last begin, ${last}, and finite`);
  const areas = curve.map(({ start, survival }, index) => survival * ((curve[index + 1]?.start ?? horizon) - start));
  let after = 0;
  let variance = 0;
  for (let index = bins.length - 1; index >= 0; index -= 1) {
    after += areas[index] ?? Number.NaN;
    const { atRisk = 0, events = 0 } = bins[index] ?? {};
    // Where all had the event nothing is left after it.
    if (events < atRisk) variance += (after * after * events) / atRisk / (atRisk - events);
  }
  const estimate = { n: first.atRisk, value: after, variance, degreesOfFreedom: first.atRisk - 1 };
  return Object.values(estimate).every(Number.isFinite)
    ? { kind: 'ok', estimate }
    : { kind: 'not-computable', reason: 'not-finite' };
}

function checkBins(functionName: string, bins: readonly LifeBin[]): void {
  const check = argumentsOf(functionName);
  for (const [index, { start, atRisk, events }] of bins.entries()) {
    const before = bins[index - 1];
    check(Number.isFinite(start) && start >= 0, `bins[${index}].start`, start, 'at least 0 and finite');
    check(Number.isSafeInteger(atRisk) && atRisk >= 0, `bins[${index}].atRisk`, atRisk, 'a whole number of at least 0');
    check(
      Number.isSafeInteger(events) && events >= 0 && events <= atRisk,
      `bins[${index}].events`,
      events,
      `from 0 to ${atRisk}`,
    );
    if (before === undefined) continue;
    check(start > before.start, `bins[${index}].start`, start, `after ${before.start}`);
    check(atRisk <= before.atRisk - before.events, `bins[${index}].atRisk`, atRisk, `at most ${before.atRisk - before.events}`);
  }
}

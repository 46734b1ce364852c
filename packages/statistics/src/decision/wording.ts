import type { DaysLeft } from '../planning/days-left.ts';
import { dayText } from './day-text.ts';
import type { ArmDecision, BrokenReason, Decision, EffectFigures, GuardrailFigures, Harm, RunState } from './decision.ts';

/** How things are called on the page, and whether anything is still to come. */
export interface DecisionNames {
  /** Of the primary metric: "Signups", "Purchase rate"; sentences fit one as well as many. */
  readonly metric: string;
  /** By key; the key itself where there is none. */
  readonly arms?: Readonly<Record<string, string>>;
  /** What a week of full rollout is counted in, such as "EUR" or "users that do it"; a plain number where absent. */
  readonly unit?: string;
  /** Once it has ended nothing may speak of waiting; while it matures nothing of more exposures. Running where absent. */
  readonly run?: RunState;
}

/** A decision in words: what to do, and the figures that say so. */
export interface DecisionWords {
  readonly title: string;
  /** Whole sentences. */
  readonly text: readonly string[];
}

/** The words of a decision, in the only place where they are written. */
export function wordsOf(decision: Decision, names: DecisionNames): DecisionWords {
  const isRunning = takesExposures(names);
  switch (decision.code) {
    case 'broken':
      return { title: "Don't use these results", text: decision.reasons.map(brokenText) };
    case 'harm':
      return {
        title: isRunning ? 'Stop: harm' : 'Harm',
        text: [...decision.harms.map(harmText), ...(isRunning ? ['We are sure enough to stop at any time.'] : [])],
      };
    case 'no-verdict':
      return {
        title: isRunning ? 'Watching' : 'Watched',
        text: [
          decision.reason === 'unplanned'
            ? 'Without a plan there is no verdict; the intervals hold however often you look.'
            : 'This metric goes on growing for each unit, so that no verdict holds; give it a closed window.',
        ],
      };
    case 'too-early':
      return tooEarlyWords(decision, names.run ?? 'running');
    case 'arms':
      return armsWords(decision.headline, decision.isBestUnclear, names);
  }
}

/** Nobody need wait for more than the units that are there; how many these are is said by whoever knows the day of the stop. */
const maturingWords: DecisionWords = { title: 'The last units are maturing', text: [] };

function takesExposures({ run = 'running' }: DecisionNames): boolean {
  return run === 'running';
}

function tooEarlyWords(decision: TooEarly, run: RunState): DecisionWords {
  switch (run) {
    case 'running':
      return { title: 'Collecting', text: [collectingText(decision)] };
    case 'maturing':
      return maturingWords;
    case 'ended':
      return { title: 'Too little to say anything', text: [fellShortText(decision)] };
  }
}

function armsWords(arm: ArmDecision, isBestUnclear: boolean, names: DecisionNames): DecisionWords {
  const words = armWords(arm, names);
  return isBestUnclear ? { ...words, text: [...words.text, 'Which of the arms that pass is best is not settled.'] } : words;
}

/** The words for one arm. */
export function armWords(arm: ArmDecision, names: DecisionNames): DecisionWords {
  const { metric, arms = {} } = names;
  const isRunning = takesExposures(names);
  const moved = (effect: EffectFigures): readonly string[] => [movedText(metric, effect), ...weekText(effect, names)];
  const name = arms[arm.armKey] ?? arm.armKey;
  switch (arm.code) {
    case 'ship':
      return { title: `Ship ${name}`, text: [...moved(arm.effect), ...safeText(arm.guardrails)] };
    case 'ship-with-care':
      return {
        title: `Ship ${name} with eyes open`,
        text: [...moved(arm.effect), ...arm.open.map((open) => openText(open, isRunning))],
      };
    case 'trade-off':
      return {
        title: `${name} is a trade-off`,
        text: [
          ...moved(arm.effect),
          ...arm.failed.map(({ metric: worse, margin }) => `${worse} got worse by more than the ${shown(margin)} you allowed.`),
        ],
      };
    case 'worse':
      return { title: `Don't ship ${name}`, text: moved(arm.effect) };
    case 'no-meaningful-difference':
      return {
        title: 'No meaningful difference',
        text: [
          `Whatever ${name} does, it is smaller than the ${shownAs(arm.minimumEffect, arm.effect)} you said matters. Keep the simpler one.`,
        ],
      };
    case 'unlikely-to-succeed':
      return {
        title: 'Unlikely to succeed',
        text: [
          `A clear win by the planned end is unlikely (${frequency(arm.conditionalPower)}).`,
          `Effects of ${rangeText(arm.effect)} are still possible.`,
        ],
      };
    case 'undecided':
      return {
        title: 'Undecided',
        text: [
          `${metric}: compatible with ${rangeText(arm.effect)}.`,
          ...(arm.daysToSettle === undefined
            ? []
            : [
                `To settle an effect of ${shownAs(arm.minimumEffect, arm.effect)}: ${daysText(arm.daysToSettle)} at today's traffic.`,
              ]),
        ],
      };
    case 'keep-running':
      if (!isRunning) return maturingWords;
      return {
        title: 'Keep running',
        text: [
          `${Math.floor(arm.share * 100)}\u00A0% of the plan has matured${arm.daysLeft === undefined ? '' : `, ${daysText(arm.daysLeft)} left`}.`,
          ...(arm.currentMinimumEffect === undefined
            ? []
            : [`By now an effect of ${shown(arm.currentMinimumEffect)} would be called.`]),
        ],
      };
    case 'no-interval':
      return {
        title: names.run === 'ended' ? 'No interval' : 'No interval yet',
        text: [
          arm.isEndMissed
            ? `How ${metric} moved with ${name} can't be said: this design looks once, at the planned end, and that was not reached.`
            : `There are too few units or conversions to say how ${metric} moved with ${name}.`,
        ],
      };
  }
}

function movedText(metric: string, effect: EffectFigures): string {
  const { low, high } = effect.interval;
  const direction = effect.bestGuess >= 0 ? 'up' : 'down';
  const ends = [Math.abs(low), Math.abs(high)].toSorted((a, b) => a - b);
  // An interval that has come to include 0 since the verdict is shown with its signs.
  const range = low < 0 && high > 0 ? rangeText(effect) : ends.map((end) => shownAs(end, effect)).join(' to ');
  return `${metric} went ${direction} by ${range}; best guess ${shownAs(Math.abs(effect.bestGuess), effect)} after allowing for luck.`;
}

function weekText({ perWeek }: EffectFigures, names: DecisionNames): readonly string[] {
  if (perWeek === undefined) return [];
  const [low, high] = [perWeek.low, perWeek.high].map((value) => `${value < 0 ? '−' : '+'}${amount(Math.abs(value))}`);
  const traffic = takesExposures(names) ? "today's traffic" : 'the traffic of its last seven days';
  return [`At full rollout, at ${traffic}: ${low} to ${high}${names.unit === undefined ? '' : ` ${names.unit}`} a week.`];
}

/** Three digits, which is more than an interval knows. */
function amount(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });
}

function safeText(guardrails: readonly GuardrailFigures[]): readonly string[] {
  return guardrails.length === 0 ? [] : ['No guardrail got worse by more than what you allowed.'];
}

function openText({ metric, margin, daysLeft }: GuardrailFigures, isRunning: boolean): string {
  if (!isRunning) return `${metric} is not known to be within the ${shown(margin)} you allowed.`;
  const wait = daysLeft === undefined ? '' : `: ${daysText(daysLeft)} left`;
  return `${metric} is not yet known to be within the ${shown(margin)} you allowed${wait}.`;
}

function harmText({ metric, armKey, by, atLeast, isLift }: Harm): string {
  const as = { isLift };
  const amount = by === undefined ? '' : ` by ${shownAs(by, as)}`;
  const least = atLeast === undefined ? '' : ` (at least ${shownAs(atLeast, as)})`;
  return `${metric} got worse${amount}${least} with ${armKey}.`;
}

function brokenText(reason: BrokenReason): string {
  switch (reason.kind) {
    case 'sample-ratio': {
      const worst = reason.worst === undefined ? '' : ` Worst on ${reason.worst.name} ${reason.worst.value}.`;
      return `The arms' sizes don't fit the split; the chance of that by luck is ${chance(reason.logEvidence)}.${worst}`;
    }
    case 'trigger-rate':
      return `The arms were triggered at different rates; the chance of that by luck is ${chance(reason.logEvidence)}.`;
    case 'imbalance':
      return `The arms differed in ${reason.covariate} before anybody was exposed.`;
    case 'mixed-units':
      return `${(reason.share * 100).toFixed(1)}\u00A0% of units saw several arms, and not equally many in each.`;
  }
}

/** 1/E as a round frequency. */
function chance(logEvidence: number): string {
  const powers = Math.floor(Math.min(logEvidence / Math.LN10, 12));
  return `below 1 in ${(10 ** powers).toLocaleString('en')}`;
}

type TooEarly = Extract<Decision, { code: 'too-early' }>;

function collectingText(decision: TooEarly): string {
  const { elapsedDays, ofDays, unitsPerArm, ofUnitsPerArm, firstResultsAtMs } = decision;
  const first = firstResultsAtMs === undefined ? '' : ` First results on ${dayText(firstResultsAtMs)}.`;
  const waiting =
    elapsedDays < ofDays
      ? `${Math.floor(elapsedDays)} of ${ofDays} days`
      : `${unitsPerArm.toLocaleString('en')} of ${ofUnitsPerArm.toLocaleString('en')} units in the smallest arm`;
  return `${waiting}.${first}`;
}

function fellShortText({ elapsedDays, ofDays, unitsPerArm, ofUnitsPerArm }: TooEarly): string {
  const seen =
    elapsedDays < ofDays
      ? `the data cover ${Math.floor(elapsedDays)} of the ${ofDays} days that are needed`
      : `each arm needs ${ofUnitsPerArm.toLocaleString('en')} units whose window has closed, and the smallest has ${unitsPerArm.toLocaleString('en')}`;
  return `Nothing can be said of any effect: ${seen}.`;
}

function daysText(left: DaysLeft): string {
  switch (left.kind) {
    case 'ok':
      return left.low === left.high ? `${left.days} days` : `about ${left.days} days (${left.low}–${left.high})`;
    case 'change-the-plan':
      return 'more than 60 days: change the plan';
    case 'too-early':
      return 'not yet known how many days';
  }
}

/** "under 1 in 10" */
function frequency(probability: number): string {
  return `under 1 in ${Math.max(1, Math.floor(1 / Math.max(probability, 0.001)))}`;
}

function rangeText(effect: EffectFigures): string {
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${shownAs(Math.abs(value), effect)}`;
  return `${signed(effect.interval.low)} to ${signed(effect.interval.high)}`;
}

function shownAs(value: number, { isLift }: { readonly isLift: boolean }): string {
  return isLift ? shown(value) : String(Number(value.toPrecision(3)));
}

function shown(share: number): string {
  return `${Number((share * 100).toFixed(1))}\u00A0%`;
}

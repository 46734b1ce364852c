import { firstWeekDays, planShare, type LookRule } from '@stitchd/statistics';
import type { Design, SequentialResult } from '../results/experiment-results.ts';
import type { NotComputable } from '../results/metric-result.ts';
import type { AnalysisInputs, LookState } from './analysis-inputs.ts';
import { awaitsLastResults } from './awaits-last-results.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const wholeShare = 100_000;

/** How far the experiment as a whole has come. Its time ends with the stop: what still matures afterwards is data, and no time of the plan. */
export interface Progress {
  readonly design: Design;
  /** From the start to now, or to the stop. */
  readonly elapsedDays: number;
  readonly endsAtMs: number | null;
  /** It ran until its planned end. */
  readonly isEndReached: boolean;
  readonly plannedUnits: number | null;
  /** By place of the arm, in the last period that is no pause; 0…1. */
  readonly expectedShares: readonly number[];
}

/** A rollout, and an experiment that says neither how many units nor how long, has no plan: it is watched by intervals that are always valid. */
export function progressOf({ settings, bounds, plan }: Pick<AnalysisInputs, 'settings' | 'bounds' | 'plan'>): Progress {
  const { design, plannedUnits, plannedDays } = settings;
  const fromMs = Date.parse(bounds.from);
  const untilMs = Date.parse(bounds.to);
  const ofDays = plannedDays === null ? null : fromMs + plannedDays * dayMs;
  const planned = settings.endsAt === null ? ofDays : Date.parse(settings.endsAt);
  const hasPlan = settings.kind === 'experiment' && (planned !== null || plannedUnits !== null);
  // One look needs an end, which is the stop where nothing else was said; then it is the last computation, when units have matured.
  const isFixed = settings.kind === 'experiment' && design === 'fixed-horizon';
  const isEndAtStop = planned === null && isFixed && plannedUnits === null && !settings.isRunning;
  const endsAtMs = isEndAtStop ? untilMs : planned;
  const last = settings.periods.findLast(({ isPause }) => !isPause)?.expectedMilliPercent;
  const expected = last ?? plan.arms.map(({ expectedMilliPercent }) => expectedMilliPercent);
  return {
    design: isFixed ? 'fixed-horizon' : hasPlan ? 'sequential' : 'always-valid',
    elapsedDays: Math.max(0, (untilMs - fromMs) / dayMs),
    endsAtMs,
    isEndReached: endsAtMs !== null && untilMs >= endsAtMs && !(isEndAtStop && awaitsLastResults(settings)),
    plannedUnits,
    expectedShares: expected.map((share) => share / wholeShare),
  };
}

/** Whether the plan has had its last look: all of it has matured, or its end date came. A fixed horizon that ends by date looks at no other time. */
export function isPlanOver({ design, plannedUnits, isEndReached }: Progress, share: number | null): boolean {
  return isEndReached || ((share ?? 0) >= 1 && (design !== 'fixed-horizon' || plannedUnits !== null));
}

/** Matured units of a metric's two arms by period. */
export interface MaturedPair {
  readonly periods: readonly { readonly control: number; readonly treatment: number }[];
  readonly control: number;
  readonly treatment: number;
}

/** t of a metric and arm: by units where these are planned, else by the calendar up to the end date. null without a plan. */
export function shareOf(
  inputs: Pick<AnalysisInputs, 'bounds'>,
  progress: Progress,
  matured: MaturedPair,
  arms: { readonly baseline: number; readonly treatment: number; readonly windowHours: number | null },
): number | null {
  if (progress.design === 'always-valid') return null;
  const { plannedUnits, expectedShares, elapsedDays, endsAtMs } = progress;
  if (plannedUnits !== null) {
    const planned = {
      control: plannedUnits * (expectedShares[arms.baseline] ?? 0),
      treatment: plannedUnits * (expectedShares[arms.treatment] ?? 0),
    };
    return planned.control > 0 && planned.treatment > 0 ? planShare(matured.periods, planned, elapsedDays) : 0;
  }
  if (endsAtMs === null) return null;
  // Units mature as long after they came as the window lasts, at the end date as now; after a stop none come.
  const { from, to, dataUntil } = inputs.bounds;
  const [fromMs, untilMs] = [Date.parse(from), Date.parse(to)];
  const windowMs = Math.min((arms.windowHours ?? 0) * hourMs, (endsAtMs - fromMs) / 2);
  const share = (Math.min(Date.parse(dataUntil) - windowMs, untilMs) - fromMs) / (endsAtMs - windowMs - fromMs);
  // What ran for less than a week is judged by that, as where units are planned, unless no more was planned.
  const ran = (untilMs - fromMs) / Math.min(firstWeekDays * dayMs, endsAtMs - fromMs);
  return Math.min(1, Math.max(0, share), ran);
}

/** How one look is judged, or why it isn't. */
export type LookPlan =
  | {
      readonly kind: 'judge';
      readonly rule: LookRule;
      /** Whether what it finds is remembered and called. */
      readonly counts: boolean;
      readonly closes: 'plan' | 'end-date' | null;
    }
  | { readonly kind: 'refuse'; readonly reason: NotComputable };

/**
 * @param units - matured, of both arms
 * @param hasWindow - without one nothing is called before a fixed end, and only always-valid intervals are drawn
 */
export function lookPlan(
  progress: Progress,
  state: LookState,
  look: { readonly share: number | null; readonly units: number; readonly hasWindow: boolean; readonly isRunning: boolean },
): LookPlan {
  const { share, units, hasWindow } = look;
  const watched: LookPlan = { kind: 'judge', rule: { kind: 'unplanned', units }, counts: false, closes: null };
  const isOver = isPlanOver(progress, share);
  switch (progress.design) {
    case 'always-valid':
      return watched;
    case 'fixed-horizon':
      if (!isOver) return { kind: 'refuse', reason: 'not-yet' };
      return { kind: 'judge', rule: { kind: 'fixed' }, counts: state.closed === null, closes: closing(share) };
    case 'sequential': {
      if (!hasWindow) return watched;
      const { closed } = state;
      if (closed !== null) {
        // What was settled stays drawn as it was judged; what was not is watched further, where units still come.
        if (state.verdict === null && look.isRunning) return watched;
        return { kind: 'judge', rule: plannedRule(closed.share, closed.by === 'end-date'), counts: false, closes: null };
      }
      if (share === null || share <= 0) return { kind: 'refuse', reason: 'too-early' };
      const isEndDate = progress.isEndReached && share < 1;
      return { kind: 'judge', rule: plannedRule(share, isEndDate), counts: true, closes: isOver ? closing(share) : null };
    }
  }
}

function closing(share: number | null): 'plan' | 'end-date' {
  return (share ?? 0) >= 1 ? 'plan' : 'end-date';
}

function plannedRule(share: number, isEndDate: boolean): LookRule {
  return { kind: 'planned', share, ...(isEndDate ? { isEndDate } : {}) };
}

/** Of the primary metric; without one, of all units. */
export function sequentialResult(
  progress: Progress,
  primary: { readonly share: number | null; readonly maturedUnits: number; readonly closedBy: 'plan' | 'end-date' | null },
): SequentialResult {
  return {
    ...primary,
    plannedUnits: progress.plannedUnits === null ? null : Math.ceil(progress.plannedUnits),
    endsAt: progress.endsAtMs === null ? null : new Date(progress.endsAtMs).toISOString(),
    isClosed: primary.closedBy !== null,
  };
}

import { timestampDate, timestampMs, type Timestamp } from '@bufbuild/protobuf/wkt';
import type { JsonValue } from '@stitchd/core';
import type { AnalysisPlan, FlagChange } from '@stitchd/proto/experiment/v1/experiment';
import { dayText } from '@stitchd/statistics';
import type { FoundPlan } from '../computation/find-plan.ts';
import { statsLimits } from '../limits.ts';
import type { AnalysisSettings } from './analysis-inputs.ts';

const wholeShare = 100_000;

/**
 * How an experiment asks to be judged.
 * @param look.dataUntilMs - what is known until then is what this result is made of
 * @param look.isFinal - whether it is the last word, after the grace period
 */
export function settingsOf(
  { answer, exposuresOnChangedAt }: Pick<FoundPlan, 'answer' | 'exposuresOnChangedAt'>,
  { dataUntilMs, isFinal }: { readonly dataUntilMs: number; readonly isFinal: boolean },
): AnalysisSettings {
  const { experiment, periods, to, snapshotHash, flagChanges } = answer;
  const { plan, analysis } = experiment ?? {};
  const isStopped = experiment?.state === 'stopped';
  const isStopping = experiment?.state === 'stopping';
  const isWithin = (at: Date): boolean =>
    at.getTime() > timeOf(answer.from, 0) && at.getTime() < Math.min(timeOf(answer.to, Infinity), dataUntilMs);
  const isPast = (at: Timestamp | undefined): boolean => at !== undefined && timestampDate(at).getTime() <= dataUntilMs;
  return {
    kind: experiment?.kind === 'rollout' ? 'rollout' : 'experiment',
    snapshotHash,
    snapshot: (answer.snapshot as JsonValue | undefined) ?? null,
    isRunning: !isStopped && !isStopping && !isPast(to),
    isStopping,
    isFinal,
    finalAt: isStopped ? isoOf(answer.graceUntil) : null,
    design: analysis?.design === 'fixed-horizon' ? 'fixed-horizon' : 'sequential',
    adjustment: analysis?.adjustment === 'off' ? 'off' : 'on',
    minimumEffect: plan?.minimumEffect ?? null,
    power: plan?.power === undefined || plan.power === 0 ? statsLimits.power : plan.power,
    plannedUnits: plan?.plannedUnits ?? null,
    plannedDays: plan?.plannedDays ?? null,
    endsAt: endOf(answer),
    margins: Object.fromEntries(
      (experiment?.metrics ?? []).flatMap(({ key, role, margin }) =>
        role === 'guardrail' ? [[key, margin ?? statsLimits.margin] as const] : [],
      ),
    ),
    periods: periods.map((period) => ({
      number: period.number,
      from: isoOf(period.from) ?? '',
      to: isoOf(period.to),
      expectedMilliPercent: (experiment?.arms ?? []).map(
        ({ variant }) => period.arms.find((arm) => arm.variant === variant)?.expectedMilliPercent ?? 0,
      ),
      enrolmentMilliPercent: period.enrolmentMilliPercent === 0 ? wholeShare : period.enrolmentMilliPercent,
      isPause: period.isPause,
    })),
    changedAfterStart: [...(experiment?.changedAfterStart ?? []), ...flagChanges.map(flagChangeText)],
    exposuresOnChangedAt: exposuresOnChangedAt.filter(isWithin).map((at) => at.toISOString()),
  };
}

/** The planned end; of arms that somebody else assigned the end of the period that was asked for. */
function endOf({ experiment, to }: AnalysisPlan): string | null {
  const planned = isoOf(experiment?.plan?.endsAt);
  return planned ?? (experiment?.assignment === 'recorded' && experiment.periodTo !== undefined ? isoOf(to) : null);
}

const timeOf = (at: Timestamp | undefined, otherwise: number): number =>
  at === undefined ? otherwise : timestampDate(at).getTime();

function isoOf(at: Timestamp | undefined): string | null {
  return at === undefined ? null : timestampDate(at).toISOString();
}

function flagChangeText({ at, kind, parts }: FlagChange): string {
  const day = at === undefined ? 'an unknown day' : dayText(timestampMs(at));
  switch (kind) {
    case 'disabled':
      return `the flag was switched off on ${day}`;
    case 'enabled':
      return `the flag was switched on on ${day}`;
    default:
      return `the flag's ${parts.join(', ')} on ${day}`;
  }
}

import { bucketCount, type BucketRange } from '@stitchd/core';
import { forecastDays, weeklyTraffic } from '@stitchd/statistics';
import type { TrafficResult } from '../results/experiment-results.ts';
import type { AnalysisInputs, Evidence } from './analysis-inputs.ts';
import { fullDays } from './plan-result.ts';

const dayMs = 86_400_000;
const wholeShare = 100_000;

/** The enrolment of this look. Where it differs from that of the last one, it was raised at some time in between: surely before now. */
export function enrolmentNow({ settings, bounds, past }: AnalysisInputs): Evidence['enrolment'] {
  const milliPercent = settings.periods.at(-1)?.enrolmentMilliPercent ?? wholeShare;
  const known = past.evidence?.enrolment;
  if (known === undefined) return { milliPercent, since: bounds.from };
  return known.milliPercent === milliPercent ? known : { milliPercent, since: bounds.dataUntil };
}

/** Units of a week that would meet the change if everybody got it, by the last seven full days. */
export function weeklyTrafficOf(inputs: AnalysisInputs): TrafficResult | null {
  const { bounds, plan, settings } = inputs;
  const enrolment = enrolmentNow(inputs);
  const endMs = Math.floor(Date.parse(bounds.to) / dayMs) * dayMs;
  const weekMs = endMs - forecastDays * dayMs;
  const isPaused = settings.periods.some(
    ({ isPause, from, to }) => isPause && Date.parse(from) < endMs && (to === null || Date.parse(to) > weekMs),
  );
  if (isPaused || Date.parse(enrolment.since) > weekMs) return null;
  const enrolledShare = (enrolment.milliPercent / wholeShare) * placedShare(settings.snapshot);
  if (!(enrolledShare > 0 && enrolledShare <= 1)) return null;
  const traffic = weeklyTraffic(fullDays(inputs), { enrolledShare, level: 1 - plan.alpha });
  return traffic.kind === 'ok' ? { unitsPerWeek: traffic.units, interval: traffic.interval, enrolledShare } : null;
}

/** Of all units the part that the split's layer and its ranges let in, by the settings that the iteration began with. */
function placedShare(snapshot: unknown): number {
  const { split } = (snapshot ?? {}) as { readonly split?: SplitPlace | null };
  return coveredShare(split?.layer?.ranges) * coveredShare(split?.ranges);
}

interface SplitPlace {
  readonly ranges?: readonly BucketRange[];
  readonly layer?: { readonly ranges: readonly BucketRange[] };
}

function coveredShare(ranges: readonly BucketRange[] | undefined): number {
  return ranges === undefined ? 1 : ranges.reduce((sum, { from, to }) => sum + (to - from), 0) / bucketCount;
}

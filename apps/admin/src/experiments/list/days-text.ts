import type { Schemas } from '@stitchd/rest-client';

const dayMs = 86_400_000;

/** How many days it has run, of how many that were planned. */
export function daysText(
  { startedAt, stoppedAt, periodFrom, plan }: Pick<Schemas['Experiment'], 'startedAt' | 'stoppedAt' | 'periodFrom' | 'plan'>,
  nowMs: number,
): string {
  if (startedAt === undefined) return '–';
  const endMs = stoppedAt === undefined ? nowMs : new Date(stoppedAt).getTime();
  const days = Math.max(0, Math.floor((endMs - new Date(periodFrom ?? startedAt).getTime()) / dayMs));
  return plan.plannedDays === undefined ? String(days) : `${days} of ${plan.plannedDays}`;
}

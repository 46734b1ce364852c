const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The periods that the page of a flag offers, by their name in the address. */
export const usageRanges = {
  day: { label: '24 hours', lengthMs: dayMs, grain: 'hour' },
  week: { label: '7 days', lengthMs: 7 * dayMs, grain: 'day' },
  month: { label: '30 days', lengthMs: 30 * dayMs, grain: 'day' },
  quarter: { label: '90 days', lengthMs: 90 * dayMs, grain: 'day' },
} as const;

export type UsageRange = keyof typeof usageRanges;

export const usageRangeNames = Object.keys(usageRanges) as readonly UsageRange[];

/** Whole hours or days up to the one that is running. */
function stepsOf(range: UsageRange, nowMs: number): { readonly fromMs: number; readonly toMs: number; readonly stepMs: number } {
  const { lengthMs, grain } = usageRanges[range];
  const stepMs = grain === 'hour' ? hourMs : dayMs;
  const toMs = Math.floor(nowMs / stepMs) * stepMs + stepMs;
  return { fromMs: toMs - lengthMs, toMs, stepMs };
}

export function periodOf(range: UsageRange, nowMs: number) {
  const { fromMs, toMs } = stepsOf(range, nowMs);
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), grain: usageRanges[range].grain };
}

/** When each hour or day of a period begins, those without any use included. */
export function timesOf(range: UsageRange, nowMs: number): readonly number[] {
  const { fromMs, toMs, stepMs } = stepsOf(range, nowMs);
  return Array.from({ length: Math.round((toMs - fromMs) / stepMs) }, (_, index) => fromMs + index * stepMs);
}

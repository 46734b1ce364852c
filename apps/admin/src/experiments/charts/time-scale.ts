import { scaleLinear } from '@visx/scale';

export interface TimePoint {
  readonly atMs: number;
}

const dayMs = 86_400_000;
const mostDayTicks = 8;

const dayAndMonth = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const withTime = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});

function dayText(atMs: number): string {
  return dayAndMonth.format(atMs);
}

function timeText(atMs: number): string {
  return withTime.format(atMs);
}

/** Midnights (UTC) of a span, so many that their labels have room; of less than two days its ends. */
export function timeTicks(fromMs: number, toMs: number, most = mostDayTicks): readonly number[] {
  if (toMs - fromMs < 2 * dayMs) return fromMs === toMs ? [fromMs] : [fromMs, toMs];
  const first = Math.ceil(fromMs / dayMs) * dayMs;
  const days = Math.floor((toMs - first) / dayMs) + 1;
  const every = Math.ceil(days / most) * dayMs;
  return Array.from({ length: Math.ceil((days * dayMs) / every) }, (_, index) => first + index * every);
}

/** Values and rules with a little room around; never of no height. */
export function valueDomain(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low === high) return [low - Math.abs(low || 1) * 0.1, high + Math.abs(high || 1) * 0.1];
  return [low, high];
}

export function linearScale(domain: readonly [number, number], range: readonly [number, number], isNice: boolean) {
  return scaleLinear<number>({ domain: [...domain], range: [...range], nice: isNice });
}

export type LinearScale = ReturnType<typeof linearScale>;

/** The one of the points that a pointer means. */
export function nearestOf<Point extends TimePoint>(points: readonly Point[], atMs: number): Point | undefined {
  return points.reduce<Point | undefined>(
    (best, point) => (best === undefined || Math.abs(point.atMs - atMs) < Math.abs(best.atMs - atMs) ? point : best),
    undefined,
  );
}

/** How an axis of time is labelled: by date, by the minute, or by days since something. */
export const axes = {
  date: { words: dayText, tick: dayText, ticks: timeTicks },
  time: { words: (atMs: number) => `${timeText(atMs)} UTC`, tick: momentText, ticks: timeTicks },
  day: { words: (day: number) => `day ${day}`, tick: (day: number) => `day ${day}`, ticks: dayTicks },
} as const;

/** Midnights need no time. */
function momentText(atMs: number): string {
  return atMs % dayMs === 0 ? dayText(atMs) : timeText(atMs);
}

function dayTicks(from: number, to: number): readonly number[] {
  const every = Math.max(1, Math.ceil((to - from + 1) / mostDayTicks));
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, index) => from + index * every);
}

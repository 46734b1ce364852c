import { dayText } from '@stitchd/statistics';
import type { HealthCheck, HealthCheckName } from '../../results/health-check.ts';

const titles: Readonly<Record<HealthCheckName, string>> = {
  'sample-ratio': 'Sample ratio',
  'sample-ratio-periods': 'Sample ratio by period',
  'sample-ratio-platforms': 'Sample ratio by platform',
  'trigger-rate': 'Trigger rate',
  'mixed-units': 'One arm each',
  'unit-kind': 'Units have their kind',
  'missing-data': 'Data is there',
  'pre-period': 'Alike before the exposure',
  'changed-mid-run': 'Unchanged since the start',
  deliveries: 'What exposes',
  overlaps: 'Alone, or apart from other experiments',
  'late-data': 'Data arrives in time',
  'stopped-stream': 'Data keeps coming',
  recount: 'Agrees with all items',
  'heavy-tails': 'Outliers',
  'few-units': 'Enough units',
  'few-conversions': 'Enough conversions',
  'failed-metrics': 'Metrics computed',
};

/** What one check says; the remedy is needed unless all is well or it only waits. */
export function finding(
  check: HealthCheckName,
  status: HealthCheck['status'],
  cause: string,
  more: { readonly remedy?: string; readonly figures?: HealthCheck['figures'] } = {},
): HealthCheck {
  return { check, status, title: titles[check], cause, remedy: more.remedy ?? null, figures: more.figures ?? [] };
}

/** That there are no units, as a cause. */
export const unexposedText = ({ isRunning }: { readonly isRunning: boolean }): string =>
  isRunning ? 'Nobody has been exposed yet.' : 'Nobody was exposed.';

/** "May 11, 2026, 09:30 UTC", of a moment as ISO 8601. */
export const momentText = (at: string): string => `${dayText(at)}, ${new Date(at).toISOString().slice(11, 16)} UTC`;

/** "1,234" */
export const countText = (value: number): string => Math.round(value).toLocaleString('en');

/** "4.2 %"; small shares keep two digits. */
export const shareText = (share: number): string => `${Number((share * 100).toPrecision(share < 0.001 ? 1 : 2))}\u00A0%`;

/** 1/E as a round frequency: "below 1 in 10,000". */
export function luckText(logEvidence: number): string {
  return `below 1 in ${countText(10 ** Math.max(0, Math.floor(Math.min(logEvidence / Math.LN10, 12))))}`;
}

/** E, at most the largest number. */
export const evidenceOf = (logEvidence: number): number => Math.min(Math.exp(logEvidence), Number.MAX_VALUE);

/** A list in words: "a", "a and b", "a, b and c". */
export function listText(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

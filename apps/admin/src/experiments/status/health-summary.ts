import type { HealthCheck } from '../results.ts';

/** How many checks found what, in words. */
export function healthSummary(checks: readonly Pick<HealthCheck, 'status'>[]): string {
  const count = (status: HealthCheck['status']) => checks.filter((check) => check.status === status).length;
  const parts = [
    [count('broken'), 'broken'],
    [count('warning'), 'to look at'],
    [count('ok'), 'good'],
    [count('waiting'), 'with nothing to say'],
  ] as const;
  return parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(', ');
}

/** What is looked at, always and in this order. */
export const healthCheckNames = [
  'sample-ratio',
  'sample-ratio-periods',
  'sample-ratio-platforms',
  'trigger-rate',
  'mixed-units',
  'unit-kind',
  'missing-data',
  'pre-period',
  'changed-mid-run',
  'deliveries',
  'overlaps',
  'late-data',
  'stopped-stream',
  'recount',
  'heavy-tails',
  'few-units',
  'few-conversions',
  'failed-metrics',
] as const;

export type HealthCheckName = (typeof healthCheckNames)[number];

/** One check of the data, whatever it found. */
export interface HealthCheck {
  readonly check: HealthCheckName;
  /** 'broken': the results must not be used. 'waiting': nothing can be said yet. */
  readonly status: 'ok' | 'warning' | 'broken' | 'waiting';
  /** A few words. */
  readonly title: string;
  /** What was found, and why it matters; whole sentences. */
  readonly cause: string;
  /** What to do; null where there is nothing to be done. */
  readonly remedy: string | null;
  /** The numbers behind it, to be shown as they are. */
  readonly figures: readonly { readonly label: string; readonly value: number | string }[];
}

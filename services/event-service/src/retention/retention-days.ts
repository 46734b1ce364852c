import type { EnvironmentSettings } from '../environment-settings/environment-settings.ts';
import { eventServiceLimits } from '../limits.ts';

const dayMs = 86_400_000;

/** Nothing of an environment is older, whatever the table. */
export function oldestKeptMs(settings: Pick<EnvironmentSettings, 'retention'>, nowMs: number): number {
  const longest = Math.max(eventServiceLimits.retentionDays.usual, ...Object.values(settings.retention));
  return nowMs - longest * dayMs;
}

import type { EventStore } from '@stitchd/db/clickhouse';
import { usageByHour } from './usage-by-hour.ts';

/**
 * Writes the hours of an environment's summaries, which are a row each for a few days only: pages send one for every visit.
 * It may be done at any time and as often as one likes, also by several at once: numbers only grow, and the highest counts.
 *
 * @param token - of this attempt alone
 * @throws EventStoreFailure
 */
export async function rollUpUsage(store: EventStore, environmentId: string, token: string): Promise<void> {
  await store.insertSelect({
    environmentId,
    token,
    sql: `INSERT INTO flag_usage_hour (environment_id, flag, hour, sdk, sdk_version, variant, reason, last_at, evaluations, deliveries)
      ${usageByHour('environment_id = {environmentId:UUID}')}
      ORDER BY environment_id, flag, hour, sdk, sdk_version, variant, reason`,
    limits: { executionSeconds: rollUpSeconds },
  });
}

const rollUpSeconds = 600;

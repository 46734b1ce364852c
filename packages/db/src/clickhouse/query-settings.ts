import type { ClickHouseSettings } from '@clickhouse/client';
import { clickhouseLimits } from './limits.ts';

/** What one query may use; what is left out is the usual. */
export interface QueryLimits {
  readonly executionSeconds?: number;
  readonly memoryBytes?: number;
  readonly resultRows?: number;
}

type LimitName = keyof typeof clickhouseLimits.query;

/** @throws RangeError for a limit above the most that a caller may ask for: a programmer's mistake */
export function querySettings(limits: QueryLimits = {}): {
  readonly settings: ClickHouseSettings;
  readonly executionSeconds: number;
} {
  const executionSeconds = limited('executionSeconds', limits);
  const memoryBytes = limited('memoryBytes', limits);
  return {
    executionSeconds,
    settings: {
      max_execution_time: executionSeconds,
      max_memory_usage: String(memoryBytes),
      // Grouping goes to disk before it reaches the limit.
      max_bytes_before_external_group_by: String(Math.floor(memoryBytes / 2)),
      max_bytes_before_external_sort: String(Math.floor(memoryBytes / 2)),
      max_result_rows: String(limited('resultRows', limits)),
      result_overflow_mode: 'throw',
      join_use_nulls: 0,
      // Copies of an item have the same id, hence the same month: FINAL needs to look for them within partitions only.
      do_not_merge_across_partitions_select_final: 1,
      // On a cluster the servers' default refuses to ask distributed tables within a condition on another: ask once, send the answer along.
      distributed_product_mode: 'global',
      // What the default is depends on the server's version and configuration.
      output_format_json_quote_64bit_integers: 0,
      output_format_json_quote_denormals: 0,
      date_time_output_format: 'iso',
      // An error in the middle of a result becomes the answer's status instead of a torn body.
      wait_end_of_query: 1,
    },
  };
}

function limited(name: LimitName, limits: QueryLimits): number {
  const { usual, most } = clickhouseLimits.query[name];
  const wanted = limits[name] ?? usual;
  if (!(wanted > 0 && wanted <= most)) throw new RangeError(`${name} must be from 1 to ${most}`);
  return wanted;
}

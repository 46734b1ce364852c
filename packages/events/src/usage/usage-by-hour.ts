/**
 * Evaluations by hour, answer and SDK, of the summaries that are still there one by one, each once: of the copies and
 * forerunners of a summary the highest number counts, whatever the engine has merged by now.
 *
 * @param where - which of them
 */
export function usageByHour(where: string): string {
  const answer = 'environment_id, flag, hour, sdk, sdk_version, variant, reason';
  return `SELECT ${answer}, max(seen_at) AS last_at, sum(reads) AS evaluations, sum(delivered) AS deliveries
    FROM (
      SELECT ${answer}, max(last_at) AS seen_at, max(evaluations) AS reads, max(deliveries) AS delivered
      FROM flag_usage WHERE ${where} GROUP BY ${answer}, item_id)
    GROUP BY ${answer}`;
}

import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { clickhouseLimits } from './limits.ts';

/**
 * Runs a statement under an id, by which it is killed when `signal` says that nobody wants it any more: a server that only loses
 * the connection goes on, with an insert to its end. The embedded engine knows no ids of clients, and sees the lost connection.
 */
export async function endWithSignal<T>(
  { client, cluster }: { readonly client: ClickHouseClient; readonly cluster: string | undefined },
  signal: AbortSignal | undefined,
  run: (queryId: string) => Promise<T>,
): Promise<T> {
  const queryId = randomUUID();
  // Behind one address there may be several servers.
  const onCluster = cluster === undefined ? '' : `ON CLUSTER \`${cluster}\` `;
  const kill = (): void => {
    client
      .command({
        query: `KILL QUERY ${onCluster}WHERE query_id = {queryId:String} ASYNC`,
        query_params: { queryId },
        abort_signal: AbortSignal.timeout(clickhouseLimits.commandSeconds * 1_000),
      })
      // Its own time limit ends the statement in any case.
      .catch(() => undefined);
  };
  // Before the client hears of it and closes the connection.
  signal?.addEventListener('abort', kill, { once: true });
  try {
    return await run(queryId);
  } finally {
    signal?.removeEventListener('abort', kill);
  }
}

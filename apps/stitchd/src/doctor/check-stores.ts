import { createEventStore } from '@stitchd/db/clickhouse';
import { openConnection, type Connection } from '@stitchd/db/postgres';
import { schemaObstacle } from '../stores/migrate-stores.ts';
import type { StoreAddresses } from '../stores/open-stores.ts';
import { bad, good, warning, type Finding } from './finding.ts';

/** The oldest PostgreSQL that Stitchd runs on. */
const oldestPostgres = 150_000;
/** Clocks that differ by more than this break token checks and event windows. */
const clockToleranceMs = 5_000;

/** Asks the stores that are in use. */
export async function checkStores(
  addresses: StoreAddresses,
  cluster: string | undefined,
  nowMs: () => number,
): Promise<Finding[]> {
  const findings = [
    ...(await checkPostgres(addresses.databaseUrl, nowMs)),
    await checkClickHouse(addresses.clickhouseUrl, cluster),
  ];
  if (findings.some(({ verdict }) => verdict === 'bad')) return findings;
  const obstacle = await schemaObstacle(addresses, cluster);
  return [...findings, obstacle === undefined ? good('Schema', 'fits this program') : bad('Schema', obstacle, '')];
}

async function checkPostgres(url: string, nowMs: () => number): Promise<Finding[]> {
  let client: Connection | undefined;
  try {
    client = await openConnection({ connectionString: url });
    const before = nowMs();
    const { rows } = await client.query<{ version: string; number: string; now: Date }>(
      `select current_setting('server_version') as version, current_setting('server_version_num') as number, clock_timestamp() as now`,
    );
    const [row] = rows;
    if (row === undefined) return [bad('PostgreSQL', 'answered nothing', 'Look into its log.')];
    const skewMs = Math.round(row.now.getTime() - (before + nowMs()) / 2);
    const version =
      Number(row.number) >= oldestPostgres
        ? good('PostgreSQL', `${row.version} answers`)
        : bad('PostgreSQL', `${row.version} is too old`, 'Use PostgreSQL 15 or newer.');
    const clock =
      Math.abs(skewMs) <= clockToleranceMs
        ? good('Clock', `within ${Math.abs(skewMs)} ms of PostgreSQL's`)
        : warning('Clock', `${skewMs} ms off PostgreSQL's`, 'Synchronise both hosts with NTP.');
    return [version, clock];
  } catch (error) {
    return [
      bad(
        'PostgreSQL',
        `does not answer: ${error instanceof Error ? error.message : String(error)}`,
        'Check that it runs, and STITCHD_DATABASE_URL.',
      ),
    ];
  } finally {
    await client?.end().catch(() => undefined);
  }
}

async function checkClickHouse(url: string, cluster: string | undefined): Promise<Finding> {
  const store = createEventStore({ url, cluster, applicationName: 'stitchd doctor' });
  try {
    await store.ping();
    return good('ClickHouse', 'answers');
  } catch (error) {
    return bad(
      'ClickHouse',
      `does not answer: ${error instanceof Error ? error.message : String(error)}`,
      'Check that it runs, and STITCHD_CLICKHOUSE_URL.',
    );
  } finally {
    await store.close();
  }
}

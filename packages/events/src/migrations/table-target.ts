import { localTable } from '@stitchd/db/clickhouse';

/** Where tables are made: on one server, or on every server of a cluster. */
export interface TableTarget {
  readonly cluster: string | undefined;
}

export interface TableTemplate {
  readonly name: string;
  readonly columns: readonly string[];
  /** Such as `PARTITION BY … ORDER BY …`. */
  readonly layout: string;
  readonly settings: Readonly<Record<string, string | number>>;
  /** Batches whose tokens are remembered. */
  readonly deduplicationWindow: number;
  /** What merges do with rows of the same sort key; left out: keep them. */
  readonly engine?: 'Replacing' | 'Aggregating';
  /** Such as the column that says which row replaces which. */
  readonly engineArguments?: readonly string[];
  /** By what rows are spread over the shards; on one server it has no effect. */
  readonly shardBy: string;
}

/** How long a replicated table remembers tokens, in seconds; one on a single server knows no age. */
const deduplicationSeconds = 604_800;

/** The statements that make a table: MergeTree on one server; replicated tables behind a distributed one on a cluster. */
export function createTable(template: TableTemplate, { cluster }: TableTarget): readonly string[] {
  const engine = `${template.engine ?? ''}MergeTree`;
  const given = template.engineArguments ?? [];
  const columns = `(\n  ${template.columns.join(',\n  ')}\n)`;
  if (cluster === undefined) {
    const settings = { ...template.settings, non_replicated_deduplication_window: template.deduplicationWindow };
    return [
      `CREATE TABLE IF NOT EXISTS ${template.name} ${columns} ENGINE = ${engine}(${given.join(', ')}) ${template.layout} ${settingsClause(settings)}`,
    ];
  }
  const local = localTable(template.name);
  const settings = {
    ...template.settings,
    replicated_deduplication_window: template.deduplicationWindow,
    replicated_deduplication_window_seconds: deduplicationSeconds,
  };
  const onCluster = `ON CLUSTER \`${cluster}\``;
  return [
    `CREATE TABLE IF NOT EXISTS ${local} ${onCluster} ${columns} ENGINE = Replicated${engine}(${[`'/clickhouse/tables/{database}/{shard}/${local}'`, "'{replica}'", ...given].join(', ')}) ${template.layout} ${settingsClause(settings)}`,
    `CREATE TABLE IF NOT EXISTS ${template.name} ${onCluster} AS ${local} ENGINE = Distributed('${cluster}', currentDatabase(), '${local}', ${template.shardBy})`,
  ];
}

function settingsClause(settings: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return pairs.length === 0 ? '' : `SETTINGS ${pairs.join(', ')}`;
}

import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { openConnection } from './connections.ts';

/** SQL files, applied in the order of their numbers; the same from sources and from the build. */
const migrationsDirectory = fileURLToPath(new URL('../../migrations', import.meta.url));
const migrationsTable = 'schema_migration';

export interface MigrationOutcome {
  /** Names of the migrations that were applied now; empty where there was nothing to do. */
  readonly applied: readonly string[];
}

/**
 * Brings the schema up to date, under a lock and in one transaction: what fails leaves everything as it was.
 * @param ownerUrl - signs in as the schema's owner, who may create roles
 * @throws Error that names the migration which failed
 */
export async function migratePostgres(ownerUrl: string, log: (line: string) => void): Promise<MigrationOutcome> {
  const client = await openConnection({ connectionString: ownerUrl });
  try {
    const applied = await runner({
      dbClient: client,
      dir: migrationsDirectory,
      direction: 'up',
      migrationsTable,
      migrationsSchema: 'public',
      singleTransaction: true,
      checkOrder: true,
      verbose: false,
      logger: { debug: () => undefined, info: () => undefined, warn: log, error: log },
    });
    return { applied: applied.map(({ name }) => name) };
  } finally {
    await client.end();
  }
}

export type SchemaState =
  | { readonly kind: 'current' }
  | { readonly kind: 'behind'; readonly missing: readonly string[] }
  | { readonly kind: 'program-too-old'; readonly oldestProgram: string };

/**
 * How a program of this version stands to the schema.
 * @param expected - names of the migrations that the program was built with
 */
export async function readSchemaState(url: string, expected: readonly string[], programVersion: string): Promise<SchemaState> {
  const client = await openConnection({ connectionString: url });
  try {
    const table = await client.query<{ found: string | null }>(`select to_regclass('public.${migrationsTable}')::text as found`);
    if (!table.rows[0]?.found) return { kind: 'behind', missing: expected };
    const rows = await client.query<{ name: string }>(`select name from public.${migrationsTable}`);
    const present = new Set(rows.rows.map(({ name }) => name));
    const missing = expected.filter((name) => !present.has(name));
    if (missing.length > 0) return { kind: 'behind', missing };
    const floors = await client.query<{ oldest_program: string }>('select oldest_program from platform.schema_floor');
    const oldestProgram = floors.rows
      .map((row) => row.oldest_program)
      .toSorted(compareVersions)
      .at(-1);
    if (oldestProgram !== undefined && compareVersions(programVersion, oldestProgram) < 0)
      return { kind: 'program-too-old', oldestProgram };
    return { kind: 'current' };
  } finally {
    await client.end();
  }
}

/** Compares versions of the form major.minor.patch. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

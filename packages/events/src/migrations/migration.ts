import type { TableTarget } from './table-target.ts';

/**
 * One step of the event store's schema. Steps only ever go forward; each statement may run again, because the engine has no
 * transactions and a crash can leave a step half done.
 */
export interface EventStoreMigration {
  /** Number and name, such as `0001_raw_items`: the order in which steps are applied. */
  readonly name: string;
  /** The oldest program that works with the schema after this step. */
  readonly oldestProgram: string;
  readonly statements: (target: TableTarget) => readonly MigrationStatement[];
}

/** SQL that may run again, or SQL that may not, with how to see that it has run. */
export type MigrationStatement =
  | string
  | {
      readonly sql: string;
      /** A SELECT that gives a row where the statement has nothing to do any more. */
      readonly unless: string;
    };

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
  readonly statements: (target: TableTarget) => readonly string[];
}

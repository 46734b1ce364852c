import type { User } from './workload.mjs';

/** What a contestant made of the workload: the same questions for all. */
export interface Contestant {
  /** Of the package, or `-`. */
  readonly version: string;
  /** Milliseconds of the main thread from the definitions as text, or as the product takes them, to the first answer that it can give. */
  readonly loadMs: number;
  /** A user in the form that the product takes. */
  readonly contextOf: (user: User) => unknown;
  /** Asks one boolean flag. */
  readonly ask: (flagKey: string, context: never) => boolean | Promise<boolean>;
  /** Evaluates all flags, or all of `many`, for one user in the product's best way, and counts those that are on. */
  readonly countOn: (context: never) => number | Promise<number>;
  /** `ask` and `countOn` answer promises. */
  readonly isAsync: boolean;
  /** Which of several rules that hold decides: it comes to the same for the users that are timed. `first` where left out. */
  readonly decidingRule?: 'first' | 'any' | undefined;
  /** Prepares so many changes of one flag; what is returned takes in the one of that turn. `undefined` where it is not measured. */
  readonly prepareChanges?: ((count: number) => (turn: number) => void) | undefined;
}

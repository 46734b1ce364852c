import type { FixtureEntity, Outcome, Question } from './evaluation-fixture.ts';

/** What an SDK or an endpoint implements to be put through the fixtures. */
export interface Adapter {
  /** Takes the definitions of a fixture in place of all it had; `null`: it must be as before its first definitions. */
  readonly load: (definitions: readonly FixtureEntity[] | null) => void | Promise<void>;
  readonly evaluate: (question: Question) => Outcome | Promise<Outcome>;
  /** Why a question can not be asked this way; `undefined`: it can. Left out: all can. */
  readonly cannotAsk?: (question: Question, definitions: readonly FixtureEntity[] | null) => string | undefined;
  /** How an outcome looks to those who are told it this way, where the way has no words for all of it. */
  readonly asTold?: (outcome: Outcome, question: Question) => Outcome;
}

import type { PreparedDetails } from './compiled-definitions.ts';
import type { EvaluationReason } from './details.ts';
import type { EvaluationRun } from './evaluation-run.ts';
import type { DetailsPreparer } from './prepared-details.ts';

/** Where a serve stands. */
export interface ServePlace {
  /** `undefined`: the default serve. */
  readonly ruleId: string | undefined;
  /** The reason of a serve that names one variant. */
  readonly plainReason: EvaluationReason;
  readonly preparer: DetailsPreparer;
}

/** A serve made ready. */
export interface CompiledServe {
  /** The answer where it is the same for every context. */
  readonly constant: PreparedDetails | undefined;
  /** `undefined`: nothing is served to this unit. */
  readonly decide: (run: EvaluationRun) => PreparedDetails | undefined;
}

/** The metadata that says where an answer comes from. */
export function placeFacts({ ruleId }: ServePlace): { readonly ruleId?: string } {
  return ruleId === undefined ? {} : { ruleId };
}

/** A serve that this version can't evaluate: serves nothing, and says so. */
export function unusableServe(name: string): CompiledServe {
  return {
    constant: undefined,
    decide: (run) => {
      run.unknowns.push(name);
      return undefined;
    },
  };
}

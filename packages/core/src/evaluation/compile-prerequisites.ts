import { internalised } from '../context/internalised.ts';
import { isPlainObject, ownValue } from '../context/plain-object.ts';
import type { PreparedDetails } from './compiled-definitions.ts';
import type { EvaluationRun } from './evaluation-run.ts';
import { evaluateNested } from './nested-flag.ts';

interface CompiledPrerequisite {
  readonly flag: string;
  readonly variants: ReadonlySet<unknown>;
  readonly failed: PreparedDetails;
}

/**
 * Compiles prerequisites into one question: the details to serve if one is not met, else `undefined`. A prerequisite that
 * can't be read is not met. `undefined` for none.
 */
export function compilePrerequisites(
  prerequisites: readonly unknown[],
  prepareFailed: (flag: string) => PreparedDetails,
): ((run: EvaluationRun) => PreparedDetails | undefined) | undefined {
  if (prerequisites.length === 0) return undefined;
  const compiled = prerequisites.map((prerequisite): CompiledPrerequisite => {
    const parts = isPlainObject(prerequisite) ? prerequisite : {};
    const flag = internalised(String(ownValue(parts, 'flag')));
    const variants = ownValue(parts, 'variants');
    return { flag, variants: new Set<unknown>(Array.isArray(variants) ? variants : []), failed: prepareFailed(flag) };
  });
  return (run) => {
    for (const prerequisite of compiled) {
      if (!(run.trace === undefined ? isMet(run, prerequisite) : isMetTraced(run, prerequisite))) return prerequisite.failed;
    }
    return undefined;
  };
}

/** A prerequisite whose own prerequisites fail is not met, whatever its off variant: so every flag of a cycle fails. */
function serves(run: EvaluationRun, { flag, variants }: CompiledPrerequisite, details: PreparedDetails | undefined): boolean {
  if (details === undefined || details.metadata.prerequisiteFailed !== undefined) return false;
  return run.definitions.flags.get(flag)?.enabled === true && variants.has(details.variant);
}

function isMet(run: EvaluationRun, prerequisite: CompiledPrerequisite): boolean {
  return serves(run, prerequisite, evaluateNested(run, prerequisite.flag));
}

function isMetTraced(run: EvaluationRun, prerequisite: CompiledPrerequisite): boolean {
  const outer = run.openSteps();
  const details = evaluateNested(run, prerequisite.flag);
  const met = serves(run, prerequisite, details);
  outer.push({ kind: 'prerequisite', flag: prerequisite.flag, variant: details?.variant, met, steps: run.closeSteps(outer) });
  return met;
}

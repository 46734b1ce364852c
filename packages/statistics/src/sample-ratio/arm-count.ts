import { argumentsOf } from '../domain-error.ts';

/** How many units an arm got and which share it should have got. */
export interface ArmCount {
  /** A whole number ≥ 0. */
  readonly units: number;
  /** ≥ 0, in any unit: only its share of all weights counts. 0 means that the split gives this arm nobody. */
  readonly weight: number;
}

/** The arms that the split serves, with their expected shares, and the units found where it serves nobody. */
export interface ExpectedSplit {
  readonly arms: readonly { readonly units: number; readonly share: number; readonly index: number }[];
  readonly units: number;
  readonly unexpectedUnits: number;
}

/** Sets arms without weight apart: they are no degree of freedom, and their units are a finding of their own. */
export function expectedSplit(functionName: string, counts: readonly ArmCount[]): ExpectedSplit {
  const check = argumentsOf(functionName);
  for (const [index, { units, weight }] of counts.entries()) {
    check(Number.isSafeInteger(units) && units >= 0, `counts[${index}].units`, units, 'a whole number of at least 0');
    check(weight >= 0 && weight < Infinity, `counts[${index}].weight`, weight, 'at least 0 and finite');
  }
  const largest = Math.max(0, ...counts.map(({ weight }) => weight));
  // Where no arm has weight, no share is a number, and none is kept below. Scaled first, so that neither huge nor tiny weights leave the range of doubles in their sum.
  const total = counts.reduce((sum, { weight }) => sum + weight / largest, 0);
  const arms = counts
    .map(({ units, weight }, index) => ({ units, share: weight / largest / total, index }))
    .filter(({ share }) => share > 0);
  const units = arms.reduce((sum, arm) => sum + arm.units, 0);
  const all = counts.reduce((sum, arm) => sum + arm.units, 0);
  return { arms, units, unexpectedUnits: all - units };
}

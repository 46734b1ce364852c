import { argumentsOf } from '../domain-error.ts';

/** @throws DomainError for anything but probabilities */
export function checkPValues(functionName: string, pValues: readonly number[]): void {
  for (const [index, value] of pValues.entries())
    argumentsOf(functionName)(value >= 0 && value <= 1, `pValues[${index}]`, value, 'from 0 to 1');
}

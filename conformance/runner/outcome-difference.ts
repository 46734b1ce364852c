import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '@stitchd/core';
import type { Outcome } from './evaluation-fixture.ts';

/** Metadata that is compared: a key that one side lacks and the other has is a difference. Others may be added freely. */
export const comparedMetadata = [
  'flagRevision',
  'ruleId',
  'splitId',
  'iterationId',
  'enrolled',
  'sticky',
  'holdout',
  'prerequisiteFailed',
  'detail',
  'unitMissing',
  'degraded',
] as const;

/** The parts of an outcome that count; what is absent is left out. */
function comparable({ value, variant, reason, errorCode, metadata }: Outcome) {
  const compared = comparedMetadata.flatMap((name): readonly (readonly [string, JsonValue])[] => {
    const told = metadata[name];
    return told === undefined ? [] : [[name, told]];
  });
  return { value, variant, reason, ...(errorCode !== undefined && { errorCode }), metadata: Object.fromEntries(compared) };
}

/** What differs between two outcomes, for reading; `undefined` where nothing that counts does. */
export function outcomeDifference(expected: Outcome, actual: Outcome): string | undefined {
  const [wanted, given] = [comparable(expected), comparable(actual)];
  if (isDeepStrictEqual(wanted, given)) return undefined;
  return `expected ${JSON.stringify(wanted)}, got ${JSON.stringify(given)}`;
}

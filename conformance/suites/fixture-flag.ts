import { flagTypes, type FlagType } from '@stitchd/core';
import type { FixtureEntity, Question } from '../runner/evaluation-fixture.ts';

/** The body of a flag; where several have its key, the last. */
export function flagIn(
  definitions: readonly FixtureEntity[] | null,
  flag: string,
): { readonly [name: string]: unknown } | undefined {
  const bodies = definitions
    ?.filter(({ kind }) => kind === 'flag')
    .map(({ body }) => body as { readonly [name: string]: unknown });
  return bodies?.findLast(({ key }) => key === flag);
}

/** The type of a flag, where it has one that is known. */
export function typeOfFlag(definitions: readonly FixtureEntity[] | null, flag: string): FlagType | undefined {
  return flagTypes.find((type) => type === flagIn(definitions, flag)?.['type']);
}

/** Whether the type that is asked for is not the flag's, so that the answer is that it is not. */
export function isOfOtherType(definitions: readonly FixtureEntity[] | null, { flag, type }: Question): boolean {
  const found = flagIn(definitions, flag);
  if (found === undefined || type === undefined || type === found['type']) return false;
  return !(type === 'double' && found['type'] === 'integer');
}

import type { Schemas } from '@stitchd/rest-client';

type Listed = Schemas['ListedExperiment'];

/** What the newest results say, where they are of the newest iteration: those of an earlier one are no word on this one. */
export function currentResult({ iterationNumber, headline }: Pick<Listed, 'iterationNumber' | 'headline'>) {
  return headline?.result?.iteration === iterationNumber ? headline.result : undefined;
}

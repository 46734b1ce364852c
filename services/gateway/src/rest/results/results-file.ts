import type { Answer } from '../endpoint.ts';

/** A file of an experiment's results that is whole already. */
export function resultsFile(
  of: {
    readonly project: string;
    readonly environment: string;
    readonly experiment: string;
    readonly name: string;
    readonly mediaType: string;
  },
  content: Uint8Array,
): Answer {
  const name = `${of.project}-${of.environment}-${of.experiment}-${of.name}`;
  const bytes = (async function* () {
    yield content;
  })();
  return { file: { name, mediaType: of.mediaType, bytes, cancel: () => undefined } };
}

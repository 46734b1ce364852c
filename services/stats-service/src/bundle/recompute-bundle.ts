import { analyse } from '../analysis/analyse.ts';
import type { ExperimentResults } from '../results/experiment-results.ts';
import { engineVersion } from '../results/gather-inputs.ts';
import { compareFigures, type Difference } from './compare-figures.ts';
import { hashOf, type ResultsBundle } from './results-bundle.ts';

export interface RecomputedBundle {
  /** As the engine of this program makes them from the bundle's inputs. */
  readonly results: ExperimentResults;
  /** Of the bundle's results and those; none where they agree. */
  readonly differences: readonly Difference[];
  /** Sentences about parts of the bundle that are not what they were when it was made. */
  readonly changed: readonly string[];
  /** Another version of the methods may give other figures; null where it is the same. */
  readonly otherEngine: { readonly bundle: string; readonly program: string } | null;
}

/** Makes the results of a bundle again, and compares. It asks nobody. @throws what `analyse` throws for inputs that are none */
export function recomputeBundle(bundle: ResultsBundle): RecomputedBundle {
  const { inputs, settings, checksums } = bundle;
  // As it is stored and sent: what has no place in JSON is not compared.
  const results = JSON.parse(JSON.stringify(analyse(inputs))) as ExperimentResults;
  const isWithoutSettings = settings.snapshot === null && settings.hash === '';
  const used = inputs.settings;
  const checks: readonly (readonly [boolean, string])[] = [
    [
      isWithoutSettings || hashOf(settings.snapshot) === settings.hash,
      'The settings are not those that the iteration began with: their hash is another one.',
    ],
    [
      settings.hash === used.snapshotHash && settings.hash === bundle.results.snapshotHash,
      'The settings, the inputs and the results do not name the same hash of settings.',
    ],
    [hashOf(inputs) === checksums.inputs, 'The inputs were changed after the bundle was made: their checksum is another one.'],
    [
      hashOf(bundle.results) === checksums.results,
      'The results were changed after the bundle was made: their checksum is another one.',
    ],
  ];
  return {
    results,
    differences: compareFigures(bundle.results, results),
    changed: checks.flatMap(([isRight, sentence]) => (isRight ? [] : [sentence])),
    otherEngine: bundle.engineVersion === engineVersion ? null : { bundle: bundle.engineVersion, program: engineVersion },
  };
}

import type { DerivedFigures } from '../computation/derive-figures.ts';
import type { StatsContext } from '../context.ts';

interface Told {
  readonly log: Record<'error' | 'warn', (about: object, words: string) => void>;
  readonly observed: Pick<StatsContext['observed'], 'derived'>;
}

/**
 * Tells operators what comparing with all items has found. Rows of units that are wrong are an error. Counts of exposures that are less than
 * what was added up come from an erasure as well, and a comparison that came to a limit has found nothing.
 * @param of.dataUntil - when this computation looked: what an earlier one found was told then
 */
export function tellDerivation(
  { log, observed }: Told,
  {
    derivation,
    disagreed,
    state,
  }: Pick<DerivedFigures, 'derivation' | 'disagreed'> & { readonly state: Pick<DerivedFigures['state'], 'failedCheck'> },
  of: { readonly experiment: string; readonly iteration: string; readonly dataUntil: string },
): void {
  const { dataUntil, ...named } = of;
  const about = { ...named, disagreed };
  observed.derived(derivation);
  if (disagreed.includes('figures'))
    log.error(
      about,
      derivation === 'differs'
        ? 'rows of units did not agree with the items they were made from, and were not found to when made anew'
        : 'rows of units did not agree with the items they were made from, and were made anew',
    );
  if (disagreed.includes('exposures')) log.warn(about, 'counts of exposures did not agree with all items, and were counted anew');
  if (derivation === 'unchecked' && state.failedCheck?.at.getTime() === Date.parse(dataUntil))
    log.warn(about, 'the comparison with all items came to a limit of the event store, and is tried again later');
}

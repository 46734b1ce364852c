import type { Comparison, Effect } from '../results.ts';
import type { FigureChoice } from './metric-search.ts';

/** The figures that somebody asked to see; those of the plan where the others don't exist. */
export function shownEffect(comparison: Comparison, choice: FigureChoice | undefined): Effect {
  if (choice === 'raw') return comparison.raw;
  if (choice === 'adjusted') return comparison.adjusted ?? comparison.effect;
  return comparison.effect;
}

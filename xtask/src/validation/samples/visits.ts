import type { SeededRandom } from '@stitchd/statistics';
import { binomial } from './binomial.ts';

/** Clicks and views per unit; every unit has its own taste, so that its views resemble each other. */
export function visitsOf(random: SeededRandom, units: number): readonly (readonly number[])[] {
  return Array.from({ length: units }, () => {
    const views = 1 + random.below(10);
    const taste = random.uniform() < 0.5 ? 0.1 : 0.5;
    return [binomial(random, views, taste), views];
  });
}

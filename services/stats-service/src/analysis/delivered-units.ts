import type { Figures } from '../computation/figures.ts';

/** Units of an arm that were first seen by a delivery of all values, over all periods that take part. */
export function deliveredUnits({ firstSeen }: Pick<Figures, 'firstSeen'>, arm: number): number {
  return firstSeen.filter((each) => each.arm === arm).reduce((sum, { deliveries }) => sum + deliveries, 0);
}

import { median } from '../frame/median.mjs';

/**
 * The median slope of all pairs of points: single peaks, as of a merge or a collection of garbage, don't move it
 * (P. K. Sen, 1968, Journal of the American Statistical Association 63, 1379–1389).
 * @param {readonly (readonly [number, number])[]} points
 */
export function theilSenSlope(points) {
  const slopes = [];
  for (const [index, [x, y]] of points.entries())
    for (const [later, above] of points.slice(index + 1)) if (later > x) slopes.push((above - y) / (later - x));
  return slopes.length === 0 ? 0 : median(slopes);
}

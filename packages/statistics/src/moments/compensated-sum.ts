/**
 * The sum of these values as if each addition were exact to twice the precision (A. Neumaier 1974, Z. Angew. Math. Mech. 54, 39):
 * what an addition rounds away is collected and added at the end. A mean from it is right to the last digit or two at any size.
 */
export function compensatedSum(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

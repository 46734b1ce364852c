/**
 * ln(a/b) for a ≥ 0, b > 0: through the quotient while it is in the range of doubles, since the difference of the logarithms
 * rounds more; through that where it is not.
 */
export function logQuotient(a: number, b: number): number {
  const quotient = a / b;
  return quotient > 0 && quotient < Infinity ? Math.log(quotient) : Math.log(a) - Math.log(b);
}

/**
 * Gives every unit an arm, by a hash of its place and a number of the replay, so that 1,000 assignments of 100,000 units take a second
 * and need no memory.
 *
 * @param bounds - upper ends of the arms' shares, the last one 2³²
 */
export function assignUnits(arms: Uint8Array, replay: number, bounds: readonly number[]): void {
  const last = bounds.length - 1;
  for (let unit = 0; unit < arms.length; unit++) {
    const at = mixed(mixed(unit + 0x9e3779b9) ^ replay);
    let arm = 0;
    while (arm < last && at >= (bounds[arm] as number)) arm += 1;
    arms[unit] = arm;
  }
}

/** Upper ends of shares from 0 to 1. */
export function shareBounds(shares: readonly number[]): readonly number[] {
  let sum = 0;
  return shares.map((share, index) => (index === shares.length - 1 ? 2 ** 32 : Math.round((sum += share) * 2 ** 32)));
}

/** A permutation of 32 bits in which every bit of the argument moves every bit of the answer (C. Wellons 2018, "lowbias32"). */
function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return (bits ^ (bits >>> 16)) >>> 0;
}

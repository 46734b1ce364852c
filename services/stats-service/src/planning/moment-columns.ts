type Column = readonly [name: string, expression: string];

/** How many units, the means of their numbers, and every two numbers' covariance: never sums of squares, which lose every digit. */
export function momentColumns(name: string, numbers: readonly string[], condition: string): readonly Column[] {
  const pairs = numbers.flatMap((left, i) =>
    numbers
      .slice(i)
      .map((right) =>
        left === right ? `varPopStableIf(${left}, ${condition})` : `covarPopStableIf(${left}, ${right}, ${condition})`,
      ),
  );
  return [
    [`${name}_n`, `countIf(${condition})`],
    [`${name}_means`, `[${numbers.map((number) => `avgIf(${number}, ${condition})`).join(', ')}]`],
    [`${name}_covariances`, `[${pairs.join(', ')}]`],
  ];
}

/**
 * What is added to the diagonal of a correlation matrix before it is factored: it keeps covariates that say the same thing twice
 * from dividing by nothing, and moves a solution of well-posed ones by about 10⁻⁸ of itself.
 */
export const ridge = 1e-8;

/**
 * The x with M·x = b for a symmetric, positive semidefinite M, by Cholesky's factorisation of the matrix scaled to a unit diagonal
 * with `ridge` added (Golub & Van Loan 2013, section 4.2). A row without variance gets the solution 0.
 *
 * @returns undefined where a figure isn't finite
 */
export function solveSymmetric(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] | undefined {
  const scales = matrix.map((row, index) => Math.sqrt(Math.max(0, row[index] ?? Number.NaN)));
  const scaled = (value: number | undefined, i: number, j: number): number => {
    const scale = (scales[i] ?? 0) * (scales[j] ?? 0);
    return scale === 0 ? 0 : (value ?? Number.NaN) / scale;
  };
  const correlation = matrix.map((row, i) => row.map((value, j) => (i === j ? 1 + ridge : scaled(value, i, j))));
  const target = right.map((value, index) => ((scales[index] ?? 0) === 0 ? 0 : value / (scales[index] ?? Number.NaN)));
  const factor = lowerFactor(correlation);
  const solution = backSubstitute(factor, forwardSubstitute(factor, target)).map((value, index) => {
    const scale = scales[index] ?? 0;
    return scale === 0 ? 0 : value / scale;
  });
  return solution.every(Number.isFinite) ? solution : undefined;
}

type Rows = readonly (readonly number[])[];

function entry(rows: Rows, i: number, j: number): number {
  return rows[i]?.[j] ?? Number.NaN;
}

function lowerFactor(matrix: Rows): Rows {
  const factor: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    const current: number[] = [];
    factor.push(current);
    for (let j = 0; j <= i; j += 1) {
      let rest = row[j] ?? Number.NaN;
      for (let k = 0; k < j; k += 1) rest -= (current[k] ?? Number.NaN) * entry(factor, j, k);
      // Rounding may bring a diagonal below what the ridge guarantees.
      current.push(i === j ? Math.sqrt(Math.max(rest, ridge / 2)) : rest / entry(factor, j, j));
    }
  }
  return factor;
}

function forwardSubstitute(factor: Rows, right: readonly number[]): readonly number[] {
  const solution: number[] = [];
  for (const [i, row] of factor.entries()) {
    let rest = right[i] ?? Number.NaN;
    for (let j = 0; j < i; j += 1) rest -= (row[j] ?? Number.NaN) * (solution[j] ?? Number.NaN);
    solution.push(rest / (row[i] ?? Number.NaN));
  }
  return solution;
}

function backSubstitute(factor: Rows, right: readonly number[]): readonly number[] {
  const solution = [...right];
  for (let i = factor.length - 1; i >= 0; i -= 1) {
    let rest = right[i] ?? Number.NaN;
    for (let j = i + 1; j < factor.length; j += 1) rest -= entry(factor, j, i) * (solution[j] ?? Number.NaN);
    solution[i] = rest / entry(factor, i, i);
  }
  return solution;
}

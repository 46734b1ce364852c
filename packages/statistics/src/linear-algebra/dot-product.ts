/** Σ aᵢ·bᵢ; NaN where the vectors differ in length. */
export function dotProduct(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.NaN;
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0);
}

/** aᵀ·M·b of a square matrix. */
export function bilinearForm(a: readonly number[], matrix: readonly (readonly number[])[], b: readonly number[]): number {
  return dotProduct(
    a,
    matrix.map((row) => dotProduct(row, b)),
  );
}

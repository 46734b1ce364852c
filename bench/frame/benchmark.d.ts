/** One line of a benchmark's table. */
export interface Row {
  /** What was measured. */
  readonly measure: string;
  readonly ours: number;
  /** What ours is held against, measured in the same run. */
  readonly reference?: number | undefined;
  readonly referenceName?: string | undefined;
  /** How many times better than the reference ours is. */
  readonly ratio?: number | undefined;
  /** What is to be reached, as text: `≤ 25 ns`, `≥ 3x`. */
  readonly goal?: string | undefined;
  readonly met?: boolean | undefined;
  /** Of `ours` and `reference`. */
  readonly unit: string;
}

export interface BenchmarkResult {
  readonly rows: readonly Row[];
  /** Sentences or tables in Markdown that go under the table. */
  readonly notes?: readonly string[] | undefined;
}

/** What each `bench/<name>/benchmark.mjs` exports as `benchmark`. */
export interface Benchmark {
  /** The folder's name. */
  readonly name: string;
  readonly title: string;
  /** `quick`: seconds instead of minutes, for looking. Throws when contestants disagree: figures of wrong answers mean nothing. */
  readonly run: (options: { readonly quick: boolean }) => Promise<BenchmarkResult>;
}

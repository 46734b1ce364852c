/** A page of what a project has, in the order of keys. */
export interface DefinitionQuery {
  readonly projectId: string;
  readonly limit: number;
  /** The key of the last item of the page before. */
  readonly afterKey: string | undefined;
  /** Matched against key and name, without regard to case; empty: all. */
  readonly text: string;
}

export interface DefinitionPage<Row> {
  readonly items: readonly Row[];
  readonly hasMore: boolean;
}

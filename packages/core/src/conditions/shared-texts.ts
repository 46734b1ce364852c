let pool: Map<string, ReadonlySet<string>> | undefined;

/**
 * Lets equal lists of text be one set for as long as `work` compiles. Flags tend to name the same countries or plans: kept once,
 * they stay in the processor's cache when a thousand flags are evaluated in a row.
 */
export function sharingTexts<Result>(work: () => Result): Result {
  const outer = pool;
  pool = outer ?? new Map();
  try {
    return work();
  } finally {
    pool = outer;
  }
}

/** Goes on sharing what was shared so far, in work that is done later. */
export function sharingTextsLater<Result>(work: () => Result): () => Result {
  const kept = pool;
  return () => {
    const outer = pool;
    pool = kept;
    try {
      return work();
    } finally {
      pool = outer;
    }
  };
}

/** The texts as a set, the same one for equal lists. */
export function sharedTexts(texts: readonly string[]): ReadonlySet<string> {
  if (pool === undefined) return new Set(texts);
  const name = JSON.stringify(texts);
  let set = pool.get(name);
  if (set === undefined) {
    set = new Set(texts);
    pool.set(name, set);
  }
  return set;
}

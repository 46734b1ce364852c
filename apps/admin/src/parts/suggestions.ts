/** What conditions may ask for, as their forms suggest it; anything else may be typed as well. */
export interface Suggestions {
  readonly names: readonly string[];
  /** Frequent values of what has that name, as somebody would type them. */
  readonly values: (name: string) => readonly string[];
}

/** How many are shown at once; typing finds the others. */
export const shownSuggestions = 20;

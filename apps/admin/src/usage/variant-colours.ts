const colours = ['blue', 'orange', 'teal', 'grape', 'yellow', 'pink', 'cyan', 'lime'] as const;

/** The colour of a variant by its rank; it repeats beyond the eighth. */
export function variantColour(index: number): string {
  return `var(--mantine-color-${colours[index % colours.length] ?? 'gray'}-filled)`;
}

export function variantWords(variant: string): string {
  return variant === '' ? 'fallback of the code' : variant;
}

const loneSurrogates = /\p{Surrogate}/gu;

/** The text as UTF-8 can carry it: lone surrogates become U+FFFD. Any other text is given back as it is. */
export function wellFormed(text: string): string {
  return text.replace(loneSurrogates, '\ufffd');
}

const allowed = /^[a-z0-9][a-z0-9._-]{0,99}$/;

/** Why a text can't be a key; null where it can. */
export function keyProblem(key: string): string | null {
  if (key === '') return 'A key is needed';
  return allowed.test(key) ? null : 'Lower-case letters, digits and - _ . only, beginning with a letter or digit; at most 100';
}

/** Why a text can't be a name; null where it can. */
export function nameProblem(name: string): string | null {
  return name.trim() === '' ? 'A name is needed' : null;
}

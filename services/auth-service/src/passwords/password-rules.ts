import { authLimits } from '../limits.ts';

/** The same characters typed on two keyboards may differ in code points (NIST SP 800-63B §5.1.1.2: NFKC or NFKD). */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}

/** Whether it is short enough to be anybody's: only then is it worth hashing. */
export function fitsAsPassword(password: string): boolean {
  return lengthOf(password) <= authLimits.passwordLength.most;
}

/** What is wrong with a new password, or undefined. Length is all that is asked for. */
export function passwordFault(password: string): string | undefined {
  const { least, most } = authLimits.passwordLength;
  const length = lengthOf(password);
  return length < least || length > most ? `must have ${least} to ${most} characters` : undefined;
}

function lengthOf(password: string): number {
  return Array.from(normalisePassword(password)).length;
}

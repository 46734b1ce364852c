import { isStorableText } from '@stitchd/db/postgres';
import { authLimits } from '../limits.ts';
import type { Fault } from './check.ts';

/** One @, no spaces, a dot or more in the domain's place or a bare host: whether it exists only a letter can tell. */
const emailPattern = /^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\[\]]+$/;

/** As it is stored and compared. */
export function normaliseEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** @param email - normalised */
export function emailFault(path: string, email: string): Fault | undefined {
  if (email.length <= authLimits.emailLength && emailPattern.test(email) && isStorableText(email)) return undefined;
  return { path, message: `must be an e-mail address of at most ${authLimits.emailLength} characters` };
}

/** What somebody is called who was not given a name. */
export function nameFromEmail(email: string): string {
  return email.slice(0, email.indexOf('@')).slice(0, authLimits.nameLength);
}

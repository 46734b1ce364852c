/** The cookies by which `@stitchd/web` tells servers of the same site what it knows. */
const deviceCookie = 'stitchd_device';
const assignmentsCookie = 'stitchd_assignments';

/** Longest header of cookies that is looked through, in characters; servers refuse longer ones themselves. */
const maxCookieCharacters = 65_536;

function cookieOf(header: unknown, name: string): string | undefined {
  if (typeof header !== 'string' || header.length > maxCookieCharacters) return undefined;
  const pair = header.split(';').find((one) => one.trimStart().startsWith(`${name}=`));
  if (pair === undefined) return undefined;
  try {
    return decodeURIComponent(pair.slice(pair.indexOf('=') + 1).trim());
  } catch {
    // What is no percent-encoding is not from the SDK.
    return undefined;
  }
}

/**
 * The key of the visitor's device, for the context: `{ …, device: { key } }`. It is the browser's own claim, like any cookie.
 *
 * @param cookieHeader - the request's `Cookie` header
 * @returns undefined where there is none: make one, and give the page the same context
 */
export function deviceFromCookie(cookieHeader: string | null | undefined): string | undefined {
  const device = cookieOf(cookieHeader, deviceCookie);
  return device === undefined || device === '' ? undefined : device;
}

/** The signed token of assignments, which is to be checked. */
export function assignmentsTokenFromCookie(cookieHeader: unknown): string | undefined {
  return cookieOf(cookieHeader, assignmentsCookie);
}

import { answered, createRestClient, RestProblem, type Schemas } from '@stitchd/rest-client';

export type Session = Schemas['Session'];

/**
 * Who is signed in. The access token lives in this module's memory only; the refresh token is a cookie that scripts can't
 * read, so a new page gets its session by refreshing.
 */
let current: Session | undefined;
let refreshing: Promise<Session | undefined> | undefined;
const listeners = new Set<() => void>();

/** Without a token: for the routes of signing in. */
const anonymous = createRestClient({ url: '' });

export const session = {
  current: () => current,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  /** The session of this browser, refreshed where needed; undefined: nobody is signed in. */
  async restore(): Promise<Session | undefined> {
    return current ?? (await session.refresh());
  },
  /** Calls at the same moment share one refresh: the token rotates with each. */
  refresh(): Promise<Session | undefined> {
    refreshing ??= alone(() => answered(anonymous.POST('/v1/auth/refresh', { body: {} })))
      .catch((error: unknown) => {
        // Nobody is signed in. Anything else is trouble, and no reason to send a person away.
        if (error instanceof RestProblem && error.status === 401) return undefined;
        throw error;
      })
      .then(set)
      .finally(() => {
        refreshing = undefined;
      });
    return refreshing;
  },
  begin: (next: Session): Session | undefined => set(next),
  async end(): Promise<void> {
    await anonymous.POST('/v1/auth/sign-out', {}).catch(() => undefined);
    set(undefined);
  },
  forget: () => void set(undefined),
  signIn: (body: Schemas['SignIn']) => anonymous.POST('/v1/auth/sign-in', { body }),
  exchangeLink: (token: string) => anonymous.POST('/v1/auth/exchange-link', { body: { token } }),
};

/** The pages of a browser share one cookie, and a token that is used twice counts as stolen: so one after the other. */
function alone<T>(refresh: () => Promise<T>): Promise<T> {
  // Browsers know locks in pages that came by https or from this machine.
  return 'locks' in navigator ? navigator.locks.request('stitchd.refresh', refresh) : refresh();
}

function set(next: Session | undefined): Session | undefined {
  current = next;
  for (const listener of listeners) listener();
  return next;
}

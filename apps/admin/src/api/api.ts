import { createRestClient } from '@stitchd/rest-client';
import { session } from '../session/session.ts';

/** Asks with the session's token; one that has run out is refreshed once, and the request repeated. */
async function fetchWithSession(request: Request): Promise<Response> {
  const repeatable = request.clone();
  const response = await fetch(request);
  if (response.status !== 401) return response;
  const renewed = await session.refresh();
  if (renewed === undefined) {
    session.forget();
    return response;
  }
  repeatable.headers.set('authorization', `Bearer ${renewed.accessToken}`);
  return fetch(repeatable);
}

/** The one client of the REST API; relative addresses, since the page comes from the gateway itself. */
export const api = createRestClient({ url: '', token: () => session.current()?.accessToken, fetch: fetchWithSession });

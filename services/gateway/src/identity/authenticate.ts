import type { VerifiedToken } from '@stitchd/service-kit';
import { createBoundedMap, problem } from '@stitchd/service-kit';
import { maxEndedSessions } from '../limits.ts';
import type { EndpointAccess } from '../rest/endpoint.ts';
import { callerOfClaims, type Caller } from './caller.ts';
import type { Credentials } from './credentials.ts';
import type { KeyCaller, KeyIdentities } from './key-identities.ts';
import type { StreamTickets } from './stream-tickets.ts';

export interface Authentication {
  /**
   * Who asks, where they may use this kind of endpoint with these credentials; undefined on endpoints without credentials.
   * @throws UNAUTHENTICATED, KEY_UNKNOWN, KEY_REVOKED, KEY_WRONG_KIND, SERVICE_UNAVAILABLE
   */
  readonly authenticate: (access: EndpointAccess, credentials: Credentials) => Promise<Caller | undefined>;
  /**
   * Who a key belongs to that may be used on this kind of endpoint, from memory and at once: whatever was heard of its
   * revocation has had its effect. Undefined: it has to be authenticated.
   * @throws KEY_REVOKED, SERVICE_UNAVAILABLE
   */
  readonly recallKey: (access: EndpointAccess, credentials: Credentials) => KeyCaller | undefined;
  /** Its access tokens are refused from now on. */
  readonly endSession: (sessionId: string) => void;
}

const wanted: Readonly<Record<EndpointAccess, string>> = {
  public: '',
  cookie: '',
  people: 'an access token or an API token',
  'sdk-key': 'an SDK key',
  'server-key': 'a server SDK key',
  ticket: 'the ticket of an address that was answered with an evaluation',
};

export function createAuthentication(options: {
  readonly keys: KeyIdentities;
  readonly tickets: Pick<StreamTickets, 'find' | 'recall'>;
  readonly verifyAccessToken: (token: string) => Promise<VerifiedToken>;
}): Authentication {
  const endedSessions = createBoundedMap<true>(maxEndedSessions);

  async function callerOfToken(text: string): Promise<Caller> {
    const verified = await options.verifyAccessToken(text);
    switch (verified.kind) {
      case 'expired':
        throw problem('UNAUTHENTICATED', 'The access token has expired; refresh the session.');
      case 'invalid':
        throw problem('UNAUTHENTICATED', 'The access token is not valid.');
      case 'unavailable':
        throw problem('SERVICE_UNAVAILABLE', 'Access tokens can not be checked at this moment; try again.');
      case 'valid': {
        const caller = callerOfClaims(verified.claims);
        if (caller === undefined) throw problem('UNAUTHENTICATED', 'The access token is not valid.');
        if (endedSessions.get(String(verified.claims['sid'])) === true)
          throw problem('UNAUTHENTICATED', 'The session has ended; sign in again.');
        return caller;
      }
    }
  }

  function callerOf(credentials: Exclude<Credentials, { readonly kind: 'none' }>): Promise<Caller> {
    switch (credentials.kind) {
      case 'key':
        return options.keys.find(credentials.text);
      case 'ticket':
        return options.tickets.find(credentials.text);
      case 'access-token':
        return callerOfToken(credentials.text);
    }
  }

  function recalled(credentials: Credentials): KeyCaller | undefined {
    if (credentials.kind === 'key') return options.keys.recall(credentials.text);
    return credentials.kind === 'ticket' ? options.tickets.recall(credentials.text) : undefined;
  }

  return {
    async authenticate(access, credentials) {
      if (access === 'public' || access === 'cookie') return undefined;
      if (credentials.kind === 'none') throw problem('UNAUTHENTICATED', `Send ${wanted[access]}.`);
      const caller = await callerOf(credentials);
      if (!isOfKind(access, caller, credentials)) throw problem('KEY_WRONG_KIND', `This needs ${wanted[access]}.`);
      return caller;
    },
    recallKey(access, credentials) {
      const caller = recalled(credentials);
      return caller !== undefined && isOfKind(access, caller, credentials) ? caller : undefined;
    },
    endSession: (sessionId) => endedSessions.set(sessionId, true),
  };
}

function isOfKind(access: EndpointAccess, { principal }: Caller, credentials: Credentials): boolean {
  // A ticket opens what it was given out for and nothing else.
  if ((credentials.kind === 'ticket') !== (access === 'ticket')) return false;
  switch (access) {
    case 'people':
      return principal.kind === 'user' || principal.kind === 'api-token';
    case 'sdk-key':
    case 'ticket':
      return principal.kind === 'sdk-key';
    case 'server-key':
      return principal.kind === 'sdk-key' && principal.keyKind === 'server';
    default:
      return true;
  }
}

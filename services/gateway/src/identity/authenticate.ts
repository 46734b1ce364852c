import type { VerifiedToken } from '@stitchd/service-kit';
import { createBoundedMap, problem } from '@stitchd/service-kit';
import { maxEndedSessions } from '../limits.ts';
import type { EndpointAccess } from '../rest/endpoint.ts';
import { callerOfClaims, type Caller } from './caller.ts';
import type { Credentials } from './credentials.ts';
import type { KeyCaller, KeyIdentities } from './key-identities.ts';

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
};

export function createAuthentication(options: {
  readonly keys: KeyIdentities;
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

  return {
    async authenticate(access, credentials) {
      if (access === 'public' || access === 'cookie') return undefined;
      if (credentials.kind === 'none') throw problem('UNAUTHENTICATED', `Send ${wanted[access]}.`);
      const caller =
        credentials.kind === 'key' ? await options.keys.find(credentials.text) : await callerOfToken(credentials.text);
      if (!isOfKind(access, caller)) throw problem('KEY_WRONG_KIND', `This needs ${wanted[access]}.`);
      return caller;
    },
    recallKey(access, credentials) {
      const caller = credentials.kind === 'key' ? options.keys.recall(credentials.text) : undefined;
      return caller !== undefined && isOfKind(access, caller) ? caller : undefined;
    },
    endSession: (sessionId) => endedSessions.set(sessionId, true),
  };
}

function isOfKind(access: EndpointAccess, { principal }: Caller): boolean {
  switch (access) {
    case 'people':
      return principal.kind === 'user' || principal.kind === 'api-token';
    case 'sdk-key':
      return principal.kind === 'sdk-key';
    case 'server-key':
      return principal.kind === 'sdk-key' && principal.keyKind === 'server';
    default:
      return true;
  }
}

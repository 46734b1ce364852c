import { tokenLimits, unsignedToken, type CompiledDefinitions } from '@stitchd/core';
import { createBoundedMap, problem, type Principal } from '@stitchd/service-kit';
import { maxKnownKeys, ticketPeriodMs } from '../limits.ts';
import { signingOf } from '../values/signed-tokens.ts';
import type { KeyCaller, KeyIdentities } from './key-identities.ts';

/**
 * Tickets for streams whose clients can't send a header, as EventSource can't: each stands for one key for a short time, and
 * is signed with the environment's secret, so that any gateway takes what another has given out.
 */
export interface StreamTickets {
  /** The same for a key throughout a period; undefined where the environment has no secret. */
  readonly issue: (keyHash: string, compiled: CompiledDefinitions) => Ticket | undefined;
  /** @throws UNAUTHENTICATED, TICKET_EXPIRED, KEY_UNKNOWN, KEY_REVOKED, SERVICE_UNAVAILABLE */
  readonly find: (text: string) => Promise<KeyCaller>;
  /** The same from memory, at once; undefined: it has to be found. */
  readonly recall: (text: string) => KeyCaller | undefined;
}

export interface Ticket {
  readonly text: string;
  /** The number of the period that it was given out in; it is taken until the end of the next one. */
  readonly period: number;
}

interface IssuedTicket extends Ticket {
  /** The secret that signed it: after a rotation it counts for nothing. */
  readonly secret: string | undefined;
}

interface TicketSources {
  readonly keys: Pick<KeyIdentities, 'findByHash' | 'recallByHash'>;
  readonly definitions: (principal: Principal) => Promise<CompiledDefinitions>;
  readonly held: (principal: Principal) => CompiledDefinitions | undefined;
  readonly nowMs: () => number;
}

export function createStreamTickets({ keys, definitions, held, nowMs }: TicketSources): StreamTickets {
  const issued = createBoundedMap<IssuedTicket>(maxKnownKeys);

  function verified(text: string, caller: KeyCaller, compiled: CompiledDefinitions): KeyCaller {
    const read = signingOf(compiled)?.read('changes', text, nowMs());
    if (read?.kind === 'expired') throw problem('TICKET_EXPIRED', 'The ticket has expired; evaluate again to get another.');
    if (read?.kind !== 'valid' || read.payload.key !== caller.keyHash) throw invalid();
    return caller;
  }

  return {
    issue(keyHash, compiled) {
      const period = Math.floor(nowMs() / ticketPeriodMs);
      const known = issued.get(keyHash);
      const secret = compiled.signingSecret;
      if (known?.period === period && known.secret === secret) return known;
      const signing = signingOf(compiled);
      if (signing === undefined) return undefined;
      const exp = (period + 2) * ticketPeriodMs;
      const unsigned = unsignedToken('changes', { v: 1, env: signing.environmentId, exp, key: keyHash });
      if (unsigned === undefined) return undefined;
      const ticket = { text: signing.sign(unsigned), period, secret };
      issued.set(keyHash, ticket);
      return ticket;
    },
    async find(text) {
      const caller = await keys.findByHash(claimedKey(text));
      return verified(text, caller, await definitions(caller.principal));
    },
    recall(text) {
      const caller = keys.recallByHash(claimedKey(text));
      const compiled = caller && held(caller.principal);
      return caller && compiled && verified(text, caller, compiled);
    },
  };
}

const invalid = () => problem('UNAUTHENTICATED', 'The ticket is not valid.');

/**
 * The hash of the key that a ticket claims to stand for: nothing is proven yet.
 * @throws UNAUTHENTICATED for what is no ticket
 */
function claimedKey(text: string): string {
  if (text.length > tokenLimits.characters.changes) throw invalid();
  const [body = ''] = text.split('.', 1);
  const key = /"key":"([0-9a-f]{64})"/.exec(Buffer.from(body, 'base64url').toString('latin1'))?.[1];
  if (key === undefined) throw invalid();
  return key;
}
